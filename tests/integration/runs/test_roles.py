"""Every verb with every role, as a table. The person has just this role and wrote nothing of the request."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction

from apps.changes import commands as changes
from apps.changes.models import ChangeRequest
from apps.environments.models import Environment
from apps.people.models import RoleBinding, User
from apps.refusal import Refused
from apps.reviews import commands as reviews
from apps.runs import commands as runs
from tests.integration import flow
from tests.integration.estate import Account, unclear

People = dict[str, User]
Verb = Callable[[User, ChangeRequest, Account], object]
ROLES = ("requester", "reviewer", "auditor", "administrator", "")


def in_review(people: People, prod: Environment, aws: Account) -> ChangeRequest:
    return flow.submitted(people["aiko"], flow.draft(people["aiko"], prod), aws)


def drafted(people: People, prod: Environment, aws: Account) -> ChangeRequest:
    return flow.draft(people["aiko"], prod)


def live(people: People, prod: Environment, aws: Account) -> ChangeRequest:
    return flow.started(people, prod, aws).change_request


def held(people: People, prod: Environment, aws: Account) -> ChangeRequest:
    request = live(people, prod, aws)
    runs.hold(by=people["ben"], run=request.runs.get(), reason="Wait")
    return request


def stuck(people: People, prod: Environment, aws: Account) -> ChangeRequest:
    run = flow.started(people, prod, aws)
    aws.faults = [("before", unclear())] * 3
    return flow.pump(run, aws).change_request


TABLE: dict[str, tuple[Callable[..., ChangeRequest], Verb, set[str]]] = {
    "propose": (drafted, lambda p, r, a: flow.draft(p, r.environment), {"requester"}),
    "edit": (
        drafted,
        lambda p, r, a: changes.edit(
            by=p, change_request=r, edition=1, title="Mine", reason="", changes=[flow.resize()]
        ),
        {"requester"},
    ),
    "put_changes": (
        drafted,
        lambda p, r, a: changes.put_changes(by=p, change_request=r, edition=1, changes=[flow.resize()]),
        {"requester"},
    ),
    "drop_change": (
        drafted,
        lambda p, r, a: changes.drop_change(by=p, change_request=r, edition=1, ordinal=1),
        {"requester"},
    ),
    "submit": (drafted, lambda p, r, a: changes.submit(by=p, change_request=r, edition=1), {"requester"}),
    "replan": (in_review, lambda p, r, a: changes.replan(by=p, change_request=r), {"requester"}),
    "withdraw": (in_review, lambda p, r, a: changes.withdraw(by=p, change_request=r, reason="No"), {"requester"}),
    "comment": (
        in_review,
        lambda p, r, a: changes.comment(by=p, change_request=r, text="Hm"),
        {"requester", "reviewer", "auditor", "administrator"},
    ),
    "approve": (
        in_review,
        lambda p, r, a: reviews.approve(by=p, change_request=r, digest=flow.digest(r)),
        {"reviewer"},
    ),
    "request_changes": (
        in_review,
        lambda p, r, a: reviews.request_changes(by=p, change_request=r, digest=flow.digest(r), text="No"),
        {"reviewer"},
    ),
    "reject": (
        in_review,
        lambda p, r, a: reviews.reject(by=p, change_request=r, digest=flow.digest(r), text="No"),
        {"reviewer"},
    ),
    "start": (
        flow.approved,
        lambda p, r, a: runs.start(by=p, change_request=r, digest=flow.digest(r)),
        {"requester", "reviewer"},
    ),
    "cancel": (live, lambda p, r, a: runs.cancel(by=p, run=r.runs.get()), {"requester", "reviewer"}),
    "give_up": (
        stuck,
        lambda p, r, a: runs.give_up(by=p, run=r.runs.get(), reason="Done by hand"),
        {"requester", "reviewer"},
    ),
    "hold": (live, lambda p, r, a: runs.hold(by=p, run=r.runs.get(), reason="Wait"), {"requester", "reviewer"}),
    "resume": (held, lambda p, r, a: runs.resume(by=p, run=r.runs.get()), {"requester", "reviewer"}),
    "skip": (
        live,
        lambda p, r, a: runs.skip(by=p, step=r.runs.get().steps.get(), reason="Not wanted"),
        {"requester", "reviewer"},
    ),
    "retry": (
        stuck,
        lambda p, r, a: runs.retry(by=p, step=r.runs.get().steps.get(), reason="No effect"),
        {"requester", "reviewer"},
    ),
    "look_again": (
        stuck,
        lambda p, r, a: runs.look_again(by=p, step=r.runs.get().steps.get()),
        {"requester", "reviewer"},
    ),
}


@contextmanager
def undone() -> Iterator[None]:
    """Nothing of what is done in here stays in the database."""
    before = transaction.savepoint()
    yield
    transaction.savepoint_rollback(before)


@pytest.mark.parametrize("verb", TABLE)
def test_every_verb_asks_for_its_role(people: People, prod: Environment, aws: Account, verb: str):
    prepare, act, allowed = TABLE[verb]
    persons = {role: User.objects.create_user(f"as-{role}", full_name="Fumi Ono") for role in ROLES}
    for role in ROLES[:-1]:
        RoleBinding.objects.create(user=persons[role], role=role, environment="prod")
    request = prepare(people, prod, aws)
    for role, person in persons.items():
        fresh = ChangeRequest.objects.get(pk=request.pk)
        if role in allowed:
            with undone():
                act(person, fresh, aws)
        else:
            with pytest.raises(Refused) as refused:
                act(person, fresh, aws)
            assert refused.value.refusal.code == "role", role


@pytest.mark.parametrize("verb", TABLE)
def test_a_role_in_another_environment_is_worth_nothing_here(
    people: People, prod: Environment, aws: Account, verb: str
):
    prepare, act, _ = TABLE[verb]
    person = User.objects.create_user("fumi", full_name="Fumi Ono")
    for role in ROLES[:-1]:
        RoleBinding.objects.create(user=person, role=role, environment="dev")
    request = prepare(people, prod, aws)
    with pytest.raises(Refused) as refused:
        act(person, request, aws)
    assert refused.value.refusal.code == "role"

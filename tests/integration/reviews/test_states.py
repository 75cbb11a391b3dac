"""The table of states, verbs and roles holds: everybody tries everything in every state."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.db import transaction

from apps.changes import commands as changes
from apps.changes.models import ChangeRequest
from apps.changes.states import MAY, TRANSITIONS, Part, State, Verb
from apps.environments.models import Environment
from apps.people.models import Role, RoleBinding, User
from apps.refusal import Refused
from apps.reviews import commands as reviews
from tests.integration import flow
from tests.integration.estate import Account

People = dict[str, User]
WHO: Mapping[str, Part | None] = {
    "daichi": Part.REQUESTER,
    "ben": Part.REVIEWER,
    "emi": None,  # an auditor
    "goro": None,  # an administrator
    "fumi": None,  # a reviewer elsewhere
}


def build(state: State, people: People, prod: Environment, aws: Account) -> ChangeRequest:
    draft = flow.draft(people["aiko"], prod)
    about: dict[str, Any] = {"by": people["chie"], "change_request": draft}
    if state is State.DRAFT:
        return draft
    if state is State.PLANNING:
        return changes.submit(by=people["aiko"], change_request=draft, edition=draft.edition)
    if state is State.WITHDRAWN:
        return changes.withdraw(by=people["aiko"], change_request=draft, reason="Not needed.")
    flow.submitted(people["aiko"], draft, aws)
    decisions: dict[State, Callable[..., object]] = {
        State.APPROVED: reviews.approve, State.REJECTED: reviews.reject,
        State.CHANGES_REQUESTED: reviews.request_changes,
    }  # fmt: skip
    if state in decisions:
        decisions[state](**about, digest=flow.digest(draft), text="Because.")
    draft.refresh_from_db()
    return draft


def act(verb: Verb, by: User, request: ChangeRequest) -> None:
    digest = request.revision.digest if request.revision else ""
    about: dict[str, Any] = {"by": by, "change_request": request}
    match verb:
        case Verb.EDIT:
            kept = changes.draft.drafted(request)
            changes.edit(**about, edition=request.edition, title="Other", reason="", changes=kept)
        case Verb.SUBMIT:
            changes.submit(**about, edition=request.edition)
        case Verb.WITHDRAW:
            changes.withdraw(**about, reason="Not needed.")
        case Verb.REPLAN:
            changes.replan(**about)
        case Verb.APPROVE:
            reviews.approve(**about, digest=digest)
        case Verb.REJECT:
            reviews.reject(**about, digest=digest, text="Because.")
        case Verb.REQUEST_CHANGES:
            reviews.request_changes(**about, digest=digest, text="Because.")


def after(verb: Verb, by: User, request: ChangeRequest) -> State | None:
    """The state that it moves to; None where it is refused. Nothing of it is kept."""
    with transaction.atomic():
        try:
            fresh = ChangeRequest.objects.get(pk=request.pk)
            act(verb, by, fresh)
            return State(ChangeRequest.objects.get(pk=request.pk).state)
        except Refused:
            return None
        finally:
            transaction.set_rollback(True)


@pytest.mark.parametrize("state", list(State))
def test_everybody_moves_a_request_only_as_the_table_says(
    state: State, people: People, prod: Environment, aws: Account
) -> None:
    for name in ("goro", "fumi"):
        people[name] = User.objects.create_user(name, f"{name}@example.test", None, full_name=name.title())
    RoleBinding.objects.create(user=people["goro"], role=Role.ADMINISTRATOR)
    RoleBinding.objects.create(user=people["fumi"], role=Role.REVIEWER, environment="elsewhere")
    request = build(state, people, prod, aws)
    assert request.state == state
    by_people = [verb for verb in Verb if MAY[verb] != {Part.PLANNER}]
    for name, part in WHO.items():
        for verb in by_people:
            wanted = TRANSITIONS.get((state, verb)) if part in MAY[verb] else None
            assert after(verb, people[name], request) == wanted, (name, verb)

"""An approval binds what its step answers for: it is kept where that is the same, and stale where it isn't."""

from importlib import import_module

import pytest
from django.db import connection, transaction

from apps.audit.models import Event
from apps.changes.commands import DraftInput, edit, submit
from apps.changes.models import ChangeRequest
from apps.environments.models import Environment
from apps.people.models import Role, RoleBinding, User
from apps.planner.request import plan_request
from apps.refusal import Refused
from apps.reviews.administer import save_rule, save_team
from apps.reviews.commands import approve, request_changes
from apps.reviews.conditions import Condition
from apps.reviews.drawing import Ask
from apps.reviews.progress import progress_of
from apps.reviews.queries import awaiting
from apps.reviews.standing import standing
from apps.runs.commands import start
from apps.web.presenters.flow import approvals
from tests.integration import flow
from tests.integration.estate import Account

People = dict[str, User]


@pytest.fixture
def owners(people: People) -> None:
    """Two reviewers agree to every plan, and chie, who owns classes, to those of databases."""
    goro = User.objects.create_user("goro", "goro@example.test", None, full_name="Goro Hayashi")
    RoleBinding.objects.create(user=goro, role=Role.ADMINISTRATOR)
    team = save_team(by=goro, name="Class owners", members=[people["chie"]])
    save_rule(by=goro, name="Everything", condition=Condition(production=False), asks=[Ask(2)])
    save_rule(by=goro, name="Classes", condition=Condition(touches="DBInstanceClass"), asks=[Ask(1, f"team:{team.pk}")])


def agree(request: ChangeRequest, person: User) -> str:
    approve(by=person, change_request=request, digest=flow.digest(request))
    request.refresh_from_db()
    return request.state


def edited(people: People, request: ChangeRequest, aws: Account, *changes: DraftInput) -> ChangeRequest:
    edit(by=people["aiko"], change_request=request, edition=request.edition, title="Resize", reason="", changes=changes)
    request.refresh_from_db()
    submit(by=people["aiko"], change_request=request, edition=request.edition)
    plan_request(request.pk, open_reader=aws.reader)
    request.refresh_from_db()
    return request


def given(request: ChangeRequest) -> dict[str, tuple[int, list[str]]]:
    """How many approvals each step has, and whose of them were kept."""
    assert request.revision, request.problems
    return {
        step.step.name: (step.given, [review.person.username for review in step.kept])
        for step in standing(request.revision).steps
    }


def flow_in_words(request: ChangeRequest) -> tuple[str, set[str]]:
    """How far it is, and who could decide, as lists say."""
    steps = progress_of([request])[request.pk]
    could = User.objects.filter(pk__in=set().union(*(step.could for step in steps)))
    return approvals(steps), {person.username for person in could}


def told_by_steps(request: ChangeRequest) -> list[int]:
    """Who is asked, as the migration finds it out that keeps it with the request."""
    before, fill = request.asked, import_module("apps.reviews.migrations.0011_asked").ASKED
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(fill)
        request.refresh_from_db()
        found = sorted(request.asked)
        transaction.set_rollback(True)
    request.asked = before
    return found


def test_who_is_still_asked_is_kept_with_the_request(
    people: People, owners: None, prod: Environment, aws: Account
) -> None:
    ben, chie = people["ben"].pk, people["chie"].pk
    request = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod), aws)
    assert sorted(request.asked) == told_by_steps(request) == sorted([ben, chie])
    assert flow_in_words(request) == ("0 of 3", {"ben", "chie"})
    agree(request, people["chie"])
    assert request.asked == told_by_steps(request) == [ben]
    assert flow_in_words(request) == ("2 of 3", {"ben"})
    flow.replanned(people["aiko"], request, aws)
    assert request.asked == told_by_steps(request) == [ben]
    edited(people, request, aws, flow.resize(), flow.let_grow("users-prod", most=500))
    assert sorted(request.asked) == told_by_steps(request) == sorted([ben, chie])
    assert flow_in_words(request) == ("1 of 3", {"ben", "chie"})


def test_who_approved_too_long_ago_is_asked_again(people: People, prod: Environment, aws: Account) -> None:
    request = flow.approved(people, prod, aws)
    assert people["ben"].pk not in request.asked
    Environment.objects.filter(pk=prod.pk).update(approval_days=0)
    request.environment.refresh_from_db()
    flow.replanned(people["aiko"], request, aws)
    assert people["ben"].pk in request.asked
    assert flow_in_words(request) == ("0 of 1", {"ben", "chie"})


def test_the_same_plan_planned_again_keeps_its_approvals(people: People, prod: Environment, aws: Account) -> None:
    request = flow.approved(people, prod, aws)
    old = flow.digest(request)
    flow.replanned(people["aiko"], request, aws)
    assert (request.state, flow.digest(request), request.revision.number) == ("approved", old, 2)
    event = Event.objects.get(verb="review.kept")
    assert event.data["kept"] == [{"person": "ben", "revision": 1}]
    assert start(by=people["aiko"], change_request=request, digest=old)


def test_another_title_invalidates_nothing(people: People, prod: Environment, aws: Account) -> None:
    request = flow.edited(people["aiko"], flow.approved(people, prod, aws))
    assert request.state == "draft"
    assert flow.submitted(people["aiko"], request, aws).state == "approved"


def test_only_the_part_that_changed_is_asked_for_again(
    people: People, owners: None, prod: Environment, aws: Account
) -> None:
    request = flow.draft(people["aiko"], prod, flow.resize(), flow.let_grow("users-prod"))
    flow.submitted(people["aiko"], request, aws)
    assert agree(request, people["chie"]) == "in_review"
    edited(people, request, aws, flow.resize(), flow.let_grow("users-prod", most=500))
    assert given(request) == {"Review": (0, []), "Class owners": (1, ["chie"])}
    assert {person for name, person in people.items() if request in awaiting(person, ChangeRequest.objects.all())} == {
        people["ben"], people["chie"],
    }  # fmt: skip
    edited(people, request, aws, flow.resize(to="db.r6g.2xlarge"), flow.let_grow("users-prod", most=500))
    assert given(request) == {"Review": (0, []), "Class owners": (0, [])}
    assert [review.person.username for review in standing(request.revision).stale] == ["chie"]


def test_a_resource_that_is_added_needs_approval_of_its_own(people: People, prod: Environment, aws: Account) -> None:
    request = flow.approved(people, prod, aws)
    edited(people, request, aws, flow.resize(), flow.let_grow("users-prod"))
    assert (request.state, given(request)) == ("in_review", {"Review": (0, [])})
    with pytest.raises(Refused, match="isn't approved"):
        start(by=people["aiko"], change_request=request, digest=flow.digest(request))


def test_what_somebody_said_last_counts(people: People, owners: None, prod: Environment, aws: Account) -> None:
    request = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod), aws)
    agree(request, people["ben"])
    edited(people, request, aws, flow.resize(to="db.r6g.2xlarge"))
    request_changes(by=people["ben"], change_request=request, digest=flow.digest(request), text="Too large")
    request.refresh_from_db()
    edited(people, request, aws, flow.resize())
    assert given(request)["Review"] == (0, [])
    assert request in awaiting(people["ben"], ChangeRequest.objects.all())


@pytest.mark.parametrize("loss", ["role", "author"])
def test_a_kept_approval_counts_only_while_its_giver_may_still_give_it(
    people: People, prod: Environment, aws: Account, loss: str
) -> None:
    request = flow.approved(people, prod, aws)
    if loss == "role":
        people["ben"].bindings.all().delete()
    else:
        RoleBinding.objects.create(user=people["ben"], role=Role.REQUESTER, environment="prod")
        flow.edited(people["ben"], request)
        flow.submitted(people["ben"], request, aws)
        assert (request.state, given(request)) == ("in_review", {"Review": (0, [])})
        return
    flow.replanned(people["aiko"], request, aws)
    assert (request.state, given(request)) == ("in_review", {"Review": (0, [])})


def test_who_has_a_kept_approval_is_not_asked_again(
    people: People, owners: None, prod: Environment, aws: Account
) -> None:
    request = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod), aws)
    agree(request, people["chie"])
    flow.replanned(people["aiko"], request, aws)
    assert given(request) == {"Review": (1, ["chie"]), "Class owners": (1, ["chie"])}
    assert request not in awaiting(people["chie"], ChangeRequest.objects.all())
    assert flow_in_words(request) == ("2 of 3", {"ben"})
    assert agree(request, people["ben"]) == "approved"

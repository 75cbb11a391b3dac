"""What tools of this kind have got wrong, each by its name: all of it is refused, and recorded."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from apps.audit.models import Event
from apps.changes.commands import edit, suggest
from apps.changes.models import ChangeRequest
from apps.environments.models import CalendarWindow, Environment
from apps.people.models import Role, RoleBinding, User
from apps.refusal import Refused
from apps.reviews.administer import save_rule, save_team
from apps.reviews.commands import approve
from apps.reviews.conditions import Condition
from apps.reviews.drawing import Ask
from apps.reviews.models import FlowStep, Review
from apps.reviews.standing import is_complete, standing
from apps.runs.commands import start
from apps.runs.models import Run
from tests.integration import flow
from tests.integration.estate import Account

People = dict[str, User]
LARGER = "db.r6g.4xlarge"


@pytest.fixture
def goro(people: People) -> User:
    goro = User.objects.create_user("goro", "goro@example.test", None, full_name="Goro Hayashi")
    RoleBinding.objects.create(user=goro, role=Role.ADMINISTRATOR)
    return goro


@pytest.fixture
def request_(people: People, prod: Environment, aws: Account) -> ChangeRequest:
    aws.database("users-prod")
    return flow.submitted(people["aiko"], flow.draft(people["aiko"], prod), aws)


def agree(request: ChangeRequest, person: User, digest: str = "") -> str:
    approve(by=person, change_request=request, digest=digest or flow.digest(request))
    request.refresh_from_db()
    return request.state


def refused(people: People, request: ChangeRequest, digest: str = "") -> None:
    with pytest.raises(Refused):
        start(by=people["aiko"], change_request=request, digest=digest or flow.digest(request))
    assert not Run.objects.filter(change_request=request).exists()


def rewrite(people: People, request: ChangeRequest, aws: Account, *changes: Any) -> ChangeRequest:
    """Edited and submitted again."""
    about: dict[str, Any] = {"title": "Resize", "reason": "", "changes": changes, "edition": request.edition}
    edit(by=people["aiko"], change_request=request, **about)
    request.refresh_from_db()
    return flow.submitted(people["aiko"], request, aws)


def test_approve_one_then_apply_another(people: People, request_: ChangeRequest, aws: Account) -> None:
    agreed_to = flow.digest(request_)
    agree(request_, people["ben"])
    rewrite(people, request_, aws, flow.resize(to=LARGER))
    refused(people, request_, agreed_to)
    refused(people, request_)


def test_approval_kept_over_an_added_resource(people: People, request_: ChangeRequest, aws: Account) -> None:
    agree(request_, people["ben"])
    rewrite(people, request_, aws, flow.resize(), flow.let_grow("users-prod"))
    assert request_.state == "in_review"
    refused(people, request_)


def test_partial_change_approval(people: People, goro: User, prod: Environment, aws: Account) -> None:
    """Who answers for one resource approves nothing of the others."""
    aws.database("users-prod")
    classes = Condition(touches="DBInstanceClass")
    save_rule(by=goro, name="Classes", condition=classes, asks=[Ask(1, f"person:{people['chie'].pk}"), Ask(2)])
    changes = flow.resize(), flow.let_grow("users-prod")
    request = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod, *changes), aws)
    assert agree(request, people["chie"]) == "in_review"
    refused(people, request)


def test_stale_plan_applied(people: People, request_: ChangeRequest, aws: Account) -> None:
    agree(request_, people["ben"])
    aws.documents["orders-prod"]["DBInstanceClass"] = "db.m6g.large"
    run = start(by=people["aiko"], change_request=request_, digest=flow.digest(request_))
    flow.pump(run, aws)
    assert (run.state, aws.calls) == ("failed", [])
    assert run.drift[0]["live"] == "db.m6g.large"


def test_force_path_recorded_as_normal(people: People, prod: Environment, request_: ChangeRequest) -> None:
    """There is none: an emergency needs its approval, too, and has events of its own."""
    CalendarWindow.objects.create(name="Year end", kind="freeze", starts="2020-01-01T00:00", minutes=1, zone="UTC")
    refused(people, request_)
    verbs = set(Event.objects.values_list("verb", flat=True))
    assert not {verb for verb in verbs if verb.startswith("emergency.")}
    prod.emergencies = True
    prod.save()
    refused(people, request_)


def test_missing_review_record(people: People, request_: ChangeRequest) -> None:
    """A state says nothing by itself: without the approvals nothing starts, and they can't be taken away."""
    ChangeRequest.objects.filter(pk=request_.pk).update(state="approved")
    request_.refresh_from_db()
    refused(people, request_)
    with pytest.raises(DatabaseError), transaction.atomic():
        FlowStep.objects.all().delete()


def test_approver_added_afterwards(people: People, goro: User, request_: ChangeRequest) -> None:
    RoleBinding.objects.create(user=people["emi"], role=Role.REVIEWER, environment="prod")
    with pytest.raises(Refused, match="became a reviewer after"):
        agree(request_, people["emi"])
    team = save_team(by=goro, name="Owners", members=[people["emi"]])
    save_rule(by=goro, name="All", condition=Condition(), asks=[Ask(1, f"team:{team.pk}")])
    assert request_.revision
    assert not is_complete(request_.revision)


def test_author_through_a_suggestion_of_a_reviewer(people: People, request_: ChangeRequest) -> None:
    suggest(by=people["ben"], change_request=request_, ordinal=1, property="DBInstanceClass", value=LARGER)
    assert agree(request_, people["ben"]) == "approved", "a suggestion that nobody took makes nobody an author"
    request_.authors.create(user=people["ben"])
    refused(people, request_)


def test_author_through_a_second_account(people: People, request_: ChangeRequest) -> None:
    """A link that an administrator made could be in anybody's hands: for a day nobody decides with it."""
    from apps.people.commands import allow_new_password

    goro = User.objects.create_user("goro", "goro@example.test", None, full_name="Goro Hayashi")
    RoleBinding.objects.create(user=goro, role=Role.ADMINISTRATOR)
    allow_new_password(by=goro, person=people["ben"])
    people["ben"].refresh_from_db()
    with pytest.raises(Refused, match="within the last 24 hours"):
        agree(request_, people["ben"])


def test_author_through_a_team_that_he_manages(people: People, goro: User, prod: Environment, aws: Account) -> None:
    RoleBinding.objects.create(user=people["aiko"], role=Role.REVIEWER, environment="prod")
    team = save_team(by=goro, name="Owners", members=[people["aiko"], people["ben"]])
    save_rule(by=goro, name="All", condition=Condition(), asks=[Ask(1, f"team:{team.pk}")])
    request = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod), aws)
    assert request.revision
    [*_, owners] = standing(request.revision).steps
    assert [person.username for person in owners.could] == ["ben"]
    with pytest.raises(Refused, match="You wrote part of this"):
        agree(request, people["aiko"])
    assert not Review.objects.filter(person=people["aiko"]).exists()

"""Rules, teams and roles that change while a request is on its way: they tighten it at once, and say so."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.changes.commands import replan
from apps.changes.models import ChangeRequest
from apps.environments.models import Environment
from apps.people.models import Role, RoleBinding, User
from apps.planner.request import plan_request
from apps.refusal import Refused
from apps.reviews.administer import save_rule, save_team
from apps.reviews.commands import approve
from apps.reviews.conditions import Condition
from apps.reviews.drawing import Ask
from apps.reviews.models import Rule
from apps.reviews.standing import is_complete, standing
from apps.runs.commands import start
from tests.integration import flow
from tests.integration.estate import Account

People = dict[str, User]
CLASSES = Condition(touches="DBInstanceClass")
GROWTH = Condition(touches="MaxAllocatedStorage")


@pytest.fixture
def goro(people: People) -> User:
    goro = User.objects.create_user("goro", "goro@example.test", None, full_name="Goro Hayashi")
    RoleBinding.objects.create(user=goro, role=Role.ADMINISTRATOR)
    return goro


@pytest.fixture
def request_(people: People, prod: Environment, aws: Account) -> ChangeRequest:
    return flow.submitted(people["aiko"], flow.draft(people["aiko"], prod), aws)


def agree(request: ChangeRequest, person: User) -> str:
    approve(by=person, change_request=request, digest=flow.digest(request))
    request.refresh_from_db()
    return request.state


def rule(goro: User, *asks: Ask, enabled: bool = True) -> None:
    found = Rule.objects.filter(name="Classes").first()
    save_rule(by=goro, name="Classes", condition=CLASSES, asks=asks, rule=found, enabled=enabled)


def again(people: People, request: ChangeRequest, aws: Account) -> ChangeRequest:
    replan(by=people["aiko"], change_request=request)
    plan_request(request.pk, open_reader=aws.reader)
    request.refresh_from_db()
    return request


def test_a_rule_that_asks_for_more_while_a_request_is_in_review_holds_it_and_says_so(
    people: People, goro: User, request_: ChangeRequest, aws: Account, client: Client
) -> None:
    rule(goro, Ask(2))
    assert agree(request_, people["ben"]) == "in_review"
    client.force_login(people["aiko"])
    page = client.get(reverse("web:change_request", args=[request_.pk])).content.decode()
    assert "Asked for since" in page
    assert "a rule was changed after revision 1 was planned" in page
    assert reverse("web:replan", args=[request_.pk]) in page
    request = again(people, request_, aws)
    assert request.revision
    [step] = standing(request.revision).steps
    assert (step.given, step.needed) == (1, 2), "what was agreed to is kept"
    assert agree(request, people["chie"]) == "approved"


def test_a_rule_that_asks_for_more_after_the_approval_stops_the_start(
    people: People, goro: User, request_: ChangeRequest, aws: Account
) -> None:
    assert agree(request_, people["ben"]) == "approved"
    team = save_team(by=goro, name="Owners", members=[people["chie"]])
    rule(goro, Ask(1, f"team:{team.pk}"))
    with pytest.raises(Refused):
        start(by=people["aiko"], change_request=request_, digest=flow.digest(request_))
    # The team was made after the request was submitted: nobody of it decides on it.
    request = again(people, request_, aws)
    assert request.state == "draft"
    assert "Owners" in request.problems[0]["sentence"]


def test_a_rule_that_asks_for_less_changes_nothing_that_was_submitted(
    people: People, goro: User, prod: Environment, aws: Account
) -> None:
    rule(goro, Ask(2))
    request = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod), aws)
    rule(goro, Ask(2), enabled=False)
    assert request.revision
    assert not standing(request.revision).since
    assert agree(request, people["ben"]) == "in_review"
    assert [step.needed for step in standing(again(people, request, aws).revision).steps] == [2]  # type: ignore[arg-type]


def test_a_rule_that_spared_and_no_longer_does_asks_now(
    people: People, goro: User, prod: Environment, aws: Account
) -> None:
    save_rule(by=goro, name="Free", condition=GROWTH, asks=[])
    request = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod, flow.let_grow()), aws)
    assert request.state == "approved"
    save_rule(by=goro, name="Free", condition=GROWTH, asks=[], rule=Rule.objects.get(), enabled=False)
    assert request.revision
    assert not is_complete(request.revision)
    assert [each.needed for each in standing(request.revision).since] == [1]


def test_a_run_that_has_begun_goes_on(people: People, goro: User, request_: ChangeRequest) -> None:
    agree(request_, people["ben"])
    run = start(by=people["aiko"], change_request=request_, digest=flow.digest(request_))
    rule(goro, Ask(2))
    assert is_complete(run.revision, run.queued_at)
    assert not is_complete(run.revision)


def test_who_leaves_a_team_no_longer_counts_for_it(people: People, goro: User, prod: Environment, aws: Account) -> None:
    team = save_team(by=goro, name="Owners", members=[people["ben"], people["chie"]])
    rule(goro, Ask(1, f"team:{team.pk}"))
    request = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod), aws)
    assert agree(request, people["ben"]) == "approved"
    save_team(by=goro, name="Owners", members=[people["chie"]], team=team)
    assert request.revision
    assert not is_complete(request.revision)
    owners = standing(request.revision).steps[-1]
    assert (owners.given, [person.username for person in owners.could]) == (0, ["chie"])

"""Rules choose the flow of a plan, and what they ask for is really asked."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import Error, connection, transaction
from django.utils import timezone

from apps.audit.models import Event
from apps.changes.models import ChangeRequest
from apps.environments.models import Environment
from apps.people.models import Role, RoleBinding, User
from apps.refusal import Refused
from apps.reviews.administer import save_rule, save_team
from apps.reviews.commands import approve
from apps.reviews.conditions import Condition
from apps.reviews.drawing import Ask, Ruling
from apps.reviews.models import Review, RuleVersion, Team
from apps.reviews.queries import awaiting
from apps.reviews.standing import standing
from apps.reviews.trial import tried
from apps.runs.commands import start
from tests.integration import flow
from tests.integration.estate import RDS, Account

People = dict[str, User]
RISKY = Condition(risk="medium")
WHY = "Risky: Its risk is medium."
ASK = f"{WHY} Ask an administrator."
GROWTH = Condition(touches="MaxAllocatedStorage", cost_up_to=Decimal(100))


@pytest.fixture
def goro(people: People) -> User:
    goro = User.objects.create_user("goro", "goro@example.test", None, full_name="Goro Hayashi")
    RoleBinding.objects.create(user=goro, role=Role.ADMINISTRATOR)
    return goro


def submitted(people: People, prod: Environment, aws: Account) -> ChangeRequest:
    return flow.submitted(people["aiko"], flow.draft(people["aiko"], prod), aws)


def steps(request: ChangeRequest) -> list[tuple[int, str, str]]:
    assert request.revision, request.problems
    return [(step.needed, step.name, step.rule) for step in request.revision.flow.all()]


def agree(request: ChangeRequest, *people: User) -> str:
    """Their approvals; the state of the request afterwards."""
    for person in people:
        approve(by=person, change_request=request, digest=flow.digest(request))
    request.refresh_from_db()
    return request.state


def test_a_rule_that_holds_asks_for_a_second_approver(
    people: People, goro: User, prod: Environment, aws: Account
) -> None:
    save_rule(by=goro, name="Risky", condition=RISKY, asks=[Ask(2)])
    request = submitted(people, prod, aws)
    assert steps(request) == [(2, "Review", WHY)]
    assert agree(request, people["ben"]) == "in_review"
    assert agree(request, people["chie"]) == "approved"


@pytest.mark.parametrize(
    ("condition", "enabled"),
    [
        (Condition(risk="high"), True),
        (Condition(cost_over=Decimal(100_000)), True),
        (Condition(types=("AWS::SQS::Queue",)), True),
        (Condition(actions=("delete",)), True),
        (Condition(environments=("dev",)), True),
        (RISKY, False),
    ],
)
def test_one_that_does_not_hold_asks_for_nothing(
    people: People, goro: User, prod: Environment, aws: Account, condition: Condition, enabled: bool
) -> None:
    save_rule(by=goro, name="Risky", condition=condition, asks=[Ask(2)], enabled=enabled)
    assert [needed for needed, _, _ in steps(submitted(people, prod, aws))] == [1]


def test_a_team_decides_beside_the_reviewers_and_one_word_counts_for_both(
    people: People, goro: User, prod: Environment, aws: Account
) -> None:
    team = save_team(by=goro, name="Databases", members=[people["ben"], people["emi"]])
    save_rule(by=goro, name="Ours", condition=Condition(types=(RDS,)), asks=[Ask(1, f"team:{team.pk}")])
    request = submitted(people, prod, aws)
    assert [(needed, name) for needed, name, _ in steps(request)] == [(1, "Review"), (1, "Databases")]
    assert request in awaiting(people["chie"], ChangeRequest.objects.all())
    assert agree(request, people["chie"]) == "in_review"
    assert [step.complete for step in standing(request.revision).steps] == [True, False]
    with pytest.raises(Refused, match="not a reviewer"):
        approve(by=people["emi"], change_request=request, digest=flow.digest(request))
    assert agree(request, people["ben"]) == "approved"
    assert Review.objects.filter(person=people["ben"]).count() == 2


def test_somebody_who_joined_the_team_later_does_not_count_in_it(
    people: People, goro: User, prod: Environment, aws: Account
) -> None:
    team = save_team(by=goro, name="Databases", members=[people["ben"]])
    save_rule(by=goro, name="Ours", condition=Condition(types=(RDS,)), asks=[Ask(1, f"team:{team.pk}")])
    request = submitted(people, prod, aws)
    save_team(by=goro, name="Databases", members=[people["ben"], people["chie"]], team=team)
    assert agree(request, people["chie"]) == "in_review"
    flow.replanned(people["aiko"], request, aws)
    assert agree(request, people["chie"]) == "in_review"
    assert agree(request, people["ben"]) == "approved"


def test_no_approval_is_required_where_a_rule_says_so_and_that_is_recorded(
    people: People, goro: User, prod: Environment, aws: Account
) -> None:
    grown = flow.let_grow()
    save_rule(by=goro, name="Growth", condition=GROWTH, asks=[])
    request = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod, grown), aws)
    assert request.state == "approved", request.revision.evaluation
    assert [(needed, name) for needed, name, _ in steps(request)] == [(0, "No approval required")]
    event = Event.objects.get(verb="review.not_required")
    assert [why["rule"] for why in event.data["rules"]] == ["Growth"]
    assert start(by=people["aiko"], change_request=request, digest=flow.digest(request))


def test_it_is_required_after_all_where_another_rule_asks(
    people: People, goro: User, prod: Environment, aws: Account
) -> None:
    save_rule(by=goro, name="Growth", condition=GROWTH, asks=[])
    save_rule(by=goro, name="All", condition=Condition(environments=("prod",)), asks=[Ask(2)])
    request = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod, flow.let_grow()), aws)
    assert (request.state, steps(request)[0][0]) == ("in_review", 2)
    mixed = flow.draft(people["aiko"], prod, flow.let_grow("users-prod"), flow.resize())
    assert flow.submitted(people["aiko"], mixed, aws).state == "in_review"


@pytest.mark.parametrize("whom", ["reviewers", "team", "nobody"])
def test_a_flow_that_nobody_could_complete_goes_back_with_who_could(
    people: People, goro: User, prod: Environment, aws: Account, whom: str
) -> None:
    team = save_team(by=goro, name="Databases", members=[people["ben"]] if whom == "team" else [])
    ask = Ask(3) if whom == "reviewers" else Ask(2, f"team:{team.pk}")
    save_rule(by=goro, name="Risky", condition=RISKY, asks=[ask])
    request = submitted(people, prod, aws)
    assert request.revision is None
    [problem] = request.problems
    assert (
        problem["sentence"]
        == {
            "reviewers": f"3 approvals are needed, and only Ben Sato and Chie Abe could give one. {ASK}",
            "team": f"2 approvals of Databases are needed, and only Ben Sato could give one. {ASK}",
            "nobody": f"2 approvals of Databases are needed, and nobody of them reviews in prod. {ASK}",
        }[whom]
    )


def test_a_rule_that_changes_leaves_what_is_in_review_and_is_asked_with_the_next_plan(
    people: People, goro: User, prod: Environment, aws: Account
) -> None:
    request = submitted(people, prod, aws)
    save_rule(by=goro, name="Risky", condition=RISKY, asks=[Ask(2)])
    assert [needed for needed, _, _ in steps(request)] == [1]
    flow.replanned(people["aiko"], request, aws)
    assert [needed for needed, _, _ in steps(request)] == [2]


def test_a_rule_that_was_made_easier_after_the_submission_asks_for_as_much_as_before(
    people: People, goro: User, prod: Environment, aws: Account
) -> None:
    before = timezone.now() - timedelta(minutes=5)
    saved = save_rule(by=goro, name="Risky", condition=RISKY, asks=[Ask(2)], now=before)
    request = submitted(people, prod, aws)
    save_rule(by=goro, name="Risky", condition=RISKY, asks=[Ask(2)], enabled=False, rule=saved.rule)
    flow.replanned(people["aiko"], request, aws)
    assert [needed for needed, _, _ in steps(request)] == [2]


def test_a_rule_is_tried_on_what_was_planned(people: People, goro: User, prod: Environment, aws: Account) -> None:
    request = submitted(people, prod, aws)
    total, found = tried(Ruling(0, "Risky", RISKY, (Ask(2),)))
    assert (total, [each.request for each in found]) == (1, [request])
    assert [(step.needed, step.why[0].sentence) for step in found[0].after] == [(2, "Its risk is medium.")]
    assert tried(Ruling(0, "Dear", Condition(cost_over=Decimal(100_000)), (Ask(2),))) == (1, [])


WRONG = [
    (Condition(), [Ask(1)], "one reviewer anyway"),
    (RISKY, [Ask(0)], "1 to 9 approvals"),
    (RISKY, [Ask(2), Ask(3)], "everybody once"),
    (Condition(cost_over=Decimal(-1)), [Ask(2)], "0 or more"),
    (Condition(cost_up_to=Decimal(1)), [Ask(2)], "no approval is required"),
    (RISKY, [], "of low risk needs no approval"),
    (Condition(production=True), [], "name a type"),
]


@pytest.mark.parametrize(("condition", "asks", "sentence"), WRONG)
def test_rules_that_make_no_sense_are_refused(goro: User, condition: Condition, asks: list[Ask], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        save_rule(by=goro, name="Risky", condition=condition, asks=asks)


def test_rules_are_administered_by_administrators_in_versions_and_logged(people: People, goro: User) -> None:
    with pytest.raises(Refused, match="Only administrators"):
        save_rule(by=people["ben"], name="Risky", condition=RISKY, asks=[Ask(2)])
    with pytest.raises(Refused, match="Only administrators"):
        save_team(by=people["ben"], name="Databases", members=[])
    rule = save_rule(by=goro, name="Risky", condition=RISKY, asks=[Ask(2)]).rule
    with pytest.raises(Refused, match="has this name"):
        save_rule(by=goro, name="Risky", condition=RISKY, asks=[Ask(2)])
    save_rule(by=goro, rule=rule, name="Risky", condition=Condition(cost_over=Decimal("12.50")), asks=[Ask(3)])
    assert [version.number for version in rule.versions.all()] == [2, 1]
    event = Event.objects.get(verb="rule.changed")
    assert event.data["before"]["asks"] == [{"needed": 2, "who": "reviewers"}]
    assert event.data["after"]["condition"] == {"cost_over": "12.50"}


def test_teams_are_logged_with_their_members(people: People, goro: User) -> None:
    team = save_team(by=goro, name="Databases", members=[people["ben"]])
    save_team(by=goro, name="Data", members=[people["chie"], people["ben"]], team=team)
    event = Event.objects.get(verb="team.changed")
    assert (event.data["before"], event.data["after"]) == (["ben"], ["ben", "chie"])
    assert Team.objects.get().name == "Data"


@pytest.mark.django_db(transaction=True)
def test_a_version_is_written_once(goro: User) -> None:
    version = save_rule(by=goro, name="Risky", condition=RISKY, asks=[Ask(2)])
    with pytest.raises(Error), transaction.atomic():
        RuleVersion.objects.filter(pk=version.pk).update(asks=[])
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM reviews_ruleversion")

"""Rules on cost and risk choose the flow of a plan, and what they ask for is really asked."""

from decimal import Decimal

import pytest

from apps.audit.models import Event
from apps.changes.models import ChangeRequest
from apps.environments.models import Environment
from apps.people.models import Role, RoleBinding, User
from apps.refusal import Refused
from apps.reviews.administer import save_rule
from apps.reviews.commands import approve
from apps.reviews.models import Rule
from tests.integration import flow
from tests.integration.estate import Account

People = dict[str, User]
WHY = "Risky: Its risk is medium."


@pytest.fixture
def goro(people: People) -> User:
    goro = User.objects.create_user("goro", "goro@example.test", None, full_name="Goro Hayashi")
    RoleBinding.objects.create(user=goro, role=Role.ADMINISTRATOR)
    return goro


def submitted(people: People, prod: Environment, aws: Account) -> ChangeRequest:
    return flow.submitted(people["aiko"], flow.draft(people["aiko"], prod), aws)


def step(request: ChangeRequest) -> tuple[int, str]:
    assert request.revision, request.problems
    found = request.revision.flow.get()
    return found.needed, found.rule


def test_a_rule_that_holds_asks_for_a_second_approver(
    people: People, goro: User, prod: Environment, aws: Account
) -> None:
    save_rule(by=goro, name="Risky", needed=2, risk_at_least="medium")
    request = submitted(people, prod, aws)
    assert step(request) == (2, WHY)
    approve(by=people["ben"], change_request=request, digest=flow.digest(request))
    request.refresh_from_db()
    assert request.state == "in_review"
    approve(by=people["chie"], change_request=request, digest=flow.digest(request))
    request.refresh_from_db()
    assert request.state == "approved"


@pytest.mark.parametrize(
    "rule",
    [
        {"risk_at_least": "high"},
        {"cost_over": Decimal(100_000)},
        {"risk_at_least": "medium", "enabled": False},
    ],
)
def test_one_that_does_not_hold_asks_for_nothing(
    people: People, goro: User, prod: Environment, aws: Account, rule: dict[str, object]
) -> None:
    save_rule(by=goro, name="Risky", needed=2, **rule)  # type: ignore[arg-type]
    assert step(submitted(people, prod, aws))[0] == 1


def test_a_rule_of_another_environment_asks_for_nothing(
    people: People, goro: User, prod: Environment, aws: Account
) -> None:
    dev = flow.make_environment("dev")
    save_rule(by=goro, name="Risky", needed=2, risk_at_least="medium", environment=dev)
    assert step(submitted(people, prod, aws))[0] == 1


def test_a_flow_that_nobody_could_complete_goes_back_with_who_could(
    people: People, goro: User, prod: Environment, aws: Account
) -> None:
    save_rule(by=goro, name="Risky", needed=3, risk_at_least="medium")
    request = submitted(people, prod, aws)
    assert request.revision is None
    [problem] = request.problems
    assert problem["sentence"] == (
        f"3 approvals are needed, and only Ben Sato and Chie Abe could give one. {WHY} Ask an administrator."
    )


def test_a_rule_that_changes_leaves_what_is_in_review(
    people: People, goro: User, prod: Environment, aws: Account
) -> None:
    request = submitted(people, prod, aws)
    save_rule(by=goro, name="Risky", needed=2, risk_at_least="medium")
    assert step(request)[0] == 1
    flow.replanned(people["aiko"], request, aws)
    request.refresh_from_db()
    assert step(request)[0] == 2


def test_rules_are_administered_by_administrators_and_logged(people: People, goro: User) -> None:
    with pytest.raises(Refused, match="Only administrators"):
        save_rule(by=people["ben"], name="Risky", needed=2, risk_at_least="high")
    for wrong in ({"needed": 2}, {"needed": 1, "risk_at_least": "high"}, {"needed": 2, "cost_over": Decimal(-1)}):
        with pytest.raises(Refused):
            save_rule(by=goro, name="Risky", **wrong)  # type: ignore[arg-type]
    rule = save_rule(by=goro, name="Risky", needed=2, risk_at_least="high")
    with pytest.raises(Refused, match="has this name"):
        save_rule(by=goro, name="Risky", needed=2, risk_at_least="high")
    save_rule(by=goro, rule=rule, name="Risky", needed=3, risk_at_least="high", cost_over=Decimal("12.50"))
    assert Rule.objects.get().needed == 3
    event = Event.objects.get(verb="rule.changed")
    assert (event.data["before"]["needed"], event.data["after"]["cost_over"]) == (2, "12.50")

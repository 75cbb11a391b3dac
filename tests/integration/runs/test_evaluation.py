"""What runs leave behind for those who evaluate the next plan, and what a plan then says of itself."""

from typing import Any

import pytest
from django.test import Client

from apps.audit import queries as log
from apps.audit.models import Event
from apps.audit.verbs import sentence
from apps.aws.gateway import AwsError, ErrorKind
from apps.environments.models import Environment
from apps.evaluation.models import Outcome
from apps.people.models import User
from apps.planner import costs
from apps.runs.commands import start
from apps.runs.states import RunState
from tests.integration import flow
from tests.integration.estate import CLASS_AFTER, CLASS_BEFORE, RDS, TOKYO, Account

People = dict[str, User]
TOPIC = f"{RDS} modify_db_instance DBInstanceClass"


def carried_out(people: People, prod: Environment, aws: Account) -> Any:
    """The database to the other class and back, so that it can be done again."""
    aws.documents["orders-prod"]["DBInstanceClass"] = CLASS_BEFORE
    run = flow.pump(flow.started(people, prod, aws), aws)
    assert run.state == RunState.SUCCEEDED
    return run


def speed(request: Any) -> dict[str, Any]:
    found: dict[str, Any] = request.revision.evaluation["speed"]
    return found


def test_a_call_that_had_its_effect_leaves_how_long_it_took(people: People, prod: Environment, aws: Account) -> None:
    run = carried_out(people, prod, aws)
    [kept] = Outcome.objects.all()
    assert (kept.topic, kept.failed, kept.run, kept.key) == (TOPIC, False, run.pk, "1.1")
    assert kept.seconds is not None


def test_five_of_them_replace_the_rule_of_thumb(people: People, prod: Environment, aws: Account) -> None:
    for number in range(5):
        run = carried_out(people, prod, aws)
        assert speed(run.change_request)["calls"][0]["runs"] == 0, number
    Outcome.objects.update(seconds=90)
    aws.documents["orders-prod"]["DBInstanceClass"] = CLASS_BEFORE
    run = flow.started(people, prod, aws)
    assert speed(run.change_request)["calls"] == [{"key": "1.1", "minutes": 1.5, "runs": 5}]
    assert speed(run.change_request)["minutes"] == 1.5
    assert run.steps.get().expected_minutes == 1.5


def test_a_call_whose_answer_was_lost_says_nothing_about_time(people: People, prod: Environment, aws: Account) -> None:
    aws.faults = [("before", AwsError(ErrorKind.UNKNOWN, "Nobody knows."))]
    run = flow.pump(flow.started(people, prod, aws), aws)
    assert run.state == RunState.SUCCEEDED
    assert not Outcome.objects.exists()


def test_a_call_that_failed_makes_the_next_one_riskier(people: People, prod: Environment, aws: Account) -> None:
    aws.faults = [("before", AwsError(ErrorKind.REFUSED, "Not now."))]
    run = flow.pump(flow.started(people, prod, aws), aws)
    assert run.state == RunState.FAILED
    assert Outcome.objects.get().failed
    again = flow.started(people, prod, aws).change_request
    facts = {fact["fact"]: fact["reason"] for fact in again.revision.evaluation["risk"]["facts"]}
    assert facts["failed"] == "modify_db_instance failed once in the last 90 days."


def test_the_same_change_is_a_greater_risk_in_production(people: People, prod: Environment, aws: Account) -> None:
    levels = []
    for production in (False, True):
        Environment.objects.update(production=production)
        prod.refresh_from_db()
        aws.documents["orders-prod"]["DBInstanceClass"] = CLASS_BEFORE
        levels.append(
            flow.approved(people, prod, aws, flow.resize(to=CLASS_AFTER)).revision.evaluation["risk"]["level"]
        )
    assert levels == ["medium", "high"]


def test_the_log_says_what_was_worked_out(people: People, prod: Environment, aws: Account) -> None:
    flow.approved(people, prod, aws)
    said = Event.objects.get(verb="change_request.planned").data["evaluation"]
    assert said["risk"] == "medium"
    assert said["minutes"] > 0
    assert set(said) == {"usd_a_month", "not_priced", "by_usage", "minutes", "risk"}


def test_apply_asks_once_more_where_it_harms_somebody(
    people: People, prod: Environment, aws: Account, client: Client
) -> None:
    client.force_login(people["aiko"])
    harmful = flow.approved(people, prod, aws)
    page = client.get(f"/change-requests/{harmful.pk}/", secure=True).content.decode()
    assert "Apply in prod?" in page
    assert "orders-prod is interrupted" in page
    tags = {"Tags": [{"Key": "owner", "Value": "orders"}]}
    owned = flow.DraftInput("update", RDS, TOKYO, "orders-prod", "orders-prod", tags)
    harmless = flow.approved(people, prod, aws, owned)
    page = client.get(f"/change-requests/{harmless.pk}/", secure=True).content.decode()
    assert "Apply now" in page
    assert "Apply in prod?" not in page


def test_the_log_says_which_call_was_made_on_what(people: People, prod: Environment, aws: Account) -> None:
    run = carried_out(people, prod, aws)
    said = {event.verb: sentence(event) for event in Event.objects.filter(verb__startswith="step.")}
    reference = run.change_request.reference
    assert said["step.answered"] == f"called modify_db_instance on orders-prod for {reference}: AWS answered 200"
    assert said["step.done"] == f"finished modify_db_instance on orders-prod for {reference}"


def test_what_the_planner_gave_back_is_listed_at_the_top(
    people: People, prod: Environment, aws: Account, client: Client
) -> None:
    request = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod, flow.resize(to="db.none.large")), aws)
    client.force_login(people["aiko"])
    page = client.get(f"/change-requests/{request.pk}/", secure=True)
    assert [each["property"] for each in page.context["given_back"]] == ["DBInstanceClass"]
    assert "The planner gave this back." in page.content.decode()


def test_a_draft_says_that_it_deletes_and_that_what_is_new_replaces_nothing(
    people: People, prod: Environment, aws: Account, client: Client
) -> None:
    client.force_login(people["aiko"])
    carried_out(people, prod, aws)
    gone = flow.draft(people["aiko"], prod, flow.DraftInput("delete", RDS, TOKYO, "orders-prod", "orders-prod", {}))
    page = client.get(f"/change-requests/{gone.pk}/", secure=True)
    assert page.context["total"]["effect"] == "Deletes 1"
    new = {"DBInstanceIdentifier": "new", "Engine": "postgres"}
    made = flow.draft(people["aiko"], prod, flow.DraftInput("create", RDS, TOKYO, "", "new", new))
    [change] = client.get(f"/change-requests/{made.pk}/", secure=True).context["changes"]
    assert [chip.label for row in change.rows for chip in row.chips] == []


def test_the_log_answers_what_happened_to_a_resource(people: People, prod: Environment, aws: Account) -> None:
    run = carried_out(people, prod, aws)
    found = log.events(log.Wanted(text="orders-prod"), None, whole=True)
    verbs = set(found.values_list("verb", flat=True))
    assert {"change_request.proposed", "step.intended", "step.answered", "step.done"} <= verbs
    assert set(found.values_list("subject", flat=True)) == {run.change_request.reference}
    assert log.events(log.Wanted(text="modify_db"), None, whole=True).exists()
    assert not log.events(log.Wanted(text="orders-stg"), None, whole=True).exists()


def test_a_plan_stands_although_it_could_not_be_evaluated(
    people: People, prod: Environment, aws: Account, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise LookupError

    monkeypatch.setattr(costs, "evaluated", broken)
    request = flow.approved(people, prod, aws)
    assert request.revision.evaluation == {}
    client.force_login(people["aiko"])
    page = client.get(f"/change-requests/{request.pk}/", secure=True).content.decode()
    assert "It was not worked out for this revision." in page
    assert (
        flow.pump(start(by=people["aiko"], change_request=request, digest=flow.digest(request)), aws).state
        == "succeeded"
    )

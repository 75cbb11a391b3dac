"""What a run really took and set is kept with it, and the calibration page holds estimates against it."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from apps.environments.models import Environment
from apps.evaluation import cost
from apps.evaluation.models import Outcome
from apps.people.models import User
from apps.runs import actuals
from apps.runs.models import Run
from apps.runs.states import RunState
from tests.integration import flow
from tests.integration.estate import Account

People = dict[str, User]


def carried_out(people: People, prod: Environment, aws: Account) -> Run:
    run = flow.pump(flow.started(people, prod, aws), aws)
    assert run.state == RunState.SUCCEEDED
    return run


def total(rows: Any) -> Decimal:
    return cost.total(cost.read(rows)).delta


def test_a_run_that_set_what_was_planned_costs_what_was_estimated(
    people: People, prod: Environment, aws: Account
) -> None:
    run = carried_out(people, prod, aws)
    assert run.actual["cost"]["lines"] == run.revision.evaluation["cost"]["lines"] != []
    assert run.actual["minutes"] >= 0


def test_what_was_set_otherwise_is_priced_as_it_is(
    people: People, prod: Environment, aws: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    modify = Account._modify_db_instance

    def larger(account: Account, parameters: Any) -> dict[str, Any]:
        answer = modify(account, parameters)
        account.documents["orders-prod"]["AllocatedStorage"] = "500"
        return answer

    monkeypatch.setattr(Account, "_modify_db_instance", larger)
    run = carried_out(people, prod, aws)
    more = 400 * Decimal("0.115") * Decimal("1.25")
    assert total(run.actual["cost"]["lines"]) == total(run.revision.evaluation["cost"]["lines"]) + more


def test_a_run_succeeds_though_it_cannot_be_measured(
    people: People, prod: Environment, aws: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise LookupError

    monkeypatch.setattr(actuals, "_lines", broken)
    run = carried_out(people, prod, aws)
    assert set(run.actual) == {"minutes"}


def test_the_page_of_the_request_and_the_calibration_show_both(
    people: People, prod: Environment, aws: Account, client: Client
) -> None:
    run = carried_out(people, prod, aws)
    Outcome.objects.update(seconds=3600, expected=60)
    client.force_login(people["aiko"])
    page = client.get(f"/change-requests/{run.change_request_id}/", secure=True).content.decode()
    assert "what was set costs what was estimated" in page
    page = client.get("/evaluation/calibration/", secure=True).content.decode()
    assert "6000 %" in page
    assert "modify_db_instance DBInstanceClass" in page
    assert run.reference in page


def test_runs_of_environments_that_one_does_not_see_are_not_in_it(
    people: People, prod: Environment, aws: Account, client: Client
) -> None:
    run = carried_out(people, prod, aws)
    stranger = User.objects.create_user("fuyu", "fuyu@example.test", None, full_name="Fuyu Ito")
    client.force_login(stranger)
    page = client.get("/evaluation/calibration/", secure=True).content.decode()
    assert run.reference not in page
    assert "Nothing was measured yet" in page

"""A year of history, lived through the product's own commands in fast motion, and what it says is worth codifying."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from apps.blueprints import habits
from apps.blueprints.worth import Assumptions, verdict
from apps.blueprints.worth import habits as repeated
from apps.environments.models import Environment
from apps.people.models import User
from apps.reviews.commands import approve
from apps.runs.commands import start
from apps.runs.states import RunState
from tests.integration import flow
from tests.integration.estate import CLASS_AFTER, CLASS_BEFORE, GROUP, TOKYO, Account

People = dict[str, User]
TODAY = datetime(2026, 11, 29, 12, tzinfo=UTC)
QUICK = Assumptions(hours_base=1, hours_per_type=1, share=100)


def lived(people: People, prod: Environment, aws: Account, at: datetime, *changes: flow.DraftInput) -> Any:
    """One request from draft to success: twenty minutes of writing, fifteen to its approval, five to its run."""
    with time_machine.travel(at, tick=False) as clock:
        request = flow.draft(people["aiko"], prod, *changes)
        clock.shift(timedelta(minutes=20))
        request = flow.submitted(people["aiko"], request, aws)
        clock.shift(timedelta(minutes=15))
        approve(by=people["ben"], change_request=request, digest=flow.digest(request))
        clock.shift(timedelta(minutes=5))
        run = flow.pump(start(by=people["aiko"], change_request=request, digest=flow.digest(request)), aws)
    assert run.state == RunState.SUCCEEDED, run.failure
    return run


def group(name: str) -> flow.DraftInput:
    desired = {"GroupName": name, "GroupDescription": "Jobs", "VpcId": "vpc-0a1b2c3d4e5f60718"}
    return flow.DraftInput("create", GROUP, TOKYO, "", name, desired)


@pytest.fixture
def year(people: People, prod: Environment, aws: Account) -> None:
    """A group for every new team, about once a month, and a database that was resized twice."""
    for month in range(12):
        lived(people, prod, aws, TODAY - timedelta(days=330 - 27 * month), group(f"team-{month}"))
    for day, size in ((200, CLASS_AFTER), (100, CLASS_BEFORE)):
        before = aws.documents["orders-prod"]["DBInstanceClass"]
        lived(people, prod, aws, TODAY - timedelta(days=day), flow.resize(to=size, base=before))
    lived(people, prod, aws, TODAY - timedelta(days=400), group("long-ago"))


def test_a_year_has_both_verdicts(people: People, prod: Environment, aws: Account, year: None, client: Client) -> None:
    groups, resizes = repeated(habits.done(None, TODAY))
    assert (len(groups.times), len(resizes.times)) == (12, 2)
    assert groups.minutes == pytest.approx(45, abs=1)
    assert (verdict(groups, QUICK).codify, verdict(resizes, QUICK).codify) == (True, False)
    client.force_login(people["aiko"])
    with time_machine.travel(TODAY):
        client.force_login(people["aiko"])
        address = "/evaluation/?hours_base=1&hours_per_type=1&share=100&minutes_each="
        page = client.get(address, secure=True).content.decode()
        wrong = client.get("/evaluation/?hours_base=lots", secure=True)
    assert "Made 12 times in the last year in prod, 45 min each: codify." in page
    assert "Changed 2 times in the last year in prod, 45 min each: buttons." in page
    assert "Saved: 11 × 45 min (the median of what the log shows) × 100 % = 8.2 h" in page
    assert wrong.status_code == 422
    assert "Made 12 times" in wrong.content.decode()


def test_codify_leads_to_the_export_of_what_the_newest_made(
    people: People, prod: Environment, aws: Account, year: None
) -> None:
    groups, _ = repeated(habits.done(None, TODAY))
    [resource] = habits.resources(groups.newest.request)
    from apps.inventory.models import Resource

    assert Resource.objects.get(pk=resource).name == "team-11"


def test_environments_that_one_does_not_see_count_for_nothing(year: None) -> None:
    assert habits.done(frozenset({"dev"}), TODAY) == []

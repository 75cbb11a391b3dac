"""Freezes and open windows: nothing starts where the calendar says so, unless somebody who may lets it through."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.audit.models import Event
from apps.changes.models import ChangeRequest
from apps.environments.models import CalendarWindow, Environment
from apps.people.models import Role, RoleBinding, User
from apps.refusal import Refused
from apps.reviews import freeze
from apps.reviews.administer import save_team
from apps.reviews.freeze import let_through
from apps.reviews.models import FreezeException
from apps.runs.commands import start
from apps.runs.states import RunState
from tests.integration import flow
from tests.integration.estate import Account

People = dict[str, User]


@pytest.fixture
def goro(people: People) -> User:
    goro = User.objects.create_user("goro", "goro@example.test", None, full_name="Goro Hayashi")
    RoleBinding.objects.create(user=goro, role=Role.ADMINISTRATOR)
    return goro


@pytest.fixture
def request_(people: People, prod: Environment, aws: Account) -> ChangeRequest:
    return flow.approved(people, prod, aws)


def frozen(**more: Any) -> CalendarWindow:
    """Since yesterday, until tomorrow."""
    since = (timezone.now() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    about = {"name": "Year end", "kind": "freeze", "starts": since, "minutes": 2880, "zone": "UTC"} | more
    return CalendarWindow.objects.create(**about)


def begin(people: People, request: ChangeRequest) -> Any:
    return start(by=people["aiko"], change_request=request, digest=flow.digest(request))


def test_nothing_starts_in_a_freeze_and_the_page_says_why(
    people: People, request_: ChangeRequest, client: Client
) -> None:
    frozen(reason="The books are closed.")
    with pytest.raises(Refused, match="Nothing starts in prod now: it is frozen by Year end, until"):
        begin(people, request_)
    client.force_login(people["aiko"])
    page = client.get(reverse("web:change_request", args=[request_.pk])).content.decode()
    assert "it is frozen by Year end" in page
    assert "The books are closed." in page
    assert "Let this plan through" not in page


@pytest.mark.parametrize(
    "other",
    [{"enabled": False}, {"environments": ["dev"]}, {"production": True}, {"types": ["AWS::S3::Bucket"]}],
)
def test_one_that_is_about_something_else_stops_nothing(
    people: People, request_: ChangeRequest, other: dict[str, Any]
) -> None:
    frozen(**other)
    assert begin(people, request_).number == 1


def test_outside_of_an_open_window_nothing_starts(people: People, request_: ChangeRequest) -> None:
    later = (timezone.now() + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")
    frozen(name="Releases", kind="open", starts=later, minutes=60)
    with pytest.raises(Refused, match="it is outside of Releases, until"):
        begin(people, request_)


def test_whom_the_freeze_names_lets_exactly_this_plan_through(
    people: People, goro: User, request_: ChangeRequest, aws: Account, client: Client
) -> None:
    team = save_team(by=goro, name="On duty", members=[people["emi"]])
    frozen(lets_through=[f"team:{team.pk}"])
    about: dict[str, Any] = {"change_request": request_, "digest": flow.digest(request_)}
    with pytest.raises(Refused, match="Only those whom the freeze names"):
        let_through(by=people["chie"], reason="Now.", **about)
    client.force_login(people["emi"])
    address = reverse("web:change_request", args=[request_.pk])
    assert "Let this plan through" in client.get(address).content.decode()
    sent = {"digest": flow.digest(request_), "reason": ""}
    refused = client.post(reverse("web:let_through", args=[request_.pk]), sent)
    assert "why it can&#x27;t wait" in refused.content.decode()
    client.post(reverse("web:let_through", args=[request_.pk]), sent | {"reason": "Orders fail."})
    assert "Let through Year end" in client.get(address).content.decode()
    event = Event.objects.get(verb="review.let_through")
    assert (event.actor, event.data["window"], event.data["reason"]) == ("emi", "Year end", "Orders fail.")
    assert begin(people, request_).number == 1
    with pytest.raises(Refused, match="Nothing is frozen"):
        let_through(by=people["emi"], reason="Again.", **about)


def test_an_exception_is_of_one_plan_and_of_no_author(people: People, request_: ChangeRequest, aws: Account) -> None:
    frozen(lets_through=[f"person:{people['emi'].pk}", f"person:{people['aiko'].pk}"])
    with pytest.raises(Refused, match="no author"):
        let_through(by=people["aiko"], change_request=request_, digest=flow.digest(request_), reason="Now.")
    let_through(by=people["emi"], change_request=request_, digest=flow.digest(request_), reason="Now.")
    assert request_.revision
    assert freeze.closed(request_.revision) is None
    aws.documents["orders-prod"]["MultiAZ"] = True
    again = flow.replanned(people["aiko"], request_, aws)
    assert again.revision
    assert freeze.closed(again.revision) is not None
    with pytest.raises(DatabaseError), transaction.atomic():
        FreezeException.objects.update(reason="Other")


@pytest.mark.parametrize("holds", [True, False])
def test_a_run_that_goes_on_waits_where_the_freeze_says_so(
    people: People, request_: ChangeRequest, aws: Account, holds: bool
) -> None:
    run = begin(people, request_)
    window = frozen(holds=holds)
    flow.pump(run, aws, rounds=3)
    assert len(aws.calls) == (0 if holds else 1)
    if holds:
        assert "Waits for the end of Year end" in run.steps.get().cause
        window.enabled = False
        window.save()
        flow.pump(run, aws)
    assert run.state == RunState.SUCCEEDED


def test_a_window_is_written_in_a_form(client: Client, goro: User, prod: Environment, people: People) -> None:
    client.force_login(goro)
    page = reverse("web:settings_new_window")
    sent: dict[str, Any] = {
        "name": "Weekend", "kind": "freeze", "starts": "2026-12-04T18:00", "ends": "2026-12-07T08:00",
        "zone": "Europe/Berlin", "repeats": "WEEKLY", "days": ["FR"], "environments": ["prod"], "enabled": "on",
        "lets_through": [f"person:{people['ben'].pk}"],
    }  # fmt: skip
    assert client.post(page, sent).status_code == 302
    made = CalendarWindow.objects.get()
    assert (made.rule, made.minutes, made.starts) == ("FREQ=WEEKLY;BYDAY=FR", 62 * 60, "2026-12-04T18:00")
    address = reverse("web:settings_window", args=[made.pk])
    shown = client.get(address).context["form"].initial
    assert (shown["repeats"], shown["days"], shown["ends"]) == ("WEEKLY", ["FR"], "2026-12-07T08:00")
    wrong = client.post(address, sent | {"ends": "2026-12-14T08:00"})
    assert "It would never end" in wrong.content.decode()
    assert client.post(address, sent | {"repeats": "own", "rule": "FREQ=MONTHLY;BYDAY=-1FR"}).status_code == 302
    assert client.get(address).context["form"].initial["rule"] == "FREQ=MONTHLY;BYDAY=-1FR"
    assert "Weekend" in client.get(reverse("web:settings_calendar")).content.decode()
    assert list(Event.objects.filter(verb__startswith="calendar.").values_list("verb", flat=True).order_by("seq")) == [
        "calendar.added", "calendar.changed",
    ]  # fmt: skip

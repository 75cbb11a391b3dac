"""A run that starts later: what is known of that time is checked at once, and everything again when it comes."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.audit.models import Event
from apps.changes.models import ChangeRequest
from apps.environments.models import CalendarWindow, Environment
from apps.people.models import User
from apps.refusal import Refused
from apps.runs.commands import schedule, start, start_due, unschedule
from apps.runs.models import Run, Schedule
from tests.integration import flow
from tests.integration.estate import Account

People = dict[str, User]
TONIGHT = timedelta(hours=5)


@pytest.fixture
def request_(people: People, prod: Environment, aws: Account) -> ChangeRequest:
    return flow.approved(people, prod, aws)


@pytest.fixture
def later(people: People, request_: ChangeRequest) -> Callable[[timedelta], Schedule]:
    def made(after: timedelta = TONIGHT) -> Schedule:
        about: dict[str, Any] = {"by": people["aiko"], "change_request": request_, "digest": flow.digest(request_)}
        return schedule(**about, at=timezone.now() + after)

    return made


Later = Callable[..., Schedule]


def comes(at: datetime) -> None:
    with time_machine.travel(at + timedelta(seconds=1), tick=False):
        start_due()


def test_it_starts_when_its_time_has_come_and_not_before(request_: ChangeRequest, later: Later) -> None:
    found = later()
    start_due()
    assert not Run.objects.exists()
    comes(found.at)
    run = Run.objects.get()
    found.refresh_from_db()
    assert (found.state, found.run, run.started_by.username) == ("started", run, "aiko")
    comes(found.at)
    assert Run.objects.count() == 1


def test_what_changed_meanwhile_stops_it_and_is_told(
    people: People, request_: ChangeRequest, later: Later, client: Client
) -> None:
    found = later()
    since = (found.at - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
    window = CalendarWindow.objects.create(name="Year end", kind="freeze", starts=since, minutes=600, zone="UTC")
    comes(found.at)
    found.refresh_from_db()
    assert (found.state, "frozen by Year end" in found.said) == ("refused", True)
    assert Event.objects.get(verb="run.not_started").data["reason"] == found.said
    client.force_login(people["aiko"])
    page = client.get(reverse("web:change_request", args=[request_.pk])).content.decode()
    assert "Did not start" in page
    assert "frozen by Year end" in page
    with pytest.raises(Refused, match="frozen by Year end"):
        later(TONIGHT)
    window.delete()
    assert later(TONIGHT + timedelta(hours=1)).state == "waiting"


def test_an_edit_takes_it_back_by_itself(people: People, request_: ChangeRequest, later: Later) -> None:
    found = later()
    flow.edited(people["daichi"], request_)
    comes(found.at)
    found.refresh_from_db()
    assert found.state == "refused"
    assert not Run.objects.exists()


@pytest.mark.parametrize(
    ("after", "words"),
    [(-TONIGHT, "over already"), (timedelta(days=100), "within 90 days"), (timedelta(days=8), "will have expired")],
)
def test_times_that_can_not_be(later: Later, after: timedelta, words: str) -> None:
    with pytest.raises(Refused, match=words):
        later(after)


def test_only_one_is_waited_for_and_it_can_be_taken_back(people: People, request_: ChangeRequest, later: Later) -> None:
    later()
    with pytest.raises(Refused, match="scheduled already"):
        later()
    with pytest.raises(Refused, match="neither requester nor reviewer"):
        unschedule(by=people["emi"], change_request=request_)
    unschedule(by=people["ben"], change_request=request_)
    with pytest.raises(Refused, match="not waited for"):
        unschedule(by=people["ben"], change_request=request_)
    assert later().state == "waiting"


def test_applying_now_leaves_nothing_to_start_later(people: People, request_: ChangeRequest, later: Later) -> None:
    found = later()
    start(by=people["aiko"], change_request=request_, digest=flow.digest(request_))
    comes(found.at)
    found.refresh_from_db()
    assert (found.state, Run.objects.count()) == ("refused", 1)


def test_a_time_is_chosen_on_the_page(people: People, request_: ChangeRequest, client: Client) -> None:
    client.force_login(people["aiko"])
    address = reverse("web:change_request", args=[request_.pk])
    client.cookies["ringi_zone"] = "Asia/Tokyo"
    assert "Start it later" in client.get(address).content.decode()
    at = timezone.now() + TONIGHT
    there = at.astimezone(ZoneInfo("Asia/Tokyo")).strftime("%Y-%m-%dT%H:%M")
    wrong = client.post(reverse("web:schedule", args=[request_.pk]), {"at": "soon", "digest": flow.digest(request_)})
    assert "soon" in wrong.content.decode()
    client.post(reverse("web:schedule", args=[request_.pk]), {"at": there, "digest": flow.digest(request_)})
    made = Schedule.objects.get()
    assert abs(made.at - at) < timedelta(minutes=1), "the clock of the reader"
    page = client.get(address).content.decode()
    assert "in the name of Aiko Mori; expected to end" in page
    assert "Start it later" not in page
    client.post(reverse("web:unschedule", args=[request_.pk]))
    assert "Start it later" in client.get(address).content.decode()

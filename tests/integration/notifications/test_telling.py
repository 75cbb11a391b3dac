"""From the log to people: everybody whom an event concerns, once, in the product and by mail."""

import smtplib
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.changes.commands import comment, suggest
from apps.changes.models import ChangeRequest
from apps.environments.models import Environment
from apps.notifications import mail as mailing
from apps.notifications import preferences
from apps.notifications.dispatch import SETTLED, dispatch
from apps.notifications.keeping import forget_old
from apps.notifications.models import Cursor, Kind, Notification
from apps.people.models import User
from apps.refusal import Refused
from apps.reviews.commands import approve, remind, request_changes
from apps.runs.commands import start
from tests.integration import flow
from tests.integration.estate import Account

People = dict[str, User]


@pytest.fixture(autouse=True)
def began(db: None) -> None:
    """What happened before it is told nobody."""
    dispatch()


@pytest.fixture
def request_(people: People, prod: Environment, aws: Account) -> ChangeRequest:
    return flow.submitted(people["aiko"], flow.draft(people["aiko"], prod), aws)


def told(kind: str = "") -> list[tuple[str, str]]:
    """Who was told since the last time, of which kind."""
    before = set(Notification.objects.values_list("pk", flat=True))
    dispatch()
    new = Notification.objects.exclude(pk__in=before).order_by("person__username")
    return [(each.person.username, each.kind) for each in new if not kind or each.kind == kind]


def test_reviewers_are_told_that_a_request_waits_and_authors_what_became_of_it(
    people: People, request_: ChangeRequest
) -> None:
    assert told() == [("ben", "review"), ("chie", "review")]
    first = Notification.objects.first()
    assert first is not None
    assert (first.text, first.address) == (
        f"{request_.reference} waits for your review: Resize", f"/change-requests/{request_.pk}/",
    )  # fmt: skip
    request_changes(by=people["ben"], change_request=request_, digest=flow.digest(request_), text="Smaller.")
    assert told() == [("aiko", "decision")]


def test_nobody_is_told_twice_and_nothing_is_missed_that_is_committed_late(
    people: People, request_: ChangeRequest
) -> None:
    dispatch()
    cursor = Cursor.objects.get()
    count = Notification.objects.count()
    assert count == 2
    dispatch()
    assert Notification.objects.count() == count
    with time_machine.travel(timezone.now() + 2 * SETTLED):
        dispatch()
    later = Cursor.objects.get()
    assert later.event > cursor.event, "what is settled is not read again"
    Notification.objects.all().delete()
    dispatch()
    assert Notification.objects.count() == 0
    Cursor.objects.update(event=cursor.event)
    dispatch()
    assert Notification.objects.count() == count


def test_who_is_mentioned_and_who_takes_part_is_told_but_not_the_one_who_speaks(
    people: People, request_: ChangeRequest
) -> None:
    told()
    first = comment(by=people["chie"], change_request=request_, text="@daichi, is that right?")
    assert told() == [("aiko", "conversation"), ("daichi", "conversation")]
    comment(by=people["daichi"], change_request=request_, text="It is.", answers=first.pk)
    assert told() == [("aiko", "conversation"), ("chie", "conversation")]
    suggest(by=people["ben"], change_request=request_, ordinal=1, property="DBInstanceClass", value="db.r6g.2xlarge")
    assert told() == [("aiko", "conversation")]


def test_an_approval_that_completes_the_flow_and_the_end_of_the_run_are_told(
    people: People, request_: ChangeRequest, aws: Account
) -> None:
    told()
    approve(by=people["ben"], change_request=request_, digest=flow.digest(request_))
    assert told() == [("aiko", "decision")]
    run = start(by=people["daichi"], change_request=request_, digest=flow.digest(request_))
    flow.pump(run, aws)
    assert told() == [("aiko", "run"), ("daichi", "run")]


def test_people_who_are_switched_off_are_told_nothing(people: People, request_: ChangeRequest) -> None:
    User.objects.filter(username="ben").update(is_active=False)
    assert told() == [("chie", "review")]


def test_reviewers_are_asked_again_at_most_once_an_hour(people: People, request_: ChangeRequest) -> None:
    told()
    with pytest.raises(Refused, match="Only its authors"):
        remind(by=people["ben"], change_request=request_)
    remind(by=people["aiko"], change_request=request_)
    assert told() == [("ben", "review"), ("chie", "review")]
    with pytest.raises(Refused, match="within the last hour"):
        remind(by=people["aiko"], change_request=request_)
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        remind(by=people["aiko"], change_request=request_)


@pytest.fixture
def sending(settings: Any) -> None:
    settings.RINGI_MAIL, settings.RINGI_ADDRESS = True, "https://ringi.example"


@pytest.mark.usefixtures("sending")
def test_mail_is_sent_once_of_what_a_person_wants(people: People, request_: ChangeRequest) -> None:
    preferences.save(by=people["chie"], mailed=[Kind.RUN])
    dispatch()
    mailing.send_due()
    mailing.send_due()
    [sent] = mail.outbox
    assert sent.to == [people["ben"].email]
    assert sent.subject == f"[Ringi] {request_.reference} waits for your review: Resize"
    assert f"https://ringi.example/change-requests/{request_.pk}/" in sent.body
    assert "Message-ID" in sent.extra_headers


@pytest.mark.usefixtures("sending")
def test_mail_is_tried_again_when_the_server_is_away(
    people: People, request_: ChangeRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise smtplib.SMTPServerDisconnected("gone")

    dispatch()
    with monkeypatch.context() as patched:
        patched.setattr("django.core.mail.EmailMessage.send", away)
        mailing.send_due()
    assert mail.outbox == []
    waiting = Notification.objects.filter(mail_due__gt=timezone.now())
    assert [each.mail_error for each in waiting] == ["SMTPServerDisconnected: gone"] * 2
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        mailing.send_due()
    assert len(mail.outbox) == 2


def test_without_mail_the_page_still_tells(people: People, request_: ChangeRequest, client: Client) -> None:
    dispatch()
    mailing.send_due()
    assert {each.mail_error for each in Notification.objects.all()} == {"Mail is not set up."}
    client.force_login(people["ben"])
    page = client.get(reverse("web:notifications")).content.decode()
    assert f"{request_.reference} waits for your review: Resize" in page
    assert "Mail is not set up" in page
    assert "1<span" in client.get("/").content.decode().partition('class="badge">')[2][:12]
    client.get(reverse("web:change_request", args=[request_.pk]))
    assert 'class="badge"' not in client.get("/").content.decode(), "who has seen the request has read it"


def test_a_notification_leads_where_it_is_about_and_only_its_own_reader(
    people: People, request_: ChangeRequest, client: Client
) -> None:
    dispatch()
    mine = Notification.objects.get(person=people["ben"])
    client.force_login(people["chie"])
    assert client.post(reverse("web:open_notification", args=[mine.pk])).status_code == 404
    client.force_login(people["ben"])
    answer = client.post(reverse("web:open_notification", args=[mine.pk]))
    assert answer["Location"] == f"/change-requests/{request_.pk}/"
    mine.refresh_from_db()
    assert mine.read_at is not None
    client.force_login(people["chie"])
    client.post(reverse("web:read_notifications"))
    assert not Notification.objects.filter(read_at=None).exists()


def test_what_is_mailed_is_chosen_on_the_page(people: People, client: Client) -> None:
    client.force_login(people["ben"])
    client.post(reverse("web:notifications"), {"mailed": ["review", "run"]})
    assert [kind for kind, on in preferences.of(people["ben"]).items() if on] == ["review", "run"]
    client.post(reverse("web:notifications"), {})
    assert not any(preferences.of(people["ben"]).values())
    assert client.post(reverse("web:notifications"), {"mailed": ["everything"]}).status_code == 422


def test_what_was_told_is_forgotten_after_half_a_year(people: People, request_: ChangeRequest) -> None:
    dispatch()
    forget_old(timezone.now() + timedelta(days=179))
    assert Notification.objects.count() == 2
    forget_old(timezone.now() + timedelta(days=181))
    assert Notification.objects.count() == 0

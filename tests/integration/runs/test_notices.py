"""Who is told by mail that a run needs a person, once, and what happens when the mail can't be sent."""

import smtplib
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMessage
from django.utils import timezone
from pytest_django.fixtures import Settings

from apps.environments.models import Environment
from apps.people.models import User
from apps.runs.models import Notice, Run
from apps.runs.notices import NO_MAIL, TRIES_MOST, send_due
from tests.integration import flow
from tests.integration.estate import Account, denied, unclear

People = dict[str, User]


@pytest.fixture(autouse=True)
def _mail(settings: Settings) -> None:
    settings.RINGI_MAIL, settings.RINGI_ADDRESS = True, "https://ringi.example"


def attention(people: People, prod: Environment, aws: Account) -> Run:
    started = flow.started(people, prod, aws)
    aws.faults = [("before", unclear())] * 3
    return flow.pump(started, aws)


def test_a_run_that_needs_a_person_tells_who_started_it_once(people: People, prod: Environment, aws: Account) -> None:
    run = attention(people, prod, aws)
    send_due()
    send_due()
    [sent] = mail.outbox
    assert sent.to == ["aiko@example.test"]
    assert sent.subject == f"[Ringi] {run.reference} needs a person: Resize"
    assert f"https://ringi.example/runs/{run.pk}/" in sent.body
    assert "Step 1.1" in sent.body
    assert Notice.objects.get().sent_at is not None


def test_a_run_that_failed_tells_and_one_that_succeeded_does_not(
    people: People, prod: Environment, aws: Account
) -> None:
    flow.pump(flow.started(people, prod, aws), aws)
    assert not Notice.objects.exists()
    started = flow.started(people, prod, aws, flow.resize("users-prod"))
    aws.faults = [("before", denied())]
    failed = flow.pump(started, aws)
    send_due()
    [sent] = mail.outbox
    assert sent.subject == f"[Ringi] {failed.reference} failed: Resize"
    assert failed.failure in sent.body


def test_requesters_are_told_where_nobody_concerned_can_be(people: People, prod: Environment, aws: Account) -> None:
    attention(people, prod, aws)
    User.objects.filter(username="aiko").update(is_active=False)
    send_due()
    assert [sent.to for sent in mail.outbox] == [["daichi@example.test"]]


def test_a_title_adds_no_header(people: People, prod: Environment, aws: Account) -> None:
    run = attention(people, prod, aws)
    type(run.change_request).objects.filter(pk=run.change_request_id).update(title="a\nBcc: evil@example.test")
    send_due()
    [sent] = mail.outbox
    assert "\n" not in sent.subject
    assert sent.recipients() == ["aiko@example.test"]


@pytest.mark.parametrize("error", [ConnectionRefusedError("no"), smtplib.SMTPServerDisconnected("gone")])
def test_a_mail_that_fails_is_tried_again_and_given_up_at_last(
    people: People, prod: Environment, aws: Account, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    attention(people, prod, aws)
    tried = []

    def send(message: EmailMessage) -> int:
        tried.append(message)
        raise error

    monkeypatch.setattr(EmailMessage, "send", send)
    send_due()
    send_due()
    assert len(tried) == 1, "not again at once"
    now = timezone.now()
    for hours in range(TRIES_MOST + 3):
        with time_machine.travel(now + timedelta(hours=10 * (hours + 1)), tick=False):
            send_due()
    assert len(tried) == TRIES_MOST
    assert type(error).__name__ in Notice.objects.get().error


def test_a_planner_that_died_while_sending_is_followed_by_another(
    people: People, prod: Environment, aws: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    attention(people, prod, aws)

    def die(message: EmailMessage) -> int:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(EmailMessage, "send", die)
        with pytest.raises(SystemExit):
            send_due()
    send_due()
    assert mail.outbox == []
    with time_machine.travel(timezone.now() + timedelta(minutes=3), tick=False):
        send_due()
    assert len(mail.outbox) == 1


def test_without_mail_nobody_is_told_and_nothing_piles_up(
    people: People, prod: Environment, aws: Account, settings: Settings
) -> None:
    settings.RINGI_MAIL = False
    attention(people, prod, aws)
    send_due()
    notice = Notice.objects.get()
    assert (notice.due, notice.error, mail.outbox) == (None, NO_MAIL, [])

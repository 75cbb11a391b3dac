"""Whoever is concerned is told that a run needs a person, with what is known of it."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.environments.models import Environment
from apps.notifications import mail as mailing
from apps.notifications import preferences
from apps.notifications.dispatch import dispatch
from apps.notifications.models import Kind, Notification, Webhook
from apps.people.models import Role, RoleBinding, User
from apps.runs.models import Run
from tests.integration import flow
from tests.integration.estate import Account, denied, unclear

People = dict[str, User]


@pytest.fixture(autouse=True)
def _mail(settings: Any, db: None) -> None:
    settings.RINGI_MAIL, settings.RINGI_ADDRESS = True, "https://ringi.example"
    dispatch()


def attention(people: People, prod: Environment, aws: Account) -> Run:
    started = flow.started(people, prod, aws)
    aws.faults = [("before", unclear())] * 3
    return flow.pump(started, aws)


def sent() -> list[str]:
    """Who gets mail of a run in trouble, with the subject."""
    dispatch()
    Notification.objects.exclude(kind=Kind.TROUBLE).update(mail_due=None)
    mailing.send_due(50)
    return sorted(f"{each.to[0].partition('@')[0]}: {each.subject}" for each in mail.outbox)


def test_a_run_that_needs_a_person_tells_who_started_it_once(people: People, prod: Environment, aws: Account) -> None:
    run = attention(people, prod, aws)
    assert sent() == sent() == [f"aiko: [Ringi] {run.reference} in prod needs a person: Resize"]
    [message] = mail.outbox
    assert f"https://ringi.example/runs/{run.pk}/" in message.body
    assert "Step 1.1" in message.body


def test_a_run_that_failed_says_why(people: People, prod: Environment, aws: Account) -> None:
    started = flow.started(people, prod, aws)
    aws.faults = [("before", denied())]
    failed = flow.pump(started, aws)
    assert sent() == [f"aiko: [Ringi] {failed.reference} in prod failed: Resize"]
    assert failed.failure in mail.outbox[0].body


def test_a_run_that_succeeded_is_told_in_the_product_alone(people: People, prod: Environment, aws: Account) -> None:
    run = flow.pump(flow.started(people, prod, aws), aws)
    assert sent() == []
    [told] = Notification.objects.filter(kind=Kind.RUN)
    assert (told.text, told.address) == (f"{run.reference} in prod succeeded: Resize", f"/runs/{run.pk}/")


def test_who_wants_no_mail_of_it_gets_none(people: People, prod: Environment, aws: Account) -> None:
    attention(people, prod, aws)
    preferences.save(by=people["aiko"], mailed=[Kind.REVIEW])
    assert sent() == []
    assert Notification.objects.filter(kind=Kind.TROUBLE, person=people["aiko"]).count() == 1


@pytest.mark.parametrize("lost", [{"is_active": False}, {"email": ""}])
def test_requesters_are_told_where_nobody_concerned_can_be(
    people: People, prod: Environment, aws: Account, lost: dict[str, object]
) -> None:
    attention(people, prod, aws)
    User.objects.filter(username="aiko").update(**lost)
    assert [each.partition(":")[0] for each in sent()] == ["daichi"]


def test_a_title_adds_no_header(people: People, prod: Environment, aws: Account) -> None:
    run = attention(people, prod, aws)
    type(run.change_request).objects.filter(pk=run.change_request_id).update(title="a\nBcc: evil@example.test")
    sent()
    [message] = mail.outbox
    assert "\n" not in message.subject
    assert message.recipients() == ["aiko@example.test"]


def test_the_page_of_notifications_shows_what_is_known_and_leads_to_the_run(
    client: Client, people: People, prod: Environment, aws: Account
) -> None:
    run = attention(people, prod, aws)
    dispatch()
    client.force_login(people["aiko"])
    page = client.get(reverse("web:notifications")).content.decode()
    assert f"{run.reference} in prod needs a person: Resize</button>" in page
    assert "Step 1.1" in page
    told = Notification.objects.get(kind=Kind.TROUBLE)
    assert client.post(reverse("web:open_notification", args=[told.pk])).headers["Location"] == f"/runs/{run.pk}/"


def test_mails_and_deliveries_in_trouble_are_on_the_operations_page(
    client: Client, people: People, prod: Environment, aws: Account
) -> None:
    attention(people, prod, aws)
    dispatch()
    Notification.objects.filter(kind=Kind.TROUBLE).update(mail_tries=2, mail_error="ConnectionRefusedError: no")
    for name, error in (("Chat", "It answers 503."), ("Tickets", "")):
        hook = Webhook.objects.create(name=name, form="signed", url="https://hooks.example/", nonce=name)
        hook.deliveries.create(event=1, at=timezone.now(), tries=1, error=error)
    RoleBinding.objects.create(user=people["chie"], role=Role.ADMINISTRATOR)
    client.force_login(people["chie"])
    page = " ".join(client.get(reverse("web:settings_operations")).content.decode().split())
    assert "could not be sent was for Aiko" in page
    assert "ConnectionRefusedError: no" in page
    assert "Chat</a> does not take what it is sent: It answers 503." in page
    assert "Tickets" not in page

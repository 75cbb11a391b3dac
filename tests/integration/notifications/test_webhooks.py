"""Deliveries to local receivers: signed, tried again, each event once by its id, and never to places inside."""

import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.audit.models import Event
from apps.changes.models import ChangeRequest
from apps.environments.models import Environment
from apps.notifications import outside, webhooks
from apps.notifications.models import Delivery, Webhook
from apps.people.models import Role, RoleBinding, User
from apps.refusal import Refused
from tests.integration import flow

People = dict[str, User]


@dataclass
class Receiver:
    """What it got; it answers `status`, after `delay` seconds, with `headers`."""

    url: str = ""
    status: int = 200
    delay: float = 0.0
    headers: dict[str, str] = field(default_factory=dict)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def events(self) -> list[int]:
        return [json.loads(body)["id"] for _, body in self.got]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            time.sleep(found.delay)
            if found.status < 300:
                found.got.append((dict(self.headers), body))
            self.send_response(found.status)
            for name, value in found.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(b"no more room")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{server.server_port}/hook?x=1"
    Thread(target=server.serve_forever, daemon=True).start()
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def loopback(settings: Any, db: None) -> None:
    settings.WEBHOOK_ALLOWED, settings.RINGI_ADDRESS = ["127.0.0.0/8"], "https://ringi.example"
    webhooks.enqueue()


@pytest.fixture
def goro(people: People) -> User:
    goro = User.objects.create_user("goro", "goro@example.test", None, full_name="Goro Hayashi")
    RoleBinding.objects.create(user=goro, role=Role.ADMINISTRATOR)
    return goro


def hook(goro: User, receiver: Receiver, **more: Any) -> Webhook:
    about = {"name": "Ours", "form": "signed", "url": receiver.url} | more
    made = webhooks.save_webhook(by=goro, webhook=Webhook(**about))
    webhooks.enqueue()
    return made


def happens(people: People, prod: Environment, times: int = 1) -> list[ChangeRequest]:
    made = [flow.draft(people["aiko"], prod) for _ in range(times)]
    webhooks.enqueue()
    return made


def passes(**more: float) -> None:
    """Time passes, and what is due is sent."""
    with time_machine.travel(timezone.now() + timedelta(**more)):
        webhooks.send_due()


def test_a_delivery_is_signed_and_says_what_happened(
    people: People, prod: Environment, goro: User, receiver: Receiver
) -> None:
    made = hook(goro, receiver)
    [request] = happens(people, prod)
    webhooks.send_due()
    [(headers, body)] = receiver.got
    told = json.loads(body)
    assert (told["type"], told["text"], told["link"]) == (
        "change_request.proposed", f"Aiko Mori proposed {request.reference}",
        f"https://ringi.example/change-requests/{request.pk}/",
    )  # fmt: skip
    at, signature = (part.partition("=")[2] for part in headers["X-Ringi-Signature"].split(","))
    expected = hmac.new(webhooks.secret(made).encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    assert signature == expected
    assert headers["X-Ringi-Event"] == str(told["id"])
    assert Delivery.objects.get().state == "delivered"


def test_after_a_day_of_being_down_everything_arrives_once(
    people: People, prod: Environment, goro: User, receiver: Receiver
) -> None:
    hook(goro, receiver)
    receiver.status = 503
    happens(people, prod, 3)
    for hour in range(24):
        passes(hours=hour)
    assert receiver.got == []
    tried = Delivery.objects.order_by("pk").first()
    assert tried is not None
    assert (tried.state, tried.status, tried.error) == ("waiting", 503, "It answered 503: no more room")
    assert tried.tries < 10, "a receiver that is away is asked less and less often"
    receiver.status = 200
    passes(days=3)
    assert sorted(receiver.events) == sorted(Delivery.objects.values_list("event", flat=True))
    assert len(receiver.events) == len(set(receiver.events)) == 3


def test_it_is_given_up_after_days_and_sent_again_when_somebody_asks(
    people: People, prod: Environment, goro: User, receiver: Receiver, client: Client
) -> None:
    made = hook(goro, receiver)
    receiver.status = 500
    happens(people, prod)
    for day in range(12):
        passes(days=day)
    assert Delivery.objects.get().state == "failed"
    receiver.status = 200
    client.force_login(goro)
    page = reverse("web:settings_webhook", args=[made.pk])
    assert "Given up" in client.get(page).content.decode()
    client.post(reverse("web:replay_delivery", args=[Delivery.objects.get().pk]))
    webhooks.send_due()
    assert len(receiver.got) == 1
    assert "Delivered" in client.get(page).content.decode()
    assert Event.objects.get(verb="webhook.replayed").data == {"event": receiver.events[0]}


def test_a_test_is_delivered_whatever_the_webhook_is_told_of(
    people: People, goro: User, receiver: Receiver, client: Client
) -> None:
    made = hook(goro, receiver, topics=["team"], environments=["prod"])
    client.force_login(goro)
    page = client.post(reverse("web:test_webhook", args=[made.pk]), follow=True).content.decode()
    assert "A test is on its way to Ours" in page
    assert 'hx-select="#deliveries"' in page, "it is looked at again while something is under way"
    webhooks.send_due()
    [(_, body)] = receiver.got
    assert json.loads(body)["type"] == "webhook.tested"
    page = client.get(reverse("web:settings_webhook", args=[made.pk])).content.decode()
    assert "webhook.tested" in page
    assert 'hx-select="#deliveries"' not in page
    Webhook.objects.update(enabled=False)
    refused = client.post(reverse("web:test_webhook", args=[made.pk]), follow=True).content.decode()
    assert "Switch it on and save it first" in refused
    client.force_login(people["ben"])
    assert client.post(reverse("web:test_webhook", args=[made.pk])).status_code == 403
    webhooks.enqueue()
    webhooks.send_due()
    assert len(receiver.got) == 1, "it is not sent a second time with the log"


def test_slow_and_redirecting_receivers_are_named(
    people: People, prod: Environment, goro: User, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outside, "SECONDS", 0.2)
    hook(goro, receiver)
    happens(people, prod)
    receiver.delay = 0.6
    webhooks.send_due()
    assert Delivery.objects.get().error.startswith("It did not answer within")
    receiver.delay, receiver.status, receiver.headers = 0, 302, {"Location": "http://169.254.169.254/"}
    passes(minutes=1)
    assert "redirect (302), which is not followed" in Delivery.objects.get().error


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://169.254.169.254/latest", "address of the own network"),
        ("https://10.0.0.8/", "address of the own network"),
        ("https://[::1]/", "address of the own network"),
        ("https://localhost/", "address of the own network"),
        ("http://203.0.113.9/", "Give an address with https"),
        ("ftp://example.com/", "Write an address as in"),
        ("https://user:word@example.com/", "without a user"),
        ("https://", "Write an address as in"),
        ("https://example.com:99999/", "This is no address"),
    ],
)
def test_places_inside_and_what_is_no_address_are_never_posted_to(settings: Any, url: str, said: str) -> None:
    settings.WEBHOOK_ALLOWED = []
    answered = outside.post(url, b"{}", {})
    assert (answered.status, said in answered.error) == (None, True), answered


def test_a_name_is_checked_by_what_it_leads_to(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.WEBHOOK_ALLOWED = []
    rows = [(2, 1, 6, "", ("93.184.215.14", 443)), (2, 1, 6, "", ("10.0.0.1", 443))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: rows)
    assert "own network" in outside.post("https://hooks.example.com/", b"", {}).error
    settings.WEBHOOK_ALLOWED = ["hooks.example.com"]
    parts = outside.check_address("https://hooks.example.com/")
    assert outside.resolved(parts) == "93.184.215.14"


def test_slack_is_told_in_its_words(people: People, prod: Environment, goro: User, receiver: Receiver) -> None:
    hook(goro, receiver, form="slack")
    User.objects.filter(username="aiko").update(full_name="Aiko <&> Mori")
    people["aiko"].refresh_from_db()
    [request] = happens(people, prod)
    webhooks.send_due()
    [(headers, body)] = receiver.got
    link = f"<https://ringi.example/change-requests/{request.pk}/|Open>"
    assert json.loads(body) == {"text": f"Aiko &lt;&amp;&gt; Mori proposed {request.reference} {link}"}
    assert "X-Ringi-Signature" not in headers


@pytest.mark.parametrize("narrow", [{"topics": ["run"]}, {"environments": ["dev"]}, {"enabled": False}])
def test_it_is_told_of_what_it_asks_for_only(
    people: People, prod: Environment, goro: User, receiver: Receiver, narrow: dict[str, Any]
) -> None:
    hook(goro, receiver, **narrow)
    happens(people, prod)
    webhooks.send_due()
    assert receiver.got == []


def test_the_log_keeps_no_address_and_wrong_ones_are_refused_in_the_form(
    client: Client, goro: User, receiver: Receiver
) -> None:
    client.force_login(goro)
    page = reverse("web:settings_new_webhook")
    sent = {
        "name": "Channel",
        "form": "slack",
        "url": "https://hooks.slack.example/services/T0/B0/word",
        "enabled": "on",
    }
    assert client.post(page, sent | {"url": "hooks.slack.example"}).status_code == 422
    answer = client.post(page, sent)
    made = Webhook.objects.get()
    assert answer["Location"] == reverse("web:settings_webhook", args=[made.pk])
    [event] = Event.objects.filter(verb="webhook.added")
    assert "word" not in event.text
    assert client.post(page, sent).status_code == 422
    assert "Channel" in client.get(reverse("web:settings_webhooks")).content.decode()
    client.post(reverse("web:settings_webhook", args=[made.pk]), sent | {"form": "signed"})
    shown = client.get(reverse("web:settings_webhook", args=[made.pk])).content.decode()
    made.refresh_from_db()
    assert webhooks.secret(made) in shown


def test_only_administrators_have_webhooks(people: People, receiver: Receiver, client: Client) -> None:
    with pytest.raises(Refused):
        webhooks.save_webhook(by=people["ben"], webhook=Webhook(name="Mine", form="signed", url=receiver.url))
    client.force_login(people["ben"])
    assert client.get(reverse("web:settings_webhooks")).status_code == 403

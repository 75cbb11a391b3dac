"""Events of the log for other systems: each at least once, tried for three days, every try in view."""

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.crypto import get_random_string

from apps.audit.log import record
from apps.audit.models import Event
from apps.audit.verbs import sentence
from apps.notifications import outside
from apps.notifications.dispatch import MOST, SETTLED
from apps.notifications.models import Cursor, Delivery, DeliveryState, Form, Webhook
from apps.people.models import User
from apps.people.policies import check_administers
from apps.people.queries import is_administrator
from apps.refusal import Refusal, check
from apps.unseen import holds_unseen

NAME, STREAM = "webhooks", "config"
SWITCHED_OFF = Refusal("enabled", "It is switched off, so nothing is sent. Switch it on and save it first.")
LEASE, BUDGET_SECONDS = timedelta(minutes=1), 45
AGAIN = tuple(timedelta(seconds=s) for s in (10, 60, 300, 1800, 7200, 21600, 43200, 86400, 86400))
TOPICS = ("change_request", "review", "run", "emergency", "administration", "rule", "team", "role", "calendar")


@transaction.atomic
def save_webhook(*, by: User, webhook: Webhook, now: datetime | None = None) -> Webhook:
    """Add a webhook, or change one. It is told of what happens from then on."""
    now = now or timezone.now()
    taken = Webhook.objects.filter(name=webhook.name).exclude(pk=webhook.pk).exists()
    check(check_administers(is_administrator(by)), _check_name(webhook.name, taken=taken), _check_url(webhook.url))
    new = webhook.pk is None
    webhook.nonce = webhook.nonce or get_random_string(40)
    webhook.save()
    # An address of Slack lets whoever has it write there: the log keeps its host only.
    about = {"form": webhook.form, "host": outside.check_address(webhook.url).hostname, "topics": webhook.topics}
    about |= {"environments": webhook.environments, "enabled": webhook.enabled}
    verb = "webhook.added" if new else "webhook.changed"
    record(stream=STREAM, verb=verb, by=by, subject=webhook.name, data={"after": about}, now=now)
    return webhook


@transaction.atomic
def send_again(*, by: User, delivery: Delivery, now: datetime | None = None) -> None:
    """Deliver an event once more, whatever became of it; the receiver knows it by its id."""
    now = now or timezone.now()
    check(check_administers(is_administrator(by)))
    Delivery.objects.filter(pk=delivery.pk).update(state=DeliveryState.WAITING, due=now, tries=0)
    data = {"event": delivery.event}
    record(stream=STREAM, verb="webhook.replayed", by=by, subject=delivery.webhook.name, data=data, now=now)


@transaction.atomic
def send_test(*, by: User, webhook: Webhook, now: datetime | None = None) -> Delivery:
    """Deliver an event that says nothing but that it was asked for, whatever the webhook is told of."""
    now = now or timezone.now()
    check(check_administers(is_administrator(by)), None if webhook.enabled else SWITCHED_OFF)
    event = record(stream=STREAM, verb="webhook.tested", by=by, subject=webhook.name, now=now)
    return Delivery.objects.create(webhook=webhook, event=event.pk, at=now, due=now)


def secret(webhook: Webhook) -> str:
    """With which its deliveries are signed; another one when the installation's secret changes."""
    key = f"ringi webhook {settings.SECRET_KEY}".encode()
    return hmac.new(key, f"{webhook.pk}:{webhook.nonce}".encode(), hashlib.sha256).hexdigest()


@transaction.atomic
def enqueue(now: datetime | None = None) -> None:
    """A delivery for every event that a webhook wants, read as `dispatch` reads the log."""
    now = now or timezone.now()
    if not Cursor.objects.filter(name=NAME).exists():
        newest = Event.objects.aggregate(newest=Max("id"))["newest"] or 0
        Cursor.objects.get_or_create(name=NAME, defaults={"event": newest})
    cursor = Cursor.objects.select_for_update(skip_locked=True).filter(name=NAME).first()
    if cursor is None:
        return
    rows = Event.objects.filter(id__gt=cursor.event).order_by("id").only("id", "verb", "environment", "at")
    events = list(rows[:MOST])
    wanted = [
        Delivery(webhook=hook, event=event.pk, at=event.at, due=now)
        for hook in Webhook.objects.filter(enabled=True)
        for event in events
        if _wants(hook, event)
    ]
    Delivery.objects.bulk_create(wanted, ignore_conflicts=True)
    settled = [event.pk for event in events if event.at < now - SETTLED]
    cursor.event = max(settled, default=cursor.event)
    cursor.save(update_fields=["event"])


def _wants(hook: Webhook, event: Event) -> bool:
    topic = event.verb.partition(".")[0]
    here = not hook.environments or event.environment in hook.environments
    return here and (topic in hook.topics if hook.topics else topic in TOPICS)


def send_due() -> None:
    """Send what is due, as long as `BUDGET_SECONDS` last: a slow receiver holds nobody up for ever."""
    began = time.monotonic()
    while time.monotonic() - began < BUDGET_SECONDS and (found := _claimed()):
        _send(found)


@transaction.atomic
def _claimed() -> Delivery | None:
    now = timezone.now()
    rows = Delivery.objects.select_for_update(skip_locked=True, of=("self",)).select_related("webhook")
    found = rows.filter(Q(due__lte=now), webhook__enabled=True).order_by("due", "pk").first()
    if found is not None:
        found.due, found.tries = now + LEASE, found.tries + 1
        found.save(update_fields=["due", "tries"])
    return found


def _send(found: Delivery) -> None:
    event = Event.objects.filter(pk=found.event).first()
    if event is None:
        answered = outside.Answered(None, "The event is not in the log any more.")
    else:
        body = _body(found, event)
        answered = outside.post(found.webhook.url, body, _headers(found, event, body))
    now = timezone.now()
    found.status, found.error, found.due = answered.status, answered.error, None
    if not answered.error:
        found.state, found.delivered_at = DeliveryState.DELIVERED, now
    elif found.tries <= len(AGAIN):
        found.due = now + AGAIN[found.tries - 1]
        # What waits behind it is not tried sooner: a receiver that is away is asked once at a time.
        behind = Delivery.objects.filter(webhook=found.webhook, due__lt=found.due).exclude(pk=found.pk)
        behind.update(due=found.due)
    else:
        found.state = DeliveryState.FAILED
    found.save(update_fields=["status", "error", "due", "state", "delivered_at"])


def _body(found: Delivery, event: Event) -> bytes:
    said = f"{event.actor_name or 'Ringi'} {sentence(event)}"
    link = f"{settings.RINGI_ADDRESS}/change-requests/{event.stream[3:]}/" if event.stream.startswith("cr/") else ""
    whole = _slack(said, link) if found.webhook.form == Form.SLACK else _signed(event, said, link)
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()


def _slack(said: str, link: str) -> Mapping[str, Any]:
    """https://docs.slack.dev/messaging/formatting-message-text: three signs are escaped, and nothing else."""
    text = said.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return {"text": f"{text} <{link}|Open>" if link else text}


def _signed(event: Event, said: str, link: str) -> Mapping[str, Any]:
    return {
        "id": event.pk, "type": event.verb, "at": event.at.isoformat(), "actor": event.actor, "text": said,
        "environment": event.environment, "subject": event.subject, "link": link, "data": event.data,
    }  # fmt: skip


def _headers(found: Delivery, event: Event, body: bytes) -> dict[str, str]:
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Ringi"}
    if found.webhook.form == Form.SLACK:
        return headers
    at = int(time.time())
    signature = hmac.new(secret(found.webhook).encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    signed = {"X-Ringi-Signature": f"t={at},v1={signature}", "X-Ringi-Event": str(event.pk)}
    return {**headers, **signed, "X-Ringi-Delivery": f"{found.pk}-{found.tries}"}


def _check_url(url: str) -> Refusal | None:
    try:
        outside.check_address(url)
    except outside.Refused as refused:
        return Refusal("url", str(refused))
    return None


def _check_name(name: str, *, taken: bool) -> Refusal | None:
    if taken:
        return Refusal("name", "Another webhook has this name. Give it one of its own.")
    return None if name.strip() and not holds_unseen(name) else Refusal("name", "Give it a name that can be read.")

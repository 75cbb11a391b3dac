"""Webhooks with how their deliveries stand, and deliveries with what they were about."""

from dataclasses import dataclass

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery

from apps.audit.models import Event
from apps.notifications.models import Delivery, DeliveryState, Webhook


@dataclass(frozen=True)
class WebhookRow:
    webhook: Webhook
    waiting: int
    failed: int
    error: str


def rows() -> list[WebhookRow]:
    counted = Webhook.objects.annotate(
        waiting=Count("deliveries", filter=Q(deliveries__state=DeliveryState.WAITING)),
        failed=Count("deliveries", filter=Q(deliveries__state=DeliveryState.FAILED)),
        newest=Max("deliveries"),
    )
    return [WebhookRow(each, each.waiting, each.failed, _error(each)) for each in counted]


def _error(webhook: Webhook) -> str:
    """What was wrong with the newest try that was."""
    wrong = webhook.deliveries.filter(state__in=(DeliveryState.WAITING, DeliveryState.FAILED)).exclude(error="").first()
    return wrong.error if wrong else ""


def in_trouble() -> list[tuple[Webhook, str]]:
    """The webhooks that don't take now what they are sent, each with what was wrong last."""
    waiting = Delivery.objects.filter(state=DeliveryState.WAITING, webhook__enabled=True).exclude(error="")
    newest = waiting.select_related("webhook").order_by("webhook__name", "-id").distinct("webhook__name")
    return [(each.webhook, each.error) for each in newest]


def deliveries(webhook: Webhook) -> QuerySet[Delivery]:
    """The newest first, each with the verb and subject of its event."""
    event = Event.objects.filter(pk=OuterRef("event"))
    return webhook.deliveries.annotate(verb=Subquery(event.values("verb")), subject=Subquery(event.values("subject")))

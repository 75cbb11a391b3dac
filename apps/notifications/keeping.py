"""What was told is forgotten after a while: the log keeps what happened."""

from datetime import datetime, timedelta

from django.utils import timezone

from apps.notifications.models import Delivery, DeliveryState, Notification

TOLD, DELIVERED = timedelta(days=180), timedelta(days=60)


def forget_old(now: datetime | None = None) -> None:
    """Notifications of half a year ago, and deliveries that are over since two months."""
    now = now or timezone.now()
    Notification.objects.filter(at__lt=now - TOLD).delete()
    over = Delivery.objects.exclude(state=DeliveryState.WAITING)
    over.filter(at__lt=now - DELIVERED).delete()

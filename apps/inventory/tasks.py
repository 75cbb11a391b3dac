"""The tasks of inventory: lists on queue `read`, what only looks at rows on queue `plan`."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from apps.bell import Bell, ring_again
from apps.environments import gateways
from apps.environments.models import Environment
from apps.inventory import commands
from apps.inventory import scan as scans
from apps.inventory.models import ScanState, TypeScan

LOST_AFTER = timedelta(minutes=5)


@shared_task(queue="read")
def scan(scan_id: int) -> None:
    """On a queue of its own, so that nobody who waits for a plan waits for a list."""
    scans.scan(scan_id=scan_id, open_reader=gateways.reader)


@shared_task(queue="plan")
def refresh_all() -> None:
    """Ask for a reading of everything, and take up readings whose worker or message was lost."""
    for environment in Environment.objects.filter(enabled=True):
        commands.request_refresh(by=None, environment=environment)


@shared_task(queue="plan")
def sweep() -> None:
    """Ring again for readings that were asked for and not begun, and take back those whose worker is gone."""
    lost = timezone.now() - LOST_AFTER
    for row in TypeScan.objects.filter(state=ScanState.RUNNING, started_at__lt=lost):
        scans.lost(row)
    asked = timezone.now() - timedelta(seconds=5)
    waiting = TypeScan.objects.filter(state=ScanState.QUEUED, requested_at__lt=asked, environment__enabled=True)
    for pk in waiting.order_by("requested_at").values_list("pk", flat=True)[:100]:
        ring_again(Bell.SCAN, pk)

"""Reading one type of one region in bulk, however long it takes: slice by slice, each going on where the last stopped.

A slice keeps what it sees as it goes and ends in time before its task is killed; the scan is then asked for again. Only
a list that came to its end says what is gone. A type that can't be read says why and touches nothing else.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from time import monotonic
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from apps.aws.gateway import AwsError, Gateway
from apps.bell import Bell, ring_on_commit
from apps.environments.models import Environment
from apps.inventory.commands import batched, belongs, forget, keep
from apps.inventory.models import Resource, ScanState, TypeScan

log = logging.getLogger(__name__)
Open = Callable[[Environment, str], Gateway]
SLICE_SECONDS = 45.0  # config.bell kills a task after 120
TOGETHER = 50
TRIES_MOST = 3
UNFIT = (
    "Ringi could not keep what AWS answered. What was read before stays, and other types are not touched. "
    "Ask an administrator to look at the planner's log."
)
STUCK = (
    "The reading was interrupted {tries} times without getting any further. What was read before stays. "
    "Ask an administrator to look at the reader's log."
)


def scan(*, scan_id: int, open_reader: Open, now: datetime | None = None, seconds: float = SLICE_SECONDS) -> None:
    """Read on for about `seconds`. A second message for the same scan finds it taken and does nothing."""
    started = now or timezone.now()
    queued = TypeScan.objects.filter(pk=scan_id, state=ScanState.QUEUED, environment__enabled=True)
    if not queued.update(
        state=ScanState.RUNNING, started_at=started, begun_at=Coalesce("begun_at", started), tries=F("tries") + 1
    ):
        return
    row = TypeScan.objects.select_related("environment__account").get(pk=scan_id)
    try:
        if _read_on(row, open_reader(row.environment, "ringi-inventory"), seconds):
            _end(row, ScanState.DONE, error_code="", error="")
        else:
            _pause(row)
    except AwsError as error:
        _end(row, ScanState.FAILED, error_code=error.code or error.kind, error=error.sentence)
    except Exception as error:
        log.exception("reading met an unexpected error", extra={"type": row.type, "environment": row.environment.slug})
        _end(row, ScanState.FAILED, error_code=type(error).__name__, error=UNFIT)


def _read_on(row: TypeScan, aws: Gateway, seconds: float) -> bool:
    """Whether the list came to its end within the time."""
    give_back = monotonic() + seconds
    for some in batched(aws.list(row.type, row.region, skip=frozenset(row.seen)), TOGETHER):
        mine = [each for each in some if belongs(each, row.environment)]
        row.seen += [each.identifier for each in some]
        with transaction.atomic():
            keep(row.environment, mine, row.begun_at or timezone.now())
            TypeScan.objects.filter(pk=row.pk).update(seen=row.seen, tries=0)
        if monotonic() > give_back:
            return False
    with transaction.atomic():
        forget(row.environment, row.region, row.type, row.seen, row.begun_at or timezone.now())
    return True


def lost(row: TypeScan) -> None:
    """Take back a scan whose worker is gone: it goes on where it stopped, or says that it never gets any further."""
    if row.tries >= TRIES_MOST:
        _end(row, ScanState.FAILED, error_code="interrupted", error=STUCK.format(tries=row.tries))
    else:
        TypeScan.objects.filter(pk=row.pk, state=ScanState.RUNNING).update(state=ScanState.QUEUED)


def _pause(row: TypeScan) -> None:
    with transaction.atomic():
        TypeScan.objects.filter(pk=row.pk, state=ScanState.RUNNING).update(state=ScanState.QUEUED)
        ring_on_commit(Bell.SCAN, row.pk)


def _end(row: TypeScan, state: ScanState, **values: Any) -> None:
    there = Resource.objects.filter(environment=row.environment_id, region=row.region, type=row.type, gone_at=None)
    counted = {"count": there.count()} if state == ScanState.DONE else {}
    TypeScan.objects.filter(pk=row.pk, state=ScanState.RUNNING).update(
        state=state, finished_at=timezone.now(), begun_at=None, seen=[], tries=0, **counted, **values
    )

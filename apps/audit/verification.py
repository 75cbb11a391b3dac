"""Verifying the log in the background, slice by slice, each going on where the last one stopped."""

from datetime import datetime, timedelta
from time import monotonic

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from apps.audit import queries
from apps.audit.log import Person, record
from apps.audit.models import Verification, VerificationState
from apps.audit.verify import Checked, check_on, row_at
from apps.bell import Bell, ring_again, ring_on_commit

SUBJECT = "the audit log"
SLICE_SECONDS = 45.0  # config.bell kills a task after 120
LOST_AFTER = timedelta(minutes=3)
TRIES_MOST, FINDINGS_MOST = 3, 1000
STUCK = "interrupted {tries} times without getting any further; look at the reader's log"


@transaction.atomic
def request_verification(*, by: Person | None, now: datetime | None = None) -> Verification:
    """Have the whole log checked; a verification that is under way is the answer to that, too.

    `by` is None for the product itself, which asks every night.
    """
    now = now or timezone.now()
    under_way = Verification.objects.filter(state__in=[VerificationState.QUEUED, VerificationState.RUNNING]).first()
    if under_way is not None:
        return under_way
    row = Verification.objects.create(
        asked_by=by.full_name if by else "Ringi", requested_at=now, expected=queries.places()
    )
    ring_on_commit(Bell.VERIFY, row.pk)
    record(stream="operations", verb="log.verification_requested", by=by, subject=SUBJECT, now=now)
    return row


def carry_on(*, verification_id: int, seconds: float = SLICE_SECONDS) -> None:
    """Check for about `seconds`. A second message for the same verification finds it taken and does nothing."""
    queued = Verification.objects.filter(pk=verification_id, state=VerificationState.QUEUED)
    if not queued.update(state=VerificationState.RUNNING, started_at=timezone.now(), tries=F("tries") + 1):
        return
    row = Verification.objects.get(pk=verification_id)
    give_back = monotonic() + seconds
    last = row_at(row.stream, row.seq) if row.seq else None
    while _kept(row, part := check_on(last)):
        last = part.last
        if last is None:
            _end(row, VerificationState.DONE, outcome(row))
            return
        if monotonic() > give_back:
            _pause(row)
            return


def outcome(row: Verification) -> str:
    """What came of it, in words."""
    if row.breaks:
        return f"{row.breaks} finding{'s' if row.breaks > 1 else ''} in {row.events} events"
    return f"{row.events} events in {row.streams} streams, every chain is whole"


def sweep() -> None:
    """Take back verifications whose worker is gone, and ring again for those that nobody has begun."""
    lost = timezone.now() - LOST_AFTER
    for row in Verification.objects.filter(state=VerificationState.RUNNING, started_at__lt=lost):
        if row.tries >= TRIES_MOST:
            _end(row, VerificationState.FAILED, STUCK.format(tries=row.tries))
        else:
            _mine(row).update(state=VerificationState.QUEUED)
    for pk in Verification.objects.filter(state=VerificationState.QUEUED).values_list("pk", flat=True):
        ring_again(Bell.VERIFY, pk)


def _mine(row: Verification) -> QuerySet[Verification]:
    """The row, unless somebody else has taken it up since."""
    return Verification.objects.filter(pk=row.pk, state=VerificationState.RUNNING, started_at=row.started_at)


def _kept(row: Verification, part: Checked) -> bool:
    """Write down how far it has come; False when somebody else has taken it up."""
    row.events += part.events
    row.streams += part.streams
    row.breaks += len(part.breaks)
    row.findings = [*row.findings, *part.findings][:FINDINGS_MOST]
    place = {"stream": part.last.stream, "seq": part.last.seq} if part.last else {}
    known = {name: getattr(row, name) for name in ("events", "streams", "breaks", "findings")}
    return bool(_mine(row).update(tries=0, **known, **place))


def _pause(row: Verification) -> None:
    with transaction.atomic():
        _mine(row).update(state=VerificationState.QUEUED)
        ring_on_commit(Bell.VERIFY, row.pk)


@transaction.atomic
def _end(row: Verification, state: VerificationState, said: str) -> None:
    now = timezone.now()
    if _mine(row).update(state=state, finished_at=now):
        data = {"outcome": said, "events": row.events, "findings": row.findings}
        record(stream="operations", verb="log.verified", by=None, subject=SUBJECT, data=data, now=now)

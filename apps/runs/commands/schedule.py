"""Starting a run later, at a time that somebody chose: everything is checked again then, as if it were pressed."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from apps.changes.models import ChangeRequest
from apps.changes.move import log
from apps.people.models import User
from apps.refusal import Refusal, Refused, check
from apps.reviews.freeze import closed
from apps.reviews.standing import is_complete
from apps.runs import policies
from apps.runs.acting import may
from apps.runs.commands.start import NO_PLAN, facts, start, until
from apps.runs.models import Schedule, ScheduleState

LATEST = timedelta(days=90)
PAST = Refusal("at", "This time is over already. Choose a later one, or apply it now.")
FAR = Refusal("at", f"Choose a time within {LATEST.days} days.")
TOO_OLD = Refusal("at", "An approval will have expired by then. Choose an earlier time.")
SCHEDULED = Refusal("scheduled", "It is scheduled already. Take that back first.")
NOT_WAITING = Refusal("schedule", "This start is not waited for any more. Load the page again.")


@transaction.atomic
def schedule(
    *, by: User, change_request: ChangeRequest, digest: str, at: datetime, now: datetime | None = None
) -> Schedule:
    """Have the approved revision started at a time. What can be known of that time by now is checked by now."""
    now = now or timezone.now()
    rows = ChangeRequest.objects.select_for_update(of=("self",)).select_related("environment", "revision")
    request = rows.get(pk=change_request.pk)
    revision = request.revision
    if revision is None:
        raise Refused(NO_PLAN)
    revision.change_request = request
    asked = facts(by, request, revision, digest)
    check(
        PAST if at <= now else FAR if at > now + LATEST else None,
        policies.check_start(replace(asked, closed=until(closed(revision, at)), waits_for="")),
        None if is_complete(revision, at) else TOO_OLD,
        SCHEDULED if waiting(request) else None,
    )
    made = Schedule.objects.create(
        change_request=request, revision=revision, digest=digest, by=by, at=at, created_at=now
    )
    log(request, "run.scheduled", by, now, at=at.isoformat(), digest=digest, revision=revision.number)
    return made


@transaction.atomic
def unschedule(*, by: User, change_request: ChangeRequest, now: datetime | None = None) -> None:
    """Take a start back that is waited for."""
    now = now or timezone.now()
    request = (
        ChangeRequest.objects.select_for_update(of=("self",)).select_related("environment").get(pk=change_request.pk)
    )
    check(policies.check_may_act(may(by, request.environment.slug), request.environment.name))
    found = waiting(request)
    if found is None:
        raise Refused(NOT_WAITING)
    _end(found, ScheduleState.CANCELLED)
    log(request, "run.unscheduled", by, now, at=found.at.isoformat())


def waiting(request: ChangeRequest) -> Schedule | None:
    """The start that is waited for, if any."""
    return Schedule.objects.filter(change_request=request, state=ScheduleState.WAITING).select_related("by").first()


def last(request: ChangeRequest) -> Schedule | None:
    """The newest start that was asked for, whatever became of it."""
    return Schedule.objects.filter(change_request=request).select_related("by").order_by("-pk").first()


def start_due(now: datetime | None = None) -> None:
    """Start what is due; what may not start is given up, with the reason, and waits for a person."""
    now = now or timezone.now()
    due = Schedule.objects.filter(state=ScheduleState.WAITING, at__lte=now).values_list("pk", flat=True)
    for pk in due[:100]:
        _begin(pk, now)


@transaction.atomic
def _begin(pk: int, now: datetime) -> None:
    rows = Schedule.objects.select_for_update(of=("self",), skip_locked=True)
    found = rows.select_related("by", "change_request__environment").filter(pk=pk, state=ScheduleState.WAITING).first()
    if found is None:
        return
    try:
        with transaction.atomic():
            found.run = start(by=found.by, change_request=found.change_request, digest=found.digest, now=now)
    except Refused as refused:
        _end(found, ScheduleState.REFUSED, refused.refusal.sentence)
        log(found.change_request, "run.not_started", None, now, at=found.at.isoformat(), reason=found.said)
    else:
        _end(found, ScheduleState.STARTED)


def _end(found: Schedule, state: ScheduleState, said: str = "") -> None:
    found.state, found.said = state, said
    found.save(update_fields=["state", "said", "run"])

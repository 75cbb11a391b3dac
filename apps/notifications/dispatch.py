"""From the log to people: every event at least once, everybody once of each.

Events get their numbers before they are committed, so one may appear behind a later one. What is younger than `SETTLED`
is therefore read again; who was told of an event already is not told twice.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from apps.audit.models import Event
from apps.notifications.audience import VERBS, Told, told
from apps.notifications.models import Cursor, Notification
from apps.notifications.preferences import wanting

SETTLED = timedelta(minutes=2)  # longer than any transaction may last
MOST, NAME = 500, "people"


@transaction.atomic
def dispatch(now: datetime | None = None) -> int:
    """Tell people what has happened since the last time; how many were told. Nothing while another process does it."""
    now = now or timezone.now()
    if not Cursor.objects.filter(name=NAME).exists():
        Cursor.objects.get_or_create(name=NAME, defaults={"event": _newest()})
    cursor = Cursor.objects.select_for_update(skip_locked=True).filter(name=NAME).first()
    if cursor is None:
        return 0
    events = list(Event.objects.filter(id__gt=cursor.event, verb__in=VERBS).order_by("id")[:MOST])
    made = sum(_tell(event, now) for event in events)
    settled = Event.objects.filter(id__gt=cursor.event, at__lt=now - SETTLED)
    if len(events) == MOST:
        settled = settled.filter(id__lte=events[-1].pk)
    cursor.event = settled.aggregate(newest=Max("id"))["newest"] or cursor.event
    cursor.save(update_fields=["event"])
    return made


def _newest() -> int:
    return Event.objects.aggregate(newest=Max("id"))["newest"] or 0


def _tell(event: Event, now: datetime) -> int:
    known = set(Notification.objects.filter(event=event.pk).values_list("person", flat=True))
    new = [each for each in told(event) if each.person not in known]
    mailed = wanting({each.person for each in new}, new[0].kind) if new else set()
    rows = [_row(event, each, now if each.person in mailed else None) for each in new]
    return len(Notification.objects.bulk_create(rows, ignore_conflicts=True))


def _row(event: Event, each: Told, mail_due: datetime | None) -> Notification:
    return Notification(
        person_id=each.person, event=event.pk, kind=each.kind, text=each.text, address=each.address,
        request=each.request, at=event.at, mail_due=mail_due,
    )  # fmt: skip

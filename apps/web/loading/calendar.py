"""The windows of the calendar with what is coming of them, and what they mean for a request."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from apps.changes.models import Revision
from apps.environments import calendar
from apps.environments.calendar import Closed, Span
from apps.environments.models import CalendarWindow
from apps.people.models import User
from apps.reviews import freeze
from apps.reviews.models import FreezeException
from apps.runs.commands.schedule import last
from apps.runs.models import Schedule, ScheduleState

AHEAD = timedelta(days=366)
SHOWN_DAYS, MOST = 14, 6


@dataclass(frozen=True)
class WindowRow:
    """A window with its next occurrence, or the one that is on; None where there is none in a year."""

    window: CalendarWindow
    next: Span | None
    now: bool


@dataclass(frozen=True)
class Standing:
    """What the calendar says of a plan: why nothing starts now, whether this person may let it through, who has."""

    closed: Closed | None
    reason: str
    may: bool
    let: list[FreezeException]


@dataclass(frozen=True)
class Planned:
    """A start that is waited for, or that was refused, with its expected end; None where nobody knows."""

    schedule: Schedule
    ends: datetime | None

    @property
    def waits(self) -> bool:
        return self.schedule.state == ScheduleState.WAITING


@dataclass(frozen=True)
class Ahead:
    """What whoever chooses a time should see: how long it takes, and the windows of the next days."""

    minutes: float
    spans: list[Span]


def rows(now: datetime) -> list[WindowRow]:
    found = CalendarWindow.objects.all()
    ahead = ((each, next(calendar.spans(each.window, now, now + AHEAD), None)) for each in found)
    return [WindowRow(each, span, bool(span and span.starts <= now)) for each, span in ahead]


def standing(revision: Revision, person: User) -> Standing | None:
    """None where the calendar has nothing to say."""
    closed, let = freeze.closed(revision), freeze.exceptions(revision)
    if closed is None and not let:
        return None
    window = CalendarWindow.objects.filter(pk=closed.window.pk).first() if closed and closed.window else None
    may = window is not None and freeze.may_let_through(person, window, revision.change_request)
    return Standing(closed, window.reason if window else "", may, let)


def planned(revision: Revision) -> Planned | None:
    """The newest start that was asked for of this revision, where it matters still."""
    found = last(revision.change_request)
    if found is None or found.revision_id != revision.pk:
        return None
    if found.state not in (ScheduleState.WAITING, ScheduleState.REFUSED):
        return None
    took = minutes(revision)
    return Planned(found, found.at + timedelta(minutes=took) if took is not None else None)


def ahead(revision: Revision, now: datetime) -> Ahead:
    return Ahead(minutes(revision) or 0, freeze.upcoming(revision.change_request.environment, now, SHOWN_DAYS)[:MOST])


def minutes(revision: Revision) -> float | None:
    """How long the plan is expected to take."""
    speed = revision.evaluation.get("speed")
    return float(speed["minutes"]) if speed else None

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

AHEAD = timedelta(days=366)


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

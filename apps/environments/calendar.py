"""When runs may start: freezes, and open windows outside of which nothing starts. Pure.

A window is written in the wall time of its zone, as RFC 5545 has it: "every Friday 18:00 for 62 hours" is that also
across a change of clocks. A time that a clock skips is the moment at which it does; where one comes twice, a freeze
takes the longer and an opening the shorter.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from dateutil import tz  # type: ignore[import-untyped]
from dateutil.rrule import rrule, rruleset, rrulestr  # type: ignore[import-untyped]

from apps.refusal import Refusal

FREEZE, OPEN = "freeze", "open"
LONGEST = timedelta(days=366)
HORIZON = timedelta(days=366 * 3)  # within it a window has to happen
MINUTE = timedelta(minutes=1)
FREQUENCIES = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY")
NO_ZONE = Refusal("zone", "There is no such time zone. Write one as in Asia/Tokyo.")


@dataclass(frozen=True)
class Window:
    """`starts` is a wall time in `zone`, `minutes` how long it lasts, `rule` an RRULE or "" for once.

    It is about the `environments` (slugs) and `types` named, all of them where none is, and with `production` only
    about production. A freeze that `holds` lets runs that go on make no new call.
    """

    name: str
    kind: str
    starts: datetime
    minutes: int
    zone: str
    rule: str = ""
    environments: tuple[str, ...] = ()
    production: bool = False
    types: tuple[str, ...] = ()
    holds: bool = False
    pk: int = 0

    def about(self, environment: str, production: bool, types: Collection[str]) -> bool:
        here = not self.environments or environment in self.environments
        return here and (production or not self.production) and (not self.types or bool({*self.types} & {*types}))


@dataclass(frozen=True)
class Span:
    """One occurrence of a window, in UTC."""

    window: Window
    starts: datetime
    ends: datetime


@dataclass(frozen=True)
class Closed:
    """Why nothing starts now, and until when; None where nobody knows an end. `window` is the freeze, if it is one."""

    sentence: str
    until: datetime | None
    window: Window | None = None


def spans(window: Window, after: datetime, before: datetime) -> Iterator[Span]:
    """The occurrences that touch the time between two moments, in their order."""
    zone, length = ZoneInfo(window.zone), timedelta(minutes=window.minutes)
    first, last = (moment.astimezone(zone).replace(tzinfo=None) for moment in (after - length - MINUTE, before))
    begins = _starts(window, last).between(first - timedelta(days=1), last, inc=True)
    for begin in begins:
        span = Span(
            window,
            _moment(begin, zone, late=window.kind == OPEN),
            _moment(begin + length, zone, late=window.kind == FREEZE),
        )
        if span.ends > after and span.starts < before:
            yield span


def _starts(window: Window, until: datetime) -> Any:
    if not window.rule:
        once = rruleset()
        once.rdate(window.starts)
        return once
    found: Any = rrulestr(window.rule, dtstart=window.starts)
    given, count = getattr(found, "_until", None), getattr(found, "_count", None)
    endless = found.replace(count=None, until=min(given, until) if given else until)
    if count is None:
        return endless
    return (
        found if endless.after(window.starts, inc=True) else rruleset()
    )  # one that never happens is searched for ever


def _moment(wall: datetime, zone: ZoneInfo, *, late: bool) -> datetime:
    there = wall.replace(tzinfo=zone, fold=int(late))
    if tz.datetime_exists(there):
        return there.astimezone(UTC)
    before, found = there.replace(fold=0).utcoffset(), there.replace(fold=1).astimezone(UTC)
    while found.astimezone(zone).utcoffset() == before:
        found += MINUTE
    return found


def closed(
    windows: Iterable[Window], environment: str, production: bool, types: Collection[str], now: datetime
) -> Closed | None:
    """Whether anything stands in the way of a start now."""
    mine = [window for window in windows if window.about(environment, production, types)]
    frozen = [
        span
        for window in mine
        if window.kind == FREEZE
        for span in spans(window, now, now + MINUTE)
        if span.starts <= now
    ]
    if frozen:
        last = max(frozen, key=lambda span: span.ends)
        return Closed(f"it is frozen by {last.window.name}", last.ends, last.window)
    openings = [window for window in mine if window.kind == OPEN]
    if not openings or any(span.starts <= now for window in openings for span in spans(window, now, now + MINUTE)):
        return None
    ahead = [span.starts for window in openings if (span := next(spans(window, now, now + HORIZON), None))]
    names = " and ".join(window.name for window in openings)
    return Closed(f"it is outside of {names}", min(ahead, default=None))


def check_window(window: Window) -> Refusal | None:
    """Whether it can be read, happens at all, and ends."""
    if window.zone not in available_timezones():
        return NO_ZONE
    if not 1 <= window.minutes <= LONGEST // MINUTE:
        return Refusal("minutes", "It lasts from one minute to a year.")
    if window.rule and (refusal := _check_rule(window)):
        return refusal
    zone = ZoneInfo(window.zone)
    begin = _moment(window.starts, zone, late=False)
    found = list(islice(spans(window, begin, begin + HORIZON), 60))
    if not found:
        return Refusal("rule", "This never happens within three years of its start. Correct the rule.")
    if len(found) > 1 and all(one.ends >= other.starts for one, other in pairwise(found)):
        return Refusal("minutes", "It would never end: every occurrence lasts until the next one begins.")
    return None


def _check_rule(window: Window) -> Refusal | None:
    parts = dict(part.partition("=")[::2] for part in window.rule.removeprefix("RRULE:").split(";"))
    if parts.get("FREQ") not in FREQUENCIES:
        return Refusal(
            "rule",
            f"A rule begins with FREQ={', '.join(FREQUENCIES[:-1])} or {FREQUENCIES[-1]}, as in FREQ=WEEKLY;BYDAY=FR.",
        )
    try:
        found = rrulestr(window.rule, dtstart=window.starts)
    except (ValueError, TypeError) as error:
        if "UNTIL" in str(error):
            return Refusal("rule", "Write UNTIL as a wall time, without Z.")
        return Refusal("rule", f"This is no rule as in RFC 5545: {error}. Write one as in FREQ=WEEKLY;BYDAY=FR.")
    return None if isinstance(found, rrule) else Refusal("rule", "Write one rule only.")


def stored(window: Window) -> Mapping[str, Any]:
    """What the log says of it."""
    names = ("name", "kind", "minutes", "zone", "rule", "environments", "production", "types", "holds")
    return {"starts": window.starts.isoformat(timespec="minutes"), **{name: getattr(window, name) for name in names}}

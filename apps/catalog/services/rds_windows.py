"""Backup and maintenance windows of Amazon RDS. Source: `botocore, rds ModifyDBInstance` on both of them."""

from collections.abc import Iterator

from apps.catalog.types import Document, Json

BACKUP, MAINTENANCE = WINDOWS = ("PreferredBackupWindow", "PreferredMaintenanceWindow")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY, WEEK, LEAST = 24 * 60, 7 * 24 * 60, 30  # minutes


def minute(text: str) -> int:
    """ "04:30", or "tue:04:30" in the week."""
    *day, hours, minutes = text.lower().split(":")
    return (DAYS.index(day[0]) * DAY if day else 0) + int(hours) * 60 + int(minutes)


def span(window: Json, whole: int) -> tuple[int, int] | None:
    """Begin and length in minutes, of a window that comes again after `whole`; None for what isn't one."""
    try:
        begin, end = (minute(text) for text in str(window).split("-"))
    except ValueError:
        return None
    return begin, (end - begin) % whole


def refuse(after: Document) -> Iterator[tuple[str, str]]:
    spans = {BACKUP: span(after.get(BACKUP), DAY), MAINTENANCE: span(after.get(MAINTENANCE), WEEK)}
    for name, found in spans.items():
        if found and found[1] < LEAST:
            yield name, f"A window has at least {LEAST} minutes; this has {found[1]}."
        if found and found[1] >= DAY:
            yield name, "A window is shorter than a day."
    daily, weekly = spans.values()
    if daily and weekly and meet(daily, weekly):
        yield BACKUP, f"The backup window overlaps the maintenance window ({after[MAINTENANCE]}). Move one of them."


def meet(daily: tuple[int, int], weekly: tuple[int, int]) -> bool:
    """Whether two spans share a minute of the day: each begins within the other, counted round the clock."""
    ahead = (weekly[0] - daily[0]) % DAY
    return ahead < daily[1] or DAY - ahead < weekly[1]

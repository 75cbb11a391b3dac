"""The log as pages and exports read it. `slugs` is what `people.queries.environments_of` gives: None = all."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet, Sum

from apps.audit.models import Event, StreamHead
from apps.search import holding

LASTING = ("admin", "config", "inventory", "operations")  # the streams that are neither a request's nor a day's


@dataclass(frozen=True)
class Wanted:
    """What a person looks for in the log; empty members don't narrow. `until` is exclusive.

    `subject` is the whole name of what something was done to, `text` a part of it, or of a resource or call of it.
    """

    person: str = ""
    environment: str = ""
    subject: str = ""
    verb: str = ""
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""


def visible(slugs: frozenset[str] | None, *, whole: bool) -> QuerySet[Event]:
    """Events of the person's environments; events of no environment only for those who read the `whole` log."""
    if whole:
        return Event.objects.all()
    if slugs is None:
        return Event.objects.exclude(environment="")
    return Event.objects.filter(environment__in=slugs - {""})


def events(wanted: Wanted, slugs: frozenset[str] | None, *, whole: bool) -> QuerySet[Event]:
    """Events, newest first."""
    exact = {
        "actor": wanted.person, "environment": wanted.environment, "verb": wanted.verb, "subject": wanted.subject,
    }  # fmt: skip
    rows = visible(slugs, whole=whole).filter(**{name: value for name, value in exact.items() if value})
    if wanted.text:
        rows = holding(rows, "search", wanted.text, "icontains")
    if wanted.since:
        rows = rows.filter(at__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(at__lt=wanted.until)
    return rows.order_by("-at", "-id")


def stream(name: str) -> QuerySet[Event]:
    """The events of one stream in their order; whoever may see its subject may read it."""
    return Event.objects.filter(stream=name).order_by("seq")


def heads() -> Iterable[tuple[str, int]]:
    """The newest place of each lasting stream."""
    return StreamHead.objects.filter(pk__in=LASTING).values_list("stream", "seq")


def places() -> int:
    """The places of the heads of all streams, added up: as many as there are events while nothing is missing."""
    return StreamHead.objects.aggregate(sum=Sum("seq"))["sum"] or 0


def newest() -> datetime | None:
    """When the newest event was written."""
    return Event.objects.order_by("-at", "-id").values_list("at", flat=True).first()

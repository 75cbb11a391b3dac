"""What is under way at this moment, as the operations page and the metrics read it. Times are the database's."""

from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Now

from apps.runs.claim import due_in
from apps.runs.models import ResourceLock, Step, Worker

SILENT_SECONDS = 35  # three signs missed
SHOWN_MOST = 200


@dataclass(frozen=True)
class Leases:
    """Steps that a worker has claimed, the oldest first; `count` of all of them."""

    rows: list[Step]
    count: int


def workers() -> QuerySet[Worker]:
    """Every worker that was seen within a day, with whether it is alive and how many leases it holds."""
    return Worker.objects.annotate(alive=Q(seen_at__gt=due_in(-SILENT_SECONDS))).order_by("-alive", "kind", "name")


def held_by_worker() -> dict[str, int]:
    """The name of a worker -> how many steps its processes have claimed."""
    found: dict[str, int] = {}
    for owner, count in claimed().values_list("owner").annotate(Count("pk")):
        name = owner.rpartition("/")[0]
        found[name] = found.get(name, 0) + count
    return found


def claimed() -> QuerySet[Step]:
    """Steps with an owner. One whose time is up is taken over by the next worker that hears of it."""
    held = Step.objects.filter(due__isnull=False).exclude(owner="")
    return held.annotate(expired=Q(due__lte=Now())).order_by(F("claimed_at").asc(nulls_first=True))


def leases() -> Leases:
    rows = claimed()
    return Leases(list(rows.select_related("run__change_request__environment")[:SHOWN_MOST]), rows.count())


def locks() -> QuerySet[ResourceLock]:
    """Resources that a run holds, the longest held first."""
    return ResourceLock.objects.select_related("run__change_request__environment").order_by("taken_at", "key")

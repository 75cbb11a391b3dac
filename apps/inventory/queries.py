"""What exists, as pages read it. `slugs` is what `people.queries.environments_of` gives: None = all environments."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, Min, Q, QuerySet, Sum

from apps.environments.models import Environment
from apps.inventory.models import Resource, ResourceVersion, ScanState, TypeScan
from apps.search import holding

WORDS_MOST = 8
UNDER_WAY = (ScanState.QUEUED, ScanState.RUNNING)


@dataclass(frozen=True)
class Wanted:
    """What a person looks for; empty members don't narrow. `state` is a status of AWS, or "gone"."""

    text: str = ""
    environment: str = ""
    type: str = ""
    state: str = ""


def visible(slugs: frozenset[str] | None) -> QuerySet[Resource]:
    rows = Resource.objects.select_related("environment__account")
    return rows if slugs is None else rows.filter(environment__slug__in=slugs)


def search(wanted: Wanted, slugs: frozenset[str] | None) -> QuerySet[Resource]:
    """Resources by name."""
    rows = with_words(visible(slugs).defer("document", "search"), wanted.text)
    if wanted.environment:
        rows = rows.filter(environment__slug=wanted.environment)
    if wanted.type:
        rows = rows.filter(type=wanted.type)
    if wanted.state == "gone":
        rows = rows.filter(gone_at__isnull=False)
    else:
        rows = rows.filter(Q(status=wanted.state) if wanted.state else Q(), gone_at__isnull=True)
    return rows.order_by("name", "id")


def with_words(rows: QuerySet[Resource], text: str) -> QuerySet[Resource]:
    """Those in whose name, identifier, ARN, type or tags each word of the text occurs."""
    for word in text.lower().split()[:WORDS_MOST]:
        rows = holding(rows, "search", word)
    return rows


STATUSES = """
WITH RECURSIVE word AS (
    (SELECT status FROM inventory_resource WHERE gone_at IS NULL AND status > '' ORDER BY status LIMIT 1)
    UNION ALL
    SELECT (
        SELECT status FROM inventory_resource WHERE gone_at IS NULL AND status > word.status ORDER BY status LIMIT 1
    ) FROM word WHERE word.status IS NOT NULL
)
SELECT status FROM word WHERE status IS NOT NULL
"""


def statuses() -> list[str]:
    """The words in which AWS says now how resources are: from one to the next by the index, however many have each."""
    with connection.cursor() as cursor:
        cursor.execute(STATUSES)
        return [word for (word,) in cursor]


def versions(resource: Resource, limit: int = 50) -> list[ResourceVersion]:
    """The newest documents of a resource, newest first."""
    return list(resource.versions.order_by("-observed_at", "-id")[:limit])


def scan_of(resource: Resource) -> TypeScan | None:
    """The newest reading of the resource's type in its environment and region."""
    return TypeScan.objects.filter(
        environment_id=resource.environment_id, region=resource.region, type=resource.type
    ).first()


def waiting() -> tuple[int, datetime | None]:
    """How many readings nobody has begun, and since when the first of them waits."""
    rows = TypeScan.objects.filter(state=ScanState.QUEUED, environment__enabled=True)
    queued = rows.aggregate(count=Count("pk"), first=Min("requested_at"))
    return queued["count"], queued["first"]


def failures_by_code() -> Iterable[tuple[str, int]]:
    """Types whose newest reading failed, by the code of the error."""
    failed = TypeScan.objects.filter(state=ScanState.FAILED).order_by()
    return failed.values_list("error_code").annotate(Count("pk"))


@dataclass(frozen=True)
class Reading:
    """The state of some readings: `oldest` is when the least fresh was made, None = never."""

    count: int = 0
    total: int = 0
    failed: int = 0
    under_way: int = 0
    oldest: datetime | None = None

    @property
    def done(self) -> int:
        return self.total - self.under_way

    @property
    def words(self) -> str:
        return f"{self.done} of {self.total}"

    @property
    def state(self) -> ScanState:
        """That of the worst of them."""
        if self.under_way:
            return ScanState.RUNNING
        return ScanState.FAILED if self.failed else ScanState.DONE


@dataclass(frozen=True)
class TypeReading:
    """How a type was read in the regions of an environment, and (region, sentence) where it could not be."""

    type: str
    reading: Reading
    failures: tuple[tuple[str, str], ...]


SUMS = {
    "resources": Sum("count"),
    "total": Count("pk"),
    "failed": Count("pk", filter=Q(state=ScanState.FAILED)),
    "under_way": Count("pk", filter=Q(state__in=UNDER_WAY)),
    "oldest": Min("finished_at"),
}


def readings(environments: Iterable[Environment]) -> dict[int, Reading]:
    """Environment id -> the state of its readings, added up by the database."""
    rows = TypeScan.objects.filter(environment__in=list(environments)).order_by()
    return {row["environment_id"]: _reading(row) for row in rows.values("environment_id").annotate(**SUMS)}


def reading(environment: Environment) -> Reading:
    return readings([environment]).get(environment.pk, Reading())


def types_read(environment: Environment) -> list[TypeReading]:
    """The types that were asked for in the environment, by name."""
    rows = environment.scans.order_by("type")
    failures: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name, region, error in rows.filter(state=ScanState.FAILED).values_list("type", "region", "error"):
        failures[name].append((region, error))
    summed = rows.values("type").annotate(**SUMS)
    return [TypeReading(row["type"], _reading(row), tuple(sorted(failures[row["type"]]))) for row in summed]


def _reading(row: Any) -> Reading:
    return Reading(row["resources"], row["total"], row["failed"], row["under_way"], row["oldest"])

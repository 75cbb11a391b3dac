"""What exists, as pages read it. `slugs` is what `people.queries.environments_of` gives: None = all environments."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q, QuerySet

from apps.environments.models import Environment
from apps.inventory.models import Resource, ResourceVersion, ScanState, TypeScan

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
    """Resources by name. Every word of the text must occur in the name, identifier, ARN, type or a tag."""
    rows = visible(slugs).defer("document", "search")
    for word in wanted.text.lower().split()[:8]:
        rows = rows.filter(search__contains=word)
    if wanted.environment:
        rows = rows.filter(environment__slug=wanted.environment)
    if wanted.type:
        rows = rows.filter(type=wanted.type)
    if wanted.state == "gone":
        rows = rows.filter(gone_at__isnull=False)
    else:
        rows = rows.filter(Q(status=wanted.state) if wanted.state else Q(), gone_at__isnull=True)
    return rows.order_by("name", "id")


def types(slugs: frozenset[str] | None) -> list[str]:
    """The resource types that were ever read in these environments, by name."""
    rows = TypeScan.objects.all() if slugs is None else TypeScan.objects.filter(environment__slug__in=slugs)
    return sorted(set(rows.values_list("type", flat=True)))


def statuses(slugs: frozenset[str] | None) -> list[str]:
    """The statuses of AWS that resources have now."""
    rows = visible(slugs).filter(gone_at__isnull=True).exclude(status="")
    return sorted(set(rows.order_by().values_list("status", flat=True).distinct()))


def versions(resource: Resource, limit: int = 50) -> list[ResourceVersion]:
    """The newest documents of a resource, newest first."""
    return list(resource.versions.order_by("-observed_at", "-id")[:limit])


def scans(environment: Environment) -> list[TypeScan]:
    return list(environment.scans.order_by("region", "type"))


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
    """The state of an environment's readings: `oldest` is when its least fresh type was read, None = never."""

    count: int = 0
    total: int = 0
    failed: int = 0
    under_way: int = 0
    oldest: datetime | None = None

    @property
    def done(self) -> int:
        return self.total - self.under_way


def readings(environments: Iterable[Environment]) -> dict[int, Reading]:
    """Environment id -> the summary of its scans, in one query."""
    by_environment: dict[int, list[TypeScan]] = defaultdict(list)
    for scan in TypeScan.objects.filter(environment__in=list(environments)):
        by_environment[scan.environment_id].append(scan)
    return {pk: reading(rows) for pk, rows in by_environment.items()}


def reading(rows: list[TypeScan]) -> Reading:
    finished = [row.finished_at for row in rows if row.finished_at]
    return Reading(
        count=sum(row.count for row in rows),
        total=len(rows),
        failed=sum(row.state == ScanState.FAILED for row in rows),
        under_way=sum(row.state in UNDER_WAY for row in rows),
        oldest=min(finished, default=None),
    )

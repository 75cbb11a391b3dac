"""What exists, as rows: asking for a reading, keeping what was seen, forgetting what is gone.

Documents are kept as versions only when they change. A type that can't be read says why and touches nothing else. What
was seen earlier never overwrites what was seen later: a run may look at a resource while a list of its type is read.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import TypeVar

from django.db import transaction
from django.utils import timezone

from apps.audit.log import record
from apps.aws.gateway import Gateway
from apps.bell import Bell, ring_on_commit
from apps.catalog.registry import BY_NAME
from apps.environments.models import Environment
from apps.inventory import relations
from apps.inventory.document import digest, search_text
from apps.inventory.models import Resource, ResourceVersion, ScanState, TypeScan
from apps.inventory.policies import check_environment, check_types
from apps.people.models import User
from apps.people.queries import environments_of
from apps.planning.plan import Observation
from apps.refusal import check

Open = Callable[[Environment, str], Gateway]
Each = TypeVar("Each")
REFRESH = "refresh"
BATCH = 500
SHOWN = ("name", "arn", "status", "digest", "gone_at")


def request_refresh(
    *, by: User | None, environment: Environment, types: Sequence[str] | None = None, now: datetime | None = None
) -> None:
    """Queue a reading of the types (default: all) in every region of the environment; one under way goes on.

    `by` is None for the product itself, which asks every quarter of an hour and leaves no event. Raises `Refused`.
    """
    now = now or timezone.now()
    slugs = environments_of(by) if by else None
    names = list(types or BY_NAME)
    check(
        check_environment(
            environment.name, seen=slugs is None or environment.slug in slugs, enabled=environment.enabled
        ),
        check_types(names, BY_NAME),
    )
    with transaction.atomic():
        for name in names:
            for region in environment.regions[:1] if BY_NAME[name].everywhere else environment.regions:
                _queue(environment, region, name, now)
        if by is not None:
            subject = environment.slug
            record(
                stream="inventory", verb="inventory.refresh_requested", by=by, subject=subject,
                environment=environment.slug, data={"types": names}, now=now,
            )  # fmt: skip


def _queue(environment: Environment, region: str, type_name: str, now: datetime) -> None:
    queued = {"state": ScanState.QUEUED, "requested_at": now, "started_at": None, "tries": 0}
    scan, new = TypeScan.objects.get_or_create(environment=environment, region=region, type=type_name, defaults=queued)
    if new or TypeScan.objects.filter(pk=scan.pk).exclude(state=ScanState.RUNNING).update(**queued):
        ring_on_commit(Bell.SCAN, scan.pk)


@transaction.atomic
def leave_regions(environment: Environment, now: datetime | None = None) -> None:
    """Forget the readings of regions that the environment no longer has; what was seen there is gone from it."""
    TypeScan.objects.filter(environment=environment).exclude(region__in=environment.regions).delete()
    there = Resource.objects.filter(environment=environment, gone_at=None).exclude(region__in=environment.regions)
    there.update(gone_at=now or timezone.now())


def belongs(observation: Observation, environment: Environment) -> bool:
    """Where environments share an account, only what carries the environment's tag is in it."""
    if not environment.resource_tag:
        return True
    key, _, value = environment.resource_tag.partition("=")
    tags = observation.document.get("Tags") or []
    return any(tag.get("Key") == key and tag.get("Value") == value for tag in tags)


def batched(items: Iterable[Each], size: int) -> Iterator[list[Each]]:
    """The items in lists of at most `size`."""
    left = iter(items)
    while some := list(islice(left, size)):
        yield some


def keep(environment: Environment, seen: Sequence[Observation], now: datetime) -> None:
    """Keep what a list of one type and region shows. `now` is when the list was begun."""
    for some in batched(seen, BATCH):
        kept = Resource.objects.filter(environment=environment, region=some[0].region, type=some[0].type)
        found = kept.filter(identifier__in=[each.identifier for each in some]).defer("document", "search")
        rows = {row.identifier: row for row in found.order_by("pk").select_for_update()}
        _write(environment, list({each.identifier: each for each in some}.values()), rows, REFRESH, now)


def forget(environment: Environment, region: str, type_name: str, listed: Collection[str], now: datetime) -> None:
    """What a whole list, begun at `now`, doesn't show is gone, unless it was seen since."""
    there = Resource.objects.filter(environment=environment, region=region, type=type_name, gone_at=None)
    there.filter(observed_at__lte=now).exclude(identifier__in=listed).update(gone_at=now)


def record_observation(
    *, environment: Environment, observation: Observation, cause: str, now: datetime | None = None
) -> None:
    """Keep what was just seen of one resource, for example by a run."""
    rows = Resource.objects.filter(
        environment=environment, region=observation.region, type=observation.type, identifier=observation.identifier
    )
    with transaction.atomic():
        known = {row.identifier: row for row in rows.select_for_update()}
        _write(environment, [observation], known, cause, now or timezone.now())


def record_gone(*, environment: Environment, region: str, type_name: str, identifier: str, now: datetime) -> None:
    """Keep that a resource no longer exists."""
    Resource.objects.filter(
        environment=environment, region=region, type=type_name, identifier=identifier, gone_at=None
    ).update(gone_at=now, observed_at=now)


def _write(
    environment: Environment, seen: Sequence[Observation], rows: Mapping[str, Resource], cause: str, now: datetime
) -> None:
    newer = {identifier for identifier, row in rows.items() if row.observed_at > now}
    wanted = [_row(environment, o, rows.get(o.identifier), now) for o in seen if o.identifier not in newer]
    changed = [row for row in wanted if not _same(row, rows.get(row.identifier))]
    known = {row.identifier for row in changed}
    same = [rows[row.identifier].pk for row in wanted if row.identifier not in known]
    Resource.objects.filter(pk__in=same).update(observed_at=now)
    Resource.objects.bulk_create(
        changed,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["environment", "region", "type", "identifier"],
        update_fields=["name", "arn", "status", "document", "digest", "search", "observed_at", "gone_at"],
    )
    before = {identifier: row.digest for identifier, row in rows.items()}
    pks = {row.identifier: row.pk for row in (*rows.values(), *changed)}
    relations.keep({pks[row.identifier]: row for row in wanted})
    _add_versions([row for row in changed if before.get(row.identifier) != row.digest], cause)


def _same(row: Resource, known: Resource | None) -> bool:
    """Whether nothing but the moment of the reading would change."""
    return known is not None and all(getattr(row, name) == getattr(known, name) for name in SHOWN)


def _add_versions(rows: Iterable[Resource], cause: str) -> None:
    versions = (
        ResourceVersion(
            resource=row, document=row.document, digest=row.digest, status=row.status, observed_at=row.observed_at,
            cause=cause,
        )
        for row in rows
    )  # fmt: skip
    ResourceVersion.objects.bulk_create(versions, batch_size=BATCH)


def _row(environment: Environment, seen: Observation, known: Resource | None, now: datetime) -> Resource:
    document = dict(seen.document)
    if known and seen.unread:
        document |= {name: known.document[name] for name in seen.unread if name in known.document}
    return Resource(
        environment=environment,
        region=seen.region,
        type=seen.type,
        identifier=seen.identifier,
        name=seen.name,
        arn=seen.arn,
        status=seen.status,
        document=document,
        digest=digest(document),
        search=search_text(seen),
        first_seen_at=known.first_seen_at if known else now,
        observed_at=now,
        gone_at=None,
    )

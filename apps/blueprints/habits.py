"""The requests of the last year that were applied, as `worth` looks at them."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import Count, Q

from apps.audit.models import Event
from apps.blueprints.models import Import
from apps.blueprints.worth import Change, Done, moments_by_stream, work
from apps.changes.models import ChangeRequest, DraftChange
from apps.inventory.models import Resource
from apps.runs.states import RunState

WINDOW = timedelta(days=365)
MOST = 5000


def done(slugs: frozenset[str] | None, now: datetime) -> list[Done]:
    """What was applied within a year in the environments that a person may see (None = all), without rollbacks."""
    rows = ChangeRequest.objects.filter(applied_at__gt=now - WINDOW, rolls_back=None)
    rows = rows if slugs is None else rows.filter(environment__slug__in=slugs)
    failed = Count("runs", filter=Q(runs__state=RunState.FAILED))
    found = list(
        rows.select_related("environment").only("title", "applied_at", "environment").annotate(failed=failed)[:MOST]
    )
    ids = [row.pk for row in found]
    changes, minutes, named = _changes(ids), _minutes(ids), _blueprints(ids)
    return [
        Done(
            row.pk,
            row.reference,
            row.title,
            row.environment.name,
            row.applied_at or now,
            changes[row.pk],
            minutes.get(row.pk, 0.0),
            row.failed,
            named.get(row.pk, ""),
        )
        for row in found
        if changes[row.pk]
    ]


def resources(request_id: int) -> list[int]:
    """The primary keys of what a request made or changed and inventory still has."""
    rows = DraftChange.objects.filter(change_request=request_id).select_related("change_request")
    wanted = Q(pk__in=[])
    for row in rows:
        if identifier := row.made or row.identifier:
            place = {"environment": row.change_request.environment_id, "region": row.region}
            wanted |= Q(type=row.type, identifier=identifier, **place)
    return list(Resource.objects.filter(wanted, gone_at=None).order_by("pk").values_list("pk", flat=True))


def _changes(ids: list[int]) -> Mapping[int, list[Change]]:
    found: dict[int, list[Change]] = defaultdict(list)
    rows = DraftChange.objects.filter(change_request__in=ids)
    for request, action, kind, desired in rows.values_list("change_request", "action", "type", "desired"):
        found[request].append((action, kind, tuple(sorted(desired)) if action == "update" else ()))
    return found


def _minutes(ids: list[int]) -> dict[int, float]:
    """The work of people on each request, from their events in its stream."""
    streams = {f"cr/{pk}": pk for pk in ids}
    rows = Event.objects.filter(stream__in=list(streams)).exclude(actor="")
    found = moments_by_stream(rows.values_list("stream", "at"))
    return {streams[stream]: work(moments) for stream, moments in found.items()}


def _blueprints(ids: list[int]) -> dict[int, str]:
    rows = Import.objects.filter(change_request__in=ids)
    return dict(rows.values_list("change_request", "version__blueprint__name"))

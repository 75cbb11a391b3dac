"""Looking again at what an open request changes, while somebody has its page open."""

import logging
from collections.abc import Iterable

from django.utils import timezone

from apps.aws.gateway import AwsError, Gateway
from apps.changes import queries
from apps.changes.models import ChangeRequest
from apps.inventory.commands import record_gone, record_observation
from apps.inventory.models import Resource
from apps.planner.request import Open

log = logging.getLogger(__name__)


def look(change_request_id: int, *, open_reader: Open) -> None:
    """Read the resources of a request that were not read within `FRESH`. What AWS does not say stays as it was."""
    request = ChangeRequest.objects.select_related("environment__account").filter(pk=change_request_id).first()
    if request is None or not queries.is_open(request):
        return
    rows = [row for row in queries.resources(request).values() if row.observed_at < timezone.now() - queries.FRESH]
    if not rows:
        return
    try:
        _read(open_reader(request.environment, f"ringi-CR-{request.pk}-look"), rows)
    except AwsError as error:
        log.info("a resource could not be read again", extra={"kind": error.kind})


def _read(aws: Gateway, rows: Iterable[Resource]) -> None:
    kinds: dict[tuple[str, str], list[Resource]] = {}
    for row in rows:
        kinds.setdefault((row.type, row.region), []).append(row)
    for (type_name, region), those in kinds.items():
        now = timezone.now()
        found = aws.read_many(type_name, region, [row.identifier for row in those])
        for row in those:
            if seen := found.get(row.identifier):
                record_observation(environment=row.environment, observation=seen, cause="review", now=now)
            else:
                record_gone(
                    environment=row.environment, region=region, type_name=type_name, identifier=row.identifier, now=now
                )

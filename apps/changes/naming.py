"""What a request calls its resources: as AWS knows them, never as whoever proposes it would have them called."""

from collections.abc import Sequence
from dataclasses import replace

from apps.catalog.registry import native
from apps.changes.policies import DraftInput
from apps.environments.models import Environment
from apps.inventory.models import Resource
from apps.planning.logical import logical
from apps.planning.parameters import label

LONGEST = 512


def with_names(environment: Environment, changes: Sequence[DraftInput]) -> list[DraftInput]:
    """An existing resource by its observed name, else its identifier; a new one by what it asks to be called."""
    wanted = [change.identifier for change in changes if change.identifier]
    rows = Resource.objects.filter(environment=environment, identifier__in=wanted)
    observed = {(row[0], row[1], row[2]): row[3] for row in rows.values_list("type", "region", "identifier", "name")}
    return [replace(change, name=_name(change, observed)[:LONGEST]) for change in changes]


def with_logical_names(changes: Sequence[DraftInput]) -> list[DraftInput]:
    """A new resource without a logical name with one that no other has."""
    taken = [change.logical for change in changes if change.logical]
    answer = []
    for change in changes:
        if change.action == "create" and not change.logical:
            taken.append(logical(change.type, change.name, taken))
            answer.append(replace(change, logical=taken[-1]))
        else:
            answer.append(change)
    return answer


def _name(change: DraftInput, observed: dict[tuple[str, str, str], str]) -> str:
    if change.identifier:
        return observed.get((change.type, change.region, change.identifier)) or change.identifier
    declared = native(change.type)
    return (label(declared, change.desired) if declared else "") or change.name

"""Updates that differ in nothing a rule could judge differently: one of them is judged for all.

What an update leaves as it is, AWS has: a rule's word about such a value alone counts for nothing. So what resources
are called, and their tags, tell two of them apart only where a change sets them.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from apps.catalog import schemas
from apps.planning.plan import Change
from apps.planning.template import Wanted, properties

Json = Any


def groups(
    updated: Mapping[int, Change], before: Mapping[int, Wanted], wanted: Mapping[int, Wanted]
) -> dict[int, list[int]]:
    """The ordinals of updates: those that one of them stands for, by the one (which is among them)."""
    found: dict[str, list[int]] = {}
    for ordinal, change in updated.items():
        names = [change.type, change.region, *sorted(_set(change))]
        states = [_told(change, properties(each[ordinal], wanted)) for each in (before, wanted)]
        found.setdefault(json.dumps([names, states], sort_keys=True), []).append(ordinal)
    return {ordinals[0]: ordinals for ordinals in found.values()}


def _unjudged(change: Change) -> frozenset[str]:
    """The properties by which alike resources may differ: what they are called, where that is not changed."""
    primary: Iterable[str] = schemas.registered(change.type, change.region).get("primaryIdentifier", ())
    return frozenset({"Tags", *(each.removeprefix("/properties/") for each in primary)} - _set(change))


def _told(change: Change, document: Mapping[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in document.items() if name not in _unjudged(change)}


def _set(change: Change) -> set[str]:
    return {difference.property for difference in change.differences}

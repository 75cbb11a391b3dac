"""The resources of a plan as they are."""

from collections.abc import Mapping
from typing import Any

from apps.planner.facts import Seen, Users
from apps.planning.plan import Change

Json = Any
Document = Mapping[str, Json]


def before(change: Change, seen: Seen, users: Users) -> Document:
    """The live document: of a proposal's resource, or of one that the planner added because of another."""
    if change.ordinal in seen:
        live = seen[change.ordinal]
        return live.document if live else {}
    key = (change.type, change.region, change.identifier)
    around = [live for live in seen.values() if live], [user for each in users.values() for user in each]
    found = (each for side in around for each in side if (each.type, each.region, each.identifier) == key)
    return next((each.document for each in found), {})

"""The resources of a plan as they are and as they will be."""

from collections.abc import Mapping
from typing import Any

from apps.catalog.registry import native
from apps.planner.facts import Seen, Users
from apps.planning.plan import Action, Change
from apps.planning.replacement import settable

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


def after(change: Change, live: Document) -> Document:
    """The document as the change leaves it; a new one in the place of another has what that can give it."""
    declared, created = native(change.type), change.action is Action.CREATE
    kept = settable(declared) if created and declared else live
    values = {difference.property: difference.after for difference in change.differences}
    return {name: live[name] for name in kept if name in live} | values

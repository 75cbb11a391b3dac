"""A resource as a change leaves it."""

from collections.abc import Mapping
from typing import Any

from apps.catalog.registry import native
from apps.planning.plan import Action, Change
from apps.planning.replacement import settable

Json = Any
Document = Mapping[str, Json]


def after(change: Change, live: Document) -> Document:
    """The document as the change leaves it; a new one in the place of another has what that can give it."""
    declared, created = native(change.type), change.action is Action.CREATE
    kept = settable(declared) if created and declared else live
    values = {difference.property: difference.after for difference in change.differences}
    return {name: live[name] for name in kept if name in live} | values

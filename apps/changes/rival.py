"""Another request about the same resource, as pages are given it."""

from dataclasses import dataclass

from apps.changes.models import ChangeRequest

Key = tuple[str, str, str]  # type, region, identifier


@dataclass(frozen=True)
class Rival:
    """A change of another open request that is about the same resource."""

    request: ChangeRequest
    action: str
    properties: frozenset[str]
    resource: Key

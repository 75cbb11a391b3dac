"""A resource's document in readable groups, and its history as differences."""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from apps.inventory.models import ResourceVersion
from apps.web.presenters.diff import DiffRow, between

Json = Any
TAGS = ("Tags", "TagList")


@dataclass(frozen=True)
class Group:
    """Properties under a heading, as (name, value)."""

    title: str
    facts: list[tuple[str, Json]] = field(default_factory=list)


def groups(document: dict[str, Json], first: tuple[str, ...] = ()) -> list[Group]:
    """What the type puts first, then plain settings, structures and tags; groups without members are left out."""
    names = sorted(set(document) - set(first) - set(TAGS))
    structures = [name for name in names if isinstance(document[name], dict | list)]
    plain = [name for name in names if name not in structures]
    parts = (
        Group("Main settings", [(name, document[name]) for name in first if name in document]),
        Group("Other settings", [(name, document[name]) for name in plain]),
        Group("Lists and structures", [(name, document[name]) for name in structures]),
        Group("Tags", [pair for name in TAGS for pair in tags(document.get(name))]),
    )
    return [group for group in parts if group.facts]


def tags(value: Json) -> list[tuple[str, Json]]:
    """Tag rows, or a mapping of tags, as pairs sorted by name."""
    if isinstance(value, dict):
        return sorted(value.items())
    return sorted((tag["Key"], tag["Value"]) for tag in value or [])


@dataclass(frozen=True)
class VersionRow:
    """A version with what it changed against the one before it; `first` has nothing before it."""

    version: ResourceVersion
    rows: list[DiffRow]
    first: bool


def history(versions: list[ResourceVersion]) -> list[VersionRow]:
    """Versions (newest first), each against its predecessor; the last of the list is shown as the first known."""
    pairs = pairwise(versions)
    changed = [VersionRow(new, between(old.document, new.document), first=False) for new, old in pairs]
    return [*changed, *(VersionRow(version, [], first=True) for version in versions[-1:])]

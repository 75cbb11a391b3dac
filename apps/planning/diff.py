"""What differs between two documents: the one notion of "the same" that plans, drift checks and pages use.

Compared canonically: a missing value is None; a property that is an empty list or structure is not set; a list that its
type calls unordered is a set; a number or truth value equals the text that spells it, since AWS and the registry
schemas disagree on which of the two they write.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from apps.catalog.types import NativeType, Property

Json = Any
Row = tuple[str, Json, Json]

RULE = (
    "IpProtocol",
    "FromPort",
    "ToPort",
    "CidrIp",
    "CidrIpv6",
    "SourceSecurityGroupId",
    "SourcePrefixListId",
    "DestinationSecurityGroupId",
    "DestinationPrefixListId",
)
KEYS: tuple[tuple[str, ...], ...] = (
    ("Key",),
    ("Id",),
    ("Name",),
    ("ParameterName",),
    RULE,
)


def normal(value: Json, *, unordered: bool = False) -> str:
    """A text that is equal for values that mean the same."""
    plain = _plain(value)
    if unordered and isinstance(plain, list):
        plain = sorted({json.dumps(item, sort_keys=True) for item in plain})
    return "" if plain in (None, [], {}) else json.dumps(plain, sort_keys=True)


def same(before: Json, after: Json, declared: Property | None = None) -> bool:
    """Whether two values of a property mean the same."""
    unordered = declared is not None and declared.unordered
    return normal(before, unordered=unordered) == normal(after, unordered=unordered)


def differing(native: NativeType, document: Mapping[str, Json], values: Mapping[str, Json]) -> tuple[str, ...]:
    """The names in `values` whose value in `document` is another one, in the order of `values`."""
    return tuple(
        name for name, value in values.items() if not same(document.get(name), value, native.properties.get(name))
    )


def rows(before: Json, after: Json, pointer: str = "") -> list[Row]:
    """Where two values differ, as (pointer, before, after); None = not there.

    Structures are entered member by member, lists item by item: tags, rules and the like are matched by what identifies
    them, other lists by value. Pointers are for people: `/Tags/Environment`.
    """
    return [] if normal(before) == normal(after) else _rows(before, after, pointer)


def _rows(before: Json, after: Json, pointer: str) -> list[Row]:
    """The rows inside a property, where an empty list is not the same as none."""
    if _plain(before) == _plain(after):
        return []
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return _below(
            pointer,
            ((name, before.get(name), after.get(name)) for name in dict(before) | dict(after)),
        )
    if isinstance(before, list | None) and isinstance(after, list | None):
        return _below(pointer, _aligned(before or [], after or [])) or [(pointer, before, after)]
    return [(pointer, before, after)]


def _below(pointer: str, members: Iterable[Row]) -> list[Row]:
    return [row for name, old, new in members for row in _rows(old, new, f"{pointer}/{name}")]


def _aligned(before: list[Json], after: list[Json]) -> list[Row]:
    """Items of two lists side by side, matched by their key or, without one, by value."""
    keyed = next((keyed for key in KEYS if (keyed := _keyed(key, before, after))), None)
    if keyed is None:
        return _by_value(before, after)
    old, new = keyed
    return [(name, old.get(name), new.get(name)) for name in old | new]


def _keyed(key: tuple[str, ...], *lists: list[Json]) -> list[dict[str, Json]] | None:
    """Each list as label -> item, or None when this key doesn't identify every item of every list."""
    answers = []
    for items in lists:
        labelled = {label: item for item in items if (label := _label(key, item))}
        if len(labelled) != len(items):
            return None
        answers.append(labelled)
    return answers


def _label(key: tuple[str, ...], item: Json) -> str:
    if not isinstance(item, Mapping):
        return ""
    return " ".join(str(item[name]) for name in key if item.get(name) is not None)


def _by_value(before: list[Json], after: list[Json]) -> list[Row]:
    old, new = ([_plain(item) for item in items] for items in (before, after))
    gone = [(str(n), item, None) for n, item in enumerate(before) if _plain(item) not in new]
    return gone + [(str(n), None, item) for n, item in enumerate(after) if _plain(item) not in old]


def _plain(value: Json) -> Json:
    """Without None members, with numbers and truth values as the text that spells them."""
    if isinstance(value, Mapping):
        return {name: _plain(member) for name, member in value.items() if member is not None}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if value is None else str(value)

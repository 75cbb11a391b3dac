"""What differs between two documents: the one notion of "the same" that plans, drift checks and pages use.

Compared canonically: a missing value is None; a property that is an empty list or structure is not set; a list that its
type calls unordered is a set; what AWS keeps in a form of its own is compared in that form (`catalog.canonical`); a
number or truth value equals the text that spells it, since AWS and the registry schemas disagree on which they write.
"""

import json
from collections.abc import Mapping
from typing import Any

from apps.catalog.canonical import formed, spelling
from apps.catalog.types import NativeType, Property

Json = Any


def normal(value: Json, *, unordered: bool = False) -> str:
    """A text that is equal for values that mean the same."""
    plain = _plain(value)
    if unordered and isinstance(plain, list):
        plain = sorted({json.dumps(item, sort_keys=True) for item in plain})
    return "" if plain in (None, [], {}) else json.dumps(plain, sort_keys=True)


def same(before: Json, after: Json, declared: Property | None = None) -> bool:
    """Whether two values of a property mean the same; where AWS merges, whether `before` has what `after` names."""
    if declared is not None and declared.merges:
        known = by_key(before, declared.merges)
        return all(normal(known.get(key)) == normal(item) for key, item in by_key(after, declared.merges).items())
    unordered = declared is not None and declared.unordered
    one, other = (normal(formed(declared, value), unordered=unordered) for value in (before, after))
    return one == other


def by_key(items: Json, key: str) -> dict[str, Json]:
    """The items of a list by what identifies them."""
    return {str(item.get(key)): item for item in items or () if isinstance(item, Mapping)}


def changed(before: Json, after: Json, key: str) -> tuple[list[Json], list[Json]]:
    """The items of a merged list that change: those there were, and those there will be."""
    known = by_key(before, key)
    new = {name: item for name, item in by_key(after, key).items() if normal(known.get(name)) != normal(item)}
    return [known[name] for name in new if name in known], list(new.values())


def differing(native: NativeType, document: Mapping[str, Json], values: Mapping[str, Json]) -> tuple[str, ...]:
    """The names in `values` whose value in `document` is another one, in the order of `values`."""
    return tuple(
        name
        for name, value in values.items()
        if not same(spelling(name, document.get(name)), spelling(name, value), native.properties.get(name))
    )


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

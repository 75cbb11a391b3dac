"""What differs between two documents: the one notion of "the same" that plans, drift checks and pages use.

Compared canonically: a missing value is None; a property that is an empty list or structure is not set; a list that its
type calls unordered is a set, and so are some lists inside of values; in a policy one value is a list of one. What AWS
keeps in a form of its own is compared in that form (`catalog.canonical`). A number or truth value equals the text that
spells it, since AWS and the registry schemas disagree on which they write.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from apps.catalog.canonical import ONE_OR_MORE, SETS, formed, spelling
from apps.catalog.types import NativeType, Property

Json = Any
ITEM, TEST = "item of ", "a test of a condition"
ROOT = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}):root")


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


def _plain(value: Json, name: str = "") -> Json:
    """Without None members and the order of sets, with numbers and truth values as the text that spells them."""
    if isinstance(value, Mapping):
        return {member: _plain(inner, _within(name, member)) for member, inner in value.items() if inner is not None}
    if name in ONE_OR_MORE:
        return sorted(_principal(str(item)) for item in (value if isinstance(value, list | tuple) else [value]))
    if isinstance(value, list | tuple):
        items = [_plain(item, ITEM + name) for item in value]
        return sorted(items, key=json.dumps) if name in SETS else items
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if value is None else str(value)


def _within(name: str, member: str) -> str:
    """What a member is, by where it stands: the values of a policy's conditions are one or more, too."""
    return {"Condition": TEST, TEST: "Action"}.get(name, member)


def _principal(text: str) -> str:
    """An account as a principal: AWS answers with the ARN of its root where its number was given."""
    found = ROOT.fullmatch(text)
    return found[1] if found else text

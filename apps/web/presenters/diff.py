"""Two documents, or a plan's differences, as rows of `components/diff_table.html`.

Lists are aligned by their items, members by their names: what stayed is counted, what came and went is listed.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from apps.planning.diff import same
from apps.web.presenters.marks import Chip
from apps.web.presenters.values import Shown, line, show

Json = Any


@dataclass(frozen=True)
class Mark:
    """One line of a structural difference: `kind` is "added", "removed" or "same", `sign` its symbol."""

    kind: str
    sign: str
    text: str


@dataclass(frozen=True)
class DiffRow:
    """One property. `live` is None where only two columns are shown; `moved` = live is not what was proposed from.

    `note` stands under the name (the effect, or what moved); `marks` replace the last column where both sides are
    structures.
    """

    property: str
    base: Shown
    becomes: Shown
    live: Shown | None = None
    moved: bool = False
    note: str = ""
    chips: tuple[Chip, ...] = ()
    marks: tuple[Mark, ...] = ()
    ordinal: int = 0


def row(name: str, before: Json, after: Json, **more: Any) -> DiffRow:
    """The row of one property; `live=` takes a raw value and decides `moved`, other keywords are fields of the row."""
    if "live" in more:
        live = more.pop("live")
        more |= {"live": show(live), "moved": not same(live, before)}
    return DiffRow(name, show(before), show(after), marks=marks(before, after), **more)


def between(before: Mapping[str, Json], after: Mapping[str, Json]) -> list[DiffRow]:
    """The rows of all top-level properties that differ, in the order of their names."""
    names = sorted(set(before) | set(after))
    return [row(n, before.get(n), after.get(n)) for n in names if not same(before.get(n), after.get(n))]


def marks(before: Json, after: Json) -> tuple[Mark, ...]:
    """Lines for two lists or two mappings; nothing for scalars, which are shown side by side."""
    if isinstance(before, list) and isinstance(after, list | None):
        return _marks(_items(before), _items(after or []))
    if isinstance(after, list) and before is None:
        return _marks([], _items(after))
    if isinstance(before, Mapping) or isinstance(after, Mapping):
        return _marks(list(leaves(before)), list(leaves(after)))
    return ()


def leaves(value: Json, path: str = "") -> Iterable[str]:
    """Every scalar in a structure as "path value"; list members carry their number."""
    if isinstance(value, Mapping):
        for name, member in value.items():
            yield from leaves(member, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list):
        for number, member in enumerate(value, 1):
            yield from leaves(member, f"{path}[{number}]")
    elif value is not None:
        yield f"{path}: {line(value)}" if path else line(value)


def _canonical(value: Json) -> str:
    return json.dumps(value, sort_keys=True, default=str)


def _items(items: list[Json]) -> list[str]:
    return [line(item) for item in sorted(items, key=_canonical)]


def _marks(before: list[str], after: list[str]) -> tuple[Mark, ...]:
    removed = [Mark("removed", "-", text) for text in before if text not in after]
    added = [Mark("added", "+", text) for text in after if text not in before]
    kept = sum(1 for text in after if text in before)
    rest = [Mark("same", "", f"{kept} unchanged")] if kept else []
    return (*removed, *added, *rest)

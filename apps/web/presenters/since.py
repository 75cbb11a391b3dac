"""What is different from an earlier revision of a request, row by row."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from apps.web.presenters.changes import ChangeView
from apps.web.presenters.values import Shown

SHORT = 80
Key = tuple[str, str, str]


@dataclass(frozen=True)
class Since:
    """The earlier revision by its number; `changes` counts the rows that differ, `gone` is what is no longer in it."""

    number: int
    changes: int
    gone: tuple[str, ...]


def since(number: int, before: Sequence[ChangeView], now: Sequence[ChangeView]) -> tuple[list[ChangeView], Since]:
    """The changes with a word at each row that the earlier revision, with the changes `before`, had otherwise."""
    known = {_key(change): {row.property: row.becomes for row in change.rows} for change in before}
    marked = [_marked(change, number, known.get(_key(change))) for change in now]
    count = sum(bool(row.since) for change in marked for row in change.rows)
    return marked, Since(number, count, tuple(_gone(before, {_key(change): change for change in now})))


def _gone(before: Iterable[ChangeView], now: Mapping[Key, ChangeView]) -> Iterator[str]:
    """What the earlier revision had and this one has not, in words."""
    for change in before:
        kept = now.get(_key(change))
        if kept is None:
            yield f"{change.action} {change.name}"
        else:
            left = {row.property for row in kept.rows}
            yield from (f"{row.property} of {change.name}" for row in change.rows if row.property not in left)


def _key(change: ChangeView) -> Key:
    return change.type, change.region, change.identifier or change.logical or change.name


def _marked(change: ChangeView, number: int, before: dict[str, Shown] | None) -> ChangeView:
    if before is None:
        return replace(change, since=f"Not in revision {number}.")
    rows = []
    for row in change.rows:
        said, had = _since(row.becomes, before.get(row.property), number), row.property in before
        rows.append(replace(row, since=said, back=number if said and had else 0))
    return replace(change, rows=tuple(rows))


def _since(now: Shown, before: Shown | None, number: int) -> str:
    if before is None:
        return f"Not in revision {number}."
    if before.ordered == now.ordered:
        return ""
    short = len(before.text) <= SHORT
    return f"Revision {number} had {before.text}." if short else f"Changed since revision {number}."

"""The page of a list that its address names. A place or an order that can't be read gives the first one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic

from django.db.models import QuerySet
from django.http import QueryDict

from apps.keyset import Order, Place, Row, Unreadable


@dataclass(frozen=True)
class Head:
    """The head of a column that lists are sorted by: where a press leads, and how it is sorted now ("" = it isn't)."""

    url: str
    sorted: str = ""


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows, the addresses of the pages around them ("" where there is none), and what they are, in words."""

    rows: list[Row]
    next_url: str
    previous_url: str
    summary: str
    heads: Mapping[str, Head] = field(default_factory=dict)


def sorted_page(rows: QuerySet[Row], orders: Mapping[str, Order], parameters: QueryDict) -> Page[Row]:
    """The page in the order that the parameter "sort" names, the first of them where it names none.

    Orders are called as their column, those from the greatest down with "-" before it.
    """
    asked = parameters.get("sort", "")
    chosen = asked if asked in orders else next(iter(orders))
    return page(rows, orders[chosen], parameters, heads=_heads(orders, chosen, parameters))


def page(
    rows: QuerySet[Row], order: Order, parameters: QueryDict, size: int = 50, heads: Mapping[str, Head] | None = None
) -> Page[Row]:
    """The page that the parameter "at" names; `rows` may be filtered but is sorted here."""
    place = _place(rows, order, parameters)
    backward = place is not None and place.backward
    found = list(order.rows(rows, place)[: size + 1])
    more, found = len(found) > size, found[:size]
    if backward:
        found.reverse()
    before, after = (more, True) if backward else (place is not None, more)
    return Page(
        found,
        _url(parameters, at=order.cursor(found[-1])) if found and after else "",
        _url(parameters, at=order.cursor(found[0], backward=True)) if found and before else "",
        f"{len(found)} on this page" if before or after else f"{len(found)} in all",
        heads or {},
    )


def _heads(orders: Mapping[str, Order], chosen: str, parameters: QueryDict) -> dict[str, Head]:
    """A column that is sorted by turns round, another one begins as the first of its orders."""
    heads = {}
    for name in orders:
        column = name.removeprefix("-")
        if name == chosen:
            turned = column if name.startswith("-") else f"-{column}"
            direction = "descending" if name.startswith("-") else "ascending"
            heads[column] = Head(_url(parameters, sort=turned, at=""), direction)
        else:
            heads.setdefault(column, Head(_url(parameters, sort=name, at="")))
    return heads


def _place(rows: QuerySet[Row], order: Order, parameters: QueryDict) -> Place | None:
    try:
        return order.place(rows.model, parameters.get("at", ""))
    except Unreadable:
        return None


def _url(parameters: QueryDict, **changes: str) -> str:
    changed = parameters.copy()
    for name, value in changes.items():
        changed.pop(name, None)
        if value:
            changed[name] = value
    return "?" + changed.urlencode()

"""The page of a list that its address names. A place that can't be read gives the first page."""

from dataclasses import dataclass
from typing import Generic

from django.db.models import QuerySet
from django.http import QueryDict

from apps.keyset import Order, Place, Row, Unreadable


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows, the addresses of the pages around them ("" where there is none), and what they are, in words."""

    rows: list[Row]
    next_url: str
    previous_url: str
    summary: str


def page(rows: QuerySet[Row], order: Order, parameters: QueryDict, size: int = 50) -> Page[Row]:
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
        _url(parameters, order.cursor(found[-1])) if found and after else "",
        _url(parameters, order.cursor(found[0], backward=True)) if found and before else "",
        f"{len(found)} on this page" if before or after else f"{len(found)} in all",
    )


def _place(rows: QuerySet[Row], order: Order, parameters: QueryDict) -> Place | None:
    try:
        return order.place(rows.model, parameters.get("at", ""))
    except Unreadable:
        return None


def _url(parameters: QueryDict, cursor: str) -> str:
    changed = parameters.copy()
    changed["at"] = cursor
    return "?" + changed.urlencode()

"""Pages of a sorted query without counting or skipping: a cursor names the last row seen.

Equally quick on the first and on the thousandth page. A cursor that can't be read gives the first page.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.core.exceptions import FieldError, ValidationError
from django.db.models import DateTimeField, Model, Q, QuerySet
from django.http import QueryDict

from apps.moments import moment

T = TypeVar("T", bound=Model)
Cursor = tuple[str, list[Any]]
FORWARD, BACKWARD = "f", "b"


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows, the addresses of the pages around them ("" where there is none), and what they are, in words."""

    rows: list[T]
    next_url: str
    previous_url: str
    summary: str


@dataclass(frozen=True)
class Order:
    """The fields that the query is sorted by, all in one direction; the last one is unique."""

    fields: tuple[str, ...]
    descending: bool = False

    def by(self, backward: bool) -> list[str]:
        sign = "-" if self.descending != backward else ""
        return [sign + field for field in self.fields]

    def beyond(self, values: Sequence[Any], backward: bool) -> Q:
        """Rows after these values, or before them when going backward."""
        compare = "__lt" if self.descending != backward else "__gt"
        condition, equal = Q(), Q()
        for field, value in zip(self.fields, values, strict=True):
            condition |= equal & Q((field + compare, value))
            equal &= Q((field, value))
        return condition


def page(rows: QuerySet[T], order: Order, parameters: QueryDict, size: int = 50) -> Page[T]:
    """The page that the parameter "at" names; `rows` may be filtered but is sorted here."""
    try:
        return _page(rows, order, read(parameters.get("at", ""), len(order.fields)), parameters, size)
    except (ValueError, TypeError, OverflowError, FieldError, ValidationError):
        return _page(rows, order, None, parameters, size)


def _page(rows: QuerySet[T], order: Order, cursor: Cursor | None, parameters: QueryDict, size: int) -> Page[T]:
    backward = cursor is not None and cursor[0] == BACKWARD
    wanted = rows.filter(order.beyond(aware(rows.model, order.fields, cursor[1]), backward)) if cursor else rows
    found = list(wanted.order_by(*order.by(backward))[: size + 1])
    more, found = len(found) > size, found[:size]
    if backward:
        found.reverse()
    before, after = (more, True) if backward else (cursor is not None, more)
    return Page(
        found,
        _url(parameters, FORWARD, order, found[-1]) if found and after else "",
        _url(parameters, BACKWARD, order, found[0]) if found and before else "",
        _summary(len(found), before, after),
    )


def _summary(count: int, before: bool, after: bool) -> str:
    if before or after:
        return f"{count} on this page"
    return f"{count} in all"


def _url(parameters: QueryDict, direction: str, order: Order, row: Model) -> str:
    changed = parameters.copy()
    changed["at"] = write((direction, [getattr(row, field) for field in order.fields]))
    return "?" + changed.urlencode()


def aware(model: type[Model], fields: Sequence[str], values: Sequence[Any]) -> list[Any]:
    """The values with moments read as such. Raises `ValueError` for one without a time zone."""
    return [
        moment(value) if isinstance(model._meta.get_field(f), DateTimeField) else value
        for f, value in zip(fields, values, strict=True)
    ]


def write(cursor: Cursor) -> str:
    values = [value.isoformat() if isinstance(value, datetime) else value for value in cursor[1]]
    return base64.urlsafe_b64encode(json.dumps([cursor[0], values]).encode()).decode()


def read(text: str, fields: int) -> Cursor | None:
    """The cursor in the text, or None when there is none or it can't be one."""
    try:
        direction, values = json.loads(base64.urlsafe_b64decode(text.encode()))
    except (ValueError, TypeError, RecursionError, binascii.Error):
        return None
    known = direction in (FORWARD, BACKWARD) and isinstance(values, list) and len(values) == fields
    plain = known and all(isinstance(value, str | int) and "\x00" not in str(value) for value in values)
    return (direction, values) if plain else None

"""A place in a sorted list, named by the row beside it. Nothing counts or skips: every page is equally quick."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import DateTimeField, Field, IntegerField, Model, Q, QuerySet

from apps.moments import moment

Row = TypeVar("Row", bound=Model)
LONGEST = 4096
WHOLE_NUMBERS = range(-(2**63), 2**63)
FORWARD, BACKWARD = "f", "b"


class Unreadable(ValueError):
    """A text that no cursor can be."""


@dataclass(frozen=True)
class Place:
    """Beside the row with these values: what comes after it, or what comes before it."""

    values: tuple[Any, ...]
    backward: bool = False


@dataclass(frozen=True)
class Order:
    """The fields that a list is sorted by, all in one direction; the last one is unique."""

    fields: tuple[str, ...]
    descending: bool = False

    def rows(self, rows: QuerySet[Row], place: Place | None) -> QuerySet[Row]:
        """All rows, or those beyond the place; sorted away from it, so backward when it looks back."""
        down = self.descending != (place is not None and place.backward)
        sign = "-" if down else ""
        found = rows.order_by(*(sign + field for field in self.fields))
        return found.filter(self._beyond(place.values, "lt" if down else "gt")) if place else found

    def _beyond(self, values: Sequence[Any], compare: str) -> Q:
        """The first condition follows from the others, and is what an index can be searched by."""
        condition, equal = Q(), Q()
        for field, value in zip(self.fields, values, strict=True):
            condition |= equal & Q((f"{field}__{compare}", value))
            equal &= Q((field, value))
        return Q((f"{self.fields[0]}__{compare}e", values[0])) & condition

    def cursor(self, row: Model, *, backward: bool = False) -> str:
        values = [getattr(row, field) for field in self.fields]
        plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
        text = json.dumps([BACKWARD if backward else FORWARD, plain])
        return base64.urlsafe_b64encode(text.encode()).decode()

    def place(self, model: type[Model], cursor: str) -> Place | None:
        """What `cursor` wrote; None for "". Raises `Unreadable` for anything else."""
        if not cursor:
            return None
        try:
            direction, values = json.loads(base64.urlsafe_b64decode(cursor[:LONGEST].encode()))
            fields = [model._meta.get_field(name) for name in self.fields]
            known = tuple(_typed(field, value) for field, value in zip(fields, values, strict=True))
        except (ValueError, TypeError, RecursionError) as error:
            raise Unreadable(str(error)) from None
        if direction not in (FORWARD, BACKWARD):
            raise Unreadable("no direction")
        return Place(known, direction == BACKWARD)


def _typed(field: "Field[Any, Any] | Any", value: Any) -> Any:
    """The value as the database can compare it with the field. Raises `ValueError`."""
    if isinstance(field, DateTimeField):
        return moment(value)
    if isinstance(field, IntegerField):
        if type(value) is int and value in WHOLE_NUMBERS:
            return value
    elif isinstance(value, str) and "\x00" not in value:
        return value
    raise ValueError(f"nothing that {field.name} can be compared with")

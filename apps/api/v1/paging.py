"""Pages without counting or skipping: the cursor names the last row seen, so every page is equally quick."""

import base64
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError as Unfit
from django.db.models import DateTimeField, Model, Q
from rest_framework import exceptions
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from apps.moments import moment

CURSOR = "cursor"
UNREADABLE = "This cursor can't be read. Start again without one."
LONGEST = 4096


class Keyset(BasePagination):
    """50 rows a page, sorted by `fields`, all in one direction; the last one is unique."""

    fields: tuple[str, ...] = ("id",)
    descending = True
    size = 50

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        after = request.query_params.get(CURSOR, "")
        sign = "-" if self.descending else ""
        rows = queryset.order_by(*(sign + field for field in self.fields))
        try:
            values = self.typed(queryset.model, read(after, len(self.fields))) if after else []
            found = list(rows.filter(self.beyond(values) if after else Q())[: self.size + 1])
        except (ValueError, TypeError, OverflowError, RecursionError, Unfit):
            raise exceptions.ValidationError({CURSOR: [UNREADABLE]}) from None
        self.rest = len(found) > self.size
        self.request, self.rows = request, found[: self.size]
        return self.rows

    def typed(self, model: type[Model], values: Sequence[Any]) -> list[Any]:
        """The values with moments read as such. Raises `ValueError` for one without a time zone."""
        fields = [model._meta.get_field(name) for name in self.fields]
        return [moment(v) if isinstance(f, DateTimeField) else v for f, v in zip(fields, values, strict=True)]

    def beyond(self, values: Sequence[Any]) -> Q:
        compare = "__lt" if self.descending else "__gt"
        condition, equal = Q(), Q()
        for field, value in zip(self.fields, values, strict=True):
            condition |= equal & Q((field + compare, value))
            equal &= Q((field, value))
        return condition

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self.next_url(), "results": data})

    def next_url(self) -> str | None:
        if not self.rest:
            return None
        cursor = write([getattr(self.rows[-1], field) for field in self.fields])
        return replace_query_param(self.request.build_absolute_uri(), CURSOR, cursor)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        address = {"type": "string", "format": "uri", "nullable": True}
        return {"type": "object", "required": ["next", "results"], "properties": {"next": address, "results": schema}}

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        said = "Where the page begins, as the `next` of the page before says it."
        return [{"name": CURSOR, "in": "query", "required": False, "description": said, "schema": {"type": "string"}}]


class NewestEvents(Keyset):
    fields = ("at", "id")


class ByName(Keyset):
    fields = ("name", "id")
    descending = False


def write(values: Sequence[Any]) -> str:
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode()


def read(cursor: str, count: int) -> list[Any]:
    """The values in a cursor. Raises `ValueError` for anything that `write` can't have written."""
    values = json.loads(base64.urlsafe_b64decode(cursor[:LONGEST].encode()))
    plain = isinstance(values, list) and len(values) == count
    if not plain or not all(type(value) in (str, int) and "\x00" not in str(value) for value in values):
        raise ValueError(UNREADABLE)
    return list(values)

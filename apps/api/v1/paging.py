"""Pages of the API's lists: the cursor names the last row seen."""

from typing import Any

from rest_framework import exceptions
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from apps.keyset import Order, Place, Unreadable

CURSOR = "cursor"
UNREADABLE = "This cursor can't be read. Start again without one."


class Keyset(BasePagination):
    """50 rows a page."""

    order = Order(("id",), descending=True)
    size = 50

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        place = self.place(queryset, request.query_params.get(CURSOR, ""))
        found = list(self.order.rows(queryset, place)[: self.size + 1])
        self.rest = len(found) > self.size
        self.request, self.rows = request, found[: self.size]
        return self.rows

    def place(self, queryset: Any, cursor: str) -> Place | None:
        try:
            place = self.order.place(queryset.model, cursor)
        except Unreadable:
            raise exceptions.ValidationError({CURSOR: [UNREADABLE]}) from None
        if place and place.backward:
            raise exceptions.ValidationError({CURSOR: [UNREADABLE]})
        return place

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self.next_url(), "results": data})

    def next_url(self) -> str | None:
        if not self.rest:
            return None
        return replace_query_param(self.request.build_absolute_uri(), CURSOR, self.order.cursor(self.rows[-1]))

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        address = {"type": "string", "format": "uri", "nullable": True}
        return {"type": "object", "required": ["next", "results"], "properties": {"next": address, "results": schema}}

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        said = "Where the page begins, as the `next` of the page before says it."
        return [{"name": CURSOR, "in": "query", "required": False, "description": said, "schema": {"type": "string"}}]


class NewestEvents(Keyset):
    order = Order(("at", "id"), descending=True)


class ByName(Keyset):
    order = Order(("name", "id"))

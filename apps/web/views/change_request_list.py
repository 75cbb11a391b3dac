"""The list of change requests. One change request has its own module."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.changes import queries
from apps.changes.states import State
from apps.keyset import Order
from apps.reviews.queries import with_flow
from apps.web.asking import PersonRequest, slugs
from apps.web.presenters import keyset

NEWEST_FIRST = Order(("id",), descending=True)


@require_GET
def change_requests(request: PersonRequest) -> HttpResponse:
    rows, state = with_flow(queries.listed(queries.visible(slugs(request)))), request.GET.get("state", "")
    if state in set(State):
        rows = rows.filter(state=state)
    page = keyset.page(rows, NEWEST_FIRST, request.GET)
    context = {"page": page, "states": [s.value for s in State], "state": state}
    return render(request, "change_requests/list.html", context)

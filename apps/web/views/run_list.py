"""The list of runs. One run has its own module."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.keyset import Order
from apps.runs import queries
from apps.runs.states import RunState
from apps.web.asking import PersonRequest, slugs
from apps.web.presenters import keyset

NEWEST_FIRST = Order(("id",), descending=True)


@require_GET
def runs(request: PersonRequest) -> HttpResponse:
    rows, state = queries.listed(queries.visible(slugs(request))), request.GET.get("state", "")
    if state in set(RunState):
        rows = rows.filter(state=state)
    page = keyset.page(rows, NEWEST_FIRST, request.GET)
    context = {"page": page, "states": [s.value for s in RunState], "state": state}
    return render(request, "runs/list.html", context)

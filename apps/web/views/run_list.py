"""The list of runs. One run has its own module."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.keyset import Order
from apps.people.queries import colleagues
from apps.runs import queries
from apps.web.asking import PersonRequest, slugs, visible_environments
from apps.web.forms.filters import RunFilter
from apps.web.presenters import keyset

ORDERS = {"-queued": Order(("id",), descending=True), "queued": Order(("id",))}


@require_GET
def runs(request: PersonRequest) -> HttpResponse:
    seen = slugs(request)
    form = RunFilter(request.GET).offer(list(visible_environments(request)), colleagues(seen))
    rows = queries.search(queries.listed(queries.visible(seen)), form.wanted())
    page = keyset.sorted_page(rows, ORDERS, request.GET)
    return render(request, "runs/list.html", {"form": form, "page": page})

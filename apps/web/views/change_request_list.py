"""The list of change requests. One change request has its own module."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.changes import queries
from apps.keyset import Order
from apps.people.queries import colleagues
from apps.reviews.progress import progress_of
from apps.web.asking import PersonRequest, slugs, visible_environments
from apps.web.forms.filters import RequestFilter
from apps.web.presenters import keyset

ORDERS = {
    "-number": Order(("id",), descending=True),
    "number": Order(("id",)),
    "-changed": Order(("updated_at", "id"), descending=True),
    "changed": Order(("updated_at", "id")),
}


@require_GET
def change_requests(request: PersonRequest) -> HttpResponse:
    seen = slugs(request)
    form = RequestFilter(request.GET).offer(list(visible_environments(request)), colleagues(seen))
    rows = queries.search(queries.listed(queries.visible(seen)), form.wanted())
    page = keyset.sorted_page(rows, ORDERS, request.GET)
    about = {"form": form, "page": page, "progress": progress_of(page.rows)}
    return render(request, "change_requests/list.html", about)

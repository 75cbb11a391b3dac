"""Resources: the list with its search, one resource, and reading it again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from apps.catalog import registry
from apps.changes.policies import check_role
from apps.changes.queries import editable, touching
from apps.inventory import commands, queries, relations
from apps.inventory.models import Resource
from apps.keyset import Order
from apps.people.access import can
from apps.people.models import Role
from apps.web.asking import PersonRequest, slugs, visible_environments
from apps.web.forms.filters import ResourceFilter
from apps.web.loading.rules import owners
from apps.web.loading.subject import number
from apps.web.presenters import keyset
from apps.web.presenters.relations import SHOWN, Around, Picture, picture
from apps.web.presenters.resources import groups, history

ORDERS = {
    "name": Order(("name", "id")),
    "-name": Order(("name", "id"), descending=True),
    "type": Order(("type", "name", "id")),
    "-type": Order(("type", "name", "id"), descending=True),
}


@require_GET
def resources(request: PersonRequest) -> HttpResponse:
    seen = slugs(request)
    types = sorted(registry.BY_NAME)
    adding = editable(seen, number(request.GET.get("draft", "")))
    there = [adding.environment] if adding else list(visible_environments(request))
    form = ResourceFilter(request.GET).offer(there, types, queries.statuses())
    rows = queries.search(form.wanted(), seen)
    if adding is not None:
        form.fields.pop("environment")
        rows = rows.filter(environment=adding.environment_id)
    page = keyset.sorted_page(rows, ORDERS, request.GET)
    return render(request, "resources/list.html", {"form": form, "page": page, "adding": adding})


@require_GET
def resource(request: PersonRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(queries.visible(slugs(request)), pk=pk)
    native = registry.native(found.type)
    context = {
        "resource": found,
        "native": native,
        "groups": groups(found.document, native.first if native else ()),
        "history": history(queries.versions(found)),
        "requests": touching(found.type, found.region, found.identifier, found.environment_id),
        "picture": _picture(found, slugs(request)),
        "owners": owners(found),
        "scan": queries.scan_of(found),
        "role": check_role(can(request.user, Role.REQUESTER, found.environment.slug), found.environment.name),
    }
    return render(request, "resources/detail.html", context)


def _picture(found: Resource, seen: frozenset[str] | None) -> Picture:
    users = relations.users_of(found.environment, found.type, found.region, found.document)
    used = relations.used_by(found)
    far_users = relations.users_of_each([link.resource for link in users.links[:SHOWN]])
    far_used = relations.used_by_each([link.resource for link in used[:SHOWN]])
    return picture(found, Around(users.links, far_users), Around(used, far_used), seen, users.unread)


READ = (
    '<span class="small" role="status">Being read from AWS. What you typed stays; '
    "open the form again to begin from the new values.</span>"
)


@require_POST
def refresh_resource(request: PersonRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(queries.visible(slugs(request)), pk=pk)
    commands.request_refresh(by=request.user, environment=found.environment, types=[found.type])
    if request.headers.get("HX-Request"):
        return HttpResponse(READ)
    messages.info(request, f"All {found.type} resources of {found.environment} are being read from AWS.")
    return redirect("web:resource", pk=pk)


@require_GET
def resource_scan(request: PersonRequest, pk: int) -> HttpResponse:
    """The age of a resource while it is read again; tells HTMX to load the page when the reading is over."""
    found = get_object_or_404(queries.visible(slugs(request)), pk=pk)
    scan = queries.scan_of(found)
    answer = render(request, "resources/detail.html#age", {"resource": found, "scan": scan, "polling": True})
    if scan is None or scan.state not in queries.UNDER_WAY:
        answer["HX-Refresh"] = "true"
    return answer

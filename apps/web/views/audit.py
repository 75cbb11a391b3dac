"""The audit log: the list, its exports, and checking its chains."""

from collections.abc import Iterator

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from apps.audit import queries
from apps.audit.models import Event
from apps.audit.verify import verify
from apps.keyset import Order
from apps.people.queries import sees_whole_log
from apps.web.asking import PersonRequest, slugs, visible_environments
from apps.web.forms.filters import AuditFilter
from apps.web.presenters import keyset
from apps.web.presenters.export import csv_lines, json_lines

NEWEST_FIRST = Order(("at", "id"), descending=True)


@require_GET
def audit(request: PersonRequest) -> HttpResponse:
    form, events = _asked(request)
    page = keyset.page(events, NEWEST_FIRST, request.GET, size=100)
    return render(request, "audit/list.html", {"form": form, "page": page, "whole": sees_whole_log(request.user)})


@require_POST
def verify_audit(request: PersonRequest) -> HttpResponse:
    """Check every chain now and say what was found."""
    if not sees_whole_log(request.user):
        raise PermissionDenied
    found = verify()
    for finding in found.findings:
        messages.error(request, finding)
    if not found.findings:
        messages.success(request, f"{found.events} events in {found.streams} streams checked: every chain is whole.")
    return redirect("web:audit")


@require_GET
def export_csv(request: PersonRequest) -> StreamingHttpResponse:
    _, events = _asked(request)
    return _file(csv_lines(events.iterator(2000)), "text/csv; charset=utf-8", "csv")


@require_GET
def export_json_lines(request: PersonRequest) -> StreamingHttpResponse:
    _, events = _asked(request)
    return _file(json_lines(events.iterator(2000)), "application/x-ndjson", "jsonl")


def _asked(request: PersonRequest) -> tuple[AuditFilter, QuerySet[Event]]:
    seen, whole = slugs(request), sees_whole_log(request.user)
    form = AuditFilter(request.GET).offer(
        queries.actors(seen, whole=whole), list(visible_environments(request)), queries.verbs(seen, whole=whole)
    )
    return form, queries.events(form.wanted(), seen, whole=whole)


def _file(lines: Iterator[str], content_type: str, ending: str) -> StreamingHttpResponse:
    name = f"ringi-audit-{timezone.now():%Y%m%d-%H%M%S}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(lines, content_type=content_type, headers=headers)

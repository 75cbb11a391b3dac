"""The audit log: the list, its exports, and its verification."""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from apps.audit import queries
from apps.audit.models import Event, Verification
from apps.audit.verbs import SENTENCES
from apps.audit.verification import outcome, request_verification
from apps.keyset import Order
from apps.people.queries import colleagues, sees_whole_log
from apps.web.asking import PersonRequest, slugs, visible_environments
from apps.web.forms.filters import AuditFilter
from apps.web.presenters import keyset
from apps.web.presenters.export import csv_lines, json_lines

NEWEST_FIRST = Order(("at", "id"), descending=True)
STOP_POLLING, SHOWN = 286, 20
View = Callable[[PersonRequest], HttpResponse]


def for_readers_of_everything(view: View) -> View:
    """Auditors and administrators of the whole installation only."""

    @wraps(view)
    def asked(request: PersonRequest) -> HttpResponse:
        if not sees_whole_log(request.user):
            raise PermissionDenied
        return view(request)

    return asked


@require_GET
def audit(request: PersonRequest) -> HttpResponse:
    form, events = _asked(request)
    page = keyset.page(events, NEWEST_FIRST, request.GET)
    return render(request, "audit/list.html", {"form": form, "page": page, "whole": sees_whole_log(request.user)})


@require_POST
@for_readers_of_everything
def verify_audit(request: PersonRequest) -> HttpResponse:
    """Have every chain checked; the page that follows shows how far it has come."""
    request_verification(by=request.user)
    return redirect("web:audit_verifications")


@require_GET
@for_readers_of_everything
def verifications(request: PersonRequest) -> HttpResponse:
    return render(request, "audit/verifications.html", _verifications())


@require_GET
@for_readers_of_everything
def verification(request: PersonRequest) -> HttpResponse:
    """The newest verification, asked for by HTMX while it is under way."""
    context = _verifications()
    status = 200 if context["newest"] and context["newest"].under_way else STOP_POLLING
    return render(request, "audit/verifications.html#newest", context, status=status)


def _verifications() -> dict[str, Any]:
    rows = list(Verification.objects.all()[:SHOWN])
    if not rows:
        return {"newest": None}
    newest, *earlier = rows
    progress = f"{newest.events:,} of {newest.expected:,}"
    return {"newest": newest, "earlier": earlier, "progress": progress, "outcome": outcome(newest).capitalize()}


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
    form = AuditFilter(request.GET).offer(colleagues(seen), list(visible_environments(request)), list(SENTENCES))
    return form, queries.events(form.wanted(), seen, whole=whole)


def _file(lines: Iterator[str], content_type: str, ending: str) -> StreamingHttpResponse:
    name = f"ringi-audit-{timezone.now():%Y%m%d-%H%M%S}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(lines, content_type=content_type, headers=headers)

"""Environments: the list, one environment with its readings, and reading it again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from apps.inventory import commands, queries
from apps.people.queries import is_administrator
from apps.web.asking import PersonRequest, visible_environments

STOP_POLLING = 286


@require_GET
def environments(request: PersonRequest) -> HttpResponse:
    rows = list(visible_environments(request))
    readings = queries.readings(rows)
    cards = [(row, readings.get(row.pk, queries.Reading())) for row in rows]
    return render(request, "environments/list.html", {"cards": cards})


@require_GET
def environment(request: PersonRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(visible_environments(request), slug=slug)
    scans = queries.scans(found)
    context = {
        "environment": found,
        "scans": scans,
        "reading": queries.reading(scans),
        "administrator": is_administrator(request.user),
    }
    return render(request, "environments/detail.html", context)


@require_POST
def refresh_environment(request: PersonRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(visible_environments(request), slug=slug)
    commands.request_refresh(by=request.user, environment=found)
    messages.info(request, f"Everything in {found} is being read from AWS.")
    return redirect("web:environment", slug=slug)


@require_GET
def environment_scans(request: PersonRequest, slug: str) -> HttpResponse:
    """The readings of an environment, asked for by HTMX while some are under way."""
    found = get_object_or_404(visible_environments(request), slug=slug)
    scans = queries.scans(found)
    reading = queries.reading(scans)
    context = {"environment": found, "scans": scans, "reading": reading}
    status = 200 if reading.under_way else STOP_POLLING
    return render(request, "environments/detail.html#scans", context, status=status)

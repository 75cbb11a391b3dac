"""Environments: the list, one environment with its readings, and reading it again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from apps.inventory import commands, queries
from apps.people.queries import is_administrator
from apps.web.asking import PersonRequest, visible_environments


@require_GET
def environments(request: PersonRequest) -> HttpResponse:
    rows = list(visible_environments(request))
    readings = queries.readings(rows)
    cards = [(row, readings.get(row.pk, queries.Reading())) for row in rows]
    return render(request, "environments/list.html", {"cards": cards})


@require_GET
def environment(request: PersonRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(visible_environments(request), slug=slug)
    context = {
        "environment": found,
        "types": queries.types_read(found),
        "reading": queries.reading(found),
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
def environment_progress(request: PersonRequest, slug: str) -> HttpResponse:
    """How far the readings are, asked for by HTMX while some are under way; the whole page when they are over."""
    found = get_object_or_404(visible_environments(request), slug=slug)
    reading = queries.reading(found)
    context = {"environment": found, "reading": reading}
    answer = render(request, "environments/detail.html#progress", context)
    if not reading.under_way:
        answer["HX-Refresh"] = "true"
    return answer

"""Connecting an environment: its template to take along, and the test of the ways into it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from apps.environments import connection, template
from apps.environments.models import Environment
from apps.environments.queries import visible
from apps.web.asking import PersonRequest
from apps.web.presenters.connection import tests
from apps.web.views.settings import for_administrators

STOP_POLLING = 286


@require_GET
@for_administrators
def download_template(request: PersonRequest, slug: str) -> HttpResponse:
    environment = loaded(slug)
    headers = {"Content-Disposition": f'attachment; filename="ringi-{environment.slug}.json"'}
    return HttpResponse(template.text(environment), content_type="application/json", headers=headers)


@require_POST
@for_administrators
def test_connection(request: PersonRequest, slug: str) -> HttpResponse:
    connection.request_test(by=request.user, environment=loaded(slug))
    return redirect(reverse("web:settings_environment", args=[slug]) + "#connection")


@require_GET
@for_administrators
def connection_tests(request: PersonRequest, slug: str) -> HttpResponse:
    """The tests while some are under way, asked for by HTMX."""
    context = tests(loaded(slug))
    status = 200 if context["under_way"] else STOP_POLLING
    return render(request, "settings/connection.html#tests", context, status=status)


def loaded(slug: str) -> Environment:
    return get_object_or_404(visible(None), slug=slug)

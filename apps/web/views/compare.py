"""Environments side by side, and what becomes of their differences."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from apps.blueprints import carry
from apps.blueprints.models import Version
from apps.refusal import Refusal
from apps.web.asking import PersonRequest, slugs
from apps.web.attempt import outcome
from apps.web.loading.compare import Comparison, comparison, marks

REFUSED = 409
WAY = Refusal("way", "Choose which environment becomes like which.")


@require_GET
def compare(request: PersonRequest) -> HttpResponse:
    return render(request, "blueprints/compare.html", {"about": comparison(request.GET, slugs(request))})


@require_POST
def expect_differences(request: PersonRequest) -> HttpResponse:
    """Mark the ticked differences as expected, or with `forget` as no longer."""
    about, chosen = comparison(request.GET, slugs(request)), marks(request.POST.getlist("difference"))
    environments, reason = [place.environment for place in about.chosen], request.POST.get("reason", "")
    if request.POST.get("forget"):
        said = outcome(lambda: carry.forget(by=request.user, environments=environments, marks=chosen))
    else:
        said = outcome(lambda: carry.expect(by=request.user, environments=environments, marks=chosen, reason=reason))
    if isinstance(said, Refusal):
        return refused(request, about, said)
    messages.success(request, f"{said} difference{'s are' if said != 1 else ' is'} kept so.")
    return redirect(f"{reverse('web:compare')}?{about.query}")


@require_POST
def carry_differences(request: PersonRequest) -> HttpResponse:
    """Propose the ticked differences for the other environment: its form of an import, with what must be decided."""
    about = comparison(request.GET, slugs(request))
    way = about.way(request.POST.get("way", ""))
    if way is None:
        return refused(request, about, WAY)
    source, target = ((place.environment, place.region) for place in way)
    chosen = marks(request.POST.getlist("difference"))
    said = outcome(lambda: carry.carry(by=request.user, source=source, target=target, marks=chosen))
    return refused(request, about, said) if isinstance(said, Refusal) else redirect(import_of(said, way[1].query))


def import_of(version: Version, place: str) -> str:
    """The address of the form that imports a version into a place."""
    address = reverse("web:import_blueprint", args=[version.blueprint_id])
    return f"{address}?{urlencode({'version': version.number})}&{place}"


def refused(request: PersonRequest, about: Comparison, refusal: Refusal) -> HttpResponse:
    """The page with everything that was ticked and typed."""
    context = {
        "about": about,
        "refusal": refusal,
        "ticked": request.POST.getlist("difference"),
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "blueprints/compare.html", context, status=REFUSED)

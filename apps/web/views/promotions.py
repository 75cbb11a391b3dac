"""Taking a set or a change through environments: choosing them, where it stands, and making the next request."""

from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.blueprints import promote, queries
from apps.blueprints.models import Stage, Version
from apps.changes import queries as changes
from apps.changes.models import ChangeRequest
from apps.refusal import Refusal
from apps.web.asking import PersonRequest, slugs
from apps.web.attempt import outcome
from apps.web.loading.blueprints import Place, places
from apps.web.loading.promotions import strip
from apps.web.loading.subject import number

REFUSED = 409


@require_http_methods(["GET", "POST"])
def new_promotion(request: PersonRequest) -> HttpResponse:
    """The environments to go through, in their order, for a version or for what a request changed."""
    version, origin = asked(request)
    here = version.source.get("environment") if version else origin.environment.slug if origin else ""
    choices = [place for place in places(slugs(request)) if place.environment.slug != here]
    context = {"version": version, "origin": origin, "choices": choices}
    if request.method == "GET":
        return render(request, "blueprints/promote.html", context | {"ticked": first_of_each(choices)})
    ticked = request.POST.getlist("place")
    chosen = [(place.environment, place.region) for place in choices if place.key in ticked]
    made = outcome(lambda: promote.promote(by=request.user, places=chosen, version=version, origin=origin))
    if isinstance(made, Refusal):
        return render(request, "blueprints/promote.html", context | {"ticked": ticked, "refusal": made}, status=REFUSED)
    return redirect("web:promotion", pk=made.pk)


def asked(request: PersonRequest) -> tuple[Version | None, ChangeRequest | None]:
    """The version, or the request, that the address names. Raises `Http404`."""
    seen = slugs(request)
    if wanted := number(request.GET.get("version", "")):
        return get_object_or_404(queries.versions(seen), pk=wanted), None
    if wanted := number(request.GET.get("request", "")):
        return None, get_object_or_404(changes.visible(seen), pk=wanted)
    raise Http404("There is nothing to promote.")


def first_of_each(choices: list[Place]) -> list[str]:
    """The first region of each environment."""
    found: dict[str, str] = {}
    for place in choices:
        found.setdefault(place.environment.slug, place.key)
    return list(found.values())


@require_GET
def promotion(request: PersonRequest, pk: int) -> HttpResponse:
    seen = slugs(request)
    found = get_object_or_404(queries.promotions(seen), pk=pk)
    return render(request, "blueprints/promotion.html", {"strip": strip(found, seen)})


@require_POST
def make_stage(request: PersonRequest, pk: int) -> HttpResponse:
    """Lead to the form of an import that makes the request of a stage."""
    seen = slugs(request)
    rows = Stage.objects.filter(promotion__in=queries.promotions(seen))
    rows = rows if seen is None else rows.filter(environment__slug__in=seen)
    stage = get_object_or_404(rows.select_related("environment", "promotion__version", "promotion__origin"), pk=pk)
    version = outcome(lambda: promote.version_for(by=request.user, stage=stage))
    if isinstance(version, Refusal):
        context = {"strip": strip(stage.promotion, seen), "refusal": version}
        return render(request, "blueprints/promotion.html", context, status=REFUSED)
    place = {
        "version": version.number,
        "environment": stage.environment.slug,
        "region": stage.region,
        "stage": stage.pk,
    }
    return redirect(f"{reverse('web:import_blueprint', args=[version.blueprint_id])}?{urlencode(place)}")

"""Rehearsing the loss of an environment: what another one lacks, and the request that builds it."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from apps.blueprints import carry
from apps.refusal import Refusal
from apps.web.asking import PersonRequest, slugs
from apps.web.attempt import outcome
from apps.web.loading.recovery import found
from apps.web.views.compare import import_of

REFUSED = 409
CHOOSE = Refusal("places", "Choose what is lost and where it is built again.")


@require_GET
def recovery(request: PersonRequest) -> HttpResponse:
    return render(request, "blueprints/recovery.html", {"about": found(request.GET, slugs(request))})


@require_POST
def rehearse(request: PersonRequest) -> HttpResponse:
    """Lead to the form of an import that builds what the target lacks."""
    about = found(request.GET, slugs(request))
    said: object = CHOOSE
    if about.source and about.target:
        source, target = ((place.environment, place.region) for place in (about.source, about.target))
        version = outcome(lambda: carry.carry(by=request.user, source=source, target=target, marks=None))
        if not isinstance(version, Refusal):
            return redirect(import_of(version, about.target.query))
        said = version
    return render(request, "blueprints/recovery.html", {"about": about, "refusal": said}, status=REFUSED)

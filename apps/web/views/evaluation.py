"""What is worth codifying here, and how good the estimates of this installation are."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from apps.runs import queries as runs
from apps.web.asking import PersonRequest, slugs
from apps.web.forms.worth import AssumptionsForm
from apps.web.loading import calibration as loading
from apps.web.loading import worth as judged

INVALID = 422


@require_GET
def worth(request: PersonRequest) -> HttpResponse:
    """What was done again and again, and whether it is worth codifying."""
    form = AssumptionsForm(request.GET)
    found = judged.page(slugs(request), form.assumptions(), timezone.now())
    context = {"section": "worth", "habits": found.habits, "blueprints": found.blueprints, "form": form}
    return render(request, "evaluation/worth.html", context, status=INVALID if form.errors else 200)


@require_GET
def calibration(request: PersonRequest) -> HttpResponse:
    seen = slugs(request)
    measured = runs.measured(seen)
    context = {"section": "calibration", **loading.page(measured, seen, timezone.now())}
    return render(request, "evaluation/calibration.html", context)

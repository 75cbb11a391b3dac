"""How good the estimates of this installation are."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from apps.runs import queries as runs
from apps.web.asking import PersonRequest, slugs
from apps.web.loading import calibration as loading


@require_GET
def calibration(request: PersonRequest) -> HttpResponse:
    seen = slugs(request)
    measured = runs.measured(seen)
    context = {"section": "calibration", **loading.page(measured, seen, timezone.now())}
    return render(request, "evaluation/calibration.html", context)

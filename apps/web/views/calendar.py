"""The calendar: freezes and open windows, for administrators; what is coming, for everybody."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.changes.models import ChangeRequest
from apps.environments.commands import save_window
from apps.environments.models import CalendarWindow
from apps.people.models import User
from apps.reviews.freeze import let_through
from apps.runs import commands as runs
from apps.web.asking import PersonRequest
from apps.web.attempt import into
from apps.web.forms.calendar import WindowForm
from apps.web.forms.change_request import FreezeForm, ScheduleForm
from apps.web.loading.calendar import rows
from apps.web.views.change_requests import Values, acted
from apps.web.views.settings import INVALID, for_administrators


@require_GET
@for_administrators
def windows(request: PersonRequest) -> HttpResponse:
    return render(request, "settings/calendar.html", {"section": "calendar", "rows": rows(timezone.now())})


@require_http_methods(["GET", "POST"])
@for_administrators
def edit_window(request: PersonRequest, pk: int | None = None) -> HttpResponse:
    found = get_object_or_404(CalendarWindow, pk=pk) if pk else None
    form = WindowForm(request.POST or None, found, timezone.get_current_timezone_name())
    context: dict[str, Any] = {"section": "calendar", "window": found, "form": form}
    if form.is_valid() and (saved := into(form, lambda: save_window(by=request.user, window=form.made()))):
        messages.success(request, f"{saved} is saved. It counts from now on.")
        return redirect("web:settings_calendar")
    return render(request, "settings/window.html", context, status=INVALID if form.is_bound else 200)


@require_POST
def through(request: PersonRequest, pk: int) -> HttpResponse:
    """Let exactly this plan through the freeze that is on."""

    def let(found: ChangeRequest, by: User, values: Values) -> object:
        return let_through(by=by, change_request=found, **values)

    return acted(request, pk, FreezeForm(request.POST), let, "freeze")


@require_POST
def schedule(request: PersonRequest, pk: int) -> HttpResponse:
    """Have the approved plan started at a time."""

    def later(found: ChangeRequest, by: User, values: Values) -> object:
        return runs.schedule(by=by, change_request=found, **values)

    return acted(request, pk, ScheduleForm(request.POST), later, "schedule")


@require_POST
def unschedule(request: PersonRequest, pk: int) -> HttpResponse:
    return acted(request, pk, Form(request.POST), lambda cr, by, v: runs.unschedule(by=by, change_request=cr))

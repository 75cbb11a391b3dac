"""One run: its page, which follows it to its end, and its verbs. The list has its own module."""

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from apps.refusal import Refusal
from apps.runs import commands, queries
from apps.runs.models import Run, Step
from apps.runs.rollback import make_rollback
from apps.runs.states import RUN_TERMINAL
from apps.web.asking import PersonRequest, slugs
from apps.web.attempt import attempt, outcome
from apps.web.forms.change_request import ReasonForm, first_error
from apps.web.loading.run import page

REFUSED, STOP_POLLING = 409, 286


@require_GET
def run(request: PersonRequest, pk: int) -> HttpResponse:
    return shown(request, loaded(request, pk))


@require_GET
def progress(request: PersonRequest, pk: int) -> HttpResponse:
    """The steps while the run goes on; at its end the answer stops the asking and has the page loaded once more."""
    found = loaded(request, pk)
    answer = render(request, "runs/detail.html#progress", page(found, request.user, timezone.now()))
    if found.state in RUN_TERMINAL:
        answer.status_code = STOP_POLLING
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
def cancel(request: PersonRequest, pk: int) -> HttpResponse:
    return acted(request, pk, lambda found: commands.cancel(by=request.user, run=found))


@require_POST
def hold(request: PersonRequest, pk: int) -> HttpResponse:
    return explained(request, pk, lambda found, reason: commands.hold(by=request.user, run=found, reason=reason))


@require_POST
def resume(request: PersonRequest, pk: int) -> HttpResponse:
    return acted(request, pk, lambda found: commands.resume(by=request.user, run=found))


@require_POST
def give_up(request: PersonRequest, pk: int) -> HttpResponse:
    return explained(request, pk, lambda found, reason: commands.give_up(by=request.user, run=found, reason=reason))


@require_POST
def roll_back(request: PersonRequest, pk: int) -> HttpResponse:
    """A draft that takes back what was done; the person looks at it and submits it like any other."""
    made = outcome(lambda: make_rollback(by=request.user, run=loaded(request, pk)))
    if isinstance(made, Refusal):
        return shown(request, loaded(request, pk), made)
    return redirect("web:change_request", made.pk)


@require_POST
def look_again(request: PersonRequest, pk: int, step: int) -> HttpResponse:
    found = step_of(request, pk, step)
    return acted(request, pk, lambda _: commands.look_again(by=request.user, step=found))


@require_POST
def retry(request: PersonRequest, pk: int, step: int) -> HttpResponse:
    found = step_of(request, pk, step)
    return explained(request, pk, lambda _, reason: commands.retry(by=request.user, step=found, reason=reason))


@require_POST
def skip(request: PersonRequest, pk: int, step: int) -> HttpResponse:
    found = step_of(request, pk, step)
    return explained(request, pk, lambda _, reason: commands.skip(by=request.user, step=found, reason=reason))


def step_of(request: PersonRequest, pk: int, step: int) -> Step:
    return get_object_or_404(Step, pk=step, run=loaded(request, pk))


def explained(request: PersonRequest, pk: int, act: Callable[[Run, str], object]) -> HttpResponse:
    """A verb that needs a reason."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return shown(request, loaded(request, pk), Refusal("form", first_error(form)))
    return acted(request, pk, lambda found: act(found, str(form.cleaned_data["reason"])))


def acted(request: PersonRequest, pk: int, act: Callable[[Run], object]) -> HttpResponse:
    found = loaded(request, pk)
    refusal = attempt(lambda: act(found))
    return shown(request, loaded(request, pk), refusal) if refusal else redirect("web:run", pk)


def shown(request: PersonRequest, found: Run, refusal: Refusal | None = None) -> HttpResponse:
    typed = {"typed": request.POST.get("reason", ""), "at": request.path}
    context = page(found, request.user, timezone.now()) | {"refusal": refusal} | typed
    context |= {"refresh_after": 5} if context["live"] else {}
    return render(request, "runs/detail.html", context, status=REFUSED if refusal else 200)


def loaded(request: PersonRequest, pk: int) -> Run:
    return get_object_or_404(queries.visible(slugs(request)), pk=pk)

"""One run: its page, which follows it to its end, and its verbs. The list has its own module."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from apps.runs import commands, queries
from apps.runs.models import Run, Step
from apps.runs.states import RUN_TERMINAL, STEP_TERMINAL
from apps.web.asking import PersonRequest, slugs
from apps.web.presenters.diff import row

STOP_POLLING = 286


def loaded(request: PersonRequest, pk: int) -> Run:
    return get_object_or_404(queries.visible(slugs(request)), pk=pk)


def page(run: Run) -> dict[str, object]:
    steps = list(run.steps.prefetch_related("attempts"))
    expected = sum(step.expected_minutes for step in steps) * 60
    ended = run.finished_at or timezone.now()
    return {
        "run": run,
        "steps": steps,
        "done": sum(step.state in STEP_TERMINAL for step in steps),
        "drift": [row(d["property"], d["base"], d["wanted"], live=d["live"]) for d in run.drift],
        "expected": expected,
        "elapsed": (ended - run.started_at).total_seconds() if run.started_at else 0,
        "live": run.state not in RUN_TERMINAL,
    }


@require_GET
def run(request: PersonRequest, pk: int) -> HttpResponse:
    return render(request, "runs/detail.html", page(loaded(request, pk)))


@require_GET
def progress(request: PersonRequest, pk: int) -> HttpResponse:
    """The steps while the run goes on; the answer at its end tells HTMX to ask no more."""
    found = loaded(request, pk)
    status = STOP_POLLING if found.state in RUN_TERMINAL else 200
    return render(request, "runs/detail.html#progress", page(found), status=status)


@require_POST
def cancel(request: PersonRequest, pk: int) -> HttpResponse:
    commands.cancel(by=request.user, run=loaded(request, pk))
    return redirect("web:run", pk)


@require_POST
def give_up(request: PersonRequest, pk: int) -> HttpResponse:
    commands.give_up(by=request.user, run=loaded(request, pk), reason=request.POST.get("reason", ""))
    return redirect("web:run", pk)


@require_POST
def look_again(request: PersonRequest, pk: int, step: int) -> HttpResponse:
    found = get_object_or_404(Step, pk=step, run=loaded(request, pk))
    commands.look_again(by=request.user, step=found)
    return redirect("web:run", pk)

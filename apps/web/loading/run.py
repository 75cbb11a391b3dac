"""One run for its page: its steps with their attempts, and what the person may do with it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from apps.people.access import can
from apps.people.models import Role, User
from apps.runs import policies
from apps.runs.commands import facts
from apps.runs.models import Run, Step
from apps.runs.states import RUN_TERMINAL, AttemptState, RunState
from apps.web.presenters.left import left
from apps.web.presenters.run import drift, duration, progress, timeline


def page(run: Run, person: User, now: datetime) -> dict[str, Any]:
    """The context of `runs/detail.html`."""
    steps = list(run.steps.prefetch_related("attempts"))
    views = timeline(run, steps, now)
    slug = run.change_request.environment.slug
    return {
        "run": run,
        "steps": views,
        "progress": progress(steps),
        "live": run.state not in RUN_TERMINAL,
        "attention": run.state == RunState.ATTENTION,
        "drift": drift(run),
        "left": left(run, steps),
        "time": duration(run, steps, now),
        "may_roll_back": run.state in RUN_TERMINAL and _had_effect(steps) and can(person, Role.REQUESTER, slug),
        "may_hold": run.state not in RUN_TERMINAL and not (run.held_by or run.stopped or run.cancel_requested),
        "may": can(person, Role.REQUESTER, slug) or can(person, Role.REVIEWER, slug),
        **_next(run, person),
    }


def _next(run: Run, person: User) -> dict[str, bool]:
    """What a request may go on with whose newest run came to no good end."""
    request = run.change_request
    stuck = run.state in (RunState.FAILED, RunState.CANCELLED) and request.applied_at is None
    newest = stuck and not request.runs.filter(number__gt=run.number).exists()
    planned = request.revision if newest and request.revision_id == run.revision_id else None
    same = planned is not None and policies.check_start(facts(person, request, planned, run.digest)) is None
    return {
        "may_replan": newest and can(person, Role.REQUESTER, request.environment.slug),
        "may_apply_again": same and not run.drift,
    }


def _had_effect(steps: Iterable[Step]) -> bool:
    effects = (AttemptState.ACKED, AttemptState.RECONCILED)
    return any(attempt.state in effects for step in steps for attempt in step.attempts.all())

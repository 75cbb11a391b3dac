"""Holding a run, and ending it early, by a person."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from apps.people.models import User
from apps.refusal import check
from apps.runs import finish, policies
from apps.runs.acting import actionable
from apps.runs.models import Run
from apps.runs.states import RunState, StepState


@transaction.atomic
def cancel(*, by: User, run: Run, now: datetime | None = None) -> Run:
    """Make no further call but those that bring a resource back. What AWS has accepted is followed to its end."""
    now = now or timezone.now()
    current = actionable(by, run)
    check(policies.check_live(RunState(current.state)))
    current.cancel_requested = True
    current.save(update_fields=["cancel_requested"])
    finish.conclude(current, "run.cancel_requested", now, by=by)
    return current


@transaction.atomic
def hold(*, by: User, run: Run, reason: str, now: datetime | None = None) -> Run:
    """Start nothing new until somebody resumes. What AWS has accepted is followed."""
    now = now or timezone.now()
    current = actionable(by, run)
    held = current.held_by_id is not None
    check(policies.check_live(RunState(current.state)), policies.check_reason(reason))
    check(policies.check_hold(held=held, stopped=current.stopped or current.cancel_requested))
    Run.objects.filter(pk=run.pk).update(held_by=by, held_reason=reason.strip()[:500])
    finish.log(current, "run.held", now, by=by, reason=reason)
    return current


@transaction.atomic
def resume(*, by: User, run: Run, now: datetime | None = None) -> Run:
    """Let a held run go on."""
    now = now or timezone.now()
    current = actionable(by, run)
    check(policies.check_live(RunState(current.state)), policies.check_resume(held=current.held_by_id is not None))
    Run.objects.filter(pk=run.pk).update(held_by=None, held_reason="")
    finish.ring_again(current)
    finish.log(current, "run.resumed", now, by=by)
    return current


@transaction.atomic
def give_up(*, by: User, run: Run, reason: str, now: datetime | None = None) -> Run:
    """End a run that needs a person: its unclear steps count as failed, with the reason, and its locks are freed."""
    now = now or timezone.now()
    current = actionable(by, run)
    check(policies.check_attention(RunState(current.state)), policies.check_reason(reason))
    outcome = f"Given up by {by.full_name}: {reason.strip()}"
    unclear = current.steps.filter(state=StepState.ATTENTION)
    unclear.update(state=StepState.FAILED, outcome=outcome, finished_at=now)
    current.failure = current.failure or outcome
    current.save(update_fields=["failure"])
    finish.conclude(current, "run.given_up", now, by=by, reason=reason)
    return current

"""What a person does with one step: have it looked at, tried again or left out."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from apps.bell import Bell, ring_on_commit
from apps.people.models import User
from apps.planning import codec
from apps.planning.parameters import nodes
from apps.planning.plan import Output, Plan
from apps.refusal import check
from apps.runs import finish, policies
from apps.runs.acting import actionable
from apps.runs.claim import due_in
from apps.runs.models import Run, Step
from apps.runs.states import STEP_TERMINAL, AttemptState, StepState


@transaction.atomic
def look_again(*, by: User, step: Step, now: datetime | None = None) -> Step:
    """Have a step that needs a person looked at once more, with a new deadline."""
    now = now or timezone.now()
    run = actionable(by, step.run)
    current = Step.objects.select_for_update().get(pk=step.pk)
    check(policies.check_attention(StepState(current.state)))
    Step.objects.filter(pk=step.pk).update(
        state=StepState.WAITING,
        due=due_in(0),
        deadline=due_in(600),
        agreed=0,
        otherwise=0,
        polls=0,
        stumbles=0,
        outcome="",
        owner="",
        cause="Looking again.",
    )
    ring_on_commit(Bell.STEP, step.pk)
    finish.conclude(run, "step.looked_again", now, by=by, step=current.key)
    current.refresh_from_db()
    return current


@transaction.atomic
def retry(*, by: User, step: Step, reason: str, now: datetime | None = None) -> Step:
    """Have a step that needs a person tried again: they say that its call had no effect, or that it may be repeated.

    What is as wanted by then is still found done without a call, and what has moved is still refused.
    """
    now = now or timezone.now()
    run = actionable(by, step.run)
    current = Step.objects.select_for_update().get(pk=step.pk)
    check(policies.check_attention(StepState(current.state)), policies.check_reason(reason))
    words = f"{by.full_name}: {reason.strip()}"
    asked = current.attempts.filter(state=AttemptState.INTENDED)
    asked.update(state=AttemptState.REFUSED, answered_at=now, error=words)
    Step.objects.filter(pk=step.pk).update(
        state=StepState.READY,
        due=due_in(0),
        owner="",
        acked_at=None,
        deadline=None,
        agreed=0,
        otherwise=0,
        polls=0,
        stumbles=0,
        outcome="",
        cause=f"To be tried again. {words}"[:300],
    )
    ring_on_commit(Bell.STEP, step.pk)
    finish.conclude(run, "step.retried", now, by=by, step=current.key, reason=reason)
    current.refresh_from_db()
    return current


@transaction.atomic
def skip(*, by: User, step: Step, reason: str, now: datetime | None = None) -> Step:
    """Leave a step out that has not begun or needs a person; what comes after it goes on."""
    now = now or timezone.now()
    run = actionable(by, step.run)
    current = Step.objects.select_for_update().get(pk=step.pk)
    plan = codec.parse(run.revision.canonical)
    check(
        policies.check_reason(reason), policies.check_skip(StepState(current.state), needed_by(run, plan, current.key))
    )
    outcome = f"Skipped by {by.full_name}: {reason.strip()}"
    left_out = Step.objects.filter(pk=step.pk, state=current.state)
    left_out.update(state=StepState.SKIPPED, due=None, owner="", cause="", outcome=outcome, finished_at=now)
    finish.free(run, plan)
    finish.conclude(run, "step.left_out", now, by=by, step=current.key, reason=reason)
    current.refresh_from_db()
    return current


def needed_by(run: Run, plan: Plan, key: str) -> set[str]:
    """The resources whose calls have not ended and use what the call with this key gives."""
    call, change = plan.call(key), plan.change_of(key)
    gives = {Output(change.ordinal, name) for name in call.outputs}
    ended = [state.value for state in STEP_TERMINAL]
    left = set(run.steps.exclude(state__in=ended).exclude(key=key).values_list("key", flat=True))
    users = [each for each in plan.calls if each.key in left and gives & uses(each.parameters)]
    return {plan.change_of(each.key).name for each in users}


def uses(parameters: object) -> set[Output]:
    return {node for node in nodes(parameters) if isinstance(node, Output)}

"""What the calls of a run tell those who evaluate plans: how long they took, and which ones fail."""

from datetime import datetime

from apps.evaluation import outcomes
from apps.evaluation.speed import topic
from apps.planning import codec
from apps.planning.plan import Plan
from apps.runs.models import Run, Step


def took(run: Run, plan: Plan, step_id: int, now: datetime) -> None:
    """Keep how long a call took. One that was repeated, or waited for a person, says nothing about that."""
    step = Step.objects.get(pk=step_id)
    smooth = step.acked_at and step.started_at and step.attempts.count() == 1 and not step.expiries
    if smooth and step.started_at:
        _keep(run, plan, step, (now - step.started_at).total_seconds(), now)


def failed(run: Run, step: Step, now: datetime) -> None:
    """Keep that a call failed; one that was never made did not."""
    if step.attempts.exists():
        _keep(run, codec.parse(run.revision.canonical), step, None, now)


def _keep(run: Run, plan: Plan, step: Step, seconds: float | None, now: datetime) -> None:
    change = plan.change_of(step.key)
    call = next(each for each in change.calls if each.key == step.key)
    expected = step.expected_minutes * 60
    outcomes.keep(topic=topic(change, call), seconds=seconds, expected=expected, run=run.pk, key=step.key, now=now)

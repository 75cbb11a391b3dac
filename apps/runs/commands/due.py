"""The sweep: the way back from a lost message and from a dead worker, and the same path as normal work."""

from apps.bell import Bell, ring_again
from apps.runs.claim import due_in
from apps.runs.models import Step
from apps.runs.states import StepState

DUE = (StepState.READY, StepState.RUNNING, StepState.WAITING)


def sweep(limit: int = 500) -> None:
    """Ring for every due step."""
    rows = Step.objects.filter(state__in=DUE, due__lte=due_in(0)).order_by("due")
    for step_id in rows.values_list("pk", flat=True)[:limit]:
        ring_again(Bell.STEP, step_id)

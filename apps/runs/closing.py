"""Calls that bring a resource back to where it was, such as the start after a stop.

They are part of the approved plan. Once the first of the two was made, the second is owed: it is made even if the run
has failed or was cancelled between them, so that nothing is left half done.
"""

from apps.bell import Bell, ring_on_commit
from apps.planning.plan import Plan
from apps.runs.claim import due_in
from apps.runs.models import Run, Step
from apps.runs.states import STEP_PASSED, STEP_TERMINAL, StepState

MADE = (StepState.RUNNING, StepState.WAITING, StepState.ATTENTION, StepState.DONE)
States = dict[str, StepState]


def states(run: Run) -> States:
    return {key: StepState(state) for key, state in run.steps.values_list("key", "state")}


def owed(plan: Plan, known: States) -> set[str]:
    """The keys of the closing calls whose opening call was made, or may have been."""
    opened = {key: plan.opening(key) for key in known}
    return {key for key, opening in opened.items() if opening and known[opening] in MADE}


def early(run: Run, plan: Plan, key: str) -> bool:
    """Whether a closing call is due although something between it and its opening came to nothing."""
    if not plan.opening(key):
        return False
    known = states(run)
    return key in owed(plan, known) and not all(known[each] in STEP_PASSED for each in _before(plan, key))


def release(run: Run, plan: Plan) -> None:
    """Make due the closing calls that nothing comes before any more."""
    known = states(run)
    ready = [key for key in owed(plan, known) if all(known[each] in STEP_TERMINAL for each in _before(plan, key))]
    waiting = Step.objects.filter(run=run, state=StepState.PENDING, key__in=ready)
    ids = list(waiting.values_list("pk", flat=True))
    Step.objects.filter(pk__in=ids).update(state=StepState.READY, due=due_in(0))
    for step_id in ids:
        ring_on_commit(Bell.STEP, step_id)


def _before(plan: Plan, key: str) -> list[str]:
    """The calls of the same resource that come before it."""
    calls = plan.change_of(key).calls
    return [call.key for call in calls[: [call.key for call in calls].index(key)]]

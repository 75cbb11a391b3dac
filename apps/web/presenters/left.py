"""How a run that came to no good end left each resource."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from apps.planning import codec
from apps.planning.plan import Action, Call, Change, Plan
from apps.runs.models import Run, Step
from apps.runs.states import RUN_TERMINAL, AttemptState, RunState, StepState

EFFECT = (AttemptState.ACKED, AttemptState.RECONCILED, AttemptState.INTENDED)
GONE_WELL = {Action.CREATE: "created as approved", Action.UPDATE: "as approved", Action.DELETE: "deleted as approved"}


@dataclass(frozen=True)
class Left:
    """One resource: `state` and its `tone`, and the purposes of its calls by what came of them."""

    name: str
    state: str
    tone: str
    done: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()
    undone: tuple[str, ...] = ()


def left(run: Run, steps: Sequence[Step]) -> list[Left]:
    """Every resource of the plan, the half done first; nothing while the run goes on or where it succeeded."""
    if run.state not in RUN_TERMINAL or run.state == RunState.SUCCEEDED:
        return []
    known, plan = {step.key: step for step in steps}, codec.parse(run.revision.canonical)
    found = [_one(plan, change, known) for change in plan.changes if change.calls]
    return sorted(found, key=lambda each: (not each.unclear, not (each.done and each.undone)))


def _one(plan: Plan, change: Change, steps: Mapping[str, Step]) -> Left:
    by: dict[str, list[Call]] = {"done": [], "unclear": [], "undone": []}
    for call in change.calls:
        by[_came_of(steps[call.key])].append(call)
    done, unclear, undone = (tuple(call.purpose for call in by[name]) for name in ("done", "unclear", "undone"))
    if not undone and not unclear:
        return Left(change.name, GONE_WELL[change.action], "good")
    if not done and not unclear:
        return Left(change.name, "untouched", "")
    if unclear:
        return Left(change.name, "look at it", "warn", done, unclear, undone)
    if _taken_back(plan, {call.key for call in by["done"]}):
        return Left(change.name, "as it was", "", done, unclear, undone)
    return Left(change.name, "half done", "warn", done, unclear, undone)


def _taken_back(plan: Plan, done: set[str]) -> bool:
    """Whether all that was done are calls such as a stop, and the start that follows it."""
    closing = {key: plan.opening(key) for key in done}
    pairs = {key for key, opening in closing.items() if opening} | set(closing.values())
    return done <= pairs


def _came_of(step: Step) -> str:
    """A call that AWS took, or may have taken, without its end being seen, is unclear."""
    if step.state == StepState.DONE:
        return "done"
    return "unclear" if any(attempt.state in EFFECT for attempt in step.attempts.all()) else "undone"

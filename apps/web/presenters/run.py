"""One run as its page shows it: steps in order, what they wait for, how long they take, what AWS answered."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from apps.planning import codec
from apps.runs.models import Attempt, Run, Step
from apps.runs.policies import SKIPPABLE
from apps.runs.states import STEP_PASSED, StepState
from apps.web.presenters import marks
from apps.web.presenters.changes import CallView, calls, worded
from apps.web.presenters.diff import DiffRow
from apps.web.presenters.effects import minutes
from apps.web.presenters.values import UNSET, show

Json = Any
WIDTH = 1000
GOING = (StepState.RUNNING, StepState.WAITING)


@dataclass(frozen=True)
class Bar:
    """A step on the time axis, in thousandths of it; `tone` names its colour."""

    left: int
    width: int
    tone: str


@dataclass(frozen=True)
class StepView:
    """One step. `words` say its cause or outcome; `elapsed` and `expected` are seconds, None where it has no wait."""

    step: Step
    resource: str
    call: CallView
    words: str
    attempts: tuple[Attempt, ...]
    elapsed: float | None
    expected: float | None
    bar: Bar

    @property
    def going(self) -> bool:
        return self.step.state in GOING

    @property
    def skippable(self) -> bool:
        return self.step.state in SKIPPABLE

    @property
    def retry_id(self) -> str:
        return f"retry-{self.step.pk}"

    @property
    def skip_id(self) -> str:
        return f"skip-{self.step.pk}"

    @property
    def calls_id(self) -> str:
        return f"call-{self.step.ordinal}"

    @property
    def calls(self) -> tuple[CallView, ...]:
        return (self.call,)


def duration(run: Run, steps: Iterable[Step], now: datetime) -> dict[str, Json]:
    """Elapsed and expected, in seconds and in words. The bar never fills before the run has ended."""
    expected = sum(step.expected_minutes for step in steps) * 60
    begun = run.started_at or run.queued_at
    elapsed = ((run.finished_at or now) - begun).total_seconds()
    over = run.finished_at is not None
    shown = expected if over else min(elapsed, expected * 0.97)
    text = f"{spell(elapsed)} of about {minutes(expected / 60)}" if expected and not over else spell(elapsed)
    return {"value": round(shown), "maximum": round(expected), "text": text, "over": over}


def progress(steps: Sequence[Step]) -> str:
    """How far it has come: "4 of 6 steps done, 1 failed, 1 cancelled"."""
    count = Counter(step.state for step in steps)
    done = sum(count[state] for state in STEP_PASSED)
    others = (StepState.FAILED, StepState.ATTENTION, StepState.CANCELLED)
    rest = (f"{count[state]} {marks.state('step', state).label.lower()}" for state in others if count[state])
    skipped = f" ({count[StepState.SKIPPED]} skipped)" if count[StepState.SKIPPED] else ""
    return ", ".join([f"{done} of {len(steps)} steps done{skipped}", *rest])


def timeline(run: Run, steps: Sequence[Step], now: datetime) -> list[StepView]:
    """The steps with their places on a common time axis: what was, what is, and what is expected."""
    spans = _spans(run, steps, now)
    begin = min((start for start, _ in spans), default=0.0)
    length = max(max((end for _, end in spans), default=1.0) - begin, 1.0)
    planned = codec.parse(run.revision.canonical)
    names = {call.key: change.name for change in planned.changes for call in change.calls}
    shown = {view.key: view for view in calls(planned.calls, _logical(run))}
    return [
        StepView(
            step=step,
            resource=names[step.key],
            call=shown[step.key],
            words=words(step, now),
            attempts=tuple(step.attempts.all()),
            elapsed=_elapsed(step, now),
            expected=step.expected_minutes * 60 or None,
            bar=_bar(step, (span[0] - begin) / length, (span[1] - begin) / length),
        )
        for step, span in zip(steps, spans, strict=True)
    ]


def words(step: Step, now: datetime) -> str:
    """What it waits for, with how long it has taken of what was expected; or what came of it."""
    if step.state not in GOING:
        return step.outcome or step.cause
    elapsed = _elapsed(step, now)
    if step.acked_at is None or elapsed is None:
        return step.cause or "Making the call."
    about = f" of about {minutes(step.expected_minutes)}" if step.expected_minutes else ""
    return f"{step.cause} {spell(elapsed)}{about}.".strip()


def drift(run: Run) -> list[DiffRow]:
    """What had moved when the run stopped, as Approved from / Live now / Would become."""
    planned = codec.parse(run.revision.canonical) if run.drift else None
    names = {change.ordinal: change.name for change in planned.changes} if planned else {}
    return [
        DiffRow(
            property=row["property"] or "The resource itself",
            base=show(worded(row["base"], _logical(run))) if row["base"] is not None else UNSET,
            becomes=show(worded(row["wanted"], _logical(run))),
            live=show(row["live"]),
            moved=True,
            note=names.get(row["ordinal"], ""),
        )
        for row in run.drift
    ]


def _logical(run: Run) -> dict[int, str]:
    """The logical names of what the run creates, by ordinal."""
    return {raw["ordinal"]: raw.get("logical", "") for raw in run.revision.proposals}


def spell(seconds: float) -> str:
    """Seconds in words: "12 s", "4 min", "1 h 5 min"."""
    if seconds < 60:
        return f"{max(seconds, 0):.0f} s"
    whole = int(seconds // 60)
    return f"{whole} min" if whole < 60 else f"{whole // 60} h {whole % 60} min"


def _elapsed(step: Step, now: datetime) -> float | None:
    return ((step.finished_at or now) - step.started_at).total_seconds() if step.started_at else None


def _spans(run: Run, steps: Sequence[Step], now: datetime) -> list[tuple[float, float]]:
    """Begin and end of every step in seconds; what has not begun is expected after all that is known so far."""
    spans: list[tuple[float, float]] = []
    last = 0.0
    for step in steps:
        start = _seconds(run, step.started_at) if step.started_at else last
        expected = start + max(step.expected_minutes * 60, 2)
        end = _seconds(run, step.finished_at) if step.finished_at else max(expected, _seconds(run, now))
        end = end if step.started_at else expected
        spans.append((start, max(end, start)))
        last = max(last, end)
    return spans


def _seconds(run: Run, at: datetime) -> float:
    return (at - run.queued_at).total_seconds()


def _bar(step: Step, left: float, right: float) -> Bar:
    width = max(round((right - left) * WIDTH), 6)
    return Bar(min(round(left * WIDTH), WIDTH - width), width, str(step.state))

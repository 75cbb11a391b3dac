"""The approval flow as it stands: who decided what on which revision, who still could, and what became stale."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from apps.changes.models import Revision
from apps.planning import codec, diff
from apps.planning.plan import Plan
from apps.reviews.models import Decision, Review
from apps.reviews.progress import Progress
from apps.reviews.standing import Since, Standing, StepStanding
from apps.web.presenters.marks import Chip, state

DECIDED = {
    Decision.APPROVE: "approved",
    Decision.REQUEST_CHANGES: "requested changes to",
    Decision.REJECT: "rejected",
}


@dataclass(frozen=True)
class FlowRow:
    """One step as `components/flow.html` shows it."""

    name: str
    progress: str
    state: str
    note: str
    lines: tuple[str, ...]
    chip: Chip | None = None


def rows(standing: Standing, revision: Revision, reviews: Sequence[Review]) -> list[FlowRow]:
    """The steps of the flow in order."""
    names = {change.ordinal: change.name for change in codec.parse(revision.canonical).changes}
    steps = [_row(step, revision, [r for r in reviews if r.step_id == step.step.pk], names) for step in standing.steps]
    return steps + [_since(step, revision) for step in standing.since]


def _since(step: Since, revision: Revision) -> FlowRow:
    said = f"Not asked yet: a rule was changed after revision {revision.number} was planned. Plan again to ask for it."
    note = f"Why: {step.rule.rstrip('.')}."
    return FlowRow(step.name, f"0 of {step.needed}", "", note, (said,), Chip("Asked for since", "warn"))


def stale(standing: Standing, revision: Revision) -> list[str]:
    """A sentence for every approval that an older revision had, saying what changed since."""
    current = codec.parse(revision.canonical) if standing.stale else None
    return [_stale(review, current) for review in standing.stale if current]


def someone(names: Iterable[str]) -> str:
    """ "Ben Sato", "Ben Sato or Chie Abe", "nobody"."""
    *most, last = list(names) or ["nobody"]
    return f"{', '.join(most)} or {last}" if most else last


def changed(old: Plan, new: Plan) -> list[str]:
    """What differs between two plans of a request: properties of resources, and resources that came or went."""
    before, after = _values(old), _values(new)
    names = dict.fromkeys([*before, *after])
    return [
        f"{prop or 'the calls'} of {name}"
        for name, prop in names
        if not diff.same(before.get((name, prop)), after.get((name, prop)))
    ]


def _values(plan: Plan) -> dict[tuple[str, str], object]:
    return {(c.name, d.property): [d.before, d.after] for c in plan.changes for d in c.differences}


def _row(step: StepStanding, revision: Revision, reviews: Sequence[Review], names: Mapping[int, str]) -> FlowRow:
    why = f"Why: {step.rule.rstrip('.')}."
    if not step.needed:
        return FlowRow(step.step.name, "", "done", why, (), Chip("Not required", "good"))
    against = next((r for r in reviews if r.decision != Decision.APPROVE), None)
    lines = [f"{r.person} {DECIDED[Decision(r.decision)]} revision {revision.number}" for r in reviews]
    lines += [
        f"{r.person} approved revision {r.revision.number}: expired, it is too old to count" for r in step.expired
    ]
    lines += [f"{r.person} approved revision {r.revision.number}: kept, this part did not change" for r in step.kept]
    if not step.complete and not against:
        lines.append(f"{someone(str(person) for person in step.could)} can decide now")
    if set(step.step.changes) < set(names):
        lines.append(f"Because of {', '.join(names[ordinal] for ordinal in step.step.changes if ordinal in names)}")
    now = "failed" if against else "done" if step.complete else "now"
    chip = state("decision", against.decision) if against else Chip("Done", "good") if step.complete else None
    progress = f"{min(step.given, step.needed)} of {step.needed}"
    return FlowRow(step.step.name, progress, now, why, tuple(lines), chip or Chip("Waiting", "info"))


def _stale(review: Review, current: Plan) -> str:
    differing = changed(codec.parse(review.revision.canonical), current)
    what = ", ".join(differing[:3]) + (" and more" if len(differing) > 3 else "") if differing else "its calls"
    return f"{review.person} approved revision {review.revision.number}: stale, {what} changed since."


def approvals(steps: Sequence[Progress]) -> str:
    """ "1 of 2" over the steps of a flow; "" without one."""
    needed = sum(step.needed for step in steps)
    given = sum(min(step.needed, len(step.given)) for step in steps)
    return f"{given} of {needed}" if needed else "not required" if steps else ""

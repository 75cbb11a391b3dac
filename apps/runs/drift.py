"""Is live state still what was approved? Asked before the first call of a run for everything, and before every call.

Nothing is ever rebased here: a new plan needs a new approval.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from apps.aws.gateway import Gateway
from apps.aws.together import Together
from apps.inventory.commands import belongs
from apps.planning.plan import Action, Change, Observation
from apps.runs import closing, origin, sight
from apps.runs.states import StepState
from apps.runs.work import Stop, Work

Json = Any
Row = Mapping[str, Json]


def survey(work: Work, aws: Gateway) -> Gateway:
    """Raise `Stop` with everything that moved in any resource of the run, before any call of it.

    Gives a gateway that answers with what was seen here.

    Where the new one gets the identifier of the old one, the old one is looked at, which is deleted first. What an
    earlier run created is looked at first: other changes may already show its outputs.
    """
    changes = [change for change in work.plan.changes if not (change.replaces and change.replaces == change.identifier)]
    aws = Together(aws, _known(changes))
    rows: list[Row] = []
    for change in sorted(changes, key=lambda each: each.action is not Action.CREATE):
        first = replace(work, change=change, call=change.calls[0])
        seen = origin.look(first, aws)
        check_member(first, seen)
        rows += _changed(first, seen)
        if first.creates and seen is not None:
            work = replace(work, outputs=sight.created(first, seen).outputs)
    if rows:
        raise Stop(StepState.FAILED, _sentence(work, rows), tuple(rows), whole=True)
    return aws


def _known(changes: Sequence[Change]) -> dict[tuple[str, str], set[str]]:
    """What is there already, by type and region."""
    wanted: dict[tuple[str, str], set[str]] = {}
    for change in changes:
        if change.identifier:
            wanted.setdefault((change.type, change.region), set()).add(change.identifier)
    return wanted


def check_member(work: Work, seen: Observation | None) -> None:
    """Raise `Stop` before the first call for a resource that has left the environment since the plan was made.

    What a change itself does to the tags was approved, so later calls don't ask again.
    """
    change, environment = work.change, work.environment
    if seen is None or change.action is Action.CREATE or work.call.key != change.calls[0].key:
        return
    if not belongs(seen, environment):
        sentence = (
            f"{change.name} no longer belongs to {environment.name}: it has lost the tag {environment.resource_tag}. "
            "No call was made. Propose the change in the environment that it belongs to."
        )
        raise Stop(StepState.FAILED, sentence, whole=True)


def check(work: Work, seen: Observation | None) -> None:
    """Raise `Stop` when this call would not find what it expects."""
    check_member(work, seen)
    rows = tuple(_rows(work, seen))
    if rows:
        raise Stop(StepState.FAILED, _sentence(work, rows), rows)


def _changed(work: Work, seen: Observation | None) -> Iterator[Row]:
    """What moved in one resource. What an earlier run of the same request already did is no drift."""
    ours = work.creates and (seen is None or origin.is_ours(work, seen))
    if ours or (not work.creates and sight.already(work, seen)):
        return
    for row in _rows(work, seen):
        if seen is None or not _by_us(work, seen, str(row["property"])):
            yield row


def _by_us(work: Work, seen: Observation, name: str) -> bool:
    """Whether the value is one that a call of this change leaves behind."""
    if name == "Status":
        return seen.status in [call.leaves_status for call in work.change.calls]
    return any(name in call.sets and sight.shows(work, seen, {name: call.sets[name]}) for call in work.change.calls)


def _rows(work: Work, seen: Observation | None) -> Iterator[Row]:
    if work.creates:
        if seen is not None:
            yield _row(work, "", None, "exists already", "to be created")
    elif seen is None:
        yield _row(work, "", "existed", None, "to be changed")
    else:
        early = closing.early(work.run, work.plan, work.call.key)
        for name in sight.moved(work, seen):
            if not early or name == "Status":
                yield _compared(work, seen, name)


def _compared(work: Work, seen: Observation, name: str) -> Row:
    if name == "Status":
        return _row(work, name, work.call.expects_status, seen.status, work.call.leaves_status)
    wanted = {n: value for call in work.change.calls for n, value in call.sets.items()}
    base = work.call.expects.get(name)
    return _row(work, name, base, seen.document.get(name), wanted.get(name, base))


def _row(work: Work, name: str, base: Json, live: Json, wanted: Json) -> Row:
    return {
        "ordinal": work.change.ordinal,
        "key": work.call.key,
        "property": name,
        "base": sight.readable(work, base),
        "live": live,
        "wanted": sight.readable(work, wanted),
    }


def _sentence(work: Work, rows: Sequence[Row]) -> str:
    names = {change.ordinal: change.name for change in work.plan.changes}
    moved = list(dict.fromkeys(f"{row['property'] or 'existence'} of {names[row['ordinal']]}" for row in rows))
    return f"Changed outside since it was approved: {', '.join(moved)}. No call was made for it; plan it again."

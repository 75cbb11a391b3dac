"""What takes back what a plan did: the proposals of a rollback, and what has no way back.

Pure: takes the plan, the documents from which it was made, and which of its calls had their effect. The proposals are
planned like any others, against what is live by then; nothing here is executed.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from apps.catalog import hidden
from apps.catalog.references import named
from apps.catalog.registry import native
from apps.catalog.types import NativeType
from apps.planning.parameters import nodes
from apps.planning.plan import Action, Change, Difference, Plan, Problem, Proposal
from apps.planning.replacement import names_new, settable, substituted

Json = Any
Document = Mapping[str, Json]


@dataclass(frozen=True)
class Inverse:
    """`proposals` are numbered from 1; `lost` says, by the ordinal in the plan, what stays as the plan made it."""

    proposals: tuple[Proposal, ...]
    lost: tuple[Problem, ...]


@dataclass(frozen=True)
class Done:
    """What a plan did: the keys of calls with an effect, documents before by ordinal, identifiers of what it made."""

    calls: Collection[str]
    before: Mapping[int, Document]
    made: Mapping[int, str]


def inverse(plan: Plan, done: Done) -> Inverse:
    """The way back, the last call first."""
    order = {call.key: n for n, call in enumerate(plan.calls)}
    changes = [c for c in plan.changes if any(call.key in done.calls for call in c.calls)]
    changes.sort(key=lambda change: -max(order[call.key] for call in change.calls))
    lost: list[Problem] = []
    found = [each for change in changes if (each := _inverted(change, plan, done, lost)) is not None]
    proposals = [replace(each, ordinal=n) for n, each in enumerate(found, 1)]
    return Inverse(tuple(_reconnected(proposals, changes, done)), tuple(lost))


def _inverted(change: Change, plan: Plan, done: Done, lost: list[Problem]) -> Proposal | None:
    declared = native(change.type)
    if declared is None:
        lost.append(_lost(change, "", f"this version of Ringi doesn't know {change.type}"))
        return None
    match change.action:
        case Action.UPDATE:
            return _restored(change, change.identifier, done, lost)
        case Action.CREATE:
            return _unmade(change, plan, done, lost)
        case Action.DELETE:
            return _remade(change, declared, done, lost)


def _restored(change: Change, identifier: str, done: Done, lost: list[Problem]) -> Proposal | None:
    """The properties that its calls set, as they were."""
    written = {name for call in change.calls if call.key in done.calls for name in call.sets}
    differences = [each for each in change.differences if each.property in written or change.replaces]
    back = [each for each in differences if not _stays(change, each, lost)]
    if not back:
        return None
    base = {d.property: d.after for d in back if d.after is not None and not any(True for _ in nodes(d.after))}
    desired = {difference.property: difference.before for difference in back}
    return _proposal(change, Action.UPDATE, identifier, desired, base)


def _stays(change: Change, difference: Difference, lost: list[Problem]) -> bool:
    """Whether a property can't be brought back; it is noted then."""
    why = difference.irreversible
    if hidden.holds(difference.before):
        why = "Its values before were never read, so nobody here knows them."
    if why:
        lost.append(_lost(change, difference.property, f"{difference.property} stays as it is. {why}"))
    return bool(why)


def _unmade(change: Change, plan: Plan, done: Done, lost: list[Problem]) -> Proposal | None:
    """A new resource is deleted; where it replaced one that is gone, it is replaced once more."""
    identifier = done.made.get(change.ordinal, "")
    if not identifier:
        lost.append(_lost(change, "", "what identifies it isn't known, so that it has to be deleted by hand"))
        return None
    gone = [other for other in plan.changes if other.replaced_by == change.ordinal]
    if any(other.calls[-1].key in done.calls for other in gone):
        return _restored(change, identifier, done, lost)
    return _proposal(change, Action.DELETE, identifier, {}, {})


def _remade(change: Change, declared: NativeType, done: Done, lost: list[Problem]) -> Proposal | None:
    """A deleted resource is made again as it was, unless it held data."""
    if change.replaced_by or change.calls[-1].key not in done.calls:
        return None
    document = done.before.get(change.ordinal, {})
    desired = {n: document[n] for n in settable(declared) if n in document and not hidden.holds(document[n])}
    if declared.create is None or declared.stateful or len(desired) == 0:
        why = "it is gone with what it held" if declared.stateful else "it can't be made again from here"
        lost.append(_lost(change, "", why))
        return None
    for name in sorted(document.keys() - desired.keys()):
        if name in settable(declared):
            lost.append(_lost(change, name, f"{name} held values that were never read. Give them again."))
    return _proposal(change, Action.CREATE, "", desired, {})


def _proposal(change: Change, action: Action, identifier: str, desired: Document, base: Document) -> Proposal:
    return Proposal(0, action, change.type, change.region, identifier, change.name, desired, base)


def _lost(change: Change, name: str, why: str) -> Problem:
    return Problem(change.ordinal, name, "lost", f"{change.name}: {why.rstrip('.')}.")


def _reconnected(proposals: Sequence[Proposal], changes: Sequence[Change], done: Done) -> Iterator[Proposal]:
    """What named a resource that is made again names the new one."""
    for proposal in proposals:
        desired: Json = proposal.desired
        for each in named(proposal.type, desired):
            for heir, old in _heirs(proposals, changes, done):
                if each.reference.type == heir.type and each.value == old.get(each.reference.attribute):
                    declared = native(heir.type)
                    new = names_new(declared, heir, heir.desired, each.reference.attribute) if declared else None
                    desired = substituted(desired, each.value, new) if new is not None else desired
        yield replace(proposal, desired=desired)


def _heirs(proposals: Sequence[Proposal], changes: Sequence[Change], done: Done) -> Iterator[tuple[Proposal, Document]]:
    """The resources that are made again, each with the document of the one that is gone."""
    for proposal in proposals:
        for change in changes if proposal.action is Action.CREATE else ():
            if (change.type, change.region, change.name) == (proposal.type, proposal.region, proposal.name):
                yield proposal, done.before.get(change.ordinal, {})

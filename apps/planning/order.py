"""In which order the calls of a request run: after what they use is there, and before what they use is gone."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from typing import Any

from apps.catalog.references import named
from apps.catalog.registry import native
from apps.planning.parameters import nodes
from apps.planning.plan import Action, Call, Change, Output, Problem, Proposal
from apps.planning.replacement import Expanded

Json = Any
Document = Mapping[str, Json]
Waits = dict[str, list[str]]


def linked(
    changes: Sequence[Change],
    documents: Mapping[int, Document],
    needs: Mapping[int, Sequence[int]],
    makes_way: Collection[int] = (),
) -> tuple[Change, ...]:
    """The changes with every call waiting for those that must be done before it.

    `documents` are the resources before, by ordinal. `needs` says which changes create something that another one names
    by the name we chose for it, so that no output tells; `makes_way` are the new resources that come after the old one.
    """
    sources = _sources(changes)
    by_ordinal = {change.ordinal: change for change in changes}
    waits: Waits = {
        call.key: [sources[node] for node in _outputs(call) if node in sources]
        for change in changes
        for call in change.calls
    }
    _follow(changes, waits)
    for change in changes:
        for other in needs.get(change.ordinal, ()):
            waits[change.calls[0].key].append(by_ordinal[other].calls[0].key)
        if change.action is Action.DELETE:
            waits[change.calls[-1].key] += _users(change, changes, documents)
            if heir := by_ordinal.get(change.replaced_by):
                first, then = (change, heir) if heir.ordinal in makes_way else (heir, change)
                waits[(then.calls[0] if then is heir else then.calls[-1]).key].append(first.calls[-1].key)
    return tuple(replace(change, calls=tuple(_after(call, waits) for call in change.calls)) for change in changes)


def _follow(changes: Sequence[Change], waits: Waits) -> None:
    """Let new resources wait for those of the types that they follow, and deleted ones the other way round."""
    for change in changes:
        declared = native(change.type)
        wanted = declared.create.follows if declared and declared.create else ()
        for other in changes if wanted else ():
            if other.type in wanted and other.region == change.region and other.action is change.action:
                first, then = (other, change) if change.action is Action.CREATE else (change, other)
                if change.action is not Action.UPDATE:
                    waits[then.calls[0].key].append(first.calls[-1].key)


def problems(changes: Sequence[Change]) -> Iterator[Problem]:
    """Outputs that nothing gives, and calls that wait for each other; `changes` are linked."""
    sources = _sources(changes)
    for change in changes:
        used = {node for call in change.calls for node in _outputs(call)}
        for node in sorted(used - set(sources), key=repr):
            sentence = f"It needs {node.attribute} of change {node.change}, which doesn't give one. Choose a value."
            yield Problem(change.ordinal, "", "dangling", sentence)
    try:
        TopologicalSorter({call.key: call.after for change in changes for call in change.calls}).prepare()
    except CycleError:
        yield Problem(0, "", "cycle", "These changes wait for each other. Split the request in two.")


def uses(user: Change, before: Document, used: Change, other: Document) -> bool:
    """Whether a resource names another one in its document."""
    return bool(_naming(user.type, before, used.type, other))


def mutual(deleted: Proposal, mine: Document, whole: Expanded) -> tuple[str, ...]:
    """The properties by which a resource names another that names it too, both being deleted: it lets go first."""
    others = [
        (p.type, whole.document(p.ordinal))
        for p in whole.proposals
        if p.action is Action.DELETE and p.ordinal != deleted.ordinal
    ]
    return tuple(
        dict.fromkeys(
            name
            for kind, other in others
            for name in _naming(deleted.type, mine, kind, other)
            if _naming(kind, other, deleted.type, mine)
        )
    )


def _naming(user: str, before: Document, used: str, other: Document) -> list[str]:
    """The properties by which a document names another one."""
    return [
        each.reference.pointer[0]
        for each in named(user, before)
        if each.reference.type == used and each.value == other.get(each.reference.attribute)
    ]


def _sources(changes: Sequence[Change]) -> dict[Output, str]:
    """Each output that some call of the request gives, with the key of that call."""
    return {
        Output(change.ordinal, name): call.key for change in changes for call in change.calls for name in call.outputs
    }


def _outputs(call: Call) -> list[Output]:
    return [node for node in nodes(call.parameters) if isinstance(node, Output)]


def _users(deleted: Change, changes: Sequence[Change], documents: Mapping[int, Document]) -> list[str]:
    """What must be done before a resource goes: whatever used it."""
    before = documents.get(deleted.ordinal, {})
    return [
        _freed(change)
        for change in changes
        if change is not deleted and change.action is not Action.CREATE
        if uses(change, documents.get(change.ordinal, {}), deleted, before)
    ]


def _freed(user: Change) -> str:
    """The call after which a resource uses nothing any more: before it is deleted, where it lets go first."""
    last = -2 if user.action is Action.DELETE and len(user.calls) > 1 else -1
    return user.calls[last].key


def _after(call: Call, waits: Waits) -> Call:
    others = (key for key in waits[call.key] if key != call.key)
    return replace(call, after=tuple(dict.fromkeys([*call.after, *others])))

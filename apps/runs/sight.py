"""Looking at a resource and comparing it with what a call expects and sets.

A property that couldn't be read is unknown: it is never as expected, and never as wanted.
"""

from collections.abc import Mapping
from typing import Any

from apps.aws.gateway import AwsError
from apps.catalog import hidden
from apps.planning import codec, diff
from apps.planning.parameters import identify
from apps.planning.plan import Action, Observation
from apps.runs.work import Work

Json = Any
UNKNOWN = object()


def identifier_of(work: Work) -> str:
    """The identifier that the plan knows, or that follows from what the run knows; "" before AWS has chosen one."""
    change = work.change
    if change.identifier or change.action is not Action.CREATE:
        return change.identifier
    chosen = {name: _filled(work, value) for name, value in change.calls[0].sets.items()}
    return identify(work.native, chosen | dict(work.outputs.get(change.ordinal, {})))


def created(work: Work, seen: Observation) -> Work:
    """The same work, knowing what the creation gave: it can be seen on the resource."""
    return work.with_outputs({name: seen.document.get(name) or seen.identifier for name in work.call.outputs})


def readable(work: Work, value: Json) -> Json:
    """The value with what this run knows filled in; as the plan writes it where something isn't known yet."""
    filled = _filled(work, value)
    return codec.encoded(value) if filled is UNKNOWN else filled


def shows(work: Work, seen: Observation, values: Mapping[str, Json]) -> bool:
    """Whether the resource has these values now."""
    return not _other(work, seen, values)


def contradicts(work: Work, seen: Observation, values: Mapping[str, Json]) -> bool:
    """Whether the resource shows another value than one of these. What it doesn't show yet says nothing."""
    shown = {name: value for name, value in values.items() if name in seen.document}
    return bool(diff.differing(work.native, seen.document, _known(work, seen, shown)))


def otherwise(work: Work, seen: Observation) -> dict[str, tuple[Json, Json]]:
    """The properties that show neither what the call sets nor what was there before: (live, wanted) by name."""
    wanted = _known(work, seen, work.call.sets)
    before = {name: readable(work, work.call.expects.get(name)) for name in wanted}
    other = diff.differing(work.native, seen.document, wanted)
    changed = diff.differing(work.native, seen.document, {name: before[name] for name in other})
    shown = [name for name in changed if name not in seen.unread and seen.document.get(name) is not None]
    return {name: (seen.document[name], wanted[name]) for name in shown}


def moved(work: Work, seen: Observation) -> tuple[str, ...]:
    """The properties that are not as the call expects to find them; "Status" for the resource's status.

    What AWS itself gave a resource that this change has just created is expected, whatever it is, unless the type's
    declaration says what AWS gives.
    """
    call, expects = work.call, work.call.expects
    if work.change.action is Action.CREATE and not work.creates:
        declared = work.native.create.defaults if work.native.create else {}
        expects = {name: value for name, value in expects.items() if value is not None or name in declared}
    status = ("Status",) if call.expects_status not in ("", seen.status) else ()
    return (*_other(work, seen, expects), *status)


def _other(work: Work, seen: Observation, values: Mapping[str, Json]) -> tuple[str, ...]:
    """Values that wait for an output which this run doesn't know yet are other than anything that can be seen."""
    wanted = _known(work, seen, values)
    different = diff.differing(work.native, seen.document, wanted)
    return tuple(name for name in values if name not in wanted or name in different or name in seen.unread)


def _known(work: Work, seen: Observation, values: Mapping[str, Json]) -> dict[str, Json]:
    """The values that this run knows, as they can be seen: what is never read back is hidden in them, too."""
    known = {name: filled for name, value in values.items() if (filled := _filled(work, value)) is not UNKNOWN}
    return hidden.visible(known, seen.document)


def _filled(work: Work, value: Json) -> Json:
    try:
        return work.filled(value)
    except AwsError:
        return UNKNOWN


def happened(work: Work, seen: Observation | None) -> bool:
    """Whether the effect of the call is there to be seen, settled or not."""
    call = work.call
    if work.deletes:
        return seen is None
    if seen is None or not (call.sets or call.leaves_status):
        return False
    if call.sets:
        return shows(work, seen, call.sets)
    return seen.status == call.leaves_status


def already(work: Work, seen: Observation | None) -> bool:
    """Whether the call has nothing left to do: alone, or because the whole change is already as wanted."""
    call = work.call
    if seen is None or work.deletes:
        return happened(work, seen)
    last = work.change.calls[-1]
    wanted = {name: value for each in work.change.calls for name, value in each.sets.items()}
    if wanted and last.leaves_status in ("", seen.status) and shows(work, seen, wanted):
        return True
    return call.leaves_status in ("", seen.status) and happened(work, seen)

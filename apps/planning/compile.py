"""Compiles the change of one resource into calls, from what its type declares and nothing else.

Pure: takes documents as values and gives `Call` values in the order in which they run. Values that only a run will know
stand in the parameters as nodes. Raises `Uncompilable` with a sentence when the declarations offer no way.
"""

from collections.abc import Iterator, Mapping
from collections.abc import Sequence as Items
from dataclasses import dataclass, field, replace
from typing import Any, assert_never

from apps.catalog.types import Act, Around, Convert, Create, Delete, Modify, NativeType, Put, SetDiff, Then, Update
from apps.planning import diff, parameters
from apps.planning.parameters import Uncompilable, convert
from apps.planning.plan import REQUEST_TAG, Call, Output, Repeat, Slot
from apps.planning.sequence import Sequence, listing

Json = Any
Values = Mapping[str, Json]
NONE: Mapping[str, str] = {}


@dataclass(frozen=True)
class Subject:
    """The resource a change is about: its type, where it is, what people call it, its document and status now.

    `given` is what AWS gives a new one by itself.
    """

    native: NativeType
    ordinal: int
    region: str
    name: str
    document: Values
    status: str = ""
    arn: str = ""
    given: Values = field(default_factory=dict)


def update(subject: Subject, wanted: Values) -> tuple[Call, ...]:
    """Calls that set the properties `wanted`, all of which differ from the document.

    Of a list that AWS merges, only what changes is expected, sent and awaited.
    """
    calls, wanted = _sequence(subject, tuple(wanted)), dict(wanted)
    for name in wanted:
        if key := subject.native.properties[name].merges:
            calls.state[name], wanted[name] = diff.changed(subject.document.get(name), wanted[name], key)
    _update(calls, wanted, subject.status)
    return tuple(calls.calls)


def create(subject: Subject, desired: Values) -> tuple[Call, ...]:
    """The create call, then updates for what it can't carry. `subject.document` is empty."""
    how = subject.native.create
    if how is None:
        raise Uncompilable("", f"{subject.native.title} can't be created here yet. Create it outside and refresh.")
    sent = [name for name in how.properties if desired.get(name) is not None]
    carried = {*sent, "Tags"} if how.tags else set(sent)
    later = {
        name: value
        for name, value in desired.items()
        if name not in carried and not diff.same(subject.given.get(name), value, subject.native.properties.get(name))
    }
    calls = _sequence(subject, ())
    _create(calls, how, {name: value for name, value in desired.items() if name in carried})
    calls.touched = tuple(later)
    calls.state |= {name: value for name, value in subject.given.items() if name not in carried}
    calls.state |= {name: Output(subject.ordinal, name) for name in how.outputs if name not in desired}
    _update(calls, later, how.wait.until[0] if how.wait and how.wait.until else "")
    return tuple(calls.calls)


def delete(subject: Subject, lets_go: Items[str] = (), consents: Mapping[str, str] = NONE) -> tuple[Call, ...]:
    """The delete call, which expects every property as it was approved; before it, the properties of `lets_go` go.

    `consents` are those of the proposal: the name of the last snapshot, or the reason why there is none.
    """
    how = subject.native.delete
    if how is None:
        raise Uncompilable("", f"{subject.native.title} can't be deleted here yet. Delete it outside and refresh.")
    calls = _sequence(subject, tuple(subject.document))
    cleared = [name for name in how.clears if subject.document.get(name)]
    _update(calls, dict.fromkeys([*lets_go, *cleared]), subject.status)
    calls.add(
        how.operation,
        parameters.arguments(how.arguments, calls.known) | _snapshot(how, subject, consents),
        f"Delete {subject.name}",
        expects_status=subject.status if subject.status in how.admits else calls.steady,
        leaves_status="gone",
        wait=how.wait,
    )
    return tuple(calls.calls)


def _snapshot(how: Delete, subject: Subject, consents: Mapping[str, str]) -> dict[str, Json]:
    if how.snapshot is None:
        return {}
    identifier = parameters.identify(subject.native, subject.document)
    if consents.get("no_snapshot", "").strip():
        return {how.snapshot.skip: True} if how.snapshot.skip else {}
    told = {how.snapshot.skip: False} if how.snapshot.skip else {}
    return {**told, how.snapshot.name: consents.get("snapshot", "").strip() or f"{identifier}-final"}


def _sequence(subject: Subject, touched: tuple[str, ...]) -> Sequence:
    return Sequence(
        subject.native,
        subject.ordinal,
        subject.region,
        subject.name,
        touched,
        state=dict(subject.document),
        arn=subject.arn,
        started=subject.status,
    )


def _create(calls: Sequence, how: Create, carried: Values) -> None:
    native = calls.native
    sent = parameters.properties(native, {name: carried[name] for name in how.properties if name in carried})
    if how.adapt:
        sent = dict(how.adapt(carried, sent))
    if how.region_arguments:
        sent |= how.region_arguments(calls.region)
    if how.tags:
        argument, rows = how.tags([*(carried.get("Tags") or []), {"Key": REQUEST_TAG, "Value": Slot("request")}])
        sent[argument] = rows
    if how.token:
        sent[how.token] = Slot("token")
    calls.add(
        how.operation,
        sent,
        f"Create {calls.name}",
        repeat=Repeat.TOKENED if how.token else Repeat.NAMED if how.tags or how.unique else Repeat.ONCE,
        sets=carried,
        wait=how.wait,
        outputs=how.outputs,
    )


def _update(calls: Sequence, wanted: Values, status: str) -> None:
    """Calls without an interruption first, then those that need the resource in another state, between two acts."""
    surrounded: list[tuple[Around, list[tuple[Update, Values]]]] = []
    for strategy, values in _assigned(calls.native, wanted):
        around = _active(strategy, status)
        if around is None:
            _compile(calls, strategy, values, calls.steady)
        elif same := [updates for other, updates in surrounded if other == around]:
            same[0].append((strategy, values))
        else:
            surrounded.append((around, [(strategy, values)]))
    for around, updates in surrounded:
        _surrounded(calls, around, updates)


def _active(strategy: Update, status: str) -> Around | None:
    """The calls that this strategy needs around it while the resource is in `status`."""
    around = strategy.around if isinstance(strategy, Modify) else None
    return around if around and around.when == status else None


def _assigned(native: NativeType, wanted: Values) -> list[tuple[Update, Values]]:
    """Every wanted property with the first strategy that covers it."""
    left = dict(wanted)
    answer: list[tuple[Update, Values]] = []
    for strategy in native.update:
        values = {name: left.pop(name) for name in _covers(strategy) if name in left}
        if values:
            answer.append((strategy, values))
    for name in left:
        raise Uncompilable(name, f"{name} can't be changed on an existing {native.title}. Leave it as it is.")
    return answer


def _covers(strategy: Update) -> tuple[str, ...]:
    match strategy:
        case Modify():
            return strategy.properties
        case Put() | SetDiff():
            return (strategy.property,)
        case _:
            assert_never(strategy)


def _surrounded(calls: Sequence, around: Around, updates: Items[tuple[Update, Values]]) -> None:
    names = listing(name for _, values in updates for name in values)
    _act(calls, around.before, around.when, f"so that {names} can change")
    for strategy, values in updates:
        _compile(calls, strategy, values, around.before.leaves)
    _act(calls, around.after, around.before.leaves, "again")


def _act(calls: Sequence, act: Act, status: str, why: str) -> None:
    calls.add(
        act.operation,
        parameters.arguments(act.arguments, calls.known),
        f"Bring {calls.name} to {act.leaves} {why}",
        expects_status=status,
        leaves_status=act.leaves,
        wait=act.wait,
    )


def _compile(calls: Sequence, strategy: Update, values: Values, status: str) -> None:
    match strategy:
        case Modify(single=True):
            for name, value in values.items():
                _modify(calls, strategy, {name: value}, status)
        case Modify():
            _modify(calls, strategy, values, status)
        case Put():
            _put(calls, strategy, values[strategy.property], status)
        case SetDiff():
            _set_diff(calls, strategy, values[strategy.property], status)
        case _:
            assert_never(strategy)


def _modify(calls: Sequence, how: Modify, values: Values, status: str) -> None:
    groups = [group for group in how.together if set(group) & set(values)]
    along = [name for group in groups for name in group if name not in values and calls.state.get(name) is not None]
    given = {name: value for name, value in values.items() if value not in (None, []) or not how.omits}
    sent = parameters.properties(calls.native, {name: calls.state[name] for name in along} | given)
    if how.adapt:
        sent = dict(how.adapt(calls.state, calls.state | dict(values), sent))
    calls.add(
        how.operation,
        parameters.arguments(how.arguments, calls.known) | dict(how.always) | sent,
        f"Set {listing(values)} of {calls.name}",
        sets=values,
        sends=[name for name in along if (calls.native.properties[name].argument or name) in sent],
        guards=_pending(calls, how.operation),
        expects_status=status,
        wait=how.wait,
    )
    if how.then and set(values) & set(how.then.properties):
        _then(calls, how.then, [name for name in values if name in how.then.properties], status)


def _then(calls: Sequence, then: Then, names: Items[str], status: str) -> None:
    calls.add(
        then.operation,
        parameters.arguments(then.arguments, calls.known),
        f"Let {listing(names)} of {calls.name} take effect",
        sets=then.shows,
        expects_status=status,
        wait=then.wait,
    )


def _pending(calls: Sequence, operation: str) -> tuple[str, ...]:
    """What the call carries out besides: to be found as it was approved."""
    pending = calls.native.pending
    return (pending.property,) if pending and operation in pending.operations else ()


def _put(calls: Sequence, how: Put, value: Json, status: str) -> None:
    kept = calls.state.get(how.keeps) or []
    cleared = bool(how.clear) and (value is None or value is False) and not kept
    lowered = bool(how.lower) and _smaller(calls.state.get(how.property), value)
    sent = parameters.arguments({**how.arguments, **(how.clear_arguments if cleared else {})}, calls.known)
    if how.argument and not cleared:
        declared = calls.native.properties[how.property]
        whole = [*(value or []), *kept] if how.keeps else value
        sent[how.argument] = parameters.sendable(declared, how.property, whole, how.encode or declared.encode)
    calls.add(
        how.clear if cleared else how.lower if lowered else how.operation,
        sent,
        f"{'Remove' if value is None else 'Set'} {how.property} of {calls.name}",
        sets={how.property: value},
        sends=[how.keeps] if how.keeps else (),
        guards=_pending(calls, how.operation),
        expects_status=status,
        wait=how.wait,
    )


def _smaller(before: Json, after: Json) -> bool:
    return isinstance(before, int | float) and isinstance(after, int | float) and after < before


@dataclass(frozen=True)
class _Move:
    """Items of a set that one operation adds, removes or alters; `also` are its further arguments."""

    verb: str
    operation: str
    argument: str
    encode: Convert | None
    items: list[Json]
    also: Values = field(default_factory=dict)

    def parts(self, size: int) -> Iterator["_Move"]:
        """As many items as one call takes (0 = all)."""
        most = size or len(self.items) or 1
        for start in range(0, len(self.items), most):
            yield replace(self, items=self.items[start : start + most])


def _set_diff(calls: Sequence, how: SetDiff, value: Json, status: str) -> None:
    rows, whole = how.rows or (list, list)
    before, after = (rows(given) if given else [] for given in (calls.state.get(how.property), value))
    target = parameters.arguments(how.arguments, calls.known)
    moves = [part for move in _moves(calls, how, before, after) for part in move.parts(how.size)]
    left = list(before)
    for number, move in enumerate(moves, 1):
        keys = {_key(how, item) for item in move.items}
        left = [item for item in left if _key(how, item) not in keys] + (move.items if move.verb != "Remove" else [])
        calls.add(
            move.operation,
            target | dict(move.also) | {move.argument: convert(move.encode, move.items)},
            f"{move.verb} {len(move.items)} of {how.property} of {calls.name}",
            repeat=Repeat.ADDITIVE,
            sets={how.property: whole(after if number == len(moves) else left)},
            expects_status=status,
        )


def _moves(calls: Sequence, how: SetDiff, before: Items[Json], after: Items[Json]) -> list[_Move]:
    gone, new = _without(before, after), _without(after, before)
    back = {_key(how, item) for item in gone} & {_key(how, item) for item in new}
    altered = [item for item in new if how.alter and _key(how, item) in back]
    if how.alter:
        new = [item for item in new if _key(how, item) not in back]
    if how.add_replaces or how.alter:
        gone = [item for item in gone if _key(how, item) not in back]
    more = parameters.arguments(how.remove_arguments, calls.known)
    moves = [
        _Move("Remove", how.remove, how.remove_argument, how.encode_remove, gone, more),
        _Move("Add", how.add, how.add_argument, how.encode_add, new),
    ]
    if how.adds_first:
        moves.reverse()
    return [*moves, _Move("Alter", how.alter, how.add_argument, how.encode_add, altered)]


def _without(items: Items[Json], others: Items[Json]) -> list[Json]:
    known = {diff.normal(item) for item in others}
    return [item for item in items if diff.normal(item) not in known]


def _key(how: SetDiff, item: Json) -> str:
    """What identifies an item: its key members, or the whole of it."""
    return diff.normal({name: item.get(name) for name in how.key} if how.key and isinstance(item, Mapping) else item)

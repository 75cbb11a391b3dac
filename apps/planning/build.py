"""Proposals and what AWS shows now, to a plan.

Pure: takes values, gives a `Plan` or raises `PlanRefused` with every problem, each at its change and property. Whether
live state moved since the proposal was made is not refused here: `moved` names what did, and people decide.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, assert_never

from apps.catalog.canonical import canonical
from apps.catalog.registry import native
from apps.catalog.types import Effect, EffectKind, NativeType
from apps.planning import checks, codec, compile, diff, order, secrets
from apps.planning.checks import Found
from apps.planning.compile import Subject
from apps.planning.parameters import Uncompilable, identify
from apps.planning.plan import (
    Action,
    Call,
    Change,
    Difference,
    Observation,
    Plan,
    PlanRefused,
    Problem,
    Proposal,
    Target,
)
from apps.planning.replacement import Expanded, expanded, settable

Json = Any
Types = Callable[[str], NativeType | None]
Parents = Mapping[tuple[str, str, str], Observation]  # by type, region, identifier
NO_PARENTS: Parents = {}
NOBODY_KNOWS: Mapping[int, Sequence[Observation]] = {}

MAKES_WAY = "The old one is deleted first, since both can't have its name: there is none in between."
DELETED = Effect(EffectKind.INTERRUPTS, 0, "The resource is deleted.")


class _Impossible(Exception):
    """Stops the planning of one change with what was found."""

    def __init__(self, *found: Found) -> None:
        super().__init__(found)
        self.found = found


def build(
    target: Target,
    proposals: Sequence[Proposal],
    observations: Mapping[int, Observation | None],
    types: Types = native,
    users: Mapping[int, Sequence[Observation]] = NOBODY_KNOWS,
    parents: Parents = NO_PARENTS,
) -> Plan:
    """The plan of a request. `observations` maps each proposal's ordinal to its resource now (None = doesn't exist).

    `users` are the resources that name the resource of a proposal, by its ordinal: a replacement switches them, and is
    refused where nobody knows them (no entry). `parents` are what new resources are made in, where their defaults
    depend on it. Changes that it adds have ordinals behind those of the proposals. Raises
    `PlanRefused` with all problems.
    """
    problems = [*_as_a_whole(proposals), *_twins(proposals, types)]
    whole = expanded(proposals, observations, users, types)
    problems += [Problem(ordinal, *found) for ordinal, found in whole.found]
    named, needs = _by_chosen_names(whole.proposals)
    changes = []
    for proposal in named:
        try:
            changes.append(_change(proposal, whole, types, parents))
        except _Impossible as impossible:
            also = [found for found in impossible.found if found[1] != "nothing" or proposal.ordinal not in whole.stuck]
            problems += [Problem(proposal.ordinal, *found) for found in also]
    if not problems:
        documents = {n: seen.document for n, seen in whole.observations.items() if seen}
        changes = list(order.linked(changes, documents, needs, whole.makes_way))
        problems = list(order.problems(changes))
    if problems:
        raise PlanRefused(tuple(problems))
    return Plan(target, tuple(changes))


def _by_chosen_names(proposals: Sequence[Proposal]) -> tuple[list[Proposal], dict[int, list[int]]]:
    """References to what this request itself chooses for a new resource, as the value; and who needs whom then."""
    chosen = {p.ordinal: p.desired for p in proposals if p.action is Action.CREATE}
    needs: dict[int, list[int]] = {}

    def put(value: Json, ordinal: int) -> Json:
        match value:
            case {"$output": {"change": int(change), "attribute": str(name)}} if name in chosen.get(change, {}):
                needs.setdefault(ordinal, []).append(change)
                return chosen[change][name]
            case {"$join": {"separator": str(separator), "items": list(items)}}:
                known = [put(item, ordinal) for item in items]
                texts = all(isinstance(item, str) for item in known)
                return separator.join(known) if texts else {"$join": {"separator": separator, "items": known}}
            case Mapping():
                return {member: put(inner, ordinal) for member, inner in value.items()}
            case list():
                return [put(item, ordinal) for item in value]
            case _:
                return value

    return [replace(p, desired=put(p.desired, p.ordinal)) for p in proposals], needs


def moved(base: Mapping[str, Json], observed: Observation, types: Types = native) -> tuple[str, ...]:
    """The properties whose live value is no longer the one in `base`."""
    declared = types(observed.type)
    return diff.differing(declared, observed.document, base) if declared else tuple(base)


def _as_a_whole(proposals: Sequence[Proposal]) -> Iterator[Problem]:
    if not proposals:
        yield Problem(0, "", "empty", "The request changes nothing yet. Add a change first.")
    seen: set[tuple[str, str, str]] = set()
    for proposal in proposals:
        key = (proposal.type, proposal.region, proposal.identifier)
        if proposal.identifier and key in seen:
            yield Problem(proposal.ordinal, "", "twice", f"{proposal.name} is in this request twice. Merge the two.")
        seen.add(key)
    if len({proposal.ordinal for proposal in proposals}) < len(proposals):
        yield Problem(0, "", "ordinals", "Two changes have the same number. Save the draft again.")


def _twins(proposals: Sequence[Proposal], types: Types) -> Iterator[Problem]:
    """New resources that can't be there together, because AWS would know both by the same name."""
    seen: dict[tuple[str, str, str], Proposal] = {}
    for proposal in proposals:
        declared = types(proposal.type)
        if declared is None or declared.create is None or proposal.action is not Action.CREATE:
            continue
        distinct = declared.create.distinct
        named = [proposal.desired.get(name) for name in distinct] or [identify(declared, proposal.desired) or None]
        key = (proposal.type, proposal.region, json.dumps(named, sort_keys=True))
        if None not in named and key in seen:
            what = " and ".join(distinct) or "name"
            said = f"{seen[key].name} is a new {declared.title} with the same {what}. Give one of them another."
            yield Problem(proposal.ordinal, distinct[0] if distinct else "", "twin", said)
        seen[key] = proposal


def _change(proposal: Proposal, whole: Expanded, types: Types, parents: Parents) -> Change:
    declared, observed = types(proposal.type), whole.observations.get(proposal.ordinal)
    if declared is None:
        raise _Impossible(("", "type", f"{proposal.type} can't be changed here yet. Remove it from the request."))
    match proposal.action:
        case Action.CREATE:
            created = _created(declared, proposal, observed, parents)
            old = whole.replaces.get(proposal.ordinal, "")
            return _replacing(declared, created, whole, old) if old else created
        case Action.UPDATE:
            return _updated(declared, proposal, _present(proposal, observed))
        case Action.DELETE:
            there = _present(proposal, observed)
            deleted = _deleted(declared, proposal, there, order.mutual(proposal, there.document, whole))
            return replace(deleted, replaced_by=whole.replaced_by.get(proposal.ordinal, 0))
        case _:
            assert_never(proposal.action)


def _present(proposal: Proposal, observed: Observation | None) -> Observation:
    if observed is None:
        sentence = f"{proposal.name or proposal.identifier} no longer exists. Remove it from the request."
        raise _Impossible(("", "gone", sentence))
    return observed


def _updated(declared: NativeType, proposal: Proposal, observed: Observation) -> Change:
    found = [*checks.status(declared, observed.status, proposal.desired), *checks.covered(declared, proposal.desired)]
    found += checks.readable(declared, proposal.desired, observed.unread)
    wanted = _decoded(declared, proposal.desired, found)
    found += checks.kept(declared, observed.document, wanted)
    differences = tuple(
        _difference(declared, name, observed.document.get(name), wanted[name])
        for name in diff.differing(declared, observed.document, wanted)
        if name in declared.properties
    )
    for difference in differences:
        found += checks.step(declared.properties[difference.property], difference)
    values = {difference.property: difference.after for difference in differences}
    found += _shaped(declared, proposal, observed.document, values, found)
    if not differences and not found:
        found.append(("", "nothing", f"{observed.name} already is as proposed. Nothing would change."))
    subject = _subject(declared, proposal, observed)
    calls = _compiled(found, lambda: compile.update(subject, values))
    if held := list(checks.pending(declared, observed.document, calls)):
        raise _Impossible(*held)
    return _result(proposal, observed.identifier, observed.name, differences, calls)


def _created(declared: NativeType, proposal: Proposal, observed: Observation | None, parents: Parents) -> Change:
    settable = declared.create.properties if declared.create else ()
    found = list(checks.covered(declared, proposal.desired, also=settable))
    if observed is not None:
        found.append(("", "exists", f"{observed.name} already exists. Choose another name."))
    wanted = {name: value for name, value in _decoded(declared, proposal.desired, found).items() if value is not None}
    if declared.create:
        found += checks.complete(declared, proposal.region, wanted)
        found += _shaped(declared, proposal, {}, wanted, found)
    given = _given(declared, proposal.region, wanted, parents)
    subject = Subject(declared, proposal.ordinal, proposal.region, proposal.name, {}, given=given)
    calls = _compiled(found, lambda: compile.create(subject, wanted))
    differences = tuple(Difference(name, None, value, _opens(declared, name, value)) for name, value in wanted.items())
    return _result(proposal, identify(declared, wanted), proposal.name, differences, calls)


def _opens(declared: NativeType, name: str, value: Json) -> Effect:
    """A new resource is in nobody's service yet; what it opens to everybody counts all the same."""
    how = declared.properties.get(name)
    return (how.exposed(None, value) if how else None) or Effect(EffectKind.ONLINE)


def _given(declared: NativeType, region: str, wanted: Mapping[str, Json], parents: Parents) -> Mapping[str, Json]:
    """What AWS gives the new resource by itself."""
    how = declared.create
    if how is None:
        return {}
    within, parent = how.within, None
    if within and isinstance(named := wanted.get(within.property), str):
        parent = parents.get((within.type, region, named))
    return {**how.defaults, **(within.defaults(parent.document) if within and parent else {})}


def _replacing(declared: NativeType, created: Change, whole: Expanded, identifier: str) -> Change:
    """The creation as what it is for its readers: what differs from the old resource."""
    old = whole.old(created.ordinal)
    values = {difference.property: difference.after for difference in created.differences}
    names = dict.fromkeys([*values, *(name for name in settable(declared) if name in old)])
    differing = diff.differing(declared, old, {name: values.get(name) for name in names})
    differences = [_difference(declared, name, old.get(name), values.get(name)) for name in differing]
    if created.ordinal in whole.makes_way:
        down = Effect(EffectKind.INTERRUPTS, max(1, round(created.minutes)), MAKES_WAY)
        differences = [
            replace(d, effect=down if d.effect.kind is EffectKind.REPLACES else d.effect) for d in differences
        ]
    return replace(created, differences=tuple(differences), replaces=identifier)


def _shaped(
    declared: NativeType,
    proposal: Proposal,
    document: Mapping[str, Json],
    values: Mapping[str, Json],
    found: list[Found],
) -> list[Found]:
    """What is wrong with the values against which nothing else was found."""
    wrong = {name for name, _, _ in found}
    judged = {name: value for name, value in values.items() if name not in wrong}
    return [each for each in checks.shaped(declared, proposal.region, document, judged) if each[0] not in wrong]


def _deleted(declared: NativeType, proposal: Proposal, observed: Observation, lets_go: Sequence[str]) -> Change:
    found = list(checks.deletable(declared, observed.status, proposal.consents))
    found += checks.guarded(declared, observed.document)
    subject = _subject(declared, proposal, observed)
    calls = _compiled(found, lambda: compile.delete(subject, lets_go, proposal.consents))
    differences = tuple(Difference(name, value, None, DELETED) for name, value in observed.document.items())
    change = _result(proposal, observed.identifier, observed.name, differences, calls)
    return replace(change, irreversible=declared.delete.irreversible if declared.delete else "")


def _subject(declared: NativeType, proposal: Proposal, observed: Observation) -> Subject:
    return Subject(
        declared,
        proposal.ordinal,
        proposal.region,
        observed.name,
        observed.document,
        status=observed.status,
        arn=observed.arn,
    )


def _decoded(declared: NativeType, desired: Mapping[str, Json], found: list[Found]) -> dict[str, Json]:
    """The desired values with their nodes, in AWS's own form; what can't be read as a value is added to `found`."""
    answer = {}
    for name, raw in desired.items():
        try:
            answer[name] = canonical(declared, name, secrets.placed(declared, name, codec.decoded(raw)))
        except ValueError:
            found.append((name, "value", f"{name} holds a value that can't be planned. Write it again."))
        else:
            found += [*checks.value(declared, name, answer[name]), *checks.own_tags(name, answer[name])]
    return answer


def _difference(declared: NativeType, name: str, before: Json, after: Json) -> Difference:
    how = declared.properties[name]
    return Difference(name, before, after, how.effect_between(before, after), how.lasting(before, after))


def _compiled(found: list[Found], calls: Callable[[], tuple[Call, ...]]) -> tuple[Call, ...]:
    """The calls, unless something was found before or is found now."""
    if not found:
        try:
            return calls()
        except Uncompilable as error:
            found = [(error.property, "uncompilable", error.sentence)]
    raise _Impossible(*found)


def _result(
    proposal: Proposal, identifier: str, name: str, differences: tuple[Difference, ...], calls: tuple[Call, ...]
) -> Change:
    return Change(
        ordinal=proposal.ordinal,
        action=proposal.action,
        type=proposal.type,
        region=proposal.region,
        identifier=identifier,
        name=name,
        differences=differences,
        calls=calls,
    )

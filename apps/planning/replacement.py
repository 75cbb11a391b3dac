"""What a change of something that can't change in place becomes: a new resource, its users switched, the old one gone.

The new one comes first, unless it must have the identifier of the old one: then the old one makes way for it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from apps.catalog.references import Reference, named
from apps.catalog.types import EffectKind, NativeType
from apps.planning import codec, diff
from apps.planning.checks import Found
from apps.planning.parameters import identify
from apps.planning.plan import Action, Observation, Output, Proposal

Json = Any
Document = Mapping[str, Json]
Types = Callable[[str], NativeType | None]
UNKNOWN_USERS = "What uses it isn't known, so that is refused: create a new resource and delete the old one."


@dataclass
class Expanded:
    """Proposals with what replacements add to them.

    `replaces` maps the ordinal of a new resource to the identifier of the old one, `replaced_by` the ordinal of a
    deletion to that of the new one; `makes_way` are the new ones for which the old one has to go first. `found` is what
    stands in the way, by ordinal. A proposal that is `stuck` stays a change in place of what it asks beside the
    replacement, so that everything wrong with it is found.
    """

    proposals: list[Proposal]
    observations: dict[int, Observation | None]
    replaces: dict[int, str] = field(default_factory=dict)
    replaced_by: dict[int, int] = field(default_factory=dict)
    makes_way: set[int] = field(default_factory=set)
    found: list[tuple[int, Found]] = field(default_factory=list)
    stuck: set[int] = field(default_factory=set)

    def old(self, ordinal: int) -> Document:
        """The document of the resource that a change replaces."""
        return self.document(next((n for n, new in self.replaced_by.items() if new == ordinal), 0))

    def document(self, ordinal: int) -> Document:
        """The document of a proposal's resource as it is now; empty where there is none."""
        live = self.observations.get(ordinal)
        return live.document if live else {}

    def add(self, proposal: Proposal, observed: Observation | None) -> None:
        self.proposals.append(proposal)
        self.observations[proposal.ordinal] = observed

    @property
    def free(self) -> int:
        return max((each.ordinal for each in self.proposals), default=0) + 1


def expanded(
    proposals: Sequence[Proposal],
    observations: Mapping[int, Observation | None],
    users: Mapping[int, Sequence[Observation]],
    types: Types,
) -> Expanded:
    """The proposals, each that must replace its resource turned into a creation, switches and a deletion.

    `users` are the resources, as observed, that name the resource of a proposal, by its ordinal; no entry =
    nobody knows.
    """
    answer = Expanded(list(proposals), dict(observations))
    for proposal in proposals:
        declared, observed = types(proposal.type), observations.get(proposal.ordinal)
        if declared and observed and proposal.action is Action.UPDATE:
            names = replacing(declared, observed.document, proposal.desired)
            if names:
                _replace(answer, declared, proposal, observed, names, users.get(proposal.ordinal), types)
    return answer


def replacing(declared: NativeType, document: Document, desired: Mapping[str, Json]) -> tuple[str, ...]:
    """The properties that differ and can't change in place."""
    properties = declared.properties
    return tuple(
        name
        for name in diff.differing(declared, document, desired)
        if name in properties and properties[name].editable and properties[name].effect.kind is EffectKind.REPLACES
    )


def settable(declared: NativeType) -> tuple[str, ...]:
    """What a new resource of the type can be given."""
    created = declared.create.properties if declared.create else ()
    return tuple(
        name
        for name, how in declared.properties.items()
        if name in created or (how.editable and how.effect.kind is not EffectKind.REPLACES)
    )


def _replace(
    answer: Expanded,
    declared: NativeType,
    proposal: Proposal,
    observed: Observation,
    names: Sequence[str],
    users: Sequence[Observation] | None,
    types: Types,
) -> None:
    document = {n: observed.document[n] for n in settable(declared) if n in observed.document} | dict(proposal.desired)
    document = {name: value for name, value in document.items() if value is not None}
    same = _collides(declared, document, observed)
    found = list(_refused(declared, proposal, observed, names, users if same or users is None else ()))
    at = answer.proposals.index(proposal)
    if found:
        answer.found += [(proposal.ordinal, each) for each in found]
        answer.stuck.add(proposal.ordinal)
        rest = {name: value for name, value in proposal.desired.items() if name not in names}
        answer.proposals[at] = replace(proposal, desired=rest)
        return
    answer.proposals[at] = replace(proposal, action=Action.CREATE, identifier="", desired=document, base={})
    answer.observations[proposal.ordinal] = None
    answer.replaces[proposal.ordinal] = observed.identifier
    answer.makes_way |= {proposal.ordinal} if same else set()
    for user in users or ():
        _switch(answer, declared, proposal, document, observed, user, types)
    gone = replace(proposal, ordinal=answer.free, action=Action.DELETE, desired={}, base={})
    answer.replaced_by[gone.ordinal] = proposal.ordinal
    answer.add(gone, observed)


def _collides(declared: NativeType, document: Document, observed: Observation) -> bool:
    """Whether the new resource can't be there together with the old one."""
    distinct = declared.create.distinct if declared.create else ()
    shared = {name: document.get(name) for name in distinct}
    return identify(declared, document) == observed.identifier or (
        bool(distinct) and not diff.differing(declared, observed.document, shared)
    )


def _refused(
    declared: NativeType,
    proposal: Proposal,
    observed: Observation,
    names: Sequence[str],
    stuck: Sequence[Observation] | None,
) -> Iterator[Found]:
    title, what = declared.title, ", ".join(names)
    if stuck is None:
        yield names[0], "replacement", f"Changing {what} would replace the resource by a new one. {UNKNOWN_USERS}"
    elif declared.create is None or declared.delete is None:
        sentence = f"Changing {what} needs a new {title}, which can't be made here yet. Leave {what} as it is."
        yield names[0], "replacement", sentence
    elif declared.stateful and not proposal.consents.get("replace", "").strip():
        sentence = (
            f"Changing {what} makes a new {title} without the data of {observed.name}. Consent to it and say why."
        )
        yield names[0], "replacement", sentence
    for user in stuck or ():
        sentence = (
            f"{user.name} uses {observed.name}, which has to go before the new one gets its name. Give it another."
        )
        yield names[0], "replacement", sentence


def _switch(
    answer: Expanded,
    declared: NativeType,
    proposal: Proposal,
    document: Document,
    observed: Observation,
    user: Observation,
    types: Types,
) -> None:
    """Make a user of the old resource use the new one, in its own change where the request has one."""
    own = next((p for p in answer.proposals if (p.type, p.region, p.identifier) == _key(user, proposal)), None)
    if own is not None and own.action is Action.DELETE:
        return
    kind, desired = types(user.type), dict(own.desired) if own else {}
    wanted = {**user.document, **desired}
    for reference, old in _names_it(user, declared, observed, wanted):
        prop, new = reference.pointer[0], names_new(declared, proposal, document, reference.attribute)
        how = kind.properties.get(prop) if kind else None
        if new is None or how is None or not how.editable or how.effect.kind is EffectKind.REPLACES:
            sentence = f"{user.name} uses {observed.name} ({prop}) and can't be switched. Delete or change it first."
            answer.found.append((proposal.ordinal, ("", "user", sentence)))
            return
        wanted[prop] = desired[prop] = substituted(wanted[prop], old, new)
    if desired and own is None:
        base = {name: user.document[name] for name in desired if name in user.document}
        switch = Proposal(
            answer.free, Action.UPDATE, user.type, proposal.region, user.identifier, user.name, desired, base
        )
        answer.add(switch, user)
    elif own is not None and desired != own.desired:
        base = {name: user.document[name] for name in desired if name in user.document} | dict(own.base)
        answer.proposals[answer.proposals.index(own)] = replace(own, desired=desired, base=base)


def _key(user: Observation, proposal: Proposal) -> tuple[str, str, str]:
    return user.type, proposal.region, user.identifier


def _names_it(
    user: Observation, declared: NativeType, observed: Observation, wanted: Document
) -> list[tuple[Reference, str]]:
    """Where a document names the old resource, and by which value."""
    return [
        (each.reference, each.value)
        for each in named(user.type, wanted)
        if each.reference.type == declared.name and each.value == observed.document.get(each.reference.attribute)
    ]


def names_new(declared: NativeType, proposal: Proposal, document: Document, attribute: str) -> Json:
    """What names the new resource: the value that was chosen for it, or what its creation will give."""
    if attribute in document:
        return document[attribute]
    given = declared.create is not None and attribute in declared.create.outputs
    return codec.encoded(Output(proposal.ordinal, attribute)) if given else None


def substituted(value: Json, old: str, new: Json) -> Json:
    """The value with every text that is `old` replaced."""
    if isinstance(value, Mapping):
        return {name: substituted(member, old, new) for name, member in value.items()}
    if isinstance(value, list):
        return [substituted(item, old, new) for item in value]
    return new if value == old else value

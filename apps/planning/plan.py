"""The plan: the frozen value that reviewers approve and the executor runs.

Takes nothing from Django or AWS. `codec.canonical()` writes it as RFC 8785 text over everything that an approval binds;
the SHA-256 of that text is the digest. `codec.parse()` is the only way back, and the executor uses nothing else.
Parameters are trees of JSON values in which nodes may stand for a value that is not yet known.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from graphlib import TopologicalSorter
from heapq import heapify, heappop, heappush
from typing import Any, Literal

from apps.catalog.types import Effect, EffectKind, Join

SCHEMA_VERSION = 1
REQUEST_TAG = "ringi:request"
Json = Any


@dataclass(frozen=True)
class Output:
    """A value that an earlier change of the same run produces, such as the id of a created security group."""

    change: int
    attribute: str


@dataclass(frozen=True)
class SecretRef:
    """A pinned reference to a secret, resolved by the executor at the moment of the call and never stored."""

    reference: str


@dataclass(frozen=True)
class Slot:
    """What the executor adds by itself, declared so that reviewers see it: "token", or "request", the tag's value."""

    name: Literal["token", "request"]


Node = Output | SecretRef | Slot | Join


class Action(StrEnum):
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


class Repeat(StrEnum):
    """What may be done when nobody knows whether a call happened (`docs/decisions`)."""

    ABSOLUTE = "absolute"  # sets values: compare live with wanted, then repeat
    NAMED = "named"  # creates something with a name and our tag: look for it, then repeat
    TOKENED = "tokened"  # AWS makes the repetition safe
    ADDITIVE = "additive"  # adds or removes members: look for them, then repeat
    ONCE = "once"  # never repeated without a person


@dataclass(frozen=True)
class Settle:
    """A wait after a call; see `catalog.types.Wait` for the meaning and the units."""

    until: tuple[str, ...]
    failed: tuple[str, ...]
    minutes: float
    timeout_minutes: float


@dataclass(frozen=True)
class Call:
    """One AWS API call as a value. `key` is "<change ordinal>.<n>"; `after` lists the keys that must be done before.

    `expects` and `sets` map property name -> value, just before and just after this call within the same run;
    `expects_status` / `leaves_status` say the same of the resource's status ("" = doesn't matter).
    """

    key: str
    service: str
    operation: str
    region: str
    parameters: Mapping[str, Json]
    repeat: Repeat
    purpose: str
    expects: Mapping[str, Json] = field(default_factory=dict)
    sets: Mapping[str, Json] = field(default_factory=dict)
    expects_status: str = ""
    leaves_status: str = ""
    outputs: Mapping[str, str] = field(default_factory=dict)
    wait: Settle | None = None
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class Difference:
    """One property that changes: its value before and after (None = not set), effect, and why it can't be undone."""

    property: str
    before: Json
    after: Json
    effect: Effect
    irreversible: str = ""


@dataclass(frozen=True)
class Change:
    """What happens to one resource. `identifier` is "" for a create whose identifier AWS chooses.

    A replacement is two changes: the one that creates names the identifier of the old resource in `replaces`, the one
    that deletes it has the ordinal of the other in `replaced_by` (0 = it is no replacement).
    """

    ordinal: int
    action: Action
    type: str
    region: str
    identifier: str
    name: str
    differences: tuple[Difference, ...]
    calls: tuple[Call, ...]
    irreversible: str = ""
    replaces: str = ""
    replaced_by: int = 0

    @property
    def effect(self) -> Effect:
        """The strongest effect among the differences; the longest of equals."""
        order = list(EffectKind)
        return max(
            (d.effect for d in self.differences),
            key=lambda e: (order.index(e.kind), e.minutes),
            default=Effect(EffectKind.ONLINE),
        )

    @property
    def minutes(self) -> float:
        """Expected minutes of the calls' waits, one after the other."""
        return sum(c.wait.minutes for c in self.calls if c.wait)


@dataclass(frozen=True)
class Target:
    environment: str
    account: str


@dataclass(frozen=True)
class Plan:
    """Changes in order, each with its calls. Independent changes may run in parallel."""

    target: Target
    changes: tuple[Change, ...]
    schema_version: int = SCHEMA_VERSION

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """All calls, each behind those that must be done before it; where that leaves a choice, as the changes stand.

        Raises `graphlib.CycleError` when calls wait for each other, which `build` refuses.
        """
        listed = [call for change in self.changes for call in change.calls]
        place = {call.key: n for n, call in enumerate(listed)}
        waits = TopologicalSorter({call.key: [key for key in call.after if key in place] for call in listed})
        waits.prepare()
        free, ordered = [place[key] for key in waits.get_ready()], []
        heapify(free)
        while free:
            ordered.append(listed[heappop(free)])
            waits.done(ordered[-1].key)
            for key in waits.get_ready():
                heappush(free, place[key])
        return tuple(ordered)

    @cached_property
    def _by_key(self) -> Mapping[str, Call]:
        return {call.key: call for change in self.changes for call in change.calls}

    @cached_property
    def _by_ordinal(self) -> Mapping[int, Change]:
        return {change.ordinal: change for change in self.changes}

    def call(self, key: str) -> Call:
        """The call with this key. Raises `KeyError` for an unknown one."""
        return self._by_key[key]

    def opening(self, key: str) -> str:
        """The key of the call whose change of status this one takes back, as a start does a stop; "" = none."""
        closing, before = self.call(key), ""
        for call in self.change_of(key).calls:
            if call.key == key:
                break
            acts = not (call.sets or closing.sets) and call.leaves_status != call.expects_status
            if acts and (call.expects_status, call.leaves_status) == (closing.leaves_status, closing.expects_status):
                before = call.key
        return before

    def change(self, ordinal: int) -> Change:
        """Raises `KeyError` for an unknown one."""
        return self._by_ordinal[ordinal]

    def change_of(self, key: str) -> Change:
        """The change that the call with this key belongs to. Raises `KeyError` for an unknown one."""
        return self._by_ordinal[int(key.split(".")[0])]


@dataclass(frozen=True)
class Problem:
    """Why a proposal can't be planned: at which change (ordinal, 0 = the whole), which property ("" = the resource)."""

    ordinal: int
    property: str
    code: str
    sentence: str


class PlanRefused(Exception):
    """The proposal can't be planned; carries every problem found, not only the first."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(p.sentence for p in problems))
        self.problems = problems


@dataclass(frozen=True)
class Observation:
    """One resource as AWS shows it now. `status` is "" for types that have none; `document` is the whole document.

    `unread` maps a property that could not be read to the sentence why: it is unknown, not "not set". `request` is the
    value of the tag `ringi:request` ("" = none), which is left out of the document.
    """

    type: str
    region: str
    identifier: str
    name: str
    arn: str
    status: str
    document: Mapping[str, Json]
    unread: Mapping[str, str] = field(default_factory=dict)
    request: str = ""


@dataclass(frozen=True)
class Proposal:
    """What the engineer asks for one resource: the properties to set (None = remove) on top of what is observed.

    For a create, `desired` is the whole document and `identifier` is "". `base` holds the touched properties as the
    form showed them (missing = not set). `consents` are reasons given for what needs one: "replace" to lose the data of
    a resource that is replaced, "no_snapshot" to delete without a last one, "users" to delete what is still used;
    "snapshot" is the name of the last snapshot. `logical` is what a new resource is called within the request.
    """

    ordinal: int
    action: Action
    type: str
    region: str
    identifier: str
    name: str
    desired: Mapping[str, Json]
    base: Mapping[str, Json] = field(default_factory=dict)
    consents: Mapping[str, str] = field(default_factory=dict)
    logical: str = ""

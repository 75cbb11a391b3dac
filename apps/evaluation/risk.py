"""How risky a plan is: the highest level of what is known about it, each fact with its reason. Pure.

There are no weights: `TABLE` is all there is, and pages and documents show it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from apps.catalog.policy import kind
from apps.catalog.registry import native
from apps.catalog.types import EffectKind
from apps.evaluation.speed import topic
from apps.evaluation.widening import widened
from apps.planning.plan import Action, Change, Difference, Plan

Json = Any
MANY = 5  # users of a resource


class Level(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


ORDER = list(Level)


@dataclass(frozen=True)
class Row:
    """A fact that counts: its level elsewhere, and where the environment is production."""

    words: str
    level: Level
    production: Level


TABLE: Mapping[str, Row] = {
    "exposes": Row("opens something to everybody", Level.HIGH, Level.HIGH),
    "loses": Row("deletes a store of data without a last snapshot", Level.HIGH, Level.HIGH),
    "widens": Row("lets a policy allow more than before", Level.MEDIUM, Level.HIGH),
    "store": Row("replaces a store of data, or deletes it with a last snapshot", Level.MEDIUM, Level.HIGH),
    "deletes": Row("deletes or replaces a resource", Level.MEDIUM, Level.HIGH),
    "interrupts": Row("interrupts or reboots a resource, or cuts somebody off", Level.MEDIUM, Level.HIGH),
    "unknown": Row("has an effect that nobody knows", Level.MEDIUM, Level.HIGH),
    "irreversible": Row("can't be taken back", Level.MEDIUM, Level.HIGH),
    "dependents": Row(f"touches a resource that {MANY} others or more use", Level.LOW, Level.MEDIUM),
    "failed": Row("makes a call of a kind that failed here in the last 90 days", Level.MEDIUM, Level.MEDIUM),
}
BY_EFFECT = {
    EffectKind.EXPOSES: "exposes",
    EffectKind.INTERRUPTS: "interrupts",
    EffectKind.REBOOTS: "interrupts",
    EffectKind.UNKNOWN: "unknown",
}


@dataclass(frozen=True)
class Fact:
    """One fact about one change; `fact` names its row in `TABLE`."""

    ordinal: int
    fact: str
    level: Level
    reason: str


@dataclass(frozen=True)
class Known:
    """What the plan itself doesn't say: users of resources by ordinal, and failures by topic."""

    production: bool
    users: Mapping[int, int]
    failures: Mapping[str, int]


def facts(plan: Plan, known: Known) -> list[Fact]:
    """The facts of a plan, the gravest first, in the order of its changes."""
    found = [
        Fact(change.ordinal, name, TABLE[name].production if known.production else TABLE[name].level, reason)
        for change in plan.changes
        for name, reason in _of(change, known)
    ]
    return sorted(dict.fromkeys(found), key=lambda each: -ORDER.index(each.level))


def level(found: Iterable[Fact]) -> Level:
    return max((each.level for each in found), key=ORDER.index, default=Level.LOW)


def _of(change: Change, known: Known) -> Iterator[tuple[str, str]]:
    for difference in change.differences if change.action is not Action.DELETE else ():
        yield from _of_difference(change, difference)
    yield from _of_ending(change)
    if change.irreversible:
        yield "irreversible", change.irreversible
    users = known.users.get(change.ordinal, 0)
    if users >= MANY and change.action is not Action.CREATE:
        yield "dependents", f"{users} resources use {change.name}."
    for call in change.calls:
        if count := known.failures.get(topic(change, call)):
            said = "once" if count == 1 else f"{count} times"
            yield "failed", f"{call.operation} failed {said} in the last 90 days."


def _of_difference(change: Change, difference: Difference) -> Iterator[tuple[str, str]]:
    effect = difference.effect
    if effect.kind in BY_EFFECT:
        yield BY_EFFECT[effect.kind], f"{difference.property}: {_sentence(effect.source, effect.kind)}"
    if difference.irreversible:
        yield "irreversible", f"{difference.property}: {difference.irreversible}"
    if change.replaces and effect.kind is EffectKind.REPLACES:
        yield from _ending(change, f"{difference.property} can't change in place.", "store")
    if kind(change.type, difference.property) and (change.action is Action.UPDATE or change.replaces):
        for said in widened(difference.before, difference.after):
            yield "widens", f"{difference.property} {said}."
    if difference.property == "ManagedPolicyArns":
        before = difference.before or ()
        for each in difference.after or ():
            if each not in before and change.action is Action.UPDATE:
                yield "widens", f"{change.name} gets {each}."


def _sentence(source: str, effect: EffectKind) -> str:
    """The reason that the declaration gives, without what only its editors read."""
    return source or f"the declaration says that it {effect.value}."


def _of_ending(change: Change) -> Iterator[tuple[str, str]]:
    if change.action is Action.DELETE and not change.replaced_by:
        yield from _ending(change, f"{change.name} is deleted.", "store" if _keeps_a_snapshot(change) else "loses")


def _ending(change: Change, reason: str, store: str) -> Iterator[tuple[str, str]]:
    declared = native(change.type)
    yield (store if declared and declared.stateful else "deletes"), reason


def _keeps_a_snapshot(change: Change) -> bool:
    declared = native(change.type)
    how = declared.delete.snapshot if declared and declared.delete else None
    return bool(how and any(how.name in call.parameters for call in change.calls))

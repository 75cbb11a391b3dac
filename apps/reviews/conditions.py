"""What a rule asks about a plan, and of which of its changes it holds. Pure.

Every part of a condition that is given must hold, those about a change for one and the same change. What nobody knows
(a cost, a risk, the tags of a resource that was not read) counts against ease: as met where a rule asks for approvals,
and as not met where it says that none are needed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from decimal import Decimal
from typing import Any

from apps.catalog.registry import native
from apps.catalog.types import EffectKind
from apps.evaluation import cost
from apps.evaluation.risk import ORDER, Level
from apps.planning.plan import Action, Change, Plan

Json = Any
Document = Mapping[str, Json]
UNKNOWN = "was not worked out"
EFFECTS: Mapping[str, frozenset[EffectKind]] = {
    "interrupts": frozenset({EffectKind.INTERRUPTS, EffectKind.REBOOTS, EffectKind.REPLACES, EffectKind.UNKNOWN}),
    "replaces": frozenset({EffectKind.REPLACES, EffectKind.UNKNOWN}),
    "exposes": frozenset({EffectKind.EXPOSES, EffectKind.UNKNOWN}),
}
DONE = {Action.CREATE: "creates", Action.UPDATE: "changes", Action.DELETE: "deletes"}


@dataclass(frozen=True)
class Condition:
    """Empty parts are not asked. `environments` are slugs, `accounts` numbers, `actions` and `effect` as in `EFFECTS`.

    `touches` is the name of a property; `tag` is a key, or key=value. `cost_over` and `cost_up_to` are USD a month:
    the former is for rules that ask, the latter for those that don't, where nothing given means 0. Rules for an
    `emergency` hold for emergencies only, and no other rule does.
    """

    environments: tuple[str, ...] = ()
    production: bool = False
    accounts: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    effect: str = ""
    irreversible: bool = False
    touches: str = ""
    tag: str = ""
    cost_over: Decimal | None = None
    cost_up_to: Decimal | None = None
    risk: str = ""
    emergency: bool = False

    @classmethod
    def of(cls, stored: Mapping[str, Json]) -> "Condition":
        """As `stored` wrote it. Raises `KeyError` for a part that this version doesn't know."""
        strange = stored.keys() - {each.name for each in fields(cls)}
        if strange:
            raise KeyError(f"a rule has parts that are not known here: {', '.join(sorted(strange))}")
        money = {name: Decimal(stored[name]) for name in ("cost_over", "cost_up_to") if name in stored}
        lists = {name: tuple(value) for name, value in stored.items() if isinstance(value, list)}
        return cls(**{**stored, **lists, **money})

    @property
    def stored(self) -> dict[str, Json]:
        """What is given of it, as JSON."""
        given = {name: value for name, value in asdict(self).items() if value or isinstance(value, Decimal)}
        lists = {name: list(value) for name, value in given.items() if isinstance(value, tuple)}
        return given | lists | {name: str(value) for name, value in given.items() if isinstance(value, Decimal)}

    @property
    def of_some(self) -> bool:
        """Whether it holds for some changes of a resource only."""
        narrowed = self.actions or self.effect or self.irreversible or self.touches or self.risk
        return bool(narrowed) or self.cost_over is not None

    @property
    def about_changes(self) -> bool:
        """Whether a part of it is about single changes."""
        return bool(self.types or self.actions or self.effect or self.irreversible or self.touches or self.tag)


@dataclass(frozen=True)
class Touched:
    """One change as rules see it. `tags` are (key, value) before and after, None where they were not read."""

    ordinal: int
    name: str
    type: str
    action: Action
    effects: frozenset[EffectKind]
    irreversible: bool
    properties: frozenset[str]
    tags: frozenset[tuple[str, str]] | None

    @classmethod
    def of(cls, change: Change, live: Document | None) -> "Touched":
        """`live` is the document from which the change was planned, None where it was not kept."""
        kinds = (difference.effect.kind for difference in change.differences)
        if change.action is Action.CREATE:  # what a property would do to a running resource is not said of a new one
            kinds = (kind for kind in kinds if kind in EFFECTS["exposes"])
        undone = change.irreversible or any(each.irreversible for each in change.differences)
        return cls(
            change.ordinal, change.name, change.type, change.action, frozenset(kinds), bool(undone),
            frozenset(difference.property for difference in change.differences), _tags(change, live),
        )  # fmt: skip


@dataclass(frozen=True)
class Facts:
    """All that a rule may ask about: where a plan works, its changes, and what was worked out for it."""

    environment: str
    production: bool
    account: str
    changes: tuple[Touched, ...]
    evaluation: Mapping[str, Json] = field(default_factory=dict)
    emergency: bool = False

    @classmethod
    def of(
        cls,
        plan: Plan,
        *,
        production: bool,
        bases: Mapping[int, Document],
        evaluation: Mapping[str, Json],
        emergency: bool = False,
    ) -> "Facts":
        """`bases` are the live documents by ordinal."""
        changes = tuple(Touched.of(change, bases.get(change.ordinal)) for change in plan.changes)
        return cls(plan.target.environment, production, plan.target.account, changes, evaluation, emergency)

    @property
    def ordinals(self) -> frozenset[int]:
        return frozenset(change.ordinal for change in self.changes)


@dataclass(frozen=True)
class Hit:
    """That a condition holds: of which changes, and why in a sentence."""

    ordinals: frozenset[int]
    why: str


def asks(condition: Condition, facts: Facts) -> Hit | None:
    """Whether a rule with this condition asks for its approvals."""
    if not _is_there(condition, facts):
        return None
    said = [_costs(condition.cost_over, facts.evaluation), _risks(condition.risk, facts.evaluation)]
    if None in said:
        return None
    touched = [change for change in facts.changes if _is_touched(condition, change)]
    if not touched:
        return None
    about = [_names(touched)] if condition.about_changes else []
    sentences = [*about, *(each for each in said if each)] or [f"It is in {facts.environment}."]
    return Hit(frozenset(change.ordinal for change in touched), " ".join(sentences))


def spares(condition: Condition, facts: Facts) -> Hit | None:
    """The changes of which a rule with this condition says that they need no approval.

    Only what is known to be harmless: online, to be undone, no deletion, of low risk, and within the cost.
    """
    if not (_is_there(condition, facts) and _is_cheap(condition.cost_up_to, facts) and _is_low(facts)):
        return None
    spared = [change for change in facts.changes if _is_harmless(change) and _is_within(condition, change)]
    return Hit(frozenset(change.ordinal for change in spared), _names(spared)) if spared else None


def concerns(condition: Condition, place: Facts, type_name: str, tags: frozenset[tuple[str, str]]) -> bool:
    """Whether a rule with this condition can be about a resource, whatever is done to it. `place` has no changes."""
    return (
        not condition.emergency
        and _is_there(condition, place)
        and (not condition.types or type_name in condition.types)
        and (not condition.tag or _is_tagged(condition.tag, tags))
    )


def _is_there(condition: Condition, facts: Facts) -> bool:
    return (
        (not condition.environments or facts.environment in condition.environments)
        and (not condition.production or facts.production)
        and (not condition.accounts or facts.account in condition.accounts)
    )


def _is_touched(condition: Condition, change: Touched) -> bool:
    return (
        _is_kind(condition, change)
        and (not condition.effect or _has_effect(condition.effect, change))
        and (not condition.irreversible or change.irreversible)
        and (not condition.touches or condition.touches in change.properties)
        and (not condition.tag or change.tags is None or _is_tagged(condition.tag, change.tags))
    )


def _is_within(condition: Condition, change: Touched) -> bool:
    """As `_is_touched`, but nothing else of the change may be touched."""
    return (
        _is_kind(condition, change)
        and (not condition.touches or change.properties == {condition.touches})
        and (not condition.tag or (change.tags is not None and _is_tagged(condition.tag, change.tags)))
    )


def _is_kind(condition: Condition, change: Touched) -> bool:
    return (not condition.types or change.type in condition.types) and (
        not condition.actions or change.action in condition.actions
    )


def _has_effect(wanted: str, change: Touched) -> bool:
    """A deletion takes the resource out of service, whatever its properties would do."""
    return bool(change.effects & EFFECTS[wanted]) or (change.action is Action.DELETE and wanted != "exposes")


def _is_harmless(change: Touched) -> bool:
    return change.effects <= {EffectKind.ONLINE} and not change.irreversible and change.action is not Action.DELETE


def _is_tagged(wanted: str, tags: Iterable[tuple[str, str]]) -> bool:
    key, found, value = wanted.partition("=")
    return any(key == given and (not found or value == worth) for given, worth in tags)


def _tags(change: Change, live: Document | None) -> frozenset[tuple[str, str]] | None:
    declared = native(change.type)
    if declared is None or "Tags" not in declared.properties:
        return frozenset()
    if live is None and change.action is not Action.CREATE:
        return None
    after = [difference.after for difference in change.differences if difference.property == "Tags"]
    lists = [value for value in ((live or {}).get("Tags"), *after) if isinstance(value, list | tuple)]
    rows = [row for value in lists for row in value if isinstance(row, Mapping)]
    return frozenset((str(row.get("Key")), str(row.get("Value"))) for row in rows)


def _costs(over: Decimal | None, evaluation: Mapping[str, Json]) -> str | None:
    """Why it holds; None where it doesn't, "" where it is not asked."""
    if over is None:
        return ""
    found = evaluation.get("cost")
    if not found:
        return f"Its cost {UNKNOWN}."
    total = cost.total(cost.read(found["lines"]))
    if total.delta > over:
        return f"It costs ${total.delta:,.2f} more a month."
    return f"{total.unknown} of its parts can't be priced." if total.unknown else None


def _risks(least: str, evaluation: Mapping[str, Json]) -> str | None:
    if not least:
        return ""
    found = evaluation.get("risk")
    if not found:
        return f"Its risk {UNKNOWN}."
    high_enough = ORDER.index(Level(found["level"])) >= ORDER.index(Level(least))
    return f"Its risk is {found['level']}." if high_enough else None


def _is_cheap(up_to: Decimal | None, facts: Facts) -> bool:
    found = facts.evaluation.get("cost")
    total = cost.total(cost.read(found["lines"])) if found else None
    return total is not None and total.complete and total.delta <= (up_to or 0)


def _is_low(facts: Facts) -> bool:
    found = facts.evaluation.get("risk")
    return found is not None and found["level"] == Level.LOW


def _names(changes: Iterable[Touched]) -> str:
    """What is done to them, in short: "It creates files and 2 more, deletes orders-prod."."""
    said = []
    for action, verb in DONE.items():
        names = [change.name for change in changes if change.action is action]
        if names:
            more = f" and {len(names) - 1} more" if len(names) > 1 else ""
            said.append(f"{verb} {names[0]}{more}")
    return f"It {', '.join(said)}."

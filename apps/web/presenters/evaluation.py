"""How long a plan takes and what it risks, as pages say it, and the one sentence about all of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apps.evaluation.risk import TABLE
from apps.evaluation.speed import FEW
from apps.planning.plan import Plan
from apps.web.presenters import effects
from apps.web.presenters.cost import CostView
from apps.web.presenters.marks import Chip

Json = Any
TONES = {"low": "good", "medium": "warn", "high": "bad"}
ICONS = {"low": "shield-check", "medium": "shield-alert", "high": "octagon-alert"}
THUMB = f"a rule of thumb, until there are {FEW} here"


@dataclass(frozen=True)
class CallTime:
    """One call: what is expected, from what, and whether it is on the longest chain."""

    key: str
    operation: str
    name: str
    minutes: str
    basis: str
    longest: bool


@dataclass(frozen=True)
class Outage:
    name: str
    minutes: str
    basis: str


@dataclass(frozen=True)
class SpeedView:
    figure: str
    rest: str
    calls: Sequence[CallTime]
    outages: Sequence[Outage]


@dataclass(frozen=True)
class RiskFact:
    chip: Chip
    words: str
    ordinal: int
    name: str
    reason: str


@dataclass(frozen=True)
class RiskRow:
    """A row of the table, marked where the plan has the fact."""

    words: str
    elsewhere: Chip
    production: Chip
    holds: bool


@dataclass(frozen=True)
class RiskView:
    chip: Chip
    production: bool
    facts: Sequence[RiskFact]
    table: Sequence[RiskRow]

    @property
    def first(self) -> str:
        return self.facts[0].words if self.facts else "nothing in the table holds"


def minutes(value: float) -> str:
    return effects.minutes(value) if value >= 1 or not value else "under a minute"


def speed(evaluation: Mapping[str, Json], plan: Plan) -> SpeedView | None:
    """None for a revision that was planned before it was worked out."""
    found = evaluation.get("speed")
    if not found:
        return None
    calls = [_call(each, plan, found["path"]) for each in found["calls"]]
    outages = [
        Outage(plan.change(each["ordinal"]).name, _outage(each["minutes"]), basis(each["runs"], "as its type declares"))
        for each in found["interruptions"]
    ]
    longest = max((each["minutes"] for each in found["interruptions"]), default=0)
    stops = f"out of service for {_outage(longest)}" if outages else "nothing goes out of service"
    return SpeedView(minutes(found["minutes"]), stops, calls, outages)


def _outage(value: float) -> str:
    return f"about {effects.minutes(value)}" if value else "a moment"


def _call(each: Mapping[str, Json], plan: Plan, path: Iterable[str]) -> CallTime:
    change = plan.change_of(each["key"])
    call = next(call for call in change.calls if call.key == each["key"])
    return CallTime(
        each["key"],
        f"{call.service}.{call.operation}",
        change.name,
        minutes(each["minutes"]),
        basis(each["runs"], THUMB if call.wait else "it waits for nothing"),
        each["key"] in path,
    )


def basis(runs: int, otherwise: str) -> str:
    return f"the median of {runs} here" if runs else otherwise


def chip(level: str) -> Chip:
    return Chip(level.capitalize(), TONES.get(level, ""), ICONS.get(level, ""))


def risk(evaluation: Mapping[str, Json], plan: Plan) -> RiskView | None:
    """None for a revision that was planned before it was worked out."""
    found = evaluation.get("risk")
    if not found:
        return None
    facts = [
        RiskFact(
            chip(each["level"]),
            TABLE[each["fact"]].words if each["fact"] in TABLE else each["fact"],
            each["ordinal"],
            plan.change(each["ordinal"]).name,
            each["reason"],
        )
        for each in found["facts"]
    ]
    held = {each["fact"] for each in found["facts"]}
    table = [RiskRow(row.words, chip(row.level), chip(row.production), name in held) for name, row in TABLE.items()]
    return RiskView(chip(found["level"]), found["production"], facts, table)


def verdict(cost: CostView | None, speed: SpeedView | None, risk: RiskView | None) -> str:
    """Everything in one line."""
    if cost is None or speed is None or risk is None:
        return ""
    money = {"No change": "Costs the same", "Not known": "What it costs isn't known"}.get(
        cost.figure, f"Costs {cost.figure}"
    )
    left = "" if cost.rest == "all of it is priced" else f" ({cost.rest})"
    why = f": {risk.facts[0].words}" if risk.facts else ""
    return f"{money}{left}, takes {speed.figure}, {speed.rest}. {risk.chip.label} risk{why}."

"""Which rules ask for more approvals of a revision, by what was worked out for it. Pure.

Rules only ever add: of those that match, the strictest counts. What a rule asks about and nobody knows counts as met.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from apps.evaluation import cost
from apps.evaluation.risk import ORDER, Level

Json = Any
UNKNOWN = "It was not worked out."


@dataclass(frozen=True)
class Condition:
    """More than `cost_over` USD a month, or at least `risk_at_least`; whichever is given. One that holds is enough."""

    cost_over: Decimal | None = None
    risk_at_least: str = ""

    def __str__(self) -> str:
        money = f"it costs more than ${self.cost_over:,.2f} a month" if self.cost_over is not None else ""
        danger = f"its risk is {self.risk_at_least}" if self.risk_at_least else ""
        if self.risk_at_least == Level.MEDIUM:
            danger += " or high"
        return " or ".join(each for each in (money, danger) if each)


def met(condition: Condition, evaluation: Mapping[str, Json]) -> str:
    """Why the condition holds, in a sentence; "" where it doesn't."""
    reasons = (_costs(condition.cost_over, evaluation), _risks(condition.risk_at_least, evaluation))
    return " ".join(each for each in reasons if each)


def _costs(over: Decimal | None, evaluation: Mapping[str, Json]) -> str:
    if over is None:
        return ""
    found = evaluation.get("cost")
    if not found:
        return f"Cost: {UNKNOWN}"
    total = cost.total(cost.read(found["lines"]))
    if total.delta > over:
        return f"It costs ${total.delta:,.2f} more a month."
    return f"{total.unknown} of its parts can't be priced." if total.unknown else ""


def _risks(least: str, evaluation: Mapping[str, Json]) -> str:
    if not least:
        return ""
    found = evaluation.get("risk")
    if not found:
        return f"Risk: {UNKNOWN}"
    high_enough = ORDER.index(Level(found["level"])) >= ORDER.index(Level(least))
    return f"Its risk is {found['level']}." if high_enough else ""


def strictest(asked: Iterable[tuple[int, str]], least: int) -> tuple[int, list[str]]:
    """How many approvals are needed, at least `least`, and the names of the rules that ask for as many."""
    found = list(asked)
    needed = max((number for number, _ in found), default=least)
    return max(needed, least), [name for number, name in found if number == needed and number > least]

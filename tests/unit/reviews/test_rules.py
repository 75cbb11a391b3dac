"""When a rule asks for more, and which one counts."""

from decimal import Decimal
from typing import Any

import pytest

from apps.reviews.rules import Condition, met, strictest


def line(delta: str | None) -> dict[str, Any]:
    why = "" if delta else "The Price List has no such product in this region."
    about = {"before": None, "after": None, "usage": "", "per_entered": "1"}
    return {"ordinal": 1, "part": "Instance", "delta": delta, "why": why, **about}


def evaluation(*deltas: str | None, risk: str = "low") -> dict[str, Any]:
    return {"cost": {"lines": [line(each) for each in deltas]}, "risk": {"level": risk}}


EITHER = Condition(Decimal(500), "high")


@pytest.mark.parametrize(
    ("condition", "found", "why"),
    [
        (EITHER, evaluation("500"), ""),
        (EITHER, evaluation("500.01"), "It costs $500.01 more a month."),
        (EITHER, evaluation("-900"), ""),
        (EITHER, evaluation("400", "101"), "It costs $501.00 more a month."),
        (EITHER, evaluation("1", risk="high"), "Its risk is high."),
        (EITHER, evaluation("1", risk="medium"), ""),
        (EITHER, evaluation("600", risk="high"), "It costs $600.00 more a month. Its risk is high."),
        (EITHER, evaluation("1", None), "1 of its parts can't be priced."),
        (EITHER, {}, "Cost: It was not worked out. Risk: It was not worked out."),
        (Condition(None, "medium"), evaluation(None, risk="medium"), "Its risk is medium."),
        (Condition(None, "medium"), evaluation(risk="high"), "Its risk is high."),
        (Condition(Decimal(0), ""), evaluation(risk="high"), ""),
    ],
)
def test_one_condition_that_holds_is_enough(condition: Condition, found: dict[str, Any], why: str) -> None:
    assert met(condition, found) == why


def test_the_strictest_rule_counts_and_none_makes_it_less() -> None:
    assert strictest([], 1) == (1, [])
    assert strictest([(2, "a"), (3, "b"), (3, "c")], 1) == (3, ["b", "c"])
    assert strictest([(2, "a")], 3) == (3, [])


def test_a_condition_reads_as_a_sentence() -> None:
    assert str(EITHER) == "it costs more than $500.00 a month or its risk is high"
    assert str(Condition(None, "medium")) == "its risk is medium or high"

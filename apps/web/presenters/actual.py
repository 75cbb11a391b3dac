"""What a run really took and set, beside what was expected of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apps.evaluation import cost
from apps.web.presenters.cost import figure
from apps.web.presenters.evaluation import minutes

Json = Any


@dataclass(frozen=True)
class ActualView:
    """`differs` says that what was set costs something else than what was planned."""

    expected: str
    took: str
    estimate: str
    cost: str
    differs: bool


def view(evaluation: Mapping[str, Json], actual: Mapping[str, Json]) -> ActualView | None:
    """None for a run that was not measured, or a plan that was not evaluated."""
    if not evaluation.get("speed") or "minutes" not in actual:
        return None
    estimate = cost.total(cost.read((evaluation.get("cost") or {}).get("lines", ())))
    really = cost.total(cost.read((actual.get("cost") or {}).get("lines", ())))
    return ActualView(
        minutes(evaluation["speed"]["minutes"]),
        minutes(actual["minutes"]),
        figure(estimate),
        figure(really) if "cost" in actual else "Not known",
        differs="cost" in actual and really != estimate,
    )

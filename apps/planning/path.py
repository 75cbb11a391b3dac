"""The chain of calls that a run can't be quicker than. Independent calls run side by side."""

from collections.abc import Mapping

from apps.planning.plan import Plan


def longest(plan: Plan, minutes: Mapping[str, float]) -> tuple[float, tuple[str, ...]]:
    """How long the longest chain takes, in minutes, and its calls in order. `minutes` are those of each call by key."""
    ends: dict[str, tuple[float, tuple[str, ...]]] = {}
    for call in plan.calls:
        before = max((ends[key] for key in call.after), key=lambda each: each[0], default=(0.0, ()))
        ends[call.key] = (before[0] + minutes.get(call.key, 0.0), (*before[1], call.key))
    return max(ends.values(), key=lambda each: each[0], default=(0.0, ()))

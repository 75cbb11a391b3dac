"""How long a run takes: by what runs of this installation took, and by a rule of thumb where there are too few.

A rule of thumb is the minutes that the declaration of a type gives for a wait; it has no other source.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from apps.catalog.types import EffectKind
from apps.planning.path import longest
from apps.planning.plan import Action, Call, Change, Plan

FEW = 5  # below which a median says too little
GONE, STOPS = "gone", (EffectKind.INTERRUPTS, EffectKind.REBOOTS)
Samples = Mapping[str, Sequence[float]]  # seconds that calls took, by topic


@dataclass(frozen=True)
class Expected:
    """What is expected of one call. `runs` is how many calls the median is of, 0 = a rule of thumb."""

    key: str
    minutes: float
    runs: int


@dataclass(frozen=True)
class Interruption:
    """How long a resource is out of service; `runs` as in `Expected`, 0 also where the declaration says it."""

    ordinal: int
    minutes: float
    runs: int


@dataclass(frozen=True)
class Speed:
    """`minutes` is the longest chain, whose calls are `path`; the others run beside it."""

    minutes: float
    path: tuple[str, ...]
    calls: tuple[Expected, ...]
    interruptions: tuple[Interruption, ...]


def topic(change: Change, call: Call) -> str:
    """What calls are alike for how long they take: type and operation, and for updates the properties that are set."""
    named = f" {','.join(sorted(call.sets))}" if change.action is Action.UPDATE and call.sets else ""
    return f"{change.type} {call.operation}{named}"[:LONGEST]


LONGEST = 400


def speed(plan: Plan, samples: Samples) -> Speed:
    calls = {call.key: _expected(call, samples.get(topic(plan.change_of(call.key), call), ())) for call in plan.calls}
    minutes, path = longest(plan, {key: each.minutes for key, each in calls.items()})
    interruptions = (_interruption(change, calls) for change in plan.changes)
    return Speed(minutes, path, tuple(calls.values()), tuple(each for each in interruptions if each))


def _expected(call: Call, seconds: Sequence[float]) -> Expected:
    if len(seconds) >= FEW:
        return Expected(call.key, median(seconds) / 60, len(seconds))
    return Expected(call.key, call.wait.minutes if call.wait else 0.0, 0)


def _interruption(change: Change, calls: Mapping[str, Expected]) -> Interruption | None:
    """From the call that takes the resource out of its state to the one that brings it back, or as declared."""
    effects = [each.effect for each in change.differences if each.effect.kind in STOPS]
    if not effects or change.action is Action.DELETE:
        return None
    acts = [n for n, call in enumerate(change.calls) if call.leaves_status not in ("", GONE)]
    if len(acts) < 2:
        return Interruption(change.ordinal, float(max(each.minutes for each in effects)), 0)
    between = [calls[call.key] for call in change.calls[acts[0] : acts[-1] + 1]]
    fewest = min(each.runs for each in between)
    return Interruption(change.ordinal, sum(each.minutes for each in between), fewest)

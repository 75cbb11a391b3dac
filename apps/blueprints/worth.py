"""Whether what is done again and again is worth codifying, by what this installation has really done. Pure.

Nothing is extrapolated: what a year of it took is held against what writing it as code would have cost.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from statistics import median

Change = tuple[str, str, tuple[str, ...]]  # action, type, and for updates the properties
Shape = tuple[tuple[Change, int], ...]
AWAY, LONE = 30.0, 5.0  # minutes


@dataclass(frozen=True)
class Assumptions:
    """What the verdict can't know, in hours and per cent; people set it to what holds for them.

    `minutes_each` overrides what the log says of the work of one time.
    """

    hours_base: float = 4.0
    hours_per_type: float = 1.0
    share: float = 70.0
    minutes_each: float | None = None

    def cost(self, types: int) -> float:
        """Hours to write it as code, to try it, and to keep it."""
        return self.hours_base + self.hours_per_type * types


@dataclass(frozen=True)
class Done:
    """One request that was applied. `minutes` is the work of people on it, `blueprint` what it was imported from."""

    request: int
    reference: str
    title: str
    environment: str
    applied_at: datetime
    changes: Sequence[Change]
    minutes: float
    failures: int
    blueprint: str = ""


@dataclass(frozen=True)
class Habit:
    """Requests that did the same, the newest first."""

    shape: Shape
    times: Sequence[Done] = field(default_factory=tuple)

    @property
    def newest(self) -> Done:
        return self.times[0]

    @property
    def environments(self) -> list[str]:
        return list(dict.fromkeys(each.environment for each in self.times))

    @property
    def minutes(self) -> float:
        """What people took for one of them, the median."""
        return median(each.minutes for each in self.times)

    @property
    def failures(self) -> int:
        return sum(each.failures for each in self.times)

    @property
    def types(self) -> list[str]:
        return list(dict.fromkeys(type_name for (_, type_name, _), _ in self.shape))

    @property
    def creates(self) -> bool:
        return any(action == "create" for (action, _, _), _ in self.shape)

    @property
    def blueprint(self) -> str:
        """The blueprint that at least half of them came from, "" for none."""
        named = Counter(each.blueprint for each in self.times if each.blueprint)
        name, count = named.most_common(1)[0] if named else ("", 0)
        return name if count * 2 >= len(self.times) else ""


@dataclass(frozen=True)
class Used:
    """What came from a blueprint, the newest first; `by_hand` is the same done without it."""

    name: str
    times: Sequence[Done]
    by_hand: Sequence[Done]

    @property
    def environments(self) -> list[str]:
        return list(dict.fromkeys(each.environment for each in self.times))

    @property
    def minutes(self) -> float:
        return median(each.minutes for each in self.times)

    @property
    def minutes_by_hand(self) -> float | None:
        """None where nobody did the same without it."""
        return median(each.minutes for each in self.by_hand) if self.by_hand else None


def used(done: Iterable[Done]) -> list[Used]:
    """The blueprints that something was imported from, the most used first."""
    newest = sorted(done, key=lambda each: (each.applied_at, each.request), reverse=True)
    names = Counter(each.blueprint for each in newest if each.blueprint)
    found = []
    for name, _ in names.most_common():
        times = [each for each in newest if each.blueprint == name]
        shapes = {shape(each.changes) for each in times}
        alike = [each for each in newest if not each.blueprint and shape(each.changes) in shapes]
        found.append(Used(name, times, alike))
    return found


@dataclass(frozen=True)
class Verdict:
    """`saved` and `cost` in hours, `minutes` of work each time."""

    codify: bool
    minutes: float
    saved: float
    cost: float

    @property
    def ratio(self) -> float:
        return self.saved / self.cost if self.cost else 0.0


def habits(done: Iterable[Done]) -> list[Habit]:
    """What was done more than once, what took most of people's time first."""
    by_shape: dict[Shape, list[Done]] = defaultdict(list)
    for each in done:
        by_shape[shape(each.changes)].append(each)
    found = [
        Habit(key, tuple(sorted(times, key=lambda each: (each.applied_at, each.request), reverse=True)))
        for key, times in by_shape.items()
        if len(times) > 1
    ]
    return sorted(found, key=lambda habit: (-len(habit.times) * habit.minutes, habit.newest.request))


def shape(changes: Iterable[Change]) -> Shape:
    return tuple(sorted(Counter(changes).items()))


def verdict(habit: Habit, assumed: Assumptions) -> Verdict:
    """The first time has to be done in any case; every other one could have been saved in part."""
    minutes = habit.minutes if assumed.minutes_each is None else assumed.minutes_each
    saved = (len(habit.times) - 1) * minutes * assumed.share / 100 / 60
    cost = assumed.cost(len(habit.types))
    return Verdict(saved > cost, minutes, saved, cost)


def work(moments: Sequence[datetime]) -> float:
    """Minutes of work, from when people did something: gaps up to `AWAY` count, after longer ones begin anew."""
    ordered = sorted(moments)
    gaps = ((late - early).total_seconds() / 60 for early, late in pairwise(ordered))
    return (LONE if ordered else 0.0) + sum(gap if gap <= AWAY else LONE for gap in gaps)


def moments_by_stream(events: Iterable[tuple[str, datetime]]) -> Mapping[str, list[datetime]]:
    found: dict[str, list[datetime]] = defaultdict(list)
    for stream, at in events:
        found[stream].append(at)
    return found

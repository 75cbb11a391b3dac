"""From the rules that hold for a plan to the steps of its flow. Pure.

All rules that hold add up and none weakens another. Somebody who reviews there and is no author always agrees to the
whole plan, unless every change of it is spared by a rule and no rule asks for anything.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from apps.reviews.conditions import Condition, Facts, asks, spares

REVIEWERS = "reviewers"
DEFAULT = "Every plan needs one reviewer of its environment who is not an author"
EMERGENCY = "An emergency needs one reviewer of its environment who is not an author, and is reviewed afterwards"
FEWEST, MOST = 1, 9


@dataclass(frozen=True)
class Ask:
    """`needed` approvals of `who`: "reviewers", "team:<id>" or "person:<id>"."""

    needed: int
    who: str = REVIEWERS

    @property
    def key(self) -> int:
        """The id of the team or person; 0 for reviewers."""
        return int(self.who.partition(":")[2] or 0)


@dataclass(frozen=True)
class Ruling:
    """One version of a rule: its condition and what it asks for; nothing means that no approval is required."""

    version: int
    name: str
    condition: Condition
    asks: tuple[Ask, ...]


@dataclass(frozen=True)
class Why:
    """A rule that holds, by its version, and the reason in a sentence."""

    version: int
    rule: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.sentence}" if self.rule else self.sentence


@dataclass(frozen=True)
class Drawn:
    """One step: how many of whom must agree to the changes with these `ordinals`, and why. 0: none is required."""

    needed: int
    who: str
    ordinals: frozenset[int]
    why: tuple[Why, ...]


@dataclass(frozen=True)
class _Match:
    ask: Ask
    ordinals: frozenset[int]
    why: Why


def draw(rulings: Iterable[Ruling], facts: Facts) -> tuple[Drawn, ...]:
    """The steps of a flow, that of the reviewers first."""
    rulings = [each for each in rulings if each.condition.emergency == facts.emergency]
    asked = [match for ruling in rulings for match in _asked(ruling, facts)]
    if not asked and (spared := _spared(rulings, facts)):
        return (Drawn(0, REVIEWERS, facts.ordinals, spared),)
    everybody = _Match(Ask(FEWEST), facts.ordinals, Why(0, "", EMERGENCY if facts.emergency else DEFAULT))
    by_who: dict[str, list[_Match]] = {REVIEWERS: []}
    for match in asked:
        by_who.setdefault(match.ask.who, []).append(match)
    by_who[REVIEWERS] = by_who[REVIEWERS] or [everybody]
    return tuple(_step(who, matches, facts) for who, matches in by_who.items())


def _asked(ruling: Ruling, facts: Facts) -> list[_Match]:
    hit = asks(ruling.condition, facts) if ruling.asks else None
    if hit is None:
        return []
    why = Why(ruling.version, ruling.name, hit.why)
    return [_Match(ask, hit.ordinals, why) for ask in ruling.asks]


def _spared(rulings: Sequence[Ruling], facts: Facts) -> tuple[Why, ...]:
    """The rules by which every change needs no approval; none where one of them does."""
    hits = [(ruling, hit) for ruling in rulings if not ruling.asks and (hit := spares(ruling.condition, facts))]
    covered = frozenset[int]().union(*(hit.ordinals for _, hit in hits))
    whole = bool(facts.ordinals) and covered >= facts.ordinals
    return tuple(Why(ruling.version, ruling.name, hit.why) for ruling, hit in hits) if whole else ()


def _step(who: str, matches: Sequence[_Match], facts: Facts) -> Drawn:
    """The strictest number counts, with the rules that ask for as many; reviewers answer for the whole plan."""
    needed = max(match.ask.needed for match in matches)
    touched = frozenset[int]().union(*(match.ordinals for match in matches))
    why = dict.fromkeys(match.why for match in matches if match.ask.needed == needed)
    return Drawn(needed, who, facts.ordinals if who == REVIEWERS else touched, tuple(why))


def tightened(*flows: tuple[Drawn, ...]) -> tuple[Drawn, ...]:
    """What several flows of one plan ask for together: no approval is required only where all of them say so."""
    asking = [step for flow in flows for step in flow if step.needed]
    if not asking:
        return flows[0]
    by_who: dict[str, list[Drawn]] = {REVIEWERS: []}
    for step in asking:
        by_who.setdefault(step.who, []).append(step)
    return tuple(_merged(steps) for steps in by_who.values() if steps)


def _merged(steps: Sequence[Drawn]) -> Drawn:
    needed = max(step.needed for step in steps)
    why = dict.fromkeys(why for step in steps if step.needed == needed for why in step.why)
    ordinals = frozenset[int]().union(*(step.ordinals for step in steps))
    return Drawn(needed, steps[0].who, ordinals, tuple(why))

"""What a change costs a month: what its resource costs afterwards, less what it costs before. Pure.

Money is USD and exact; it is rounded to cents where it is shown. What isn't known is no amount, and never counts as 0.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import Any

from apps.catalog.prices import Component, Unpriced
from apps.evaluation.book import Quote

Json = Any
Part = Component | Unpriced
Quotes = Mapping[tuple[Any, str], Quote]
MOST = Decimal(10**12)
EXCLUDED = (
    "traffic and requests, unless they are listed",
    "reservations, savings plans and discounts of your own",
    "free tiers",
    "support and taxes",
)


@dataclass(frozen=True)
class Side:
    """What a part takes before or after. `monthly` is its cost in USD as text, None where that isn't known."""

    formula: str
    quantity: str | None
    unit: str
    tiers: tuple[tuple[str, str | None, str], ...]
    monthly: str | None
    product: Mapping[str, Json]
    effective: str
    fetched: str
    sku: str


@dataclass(frozen=True)
class Line:
    """One part of one change. `delta` is USD a month as text, None where `why` says that it isn't known.

    `usage` are the words for what is used, where that decides; `per_entered` are units for one of it.
    """

    ordinal: int
    part: str
    before: Side | None
    after: Side | None
    delta: str | None
    why: str = ""
    usage: str = ""
    per_entered: str = "1"


def lines(ordinal: int, region: str, before: Sequence[Part], after: Sequence[Part], quotes: Quotes) -> Iterator[Line]:
    """The parts that the change touches; one that is the same before and after costs what it cost."""
    old, new = ({part.name: part for part in parts} for parts in (before, after))
    for name in dict.fromkeys([*old, *new]):
        if old.get(name) != new.get(name):
            yield _line(ordinal, region, name, old.get(name), new.get(name), quotes)


def _line(ordinal: int, region: str, name: str, old: Part | None, new: Part | None, quotes: Quotes) -> Line:
    sides = [_side(part, region, quotes) for part in (old, new)]
    reasons = [why for _, why in sides if why]
    before, after = (side for side, _ in sides)
    parts = [part for part in (old, new) if isinstance(part, Component)]
    usage = next((part.usage for part in parts if part.usage), "")
    delta = None if reasons or usage else _money(after) - _money(before)
    why = " ".join(dict.fromkeys(reasons)) or (f"It depends on usage: {usage}." if usage else "")
    per = next((str(part.per_entered) for part in parts if part.usage), "1")
    return Line(ordinal, name, before, after, None if delta is None else str(delta), why, usage, per)


def _side(part: Part | None, region: str, quotes: Quotes) -> tuple[Side | None, str]:
    """What is known of a part, and why its cost isn't ("" = it is, or depends on usage alone)."""
    if part is None:
        return None, ""
    if isinstance(part, Unpriced):
        return None, part.why
    quote = quotes[part.product, region]
    if quote.rate is None:
        return None, quote.why
    if quote.rate.unit != part.unit:
        said = f"It is priced by {quote.rate.unit}, and what is known here is in {part.unit}."
        return None, said
    cost = None if part.quantity is None else str(quote.rate.of(part.quantity))
    tiers = tuple((str(t.start), None if t.end is None else str(t.end), str(t.usd)) for t in quote.rate.tiers)
    side = Side(
        formula=part.formula,
        quantity=None if part.quantity is None else str(part.quantity),
        unit=part.unit,
        tiers=tiers,
        monthly=cost,
        product={"service": part.product.service, "region": region, **dict(part.product.attributes)},
        effective=str(quote.rate.effective),
        fetched=str(quote.fetched),
        sku=quote.rate.sku,
    )
    return side, ""


def _money(side: Side | None) -> Decimal:
    """0 where there is nothing that could cost."""
    return Decimal(side.monthly) if side and side.monthly is not None else Decimal(0)


def with_usage(found: Iterable[Line], entered: Mapping[tuple[int, str], Decimal]) -> list[Line]:
    """The lines with what somebody says is used, by ordinal and part: in a month, in the words of the line."""
    return [_used(line, entered[line.ordinal, line.part]) if _takes(line, entered) else line for line in found]


def _takes(line: Line, entered: Mapping[tuple[int, str], Decimal]) -> bool:
    priced = line.before or line.after
    return bool(line.usage and priced and line.delta is None and (line.ordinal, line.part) in entered)


def _used(line: Line, quantity: Decimal) -> Line:
    units = quantity * Decimal(line.per_entered)
    before, after = (_at(side, units, f"{quantity:f} {line.usage}, as entered") for side in (line.before, line.after))
    return replace(line, before=before, after=after, delta=str(_money(after) - _money(before)), why="")


def _at(side: Side | None, units: Decimal, formula: str) -> Side | None:
    if side is None:
        return None
    return replace(side, quantity=str(units), formula=formula, monthly=str(cost(side.tiers, units)))


def cost(tiers: Iterable[Sequence[str | None]], quantity: Decimal) -> Decimal:
    """What so many units cost by rows of (start, end, USD)."""
    total = Decimal(0)
    for start, end, usd in tiers:
        reached = quantity if end is None else min(quantity, Decimal(end))
        total += max(reached - Decimal(start or 0), Decimal(0)) * Decimal(usd or 0)
    return total


@dataclass(frozen=True)
class Total:
    """The sum of what is known, and how many parts are not in it."""

    delta: Decimal
    unknown: int
    by_usage: int

    @property
    def complete(self) -> bool:
        return not (self.unknown or self.by_usage)


def total(found: Iterable[Line]) -> Total:
    whole = list(found)
    known = sum((Decimal(line.delta) for line in whole if line.delta is not None), Decimal(0))
    unknown = [line for line in whole if line.delta is None]
    by_usage = [line for line in unknown if line.usage and (line.before or line.after)]
    return Total(known, len(unknown) - len(by_usage), len(by_usage))


def written(found: Iterable[Line]) -> list[dict[str, Json]]:
    """The lines as JSON."""
    return [asdict(line) for line in found]


def read(rows: Iterable[Mapping[str, Json]]) -> list[Line]:
    """The way back from `written`."""
    return [Line(**{**row, "before": _read_side(row["before"]), "after": _read_side(row["after"])}) for row in rows]


def _read_side(row: Mapping[str, Json] | None) -> Side | None:
    return None if row is None else Side(**{**row, "tiers": tuple(tuple(each) for each in row["tiers"])})

"""What a plan costs, as pages say it: amounts in dollars with their working."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from apps.evaluation import cost
from apps.evaluation.book import DEMO
from apps.evaluation.cost import Line, Side, Total

Json = Any
CENT = Decimal("0.01")


@dataclass(frozen=True)
class SideView:
    """One side of a line. `working` is how its amount is made, step by step; `source` where the price is from."""

    amount: str
    formula: str
    working: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class LineView:
    """One part of a change. `delta` is an amount, or in words why there is none.

    `key` and `part` name it where somebody enters its `usage`; `entered` is what stands there, and `said` by whom.
    """

    part: str
    before: SideView | None
    after: SideView | None
    delta: str
    known: bool
    why: str
    usage: str
    key: str
    entered: str = ""
    said: str = ""
    problem: str = ""


@dataclass(frozen=True)
class ChangeCost:
    """The lines of one change."""

    ordinal: int
    name: str
    lines: Sequence[LineView]


@dataclass(frozen=True)
class CostView:
    """`figure` is the sum of what is known, `rest` says what is not in it."""

    figure: str
    rest: str
    source: str
    on: str
    demo: bool
    changes: Sequence[ChangeCost]
    free: int
    excluded: Sequence[str]


@dataclass(frozen=True)
class Entered:
    """What somebody said is used; `typed` is what was refused, with the `problem`."""

    quantity: Decimal | None
    said: str = ""
    typed: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Asked:
    """What the lines are shown with: names and keys of changes by ordinal, entries by key and part."""

    names: Mapping[int, str]
    keys: Mapping[int, str]
    entries: Mapping[tuple[str, str], Entered] = field(default_factory=dict)

    def entry(self, line: Line) -> Entered:
        return self.entries.get((self.keys.get(line.ordinal, ""), line.part), Entered(None))


def view(evaluation: Mapping[str, Json], asked: Asked) -> CostView | None:
    """None for a revision that was planned before costs were."""
    found = evaluation.get("cost")
    if not found:
        return None
    lines = with_entries(evaluation, asked)
    by_change: dict[int, list[LineView]] = {}
    for line in lines:
        by_change.setdefault(line.ordinal, []).append(_line(line, asked))
    total = cost.total(lines)
    return CostView(
        figure=figure(total),
        rest=rest(total),
        source=found["source"],
        on=found["on"],
        demo=found["source"] == DEMO,
        changes=[ChangeCost(n, asked.names.get(n, f"change {n}"), each) for n, each in by_change.items()],
        free=len(found["free"]),
        excluded=cost.EXCLUDED,
    )


def with_entries(evaluation: Mapping[str, Json], asked: Asked) -> list[Line]:
    """The lines with what was entered for them."""
    lines = cost.read((evaluation.get("cost") or {}).get("lines", ()))
    entered = {(each.ordinal, each.part): asked.entry(each).quantity for each in lines}
    return cost.with_usage(lines, {key: quantity for key, quantity in entered.items() if quantity is not None})


def figure(total: Total) -> str:
    """The sum in dollars a month; in words where nothing of it is known."""
    if not total.delta and not total.complete:
        return "Not known"
    return f"{signed(total.delta)} a month" if total.delta else "No change"


def rest(total: Total) -> str:
    parts = []
    if total.by_usage:
        parts.append(f"{total.by_usage} part{'s' if total.by_usage > 1 else ''} by usage")
    if total.unknown:
        parts.append(f"{total.unknown} not priced")
    return f"without {' and '.join(parts)}" if parts else "all of it is priced"


def dollars(amount: Decimal) -> str:
    """To the cent; what is less than one is written out."""
    rounded = abs(amount).quantize(CENT, ROUND_HALF_UP)
    text = f"{rounded:,f}" if rounded or not amount else plain(abs(amount))
    return f"{'−' if amount < 0 else ''}${text}"


def signed(amount: Decimal) -> str:
    return dollars(amount) if amount < 0 else f"+{dollars(amount)}"


def plain(number: Decimal) -> str:
    """Without zeros at its end."""
    return f"{number.normalize():,f}"


def _line(line: Line, asked: Asked) -> LineView:
    entry = asked.entry(line)
    known = line.delta is not None
    words = signed(Decimal(line.delta)) if line.delta is not None else _words(line)
    usage = line.usage if line.before or line.after else ""
    return LineView(
        part=line.part,
        before=_side(line.before),
        after=_side(line.after),
        delta=words,
        known=known,
        why=line.why,
        usage=usage,
        key=asked.keys.get(line.ordinal, ""),
        entered=entry.typed or ("" if entry.quantity is None else plain(entry.quantity).replace(",", "")),
        said=entry.said,
        problem=entry.problem,
    )


def _words(line: Line) -> str:
    return "by usage" if line.usage and (line.before or line.after) else "not priced"


def _side(side: Side | None) -> SideView | None:
    if side is None:
        return None
    source = f"Price of {side.effective}, read on {side.fetched}, SKU {side.sku}"
    if side.quantity is None or side.monthly is None:
        prices = "; ".join(_price(each, side.unit) for each in side.tiers)
        return SideView("", "", (prices,), source)
    return SideView(dollars(Decimal(side.monthly)), side.formula, tuple(_steps(side)), source)


def _price(tier: Sequence[str | None], unit: str) -> str:
    start, _, usd = tier
    begins = f" from {plain(Decimal(start))}" if start and Decimal(start) else ""
    return f"${plain(Decimal(usd or 0))} for each {unit}{begins}"


def _steps(side: Side) -> Iterable[str]:
    quantity = Decimal(side.quantity or 0)
    for start, end, usd in side.tiers:
        reached = quantity if end is None else min(quantity, Decimal(end))
        within = reached - Decimal(start or 0)
        if within > 0:
            amount = within * Decimal(usd or 0)
            yield f"{plain(within)} {side.unit} × ${plain(Decimal(usd or 0))} = {dollars(amount)}"

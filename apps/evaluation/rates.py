"""Answers of the Price List API as rates. Pure. What can't be told exactly is no rate, and says why.

https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-price-list-query-api-get-products.html
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from apps.catalog.prices import Product

Json = Any
CURRENCY = "USD"


@dataclass(frozen=True)
class Tier:
    """`usd` for each unit of a month's quantity from `start` on, up to `end` (None = without end)."""

    start: Decimal
    end: Decimal | None
    usd: Decimal


@dataclass(frozen=True)
class Rate:
    """What a unit costs on demand, in USD. `effective` is the day from which AWS charges it."""

    unit: str
    tiers: tuple[Tier, ...]
    effective: date
    sku: str

    def of(self, quantity: Decimal) -> Decimal:
        """What so many units cost in a month."""
        return sum((self._within(tier, quantity) * tier.usd for tier in self.tiers), Decimal(0))

    @staticmethod
    def _within(tier: Tier, quantity: Decimal) -> Decimal:
        reached = quantity if tier.end is None else min(quantity, tier.end)
        return max(reached - tier.start, Decimal(0))


class NoRate(Exception):
    """There is no rate that could be told exactly; says why in a sentence."""


def rate(product: Product, answers: Iterable[Json]) -> Rate:
    """The one rate among the products that AWS answered with, each as the JSON text that AWS writes.

    Raises `NoRate` where there is none, where there are several, and for what can't be read.
    """
    found = {(each.tiers, each.unit): each for each in _rates(product, answers)}
    if not found:
        raise NoRate("The Price List has no such product in this region.")
    if len(found) > 1:
        raise NoRate("The Price List has several prices for it, and nothing here says which one applies.")
    return next(iter(found.values()))


def _rates(product: Product, answers: Iterable[Json]) -> Iterator[Rate]:
    for answer in answers:
        try:
            whole = json.loads(answer) if isinstance(answer, str) else answer
            attributes = whole["product"]["attributes"]
            if product.is_used(str(attributes.get("usagetype", ""))):
                yield _on_demand(whole)
        except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation) as error:
            raise NoRate("The answer of the Price List can't be read.") from error


def _on_demand(whole: Mapping[str, Json]) -> Rate:
    terms = list(whole["terms"]["OnDemand"].values())
    if len(terms) != 1:
        raise NoRate("The Price List has several terms for it, and nothing here says which one applies.")
    [term] = terms
    tiers = sorted((_tier(each) for each in term["priceDimensions"].values()), key=lambda each: each.start)
    units = {str(each["unit"]) for each in term["priceDimensions"].values()}
    if len(units) != 1 or not _joined(tiers):
        raise NoRate("The steps of its price don't follow each other.")
    effective = date.fromisoformat(str(term["effectiveDate"])[:10])
    return Rate(units.pop(), tuple(_paid(tiers)), effective, str(whole["product"]["sku"]))


def _tier(dimension: Mapping[str, Json]) -> Tier:
    price = dimension["pricePerUnit"]
    if set(price) != {CURRENCY}:
        raise NoRate(f"It is priced in {', '.join(sorted(price)) or 'no currency'}, and only USD is counted here.")
    end = str(dimension.get("endRange", "Inf"))
    usd, start = Decimal(price[CURRENCY]), Decimal(dimension.get("beginRange") or 0)
    if not (usd.is_finite() and usd >= 0):
        raise NoRate("Its price is no amount of money.")
    return Tier(start, None if end == "Inf" else Decimal(end), usd)


def _joined(tiers: list[Tier]) -> bool:
    """Whether they begin at nothing, follow each other, and the last has no end."""
    starts = [Decimal(0), *(tier.end for tier in tiers)]
    return bool(tiers) and [tier.start for tier in tiers] == starts[:-1] and starts[-1] is None


def _paid(tiers: list[Tier]) -> list[Tier]:
    """Without the free tier, which is the whole account's: what it leaves starts at nothing here."""
    if len(tiers) < 2 or tiers[0].usd:
        return tiers
    free = tiers[0].end or Decimal(0)
    moved = (Tier(each.start - free, None if each.end is None else each.end - free, each.usd) for each in tiers[1:])
    return _paid(list(moved))

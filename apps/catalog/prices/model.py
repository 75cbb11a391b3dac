"""What is paid for: components of a resource, each as a product of AWS's Price List, a unit and a quantity.

Attributes and units of products are those that the Price List API answers with; they are published by service at
https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/price-changes.html. A month has 730 hours, as in AWS's own
calculator (https://docs.aws.amazon.com/pricing-calculator/latest/userguide/what-is-pricing-calculator.html).
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

Json = Any
Document = Mapping[str, Json]
Look = Callable[[str, Json], Document | None]
HOURS = Decimal(730)
PREFIX = r"((?!TS-)[A-Z]+\d?-)?"  # of the region; "TS-" is another product, not a region


@dataclass(frozen=True)
class Product:
    """What to ask the Price List for in a region: `attributes` are matched exactly.

    `usage` is a regular expression that the usage type matches behind the prefix of its region ("" = any).
    """

    service: str
    attributes: tuple[tuple[str, str], ...]
    usage: str = ""

    @classmethod
    def of(cls, service: str, usage: str = "", **attributes: str) -> "Product":
        return cls(service, tuple(sorted(attributes.items())), usage)

    def is_used(self, usage_type: str) -> bool:
        return not self.usage or re.fullmatch(PREFIX + self.usage, usage_type) is not None


@dataclass(frozen=True)
class Component:
    """A part of the price. `quantity` is what a month takes, in `unit`s of the Price List; `formula` says why.

    With `usage` it is what is used that counts, in these words ("GB stored"), and nobody knows it from the resource:
    `quantity` is then None. `per_entered` are units of the Price List for one of what is entered.
    """

    name: str
    product: Product
    unit: str
    quantity: Decimal | None
    formula: str = ""
    usage: str = ""
    per_entered: Decimal = field(default=Decimal(1))


@dataclass(frozen=True)
class Unpriced:
    """A part that has a price which can't be said here; `why` is a sentence."""

    name: str
    why: str


Part = Component | Unpriced
Parts = Callable[[Document, Look], Iterable[Part]]


def literal(value: Json) -> str | None:
    """A value that is known now, as text; None for what is missing or what only a run will know."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, str | int | float) else None


def number(value: Json) -> Decimal | None:
    """A quantity that is known now, None for anything else."""
    text = literal(value)
    try:
        found = Decimal(text) if text is not None else None
    except InvalidOperation:
        return None
    return found if found is not None and found.is_finite() and found >= 0 else None


def hourly(name: str, product: Product, count: Decimal = Decimal(1), unit: str = "Hrs", what: str = "") -> Component:
    """Something that costs by the hour for as long as it is there."""
    alone = count == 1 and (not what or what.startswith("of "))
    formula = f"{HOURS} hours {what}" if alone else f"{HOURS} hours × {count.normalize():f} {what}"
    return Component(name, product, unit, HOURS * count, formula.strip())


def monthly(name: str, product: Product, unit: str, quantity: Decimal, what: str) -> Component:
    """Something that costs by the month for each of what was chosen."""
    return Component(name, product, unit, quantity, f"{quantity.normalize():f} {what}")


def used(name: str, product: Product, unit: str, usage: str, per_entered: Decimal = Decimal(1)) -> Component:
    """Something that costs by what is used of it."""
    return Component(name, product, unit, None, usage=usage, per_entered=per_entered)

"""What changes cost: afterwards less before, exactly, and nothing unknown counted as nothing."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from apps.catalog.prices import Component, Product, Unpriced
from apps.evaluation import cost
from apps.evaluation.book import Quote
from apps.evaluation.rates import Rate, Tier

TOKYO = "ap-northeast-1"
PRODUCTS = [Product.of("AmazonRDS", instanceType=name) for name in "abc"]
NEITHER = Product.of("AmazonRDS", instanceType="unknown")
QUOTES: dict[tuple[Any, str], Quote] = {
    (product, TOKYO): Quote(
        Rate("Hrs", (Tier(Decimal(0), Decimal(100), Decimal(f"0.{n}7")), Tier(Decimal(100), None, Decimal(f"0.{n}"))),
             date(2026, 11, 1), f"SKU{n}"),
        source="Price List API",
        fetched=date(2026, 11, 29),
    )
    for n, product in enumerate(PRODUCTS, 1)
} | {(NEITHER, TOKYO): Quote(None, "The Price List has no such product in this region.")}  # fmt: skip

amounts = st.decimals(0, 10_000, places=2)
components = st.builds(
    Component, st.sampled_from(["Instance", "Storage", "IOPS"]), st.sampled_from([*PRODUCTS, NEITHER]), st.just("Hrs"),
    st.one_of(amounts, st.none()), st.just("730 hours"), st.sampled_from(["", "GB stored"]),
).map(lambda each: Component(each.name, each.product, each.unit, None if each.usage else each.quantity or Decimal(1),
                             each.formula, each.usage))  # fmt: skip
parts = st.lists(
    st.one_of(components, st.builds(Unpriced, st.sampled_from(["Instance", "Backups"]), st.just("It depends."))),
    unique_by=lambda each: each.name,
)
plans = st.lists(st.tuples(parts, parts), max_size=6)


def lines(plan: Any, back: bool = False) -> list[cost.Line]:
    return [
        line
        for number, (before, after) in enumerate(plan, 1)
        for line in cost.lines(number, TOKYO, *((after, before) if back else (before, after)), QUOTES)
    ]


@given(plans)
def test_a_plan_and_its_inverse_add_up_to_nothing(plan: Any) -> None:
    there, back = cost.total(lines(plan)), cost.total(lines(plan, back=True))
    assert there.delta + back.delta == 0
    assert (there.unknown, there.by_usage) == (back.unknown, back.by_usage)


@given(plans, st.randoms())
def test_the_order_of_changes_makes_no_difference(plan: Any, random: Any) -> None:
    shuffled = list(plan)
    random.shuffle(shuffled)
    assert cost.total(lines(plan)) == cost.total(lines(shuffled))


@given(plans)
def test_nothing_unknown_is_counted_as_nothing(plan: Any) -> None:
    for line in lines(plan):
        assert (line.delta is None) == bool(line.why)
        if line.delta is not None:
            assert line.before is not None or line.after is not None
            assert all(side.monthly is not None for side in (line.before, line.after) if side)


@given(plans)
def test_lines_come_back_from_json(plan: Any) -> None:
    found = lines(plan)
    assert cost.read(json.loads(json.dumps(cost.written(found)))) == found


def component(product: Product = PRODUCTS[0], quantity: int | None = 730, **more: Any) -> Component:
    return Component("Instance", product, "Hrs", None if quantity is None else Decimal(quantity), "730 hours", **more)


def test_steps_and_both_sides_are_in_the_working() -> None:
    [line] = lines([([component()], [component(PRODUCTS[1], 1460)])])
    assert line.before
    assert line.after
    assert line.before.monthly == str(100 * Decimal("0.17") + 630 * Decimal("0.1"))
    assert line.after.monthly == str(100 * Decimal("0.27") + 1360 * Decimal("0.2"))
    assert Decimal(line.delta or 0) == Decimal("299.00") - Decimal("80.00")
    assert (line.after.effective, line.after.fetched, line.after.sku) == ("2026-11-01", "2026-11-29", "SKU2")


def test_what_stays_as_it_is_is_no_line() -> None:
    assert lines([([component(), Unpriced("Backups", "x")], [component(), Unpriced("Backups", "x")])]) == []


def test_a_unit_that_is_another_one_is_not_multiplied() -> None:
    [line] = lines([([], [Component("Storage", PRODUCTS[0], "GB-Mo", Decimal(5), "5 GB")])])
    assert (line.delta, line.why) == (None, "It is priced by Hrs, and what is known here is in GB-Mo.")


def test_usage_counts_when_somebody_says_it() -> None:
    stored = component(quantity=None, usage="GB stored", per_entered=Decimal(2))
    found = lines([([], [stored])])
    assert (found[0].delta, found[0].why) == (None, "It depends on usage: GB stored.")
    assert cost.total(found) == cost.Total(Decimal(0), 0, 1)
    [line] = cost.with_usage(found, {(1, "Instance"): Decimal(100)})
    assert Decimal(line.delta or 0) == 100 * Decimal("0.17") + 100 * Decimal("0.1")
    assert line.after
    assert line.after.formula == "100 GB stored, as entered"
    assert cost.with_usage(lines([([stored], [])]), {(1, "Instance"): Decimal(100)})[0].delta == f"-{line.delta}"

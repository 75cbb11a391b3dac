"""Answers of the Price List API: a rate where exactly one can be told, a sentence where not."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from apps.catalog.prices import Product
from apps.evaluation.rates import NoRate, Rate, rate

NODE = Product.of("AmazonRedshift", "Node:.+", instanceType="ra3.xlplus")


def dimension(usd: str = "1.2", start: str = "0", end: str = "Inf", **more: Any) -> dict[str, Any]:
    return {"unit": "Hrs", "beginRange": start, "endRange": end, "pricePerUnit": {"USD": usd}} | more


def answer(*dimensions: dict[str, Any], usage: str = "APN1-Node:ra3.xlplus", **term: Any) -> str:
    rows = {str(n): each for n, each in enumerate(dimensions or (dimension(),))}
    offer = {"priceDimensions": rows, "effectiveDate": "2026-11-01T00:00:00Z"} | term
    product = {"sku": "ABC", "attributes": {"usagetype": usage}}
    return json.dumps({"product": product, "terms": {"OnDemand": {"ABC.JRTCKXETXF": offer}}})


def steps(found: Rate) -> list[tuple[int, int | None, str]]:
    return [(int(t.start), None if t.end is None else int(t.end), str(t.usd)) for t in found.tiers]


def test_a_rate_has_its_unit_and_its_day() -> None:
    found = rate(NODE, [answer()])
    assert (found.unit, found.effective, found.sku) == ("Hrs", date(2026, 11, 1), "ABC")
    assert found.of(Decimal(730)) == Decimal("876.0")


def test_other_usage_of_the_same_product_is_passed_over() -> None:
    other = answer(dimension("9"), usage="APN1-ConcurrencyScaling:ra3.xlplus")
    assert steps(rate(NODE, [other, answer()])) == [(0, None, "1.2")]
    balancer = Product.of("AWSELB", "LoadBalancerUsage")
    found = rate(balancer, [answer(usage="LoadBalancerUsage"), answer(dimension("9"), usage="TS-LoadBalancerUsage")])
    assert steps(found) == [(0, None, "1.2")]


def test_steps_are_added_up_and_free_ones_left_out() -> None:
    stored = [dimension("0.021", "500", "Inf"), dimension("0.023", "0", "100"), dimension("0.022", "100", "500")]
    found = rate(NODE, [answer(*stored)])
    assert found.of(Decimal(600)) == 100 * Decimal("0.023") + 400 * Decimal("0.022") + 100 * Decimal("0.021")
    found = rate(NODE, [answer(dimension("0", "0", "10"), dimension("0.1", "10", "Inf"))])
    assert steps(found) == [(0, None, "0.1")]


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ([], "no such product"),
        ([answer(usage="APN1-Other")], "no such product"),
        ([answer(), answer(dimension("1.3"))], "several prices"),
        ([answer(), answer(dimension(unit="Hours"))], "several prices"),
        ([answer(dimension(pricePerUnit={"CNY": "8.1"}))], "priced in CNY, and only USD"),
        ([answer(dimension(pricePerUnit={}))], "no currency"),
        ([answer(dimension("-1"))], "no amount of money"),
        ([answer(dimension("NaN"))], "no amount of money"),
        ([answer(dimension("cheap"))], "can't be read"),
        ([answer(effectiveDate="soon")], "can't be read"),
        (["{"], "can't be read"),
        (["[]"], "can't be read"),
        ([answer(dimension(start="5"))], "steps"),
        ([answer(dimension(end="100"))], "steps"),
        ([answer(dimension("1", "0", "10"), dimension("2", "20", "Inf"))], "steps"),
        ([answer(dimension("1", "0", "10"), dimension("2", "10", "Inf", unit="GB"))], "steps"),
    ],
)
def test_what_cannot_be_told_exactly_is_no_rate(answers: list[Any], sentence: str) -> None:
    with pytest.raises(NoRate, match=sentence):
        rate(NODE, answers)


def test_the_same_price_under_two_numbers_is_one() -> None:
    assert rate(NODE, [answer(), answer()]).of(Decimal(1)) == Decimal("1.2")


def test_two_terms_are_not_chosen_between() -> None:
    whole = json.loads(answer())
    whole["terms"]["OnDemand"]["ABC.OTHER"] = whole["terms"]["OnDemand"]["ABC.JRTCKXETXF"]
    with pytest.raises(NoRate, match="several terms"):
        rate(NODE, [whole])

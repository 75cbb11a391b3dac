"""The price book: asked once, again when it is old, and never counted when it is too old."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from apps.aws.gateway import AwsError, ErrorKind
from apps.catalog.prices import Product
from apps.environments.models import Environment
from apps.evaluation import book
from apps.evaluation.models import Price
from apps.planner import prices
from apps.sandbox.endpoint import price_book

pytestmark = pytest.mark.django_db
TOKYO = "ap-northeast-1"
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
NODE = Product.of("AmazonRedshift", "Node:.+", productFamily="Compute Instance", instanceType="ra3.xlplus")
NOWHERE = Product.of("AmazonRedshift", instanceType="ra9.xlplus")


class PriceList:
    """Answers as the demo's book does, and counts; `denied` for as long as AWS refuses."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.denied = False

    def ask(self, service: str, operation: str, region: str, parameters: Any) -> Any:
        if self.denied:
            raise AwsError(ErrorKind.DENIED, "AWS denied pricing.get_products.")
        assert (service, operation, region) == ("pricing", "get_products", "us-east-1")
        self.asked.append(parameters["ServiceCode"])
        return {"PriceList": price_book.products(parameters)}


@pytest.fixture
def aws() -> PriceList:
    return PriceList()


def quote(aws: PriceList, product: Product = NODE, *, after: timedelta = timedelta(0)) -> book.Quote:
    return book.quotes([(product, TOKYO)], aws, book.SOURCE, NOW + after)[product, TOKYO]


def test_a_price_is_asked_once_and_kept_with_its_day_and_source(aws: PriceList) -> None:
    first, second = quote(aws), quote(aws, after=timedelta(days=7))
    assert first == second
    assert first.rate
    assert first.rate.of(Decimal(1)) == Decimal("1.35")
    assert (first.source, first.fetched, str(first.rate.effective)) == ("Price List API", NOW.date(), "2026-11-01")
    assert aws.asked == ["AmazonRedshift"]


def test_an_old_price_is_asked_again_and_counts_while_that_fails(aws: PriceList) -> None:
    quote(aws)
    aws.denied = True
    assert quote(aws, after=timedelta(days=40)).rate
    gone = quote(aws, after=timedelta(days=61))
    assert gone.rate is None
    assert gone.why == (
        "Its price was last read on 2026-11-29, too long ago to count. AWS denied pricing.get_products."
    )
    aws.denied = False
    assert quote(aws, after=timedelta(days=61)).rate


def test_what_was_never_read_says_why(aws: PriceList) -> None:
    aws.denied = True
    assert quote(aws).why == "Its price could not be read. AWS denied pricing.get_products."
    assert not Price.objects.exists()


def test_what_the_list_has_not_is_asked_again_soon_and_not_at_once(aws: PriceList) -> None:
    assert quote(aws, NOWHERE).why == "The Price List has no such product in this region."
    quote(aws, NOWHERE, after=timedelta(hours=1))
    assert len(aws.asked) == 1
    quote(aws, NOWHERE, after=timedelta(hours=7))
    assert len(aws.asked) == 2


def test_prices_of_the_demo_are_never_those_of_aws(aws: PriceList) -> None:
    book.quotes([(NODE, TOKYO)], aws, book.DEMO, NOW)
    assert quote(aws).source == "Price List API"
    assert len(aws.asked) == 2


def test_prices_are_read_again_after_a_week_with_the_first_role_that_may(aws: PriceList, prod: Environment) -> None:
    quote(aws, after=timedelta(days=-8))
    row = Price.objects.get()
    prices.refresh(open_reader=lambda environment, session: aws)
    again = Price.objects.get()
    assert again.fetched_at > row.fetched_at
    assert again.asked_at == row.asked_at
    prices.refresh(open_reader=lambda environment, session: aws)
    assert len(aws.asked) == 2


def test_a_reading_that_fails_leaves_what_there_is(aws: PriceList, prod: Environment) -> None:
    quote(aws, after=timedelta(days=-8))
    aws.denied = True
    prices.refresh(open_reader=lambda environment, session: aws)
    assert Price.objects.get().tiers


def test_what_nobody_needs_any_more_is_dropped(aws: PriceList) -> None:
    quote(aws, after=timedelta(days=-100))
    assert book.old(NOW) == []
    assert not Price.objects.exists()

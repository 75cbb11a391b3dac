"""The price book: what the Price List API said, kept with its date, asked again when it is old.

Prices come from the API alone and are the same for every account; it is in three regions, of which one is asked.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol

from django.conf import settings

from apps.aws.gateway import AwsError
from apps.catalog.prices import Product
from apps.evaluation.models import Price
from apps.evaluation.rates import NoRate, Rate, Tier, rate

Json = Any
API_REGION = "us-east-1"  # https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-price-list-query-api.html
SOURCE, DEMO = "Price List API", "Demo price book"
FRESH, AGAIN, OLDEST = timedelta(days=8), timedelta(hours=6), timedelta(days=60)
WEEK, UNUSED = timedelta(days=7), timedelta(days=90)
AT_ONCE = 200
Key = tuple[Product, str]  # and the region


def source() -> str:
    """What the prices of this installation are: AWS's own, or those of the endpoint that stands in for AWS."""
    return DEMO if settings.RINGI_AWS_ENDPOINT_URL else SOURCE


class Asks(Protocol):
    """As much of a gateway as is needed here."""

    def ask(self, service: str, operation: str, region: str, parameters: Mapping[str, Json]) -> Mapping[str, Json]: ...


@dataclass(frozen=True)
class Quote:
    """What the book has for a product: a rate with where it comes from, or why there is none."""

    rate: Rate | None
    why: str = ""
    source: str = ""
    fetched: date | None = None


def quotes(wanted: Iterable[Key], aws: Asks, source: str, now: datetime) -> dict[Key, Quote]:
    """What is known of each product, asked for where the book has nothing, or nothing newer than `FRESH`.

    AWS is not asked any more in this round once it has failed; what the book has then still counts.
    """
    keys = {_key(*each): each for each in wanted}
    rows = {row.key: row for row in Price.objects.filter(key__in=list(keys))}
    failure = ""
    for key, (product, region) in keys.items():
        if _is_due(rows.get(key), source, now) and not failure:
            try:
                rows[key] = _asked(key, product, region, aws, source, now)
            except AwsError as error:
                failure = error.sentence
    Price.objects.filter(key__in=list(keys)).update(asked_at=now)
    return {each: _quote(rows.get(key), source, failure, now) for key, each in keys.items()}


def known(wanted: Iterable[Key], source: str, now: datetime) -> dict[Key, Quote]:
    """What the book has of each product. AWS is not asked."""
    keys = {_key(*each): each for each in wanted}
    rows = {row.key: row for row in Price.objects.filter(key__in=list(keys))}
    return {each: _quote(rows.get(key), source, "", now) for key, each in keys.items()}


def old(now: datetime) -> list[Price]:
    """What is a week old, the oldest first, and has been needed of late; what nobody needs any more is dropped."""
    Price.objects.filter(asked_at__lt=now - UNUSED).delete()
    return list(Price.objects.filter(fetched_at__lt=now - WEEK).order_by("fetched_at")[:AT_ONCE])


def refresh(rows: Iterable[Price], aws: Asks, source: str, now: datetime) -> None:
    """Ask again. Raises `AwsError` where AWS can't be asked."""
    for row in rows:
        product = Product(row.service, tuple(sorted(row.attributes.items())), row.usage)
        _asked(row.key, product, row.region, aws, source, now, row.asked_at)


def _key(product: Product, region: str) -> str:
    whole = [product.service, region, list(product.attributes), product.usage]
    return hashlib.sha256(json.dumps(whole).encode()).hexdigest()


def _is_due(row: Price | None, source: str, now: datetime) -> bool:
    if row is None or row.source != source:
        return True
    return now - row.fetched_at > (AGAIN if row.problem else FRESH)


def _asked(
    key: str, product: Product, region: str, aws: Asks, source: str, now: datetime, needed: datetime | None = None
) -> Price:
    filters = [{"Type": "TERM_MATCH", "Field": name, "Value": value} for name, value in product.attributes]
    filters.append({"Type": "TERM_MATCH", "Field": "regionCode", "Value": region})
    asked = {"ServiceCode": product.service, "Filters": filters, "FormatVersion": "aws_v1"}
    answer = aws.ask("pricing", "get_products", API_REGION, asked)
    kept: dict[str, Json] = {"unit": "", "tiers": [], "effective": None, "sku": "", "problem": ""}
    try:
        found = rate(product, answer.get("PriceList") or [])
        tiers = [[str(tier.start), None if tier.end is None else str(tier.end), str(tier.usd)] for tier in found.tiers]
        kept |= {"unit": found.unit, "tiers": tiers, "effective": found.effective, "sku": found.sku}
    except NoRate as error:
        kept["problem"] = str(error)
    about = {"service": product.service, "region": region, "attributes": dict(product.attributes)}
    row, _ = Price.objects.update_or_create(
        key=key,
        defaults={
            **about,
            "usage": product.usage,
            **kept,
            "source": source,
            "fetched_at": now,
            "asked_at": needed or now,
        },
    )
    return row


def _quote(row: Price | None, source: str, failure: str, now: datetime) -> Quote:
    if row is None or row.source != source:
        return Quote(None, f"Its price could not be read. {failure}".strip())
    if row.problem:
        return Quote(None, row.problem, row.source, row.fetched_at.date())
    if now - row.fetched_at > OLDEST:
        return Quote(
            None, f"Its price was last read on {row.fetched_at:%Y-%m-%d}, too long ago to count. {failure}".strip()
        )
    tiers = tuple(Tier(Decimal(s), None if e is None else Decimal(e), Decimal(usd)) for s, e, usd in row.tiers)
    assert row.effective is not None  # noqa: S101 - there is no problem, so there is a rate
    return Quote(Rate(row.unit, tiers, row.effective, row.sku), "", row.source, row.fetched_at.date())

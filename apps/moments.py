"""Moments that come from outside, as text: with a time zone, and such that the database can hold and compare them."""

from datetime import UTC, datetime
from typing import Any

from django.utils.dateparse import parse_datetime

YEARS = range(1970, 9999)


def moment(text: Any) -> datetime:
    """Raises `ValueError` for anything else than a moment with a time zone between 1970 and 9998."""
    found = parse_datetime(text) if isinstance(text, str) else None
    if found is None or found.tzinfo is None or found.year not in YEARS:
        raise ValueError("no moment with a time zone that can be stored")
    return found.astimezone(UTC)

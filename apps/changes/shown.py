"""Which live value a page showed, as the digest that its forms carry along."""

from typing import Any

from apps.inventory.document import digest


def shown_as(value: Any) -> str:
    return digest({"value": value})[:16]

"""What a resource costs by what it is: its components, each with the product of the Price List that it is."""

from apps.catalog.prices.model import HOURS, Component, Product, Unpriced, literal
from apps.catalog.prices.table import FREE, components

__all__ = ["FREE", "HOURS", "Component", "Product", "Unpriced", "components", "literal"]

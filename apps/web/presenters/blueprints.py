"""Templates as pages show them: their questions, and the values that every environment has of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apps.catalog import registry

Json = Any
KINDS = {
    "reference": "existing resource",
    "image": "machine image",
    "zone": "availability zone",
    "secret": "value that is not read",
    "other": "identifier of something outside",
}


@dataclass(frozen=True)
class Question:
    """A parameter without a default: what it asks for in words, and its value in the source ("" = not read)."""

    name: str
    kind: str
    source: str
    description: str


@dataclass(frozen=True)
class Mapped:
    """A mapping: values that every environment has of its own, those of the source by their keys."""

    name: str
    values: Mapping[str, Json]


def questions(template: Mapping[str, Json]) -> list[Question]:
    known = template.get("Metadata", {}).get("Ringi", {}).get("Parameters", {})
    declared = template.get("Parameters", {})
    return [
        Question(name, _kind(known.get(name, {})), known.get(name, {}).get("Source", ""), each.get("Description", ""))
        for name, each in declared.items()
        if "Default" not in each
    ]


def mapped(template: Mapping[str, Json]) -> list[Mapped]:
    own = template.get("Mappings", {}).items()
    return [Mapped(name, values) for name, by_environment in own for values in by_environment.values()]


def _kind(known: Mapping[str, str]) -> str:
    declared = registry.native(known.get("Type", ""))
    return declared.title if declared else KINDS.get(known.get("Kind", ""), "value")

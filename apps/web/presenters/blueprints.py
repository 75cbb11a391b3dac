"""Templates as pages show them: their questions, and the values that every environment has of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apps.blueprints.decide import KINDS as KINDS_OF
from apps.blueprints.decide import SOURCE_TYPES
from apps.catalog import registry
from apps.web.presenters.diff import DiffRow, between

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
    """A parameter without a default: what it asks for in words, and its value in the source ("" = it has none).

    `unread` says that it has one there which is never read.
    """

    name: str
    kind: str
    source: str
    description: str
    unread: bool


@dataclass(frozen=True)
class Mapped:
    """A mapping: values that every environment has of its own, those of the source by their keys."""

    name: str
    values: Mapping[str, Json]


@dataclass(frozen=True)
class Changed:
    """A part of a template that another version has otherwise; `how` is "added", "removed" or "changed"."""

    name: str
    kind: str
    how: str
    rows: Sequence[DiffRow] = ()


SECTIONS = {"Resources": "", "Parameters": "parameter", "Mappings": "mapping", "Conditions": "condition"}


def differences(before: Mapping[str, Json], after: Mapping[str, Json]) -> list[Changed]:
    """What became of the parts of a template from one version to another."""
    found = []
    for section, kind in SECTIONS.items():
        old, new = before.get(section) or {}, after.get(section) or {}
        for name in sorted({*old, *new}):
            if old.get(name) != new.get(name):
                found.append(_changed(name, kind, old.get(name), new.get(name)))
    return found


def _changed(name: str, kind: str, old: Json, new: Json) -> Changed:
    said = kind or str((new or old).get("Type", "")) if isinstance(new or old, Mapping) else kind
    if old is None or new is None:
        return Changed(name, said, "removed" if new is None else "added")
    return Changed(name, said, "changed", between(_flat(old), _flat(new)))


def _flat(part: Json) -> dict[str, Json]:
    """The properties of a resource beside what else is said of it; the whole where it is no object."""
    if not isinstance(part, Mapping):
        return {"": part}
    properties = part.get("Properties")
    rest = {name: value for name, value in part.items() if name != "Properties"}
    return {**rest, **(properties if isinstance(properties, Mapping) else {})}


def questions(template: Mapping[str, Json]) -> list[Question]:
    known = template.get("Metadata", {}).get("Ringi", {}).get("Parameters", {})
    declared = template.get("Parameters", {})
    return [_question(name, each, known.get(name, {})) for name, each in declared.items() if "Default" not in each]


def _question(name: str, declared: Mapping[str, Json], known: Mapping[str, str]) -> Question:
    of = known.get("Type") or SOURCE_TYPES.get(str(declared.get("Type")), ("",))[0]
    native = registry.native(of)
    kind = known.get("Kind") or str(KINDS_OF.get(str(declared.get("Type")), ""))
    said = native.title if native else KINDS.get(kind, "value")
    return Question(name, said, known.get("Source", ""), str(declared.get("Description", "")), kind == "secret")


def mapped(template: Mapping[str, Json]) -> list[Mapped]:
    own = template.get("Mappings", {}).items()
    return [Mapped(name, values) for name, by_environment in own for values in by_environment.values()]

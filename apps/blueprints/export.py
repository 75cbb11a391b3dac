"""Resources as they were read, written as a CloudFormation template that can make them again elsewhere.

Pure: takes values and gives values. What it can't say for another environment becomes a parameter or a mapping; secrets
and what AWS assigns are never in it.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from apps.blueprints import circles
from apps.blueprints.parts import OF_AWS, OPAQUE, Left, Part, named, sorted_out
from apps.blueprints.questions import Kind, Questions
from apps.blueprints.symbols import Symbols, function, symbol
from apps.catalog import hidden, schemas, shape, tags
from apps.catalog.references import ITEM, Pointer, references

Json = Any
NETWORKS = ("CidrBlock",)
VERSION = "2010-09-09"


@dataclass(frozen=True)
class Exported:
    """A template, the identifiers for CloudFormation's own import of resources, and what is in neither."""

    template: Mapping[str, Json]
    identifiers: Sequence[Mapping[str, Json]]
    left: Sequence[Left]
    parts: Sequence[Part]


def exported(
    chosen: Sequence[Part],
    environment: str,
    account: str,
    region: str,
    outside: Mapping[tuple[str, str], str],
    only: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> Exported:
    """The template of the chosen resources; `outside` are names of what they refer to, by type and value.

    `only` are the properties that are written of some, by logical name; of the others it is all.
    """
    kept, left = sorted_out(chosen, region)
    parts = named(kept, environment)
    symbols = Symbols(parts, account, region)
    questions = Questions(environment, {part.logical for part in parts}, outside)
    resources = {part.logical: _resource(part, parts, symbols, questions, only.get(part.logical)) for part in parts}
    resources, stuck = circles.broken(resources, {part.logical: part for part in parts})
    template = {
        "AWSTemplateFormatVersion": VERSION,
        "Description": f"{len(parts)} resources of {environment} ({region}), exported by Ringi",
        "Metadata": {"Ringi": {"Environment": environment, "Region": region, "Parameters": questions.metadata()}},
        "Parameters": questions.parameters(),
        "Mappings": questions.mappings,
        "Resources": resources,
    }
    template = {name: member for name, member in template.items() if member}
    dropped = (Left(p.type, f"{p.name}, {name}", p.identifier, why) for p in parts for name, why in p.dropped.items())
    return Exported(template, [*_identifiers(parts)], [*left, *stuck, *dropped], parts)


def _resource(
    part: Part, parts: Sequence[Part], symbols: Symbols, questions: Questions, only: Collection[str] | None
) -> dict[str, Json]:
    writer = _Writer(part, symbols, questions)
    chosen = part.properties if only is None else {n: v for n, v in part.given.items() if n in only}
    properties = {name: writer.value(value, (name,)) for name, value in chosen.items()}
    known = schemas.registered(part.type, part.region)["properties"]
    if "Tags" in properties and known["Tags"].get("type") == "object":
        properties["Tags"] = tags.to_map(properties["Tags"])
    first = [each.logical for each in parts if part.native.create and each.type in part.native.create.follows]
    return {
        "Type": part.type,
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Retain",
        **({"DependsOn": first} if first else {}),
        "Properties": {**properties, **(_managed(part) if only is None else {})},
    }


def _managed(part: Part) -> dict[str, Json]:
    """Passwords are never read: the copy has AWS keep one in Secrets Manager, where the type can have that."""
    names = (name for name in part.native.properties if name.startswith("ManageMaster"))
    return dict.fromkeys(names, True)


class _Writer:
    """Writes the values of one resource."""

    def __init__(self, part: Part, symbols: Symbols, questions: Questions) -> None:
        self.part, self.symbols, self.questions = part, symbols, questions
        self.references = {each.pointer: each for each in references(part.type)}
        self.names = set(shape.naming(part.native))
        self.networks = _networks(symbols.parts)

    def value(self, value: Json, pointer: Pointer) -> Json:
        match value:
            case str():
                return self._text(value, pointer)
            case Mapping():
                kept = {name: member for name, member in value.items() if member is not None}
                return {name: self.value(member, (*pointer, name)) for name, member in kept.items()}
            case list():
                return [self.value(item, (*pointer, ITEM)) for item in value]
            case _:
                return value

    def _text(self, value: str, pointer: Pointer) -> Json:
        place = ".".join((self.part.logical, *(part for part in pointer if part != ITEM)))
        if value == hidden.HIDDEN:
            return self.questions.secret(f"{self.part.logical}{pointer[-1]}", place)
        if pointer in self.references:
            return self._reference(value, pointer, place)
        if next((name for name in reversed(pointer) if name != ITEM), "") in shape.ZONES:
            return self.questions.zone(value, place)
        if len(pointer) == 1 and (kind := self._kind(pointer[0])):
            return self.questions.mapped(kind, self.part, pointer[0], value)
        if pointer[0].endswith(("Tags", "Description")) and (said := self.questions.called_after(value)):
            return said
        if value in self.networks:
            return self.questions.mapped(Kind.NETWORK, self.networks[value], NETWORKS[0], value)
        found = self.symbols.text(value)
        return self._opaque(value, place) if found == value else self.questions.moved(found)

    def _reference(self, value: str, pointer: Pointer, place: str) -> Json:
        reference = self.references[pointer]
        target = self.symbols.named(reference, value)
        if target is not None and (said := symbol(target, reference.attribute)):
            return function(said)
        if target is not None and reference.attribute in shape.naming(target.native):
            return self.questions.mapped(Kind.NAME, target, reference.attribute, value)
        if OF_AWS.fullmatch(value) or target is not None:
            return value
        return self.questions.reference(reference, value, place)

    def _kind(self, name: str) -> Kind | None:
        """The mapping that a value of its own in every environment belongs to."""
        if name in self.names:
            return Kind.NAME
        if name in NETWORKS:
            return Kind.NETWORK
        return Kind.SIZE if schemas.extension(self.part.type, name) else None

    def _opaque(self, value: str, place: str) -> Json:
        """Identifiers that mean nothing elsewhere."""
        if not OPAQUE.fullmatch(value):
            return value
        return self.questions.image(value, place) if value.startswith("ami-") else self.questions.other(value, place)


def _networks(parts: Sequence[Part]) -> dict[str, Part]:
    """The exported networks by their blocks, where only one has the block."""
    blocks = [str(part.document.get(NETWORKS[0])) for part in parts if NETWORKS[0] in part.document]
    owners = {str(part.document[NETWORKS[0]]): part for part in parts if NETWORKS[0] in part.document}
    return {block: part for block, part in owners.items() if blocks.count(block) == 1}


def _identifiers(parts: Sequence[Part]) -> Iterator[dict[str, Json]]:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-manually.html"""
    for part in parts:
        names = [each.removeprefix("/properties/") for each in _schema(part).get("primaryIdentifier", ())]
        own = {part.native.identifier: part.identifier, part.native.arn: part.arn, **part.document}
        pieces = part.identifier.split("|") if part.identifier.count("|") == len(names) - 1 else []
        known = dict(zip(names, pieces, strict=False)) | {name: own[name] for name in names if own.get(name)}
        yield {
            "ResourceType": part.type,
            "LogicalResourceId": part.logical,
            "ResourceIdentifier": {n: str(v) for n in names if (v := known.get(n, part.identifier)) != ""},
        }


def _schema(part: Part) -> Mapping[str, Json]:
    return schemas.registered(part.type, part.region)

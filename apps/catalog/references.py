"""Which values of a document name other resources.

The registry schemas say it of many (`format: AWS::EC2::Subnet.Id`), names of others: a member that is called as a type
calls its own identifier names a resource of that type ("TargetGroupArn", "DBSubnetGroupName"). What neither says, the
declaration of the type does (`refers`).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from apps.catalog import registry, schemas
from apps.catalog.types import NativeType

Json = Any
Pointer = tuple[str, ...]
ITEM = "*"
ANYWHERE = "us-east-1"  # where every type exists; what a property refers to is the same in all regions
DEEPEST = 7
FORMAT = re.compile(r"(AWS::\w+::\w+)\.(Ids?|Arn|Names?)")
SIMPLE = re.compile(r"\w+")
GENERIC = {"Name", "Arn", "Id"}


@dataclass(frozen=True)
class Reference:
    """`pointer` leads into a document, "*" being every item of a list; `attribute` is the property of the other."""

    pointer: Pointer
    type: str
    attribute: str


@dataclass(frozen=True)
class Named:
    """One value of a document that names another resource, and where it stands."""

    reference: Reference
    value: str


@cache
def references(type_name: str) -> tuple[Reference, ...]:
    """Everything in a document of the type that may name another resource; () for a type without a native driver."""
    declared = registry.native(type_name)
    if declared is None:
        return ()
    whole = schemas.schema(type_name, ANYWHERE)
    definitions = whole.get("definitions", {})
    found = {each.pointer: each for each in _declared(declared)}
    for name in declared.properties:
        for each in _walk(whole.get("properties", {}).get(name, {}), definitions, (name,)):
            itself = each.type == type_name and each.pointer == (each.attribute,)
            if not itself:
                found.setdefault(each.pointer, each)
    return tuple(found.values())


def named(type_name: str, document: Mapping[str, Json]) -> Iterator[Named]:
    """Every value of the document that names another resource."""
    for reference in references(type_name):
        for value in values(document, reference.pointer):
            if isinstance(value, str) and value:
                yield Named(reference, value)


@cache
def named_by(type_name: str) -> frozenset[str]:
    """The properties by which documents name resources of the type."""
    return frozenset(each.attribute for kind in registry.BY_NAME for each in references(kind) if each.type == type_name)


def values(document: Json, pointer: Pointer) -> Iterator[Json]:
    """What stands at a pointer."""
    if not pointer:
        yield document
    elif pointer[0] == ITEM:
        for item in document if isinstance(document, list) else ():
            yield from values(item, pointer[1:])
    elif isinstance(document, Mapping) and pointer[0] in document:
        yield from values(document[pointer[0]], pointer[1:])


def at(type_name: str, pointer: Pointer) -> Reference | None:
    """The reference at a place of a document of the type."""
    return next((each for each in references(type_name) if each.pointer == pointer), None)


def _declared(declared: NativeType) -> Iterator[Reference]:
    for pointer, target in declared.refers.items():
        type_name, _, attribute = target.rpartition(".")
        yield Reference(tuple(pointer.split("/")), type_name, attribute)


def _walk(raw: Mapping[str, Json], definitions: Mapping[str, Json], pointer: Pointer) -> Iterator[Reference]:
    if len(pointer) > DEEPEST:
        return
    whole = {**definitions.get(str(raw.get("$ref", "")).removeprefix("#/definitions/"), {}), **raw}
    if target := _target(whole, pointer):
        listed = pointer[-1] != ITEM and str(whole.get("format", "")).endswith("s")
        yield Reference((*pointer, ITEM) if listed else pointer, *target)
        return
    for name, member in whole.get("properties", {}).items():
        yield from _walk(member, definitions, (*pointer, name))
    for branch in (whole.get("items"), *whole.get("anyOf", ()), *whole.get("oneOf", ())):
        if isinstance(branch, Mapping):
            place = (*pointer, ITEM) if branch is whole.get("items") else pointer
            yield from _walk(branch, definitions, place)


def _target(whole: Mapping[str, Json], pointer: Pointer) -> tuple[str, str] | None:
    """The type and attribute that a value refers to; None where it refers to nothing that is known here."""
    if found := FORMAT.fullmatch(str(whole.get("format", ""))):
        declared = registry.native(found[1])
        return (declared.name, attribute(declared, found[2])) if declared else None
    name = next(part for part in reversed(pointer) if part != ITEM)
    if whole.get("type") not in ("string", None) or "properties" in whole:
        return None
    return _identifiers().get(name.lower()) or _identifiers().get(name.lower().removesuffix("s"))


def attribute(declared: NativeType, kind: str) -> str:
    """The property that holds a type's id, ARN or name."""
    if kind.startswith("Id"):
        return declared.identifier
    ending = kind.rstrip("s")
    own = [declared.arn, declared.label, declared.identifier, *declared.properties]
    return next((name for name in own if SIMPLE.fullmatch(name) and name.endswith(ending)), declared.identifier)


@cache
def _identifiers() -> Mapping[str, tuple[str, str]]:
    """What types call their own identifiers -> the type and the property."""
    simple = [each for each in registry.TYPES if SIMPLE.fullmatch(each.identifier) and each.identifier not in GENERIC]
    names = [each.identifier.lower() for each in simple]
    return {
        each.identifier.lower(): (each.name, each.identifier)
        for each in simple
        if names.count(each.identifier.lower()) == 1
    }

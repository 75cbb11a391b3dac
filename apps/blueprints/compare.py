"""Environments side by side: what only some of them have, and what is another value in each. Pure.

Resources are matched by logical names, which don't say the environment. Values are compared as they would be exported:
a reference means the resource of that logical name, the environment's own name, account and region mean themselves, a
subnet's block its place within its network. What AWS assigns and what nobody can set is not compared.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from apps.blueprints.networks import offset
from apps.blueprints.parts import Left, Part, named, own_tags, sorted_out, word
from apps.blueprints.symbols import Symbols, spelled
from apps.catalog import shape
from apps.catalog.canonical import spelling
from apps.catalog.references import ITEM, Pointer, Reference, references
from apps.planning.diff import same

Json = Any
BLOCK = "CidrBlock"
Key = tuple[str, str]


@dataclass(frozen=True)
class Side:
    """What an environment has in a region, with what has no region; `tag` is the key by which it knows its own."""

    environment: str
    account: str
    region: str
    found: Sequence[Part]
    tag: str = ""

    @cached_property
    def _sorted(self) -> tuple[list[Part], list[Left]]:
        return sorted_out(self.found, self.region)

    @property
    def left(self) -> Sequence[Left]:
        """What can't be compared, with the reason."""
        return self._sorted[1]

    @cached_property
    def parts(self) -> dict[Key, Part]:
        """What is compared, by type and logical name."""
        return {(part.type, part.logical): part for part in named(self._sorted[0], self.environment)}


@dataclass(frozen=True)
class Difference:
    """A property whose value is not the same on all sides that have the resource; None = it is not set there."""

    property: str
    values: tuple[Json, ...]


@dataclass(frozen=True)
class Compared:
    """One logical name: the resource on each side, None where it is missing, and how the ones that are there differ."""

    logical: str
    type: str
    parts: tuple[Part | None, ...]
    differences: tuple[Difference, ...]

    @property
    def missing(self) -> bool:
        return None in self.parts

    @property
    def alike(self) -> bool:
        return not self.missing and not self.differences


def compared(sides: Sequence[Side]) -> list[Compared]:
    """Every logical name that a side has, by type and name."""
    tags = {side.tag for side in sides} - {""}
    said = [Said(side, tags) for side in sides]
    keys = sorted({key for side in sides for key in side.parts})
    return [_compared(key, sides, said) for key in keys]


def _compared(key: Key, sides: Sequence[Side], said: Sequence["Said"]) -> Compared:
    parts = tuple(side.parts.get(key) for side in sides)
    there = [(part, own) for part, own in zip(parts, said, strict=True) if part is not None]
    names = sorted({name for part, _ in there for name in part.given}) if len(there) > 1 else []
    found = (Difference(name, _shown(name, parts, said)) for name in names if not _alike(name, there))
    return Compared(key[1], key[0], parts, tuple(found))


def _alike(name: str, there: Sequence[tuple[Part, "Said"]]) -> bool:
    """Whether a property means the same on all sides that have the resource."""
    native = there[0][0].native
    first, *rest = (spelling(name, own.meant(part, name)) for part, own in there)
    declared = native.properties.get(name)
    return all(same(first, each, declared) and same(each, first, declared) for each in rest)


def _shown(name: str, parts: Sequence[Part | None], said: Sequence["Said"]) -> tuple[Json, ...]:
    return tuple(own.shown(part, name) if part else None for part, own in zip(parts, said, strict=True))


class Said:
    """The values of one side in words that hold on every side, without `tags` by which one of them knows its own."""

    def __init__(self, side: Side, tags: Collection[str]) -> None:
        parts = list(side.parts.values())
        self.side, self.tags = side, tags
        self.symbols, self.own = Symbols(parts, side.account, side.region), word(side.environment)
        self.blocks = {str(p.document["VpcId"]): str(p.document[BLOCK]) for p in parts if _is_network(p)}
        self.networks = {str(p.document[BLOCK]): p.logical for p in parts if _is_network(p)}

    def meant(self, part: Part, name: str) -> Json:
        """The value as it is compared."""
        if name == BLOCK and (place := offset(str(part.document.get(name)), self._outer(part))):
            return place
        return self._value(self._own(part, name), part.type, (name,), True)

    def shown(self, part: Part, name: str) -> Json:
        """The value as people read it: only what it names is said by logical names."""
        return self._value(self._own(part, name), part.type, (name,), False)

    def _own(self, part: Part, name: str) -> Json:
        """The value without tags of AWS and Ringi, and without those that say where it belongs."""
        value = own_tags(name, part.document.get(name))
        if not name.endswith("Tags") or not isinstance(value, list):
            return value
        return [row for row in value if row.get("Key") not in self.tags]

    def _outer(self, part: Part) -> str:
        return "" if _is_network(part) else self.blocks.get(str(part.document.get("VpcId")), "")

    def _value(self, value: Json, type_name: str, pointer: Pointer, canonical: bool) -> Json:
        match value:
            case str():
                return self._text(value, type_name, pointer, canonical)
            case Mapping():
                return {n: self._value(each, type_name, (*pointer, n), canonical) for n, each in value.items()}
            case list():
                return [self._value(each, type_name, (*pointer, ITEM), canonical) for each in value]
            case _:
                return value

    def _text(self, value: str, type_name: str, pointer: Pointer, canonical: bool) -> str:
        if reference := _references(type_name).get(pointer):
            target = self.symbols.named(reference, value)
            if target is not None:
                return f"‹{target.logical}›"
        if len(pointer) > 1 and value in self.networks:
            return f"‹{self.networks[value]}.{BLOCK}›"
        said = spelled(self.symbols.text(value))
        if not canonical:
            return said
        if _named_last(pointer) in shape.ZONES:
            said = said.replace(self.side.region, "‹region›")
        return self.own.sub("‹environment›", said)


@cache
def _references(type_name: str) -> Mapping[Pointer, Reference]:
    return {each.pointer: each for each in references(type_name)}


def _named_last(pointer: Pointer) -> str:
    return next((name for name in reversed(pointer) if name != ITEM), "")


def _is_network(part: Part) -> bool:
    return part.type == "AWS::EC2::VPC" and "VpcId" in part.document and BLOCK in part.document

"""Values of documents that name something exported, as functions of a template that give the same.

By value equality: identifiers and ARNs wherever they stand, alone or within a text; names only where the type says that
a value names another resource, because a name alone may be anything.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from apps.blueprints.parts import Part
from apps.catalog import registry, schemas
from apps.catalog.references import Reference, named_by

Json = Any
EDGE = r"[A-Za-z0-9_-]"


@cache
def given_by(type_name: str, region: str) -> tuple[str, tuple[str, ...]]:
    """The property that `Ref` gives ("" where it is made of several), and those of `Fn::GetAtt`."""
    schema = schemas.registered(type_name, region)
    primary = [_name(each) for each in schema.get("primaryIdentifier", ())]
    given = tuple(_name(each) for each in schema.get("readOnlyProperties", ()))
    return (primary[0] if len(primary) == 1 else "", given)


def _name(pointer: str) -> str:
    return pointer.removeprefix("/properties/").replace("/", ".")


def symbol(part: Part, attribute: str) -> str:
    """What stands between `${` and `}` for an attribute of the part, "" where a template can't have it."""
    primary, given = given_by(part.type, part.region)
    if attribute == primary:
        return part.logical
    return f"{part.logical}.{attribute}" if attribute in given else ""


def function(symbol: str) -> Json:
    """The function that gives what a symbol stands for."""
    logical, _, attribute = symbol.partition(".")
    return {"Fn::GetAtt": [logical, attribute]} if attribute else {"Ref": logical}


class Symbols:
    """The symbols of all exported parts; `place` is the account and region that they are in."""

    def __init__(self, parts: Sequence[Part], account: str, region: str) -> None:
        self.parts = parts
        self.known = {value: found for part in parts for value, found in _values(part)}
        self.place = {account: "AWS::AccountId", region: "AWS::Region"}
        words = "|".join(re.escape(each) for each in sorted(self.known, key=len, reverse=True))
        here = "|".join(re.escape(each) for each in self.place if each)
        known = rf"(?<!{EDGE})(?:{words})(?!{EDGE})" if words else r"(?!)"
        self.pattern = re.compile(rf"(?P<known>{known})|(?<=:)(?P<place>{here})(?=:)")

    def named(self, reference: Reference, value: str) -> Part | None:
        """The exported part that a value names at a place where the type says so."""
        for part in self.parts:
            native = registry.BY_NAME[part.type]
            own = {native.identifier: part.identifier, native.arn: part.arn, **part.document}
            if part.type == reference.type and own.get(reference.attribute) == value:
                return part
        return None

    def text(self, value: str) -> Json:
        """The text with symbols for what it names; the text itself where it names nothing of the export."""
        if value in self.known:
            return function(self.known[value])
        spelled, end = "", 0
        for found in self.pattern.finditer(value):
            known, place = found.group("known", "place")
            meant = self.known[known] if known else self.place[place]
            spelled += f"{_literal(value[end : found.start()])}${{{meant}}}"
            end = found.end()
        spelled += _literal(value[end:])
        return {"Fn::Sub": spelled} if spelled != value else value


def _literal(text: str) -> str:
    """A text within `Fn::Sub` whose `${` stands for itself."""
    return text.replace("${", "${!")


def _values(part: Part) -> Iterator[tuple[str, str]]:
    """What nothing but this part can be meant by: the ARN, and identifiers that AWS chose."""
    primary, given = given_by(part.type, part.region)
    arn = next((name for name in (primary, *given) if name.rpartition(".")[2].endswith("Arn")), "")
    if part.arn and arn:
        yield part.arn, symbol(part, arn)
    for name in {part.native.identifier, *named_by(part.type)} & set(given):
        value = part.document.get(name)
        if isinstance(value, str) and len(value) > 8 and any(each.isdigit() for each in value):
            yield value, symbol(part, name)

"""Values of documents that name something exported, as functions of a template that give the same.

By value equality: identifiers and ARNs wherever they stand, alone or within a text; names only where the type says that
a value names another resource, because a name alone may be anything.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from typing import Any

from apps.blueprints.parts import Part
from apps.catalog import registry, schemas
from apps.catalog.references import Reference, named_by

Json = Any
WORD = re.compile(r"[A-Za-z0-9_-]+")


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
        self.tails = sorted({value[_end(value) :] for value in self.known}, key=len, reverse=True)
        self.longest = max((len(WORD.findall(value)) for value in self.known), default=0)
        self.place = {account: "AWS::AccountId", region: "AWS::Region"}

    def named(self, reference: Reference, value: str) -> Part | None:
        """The exported part that a value names at a place where the type says so."""
        return self._named.get((reference.type, reference.attribute, value))

    @cached_property
    def _named(self) -> dict[tuple[str, str, str], Part]:
        found: dict[tuple[str, str, str], Part] = {}
        for part in self.parts:
            native = registry.BY_NAME[part.type]
            own = {native.identifier: part.identifier, native.arn: part.arn, **part.document}
            for name in named_by(part.type):
                if isinstance(value := own.get(name), str):
                    found.setdefault((part.type, name, value), part)
        return found

    def text(self, value: str) -> Json:
        """The text with symbols for what it names; the text itself where it names nothing of the export."""
        if value in self.known:
            return function(self.known[value])
        spelled, end = "", 0
        for start, stop, meant in self._found(value):
            spelled += f"{_literal(value[end:start])}${{{meant}}}"
            end = stop
        spelled += _literal(value[end:])
        return {"Fn::Sub": spelled} if spelled != value else value

    def _found(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Where a text names something, from start to stop, and the symbol of it; the longest name from the left."""
        words = list(WORD.finditer(text))
        after = 0
        for at, first in enumerate(words):
            if first.start() < after:
                continue
            if found := self._longest(text, words[at : at + self.longest]):
                after = found[1]
                yield found
            elif first[0] in self.place and text[: first.start()].endswith(":") and text[first.end() :][:1] == ":":
                yield first.start(), first.end(), self.place[first[0]]

    def _longest(self, text: str, words: Sequence[re.Match[str]]) -> tuple[int, int, str] | None:
        for last in reversed(words):
            for tail in self.tails:
                start, stop = words[0].start(), last.end() + len(tail)
                if (meant := self.known.get(text[start:stop])) and (not tail or text[last.end() : stop] == tail):
                    return start, stop, meant
        return None


def spelled(said: Json) -> str:
    """What `Symbols.text` gives, as one text: references as `‹Orders›` and `‹Orders.Arn›`."""
    match said:
        case {"Ref": str() as logical}:
            return f"‹{logical}›"
        case {"Fn::GetAtt": [logical, attribute]}:
            return f"‹{logical}.{attribute}›"
        case {"Fn::Sub": str() as text}:
            return re.sub(r"\$\{(?!!)([^}]*)\}", r"‹\1›", text).replace("${!", "${")
        case _:
            return str(said)


def _end(value: str) -> int:
    """Where the last word of a value ends."""
    return max((found.end() for found in WORD.finditer(value)), default=0)


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

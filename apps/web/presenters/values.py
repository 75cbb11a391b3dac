"""JSON values as people read them: a word, a list of rows, or a small tree. Never an escaped string of JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.catalog.words import headed
from apps.unseen import UNSEEN

Json = Any
SHORT = 60


@dataclass(frozen=True)
class Shown:
    """`kind` is "unset", "word", "items" or "members"; `text` is the word, and the one-line form of the others."""

    kind: str
    text: str = ""
    items: tuple["Shown", ...] = ()
    members: tuple[tuple[str, "Shown"], ...] = field(default=())
    inline: bool = True

    def __str__(self) -> str:
        return self.text

    @property
    def ordered(self) -> tuple[object, ...]:
        """Equal for values that differ in the order of their members only."""
        members = sorted((name, value.ordered) for name, value in self.members)
        inner = (tuple(each.ordered for each in self.items), tuple(members))
        return (self.kind, *(inner if self.items or self.members else (self.text,)))


UNSET = Shown("unset", "not set")


def show(value: Json, unit: str = "") -> Shown:
    """The value with its unit, ready for `components/value.html`. None and empty containers read "not set"."""
    if value is None or value in ({}, []):
        return UNSET
    if isinstance(value, Mapping):
        members = tuple((seen(str(name)), show(member)) for name, member in value.items())
        return Shown("members", line(value), members=members, inline=len(line(value)) <= SHORT)
    if isinstance(value, list):
        plain = all(not isinstance(item, Mapping | list) for item in value)
        return Shown("items", line(value), items=tuple(show(item) for item in value), inline=plain)
    return Shown("word", f"{word(value)} {unit}".strip())


def called(value: Json, names: Mapping[str, str]) -> Json:
    """The value with the names of resources beside the texts that stand for them."""
    match value:
        case str() if value in names:
            return f"{value} ({names[value]})"
        case Mapping() if names:
            return {name: called(member, names) for name, member in value.items()}
        case list() if names:
            return [called(item, names) for item in value]
        case _:
            return value


def word(value: Json) -> str:
    """A scalar in one word: true and false as yes and no, an empty text named as such."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "(empty text)" if value == "" else seen(str(value))


def seen(text: str) -> str:
    """The text with characters that can't be seen by their names, ‹U+202E›."""
    return UNSEEN.sub(lambda found: f"‹U+{ord(found[0]):04X}›", text)


def line(value: Json) -> str:
    """The value on one line: members as `name value`, separated by commas."""
    if isinstance(value, Mapping):
        if set(value) == {"Key", "Value"}:
            return seen(f"{value['Key']} = {value['Value']}")
        if found := headed(value):
            return ", ".join(filter(None, (seen(found[0]), line(found[1]))))
        return ", ".join(f"{seen(str(name))} {line(member)}" for name, member in value.items())
    if isinstance(value, list):
        return ", ".join(line(item) for item in value)
    return "not set" if value is None else word(value)


def literal(value: Json) -> str:
    """The value as it stands in a call: compact JSON, with characters that can't be seen escaped."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)

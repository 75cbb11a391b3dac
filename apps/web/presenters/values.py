"""JSON values as people read them: a word, a list of rows, or a small tree. Never an escaped string of JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

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


UNSET = Shown("unset", "not set")


def show(value: Json, unit: str = "") -> Shown:
    """The value with its unit, ready for `components/value.html`. None and empty containers read "not set"."""
    if value is None or value in ({}, []):
        return UNSET
    if isinstance(value, Mapping):
        members = tuple((str(name), show(member)) for name, member in value.items())
        return Shown("members", line(value), members=members, inline=len(line(value)) <= SHORT)
    if isinstance(value, list):
        plain = all(not isinstance(item, Mapping | list) for item in value)
        return Shown("items", line(value), items=tuple(show(item) for item in value), inline=plain)
    return Shown("word", f"{word(value)} {unit}".strip())


def word(value: Json) -> str:
    """A scalar in one word: true and false as yes and no, an empty text named as such."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "(empty text)" if value == "" else str(value)


def line(value: Json) -> str:
    """The value on one line: members as `name value`, separated by commas."""
    if isinstance(value, Mapping):
        if set(value) == {"Key", "Value"}:
            return f"{value['Key']} = {value['Value']}"
        if "IpProtocol" in value:
            return rule(value)
        return ", ".join(f"{name} {line(member)}" for name, member in value.items())
    if isinstance(value, list):
        return ", ".join(line(item) for item in value)
    return "not set" if value is None else word(value)


def literal(value: Json) -> str:
    """The value as it stands in a call: compact JSON."""
    return json.dumps(value, ensure_ascii=False, default=str)


def rule(value: Mapping[str, Json]) -> str:
    """A security group rule as people say it, "tcp 443, CidrIp 10.0.0.0/8"; no member is left out."""
    first, last = value.get("FromPort"), value.get("ToPort")
    protocol = "all traffic" if str(value["IpProtocol"]) == "-1" else word(value["IpProtocol"])
    ports = "" if first is None and last is None else f" {first}" if first == last else f" {first} to {last}"
    rest = {name: member for name, member in value.items() if name not in ("IpProtocol", "FromPort", "ToPort")}
    return ", ".join(part for part in (protocol + ports, line(rest)) if part)

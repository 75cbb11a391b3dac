"""Structures that AWS keeps as a JSON text, such as policies and event patterns; a document shows the structure."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

Json = Any
Document = Mapping[str, Json]


def structure(text: Json) -> Json:
    """The structure in a text, or the text itself where it holds none."""
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text


def text(value: Json) -> Json:
    return json.dumps(value, separators=(",", ":"))


def refuse(before: Document, after: Document, *names: str) -> Iterator[tuple[str, str]]:
    """What can't be written as such a text: a text already, and what another change of the request will only give."""
    for name in names:
        value = after.get(name)
        if value is None or value == before.get(name):
            continue
        if not isinstance(value, Mapping):
            yield name, f"{name} is given as a structure here, not as text. Write it as an object."
        elif not _plain(value):
            yield name, f"{name} can't name what this request only creates. Write its ARN."


def _plain(value: Json) -> bool:
    if isinstance(value, Mapping):
        return all(_plain(member) for member in value.values())
    if isinstance(value, list):
        return all(_plain(item) for item in value)
    return value is None or isinstance(value, str | int | float | bool)

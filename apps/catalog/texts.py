"""Structures that AWS keeps as a JSON text, such as policies and event patterns; a document shows the structure."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from apps.catalog.types import Join

Json = Any
Document = Mapping[str, Json]
HELD = re.compile(r"\\u0000(\d+)\\u0000")


def structure(text: Json) -> Json:
    """The structure in a text, or the text itself where it holds none."""
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text


def text(value: Json) -> Json:
    """The text of a structure; put together in the run where something in it becomes known only then."""
    held: list[Json] = []

    def put(node: Json) -> str:
        held.append(node)
        return f"\0{len(held) - 1}\0"

    written = json.dumps(value, separators=(",", ":"), default=put)
    pieces = HELD.split(written)
    items = (held[int(piece)] if number % 2 else piece for number, piece in enumerate(pieces))
    return Join("", tuple(each for each in items if each != "")) if held else written


def refuse(before: Document, after: Document, *names: str) -> Iterator[tuple[str, str]]:
    """What can't be written as such a text: a text already."""
    for name in names:
        value = after.get(name)
        if value is not None and value != before.get(name) and not isinstance(value, Mapping):
            yield name, f"{name} is given as a structure here, not as text. Write it as an object."

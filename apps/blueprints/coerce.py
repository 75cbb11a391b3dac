"""Values as documents have them: templates may write numbers and truth values as texts, and the other way round."""

from collections.abc import Mapping
from typing import Any

from apps.catalog import shape
from apps.catalog.shape import Shape

Json = Any


def coerced(known: Shape, value: Json) -> Json:
    """The value in the kind that the schema has; one that can't be is left for the planner to refuse."""
    match value:
        case {"$output": _} | {"$join": _}:
            return value
        case Mapping():
            members = shape.members(known)
            return {name: coerced(members[name], each) if name in members else each for name, each in value.items()}
        case list():
            item = shape.item(known)
            return [coerced(item, each) for each in value]
        case str() if known.kind in ("integer", "number", "boolean"):
            return _read(known.kind, value)
        case bool() if known.kind == "text":
            return str(value).lower()
        case int() | float() if known.kind == "text":
            return str(value)
        case _:
            return value


def _read(kind: str, text: str) -> Json:
    if kind == "boolean":
        return {"true": True, "false": False}.get(text.strip().lower(), text)
    try:
        return int(text) if kind == "integer" else float(text)
    except ValueError:
        return text

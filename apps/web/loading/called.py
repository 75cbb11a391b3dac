"""What a new resource is called in its request, until AWS knows it."""

from collections.abc import Mapping
from itertools import count
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathTypeError

from apps.changes.queries import proposals
from apps.web.presenters.subject import Subject

Json = Any


def name_of_new(about: Subject, desired: Mapping[str, Json]) -> str:
    """By its label, with the names of other changes where it holds what they will give; or else by its kind."""
    names = {each.ordinal: each.name for each in proposals(about.draft)} if about.draft else {}
    own = names.pop(about.ordinal, "")
    said = _label(about.native.label, {prop: _named(value, names) for prop, value in desired.items()})
    if said or own:
        return said or own
    numbered = (f"new {about.kind}{f' {number}' if number > 1 else ''}" for number in count(1))
    return next(name for name in numbered if name not in names.values())


def logical_names(about: Subject) -> list[str]:
    """Those of the other new resources of the draft."""
    others = proposals(about.draft) if about.draft else []
    return [each.logical for each in others if each.logical and each.ordinal != about.ordinal]


def _label(expression: str, document: Mapping[str, Json]) -> str:
    try:
        said = jmespath.search(expression, document)
    except JMESPathTypeError:
        return ""
    return said if isinstance(said, str) else ""


def _named(value: Json, names: Mapping[int, str]) -> Json:
    match value:
        case {"$output": {"change": int(change)}}:
            return names.get(change, "")
        case _:
            return value

"""What the registry schema of a type says about its properties: kind, choices, limits, help.

Narrowed by the `limits` that the type declares. Where the schema says nothing there is no shape, and nobody guesses.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from apps.catalog import registry, schemas
from apps.catalog.faults import faults as against_schema
from apps.catalog.types import NativeType

Json = Any
KINDS = {"string": "text", "integer": "integer", "number": "number", "boolean": "boolean", "array": "list"}
PLAIN = ("text", "integer", "number", "boolean")
LISTED = 12  # choices that a sentence names


@dataclass(frozen=True)
class Shape:
    """One property. `kind` is text, integer, number, boolean, list, tags or structure; `schema` stands on its own."""

    kind: str
    help: str = ""
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    texts: bool = False
    schema: Mapping[str, Json] = field(default_factory=dict)


def shapes(type_name: str, region: str, document: Mapping[str, Json]) -> dict[str, Shape]:
    """Property -> its shape in this region; some choices depend on other properties of the document."""
    schema = schemas.schema(type_name, region)
    definitions = schema.get("definitions", {})
    declared = registry.native(type_name)
    limits = {name: each.limits for name, each in declared.properties.items()} if declared else {}
    return {
        name: _shape({**raw, **limits.get(name, {})}, definitions, _choices(type_name, region, name, document))
        for name, raw in schema.get("properties", {}).items()
    }


def members(shape: Shape, first: tuple[str, ...] = ()) -> dict[str, Shape]:
    """The members of a structure, or of the items of a list: `first` and no others where given.

    Empty where a member is itself a structure or a list, or where there are none.
    """
    definitions = shape.schema.get("definitions", {})
    whole = _resolved(shape.schema.get("items", {}), definitions) if shape.kind == "list" else shape.schema
    if shape.kind not in ("list", "structure") or "properties" not in whole:
        return {}
    found = {name: _shape(raw, definitions, ()) for name, raw in whole["properties"].items()}
    wanted = {name: found[name] for name in first or found}
    return wanted if all(each.kind in PLAIN for each in wanted.values()) else {}


def required(type_name: str, region: str) -> tuple[str, ...]:
    return tuple(schemas.schema(type_name, region).get("required", ()))


def named(native: NativeType) -> tuple[str, ...]:
    """The properties that a new resource is called by."""
    created = native.create.properties if native.create else ()
    return tuple(name for name in created if name in (native.label, native.identifier))


def needed_with(type_name: str, region: str) -> Mapping[str, list[str]]:
    """Property -> those that must be set with it."""
    found: Mapping[str, list[str]] = schemas.schema(type_name, region).get("dependentRequired", {})
    return found


def faults(shape: Shape, value: Json) -> list[str]:
    """What the schema has against a value, a sentence each; nothing for a value that is not set."""
    if value is None:
        return []
    if shape.choices and isinstance(value, str) and value not in shape.choices:
        return [_not_offered(value, shape.choices)]
    if shape.kind == "structure" and isinstance(value, str) and (broken := _broken(value)):
        return [broken]
    return against_schema(shape.schema, value)


def _broken(text: str) -> str:
    """Where a text that should hold a structure, such as a policy, is not JSON."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return f"This is not JSON: {error.msg} in line {error.lineno}, column {error.colno}."
    return ""


def _not_offered(value: str, choices: tuple[str, ...]) -> str:
    if len(choices) <= LISTED:
        return f"{value} is not offered here. Choose one of {', '.join(choices)}."
    near = get_close_matches(value, choices, 3)
    return f"{value} is not offered here. Choose one of the list{', such as ' + ', '.join(near) if near else ''}."


def _shape(raw: Mapping[str, Json], definitions: Mapping[str, Json], choices: tuple[str, ...]) -> Shape:
    whole = _resolved(raw, definitions)
    kind = KINDS.get(str(whole.get("type")), "structure")
    items = _resolved(whole.get("items", {}), definitions) if kind == "list" else {}
    listed = tuple(str(choice) for choice in whole.get("enum", ()))
    return Shape(
        kind="tags" if kind == "list" and {"Key", "Value"} == set(items.get("properties", ())) else kind,
        help=_help(str(raw.get("description") or whole.get("description") or "")),
        choices=listed or choices,
        minimum=whole.get("minimum"),
        maximum=whole.get("maximum"),
        texts=items.get("type") == "string",
        schema={**whole, "definitions": definitions},
    )


def _resolved(raw: Mapping[str, Json], definitions: Mapping[str, Json]) -> Mapping[str, Json]:
    name = str(raw.get("$ref", "")).removeprefix("#/definitions/")
    return {**definitions.get(name, {}), **{k: v for k, v in raw.items() if k != "$ref"}} if name else raw


def _help(text: str) -> str:
    """The first sentences of a description, without its mark-up."""
    plain = re.sub(r"\s+", " ", re.sub(r"\[([^\]]*)\]\([^)]*\)|``|\*", r"\1", text)).strip()
    first = re.match(r".{1,200}?[.](?=\s|$)", plain)
    return first.group() if first else plain[:200]


def _choices(type_name: str, region: str, name: str, document: Mapping[str, Json]) -> tuple[str, ...]:
    """What is offered in a region, where cfn-lint knows: instance types, database classes, node types."""
    listed = schemas.extension(type_name, name).get(region, {})
    found = dict.fromkeys(str(choice) for choice in _enums(listed, name, document))
    return tuple(found)


def _enums(rule: Mapping[str, Json], name: str, document: Mapping[str, Json]) -> Iterator[Json]:
    yield from rule.get("enum", ())
    for each in rule.get("allOf", ()):
        engine = each.get("if", {}).get("properties", {}).get("Engine", {})
        wanted = engine.get("enum", [engine.get("const")])
        if document.get("Engine") in wanted:
            yield from each.get("then", {}).get("properties", {}).get(name, {}).get("enum", ())

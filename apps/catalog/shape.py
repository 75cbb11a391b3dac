"""What the registry schema of a type says about its properties: kind, choices, limits, help.

Narrowed by the `limits` that the type declares. Where the schema says nothing there is no shape, and nobody guesses.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any

from apps.catalog import policy, registry, schemas
from apps.catalog.faults import Place, placed
from apps.catalog.faults import located as against_schema
from apps.catalog.types import NativeType

Json = Any
KINDS = {"string": "text", "integer": "integer", "number": "number", "boolean": "boolean", "array": "list"}
ZONES = ("AvailabilityZone", "AvailabilityZoneName", "SecondaryAvailabilityZone", "AvailabilityZones")
LISTED = 12  # choices that a sentence names


@dataclass(frozen=True)
class Shape:
    """A property or a part of one. `schema` stands on its own.

    `kind` is text, integer, number, boolean, list, tags (rows of Key and Value), map (any name -> text), structure or
    choice (one of several structures). A structure without members takes any JSON. `ordered` says that the order of a
    list means something. `policy` is the kind of IAM policy that it holds. Other values than those `suggested` may do.
    """

    kind: str
    help: str = ""
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    texts: bool = False
    ordered: bool = True
    policy: str = ""
    suggested: tuple[str, ...] = ()
    schema: Mapping[str, Json] = field(default_factory=dict)


def shapes(type_name: str, region: str, document: Mapping[str, Json]) -> dict[str, Shape]:
    """Property -> its shape in this region; some choices depend on other properties of the document."""
    schema = schemas.schema(type_name, region)
    definitions = schema.get("definitions", {})
    declared = registry.native(type_name)
    limits = {name: each.limits for name, each in declared.properties.items()} if declared else {}
    return {
        name: replace(
            _shape({**raw, **limits.get(name, {})}, definitions, _choices(type_name, region, name, document)),
            policy=policy.kind(type_name, name),
            suggested=_suggested(type_name, region, name, document),
        )
        for name, raw in schema.get("properties", {}).items()
    }


def _suggested(type_name: str, region: str, name: str, document: Mapping[str, Json]) -> tuple[str, ...]:
    """Zones, and the versions of an engine, newest first. AWS may know others than cfn-lint."""
    if name in ZONES:
        return schemas.zones(region)
    if name != "EngineVersion" or not document.get("Engine"):
        return ()
    listed = _enums(schemas.versions(type_name), name, {"Engine": document["Engine"]})
    return tuple(sorted(map(str, listed), key=_numbers, reverse=True))


def _numbers(version: str) -> list[int]:
    return [int(each) for each in re.findall(r"\d+", version)]


def members(shape: Shape) -> dict[str, Shape]:
    """The members of a structure; {} for what has none or is something else."""
    definitions = shape.schema.get("definitions", {})
    named = shape.schema.get("properties", {}) if shape.kind == "structure" else {}
    return {name: _shape(raw, definitions, ()) for name, raw in named.items()}


def item(shape: Shape) -> Shape:
    """What the items of a list are."""
    return _shape(shape.schema.get("items", {}), shape.schema.get("definitions", {}), ())


def branches(shape: Shape) -> dict[str, Shape]:
    """The structures of which one must be chosen, by what they are called; {} where there is no choice."""
    if shape.kind != "choice":
        return {}
    definitions = shape.schema["definitions"]
    found = (_shape(raw, definitions, ()) for raw in _alternatives(shape.schema, definitions))
    return {_called(each, number): each for number, each in enumerate(found, 1)}


def _called(branch: Shape, number: int) -> str:
    """The title of a branch, or the members that it must have."""
    names = branch.schema.get("required") or list(branch.schema["properties"])
    return str(branch.schema.get("title") or " and ".join(names) or number)


def _alternatives(whole: Mapping[str, Json], definitions: Mapping[str, Json]) -> list[Mapping[str, Json]]:
    """The structures of a oneOf or anyOf; branches that only name what is required are none."""
    listed = [_resolved(raw, definitions) for raw in (*whole.get("oneOf", ()), *whole.get("anyOf", ()))]
    found = [each for each in listed if each.get("properties")]
    return found if len(found) > 1 and len(found) == len(listed) and "properties" not in whole else []


def required(type_name: str, region: str) -> tuple[str, ...]:
    return tuple(schemas.schema(type_name, region).get("required", ()))


def naming(native: NativeType) -> tuple[str, ...]:
    """The properties that a new resource is called by."""
    created = native.create.properties if native.create else ()
    return tuple(name for name in created if name in (native.label, native.identifier))


def needed_with(type_name: str, region: str) -> Mapping[str, list[str]]:
    """Property -> those that must be set with it."""
    found: Mapping[str, list[str]] = schemas.schema(type_name, region).get("dependentRequired", {})
    return found


NOTHING = "This structure says nothing: AWS fills in what it likes. Give it a member, or leave it out."


def faults(shape: Shape, value: Json) -> list[str]:
    """What the schema has against a value, a sentence each; nothing for a value that is not set."""
    return [placed(at, sentence) for at, sentence in located(shape, value)]


def located(shape: Shape, value: Json) -> list[tuple[Place, str]]:
    """The same with the place of each fault apart."""
    if value is None:
        return []
    if shape.policy:
        return policy.located(shape.policy, value)
    if shape.choices and isinstance(value, str) and value not in shape.choices:
        return [((), _not_offered(value, shape.choices))]
    if shape.kind == "structure" and isinstance(value, str) and (broken := _broken(value)):
        return [((), broken)]
    return against_schema(shape.schema, value) or [(place, NOTHING) for place in _empty(shape, value, ())]


def _empty(shape: Shape, value: Json, place: Place) -> Iterator[Place]:
    """Structures without a member that could have some, however deep."""
    if shape.kind == "structure" and isinstance(value, Mapping) and (known := members(shape)):
        if not value:
            yield place
        for name in known.keys() & value.keys():
            yield from _empty(known[name], value[name], (*place, name))
    elif shape.kind == "list" and isinstance(value, list) and any(isinstance(each, Mapping) for each in value):
        each_shape = item(shape)
        for number, each in enumerate(value):
            yield from _empty(each_shape, each, (*place, number))


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
    items = _resolved(whole.get("items", {}), definitions) if whole.get("type") == "array" else {}
    listed = tuple(str(choice) for choice in whole.get("enum", ()))
    return Shape(
        kind=_kind(whole, items, definitions),
        help=_help(str(raw.get("description") or whole.get("description") or "")),
        choices=listed or choices,
        minimum=whole.get("minimum"),
        maximum=whole.get("maximum"),
        texts=items.get("type") == "string",
        ordered=whole.get("insertionOrder") is not False,
        schema={**whole, "definitions": definitions},
    )


def _kind(whole: Mapping[str, Json], items: Mapping[str, Json], definitions: Mapping[str, Json]) -> str:
    if {"Key", "Value"} == set(items.get("properties", ())):
        return "tags"
    if _of_texts(whole):
        return "map"
    if _alternatives(whole, definitions):
        return "choice"
    plain = "text" if "type" not in whole and "enum" in whole else "structure"
    return KINDS.get(str(whole.get("type")), plain)


def _of_texts(whole: Mapping[str, Json]) -> bool:
    """Whether it takes members of any name, all of them texts."""
    patterns = whole.get("patternProperties", {})
    kinds = [each.get("type") for each in patterns.values()]
    return not whole.get("properties") and bool(kinds) and all("string" in (kind or ()) for kind in kinds)


def _resolved(raw: Mapping[str, Json], definitions: Mapping[str, Json]) -> Mapping[str, Json]:
    """Without `$ref`; where a value may also be JSON text, its structured form."""
    name = str(raw.get("$ref", "")).removeprefix("#/definitions/")
    whole = {**definitions.get(name, {}), **{k: v for k, v in raw.items() if k != "$ref"}} if name else raw
    forms = [_resolved(each, definitions) for each in whole.get("oneOf", ()) if "type" not in whole]
    listed = [each for each in forms if each.get("type") == "array"]
    return {**{k: v for k, v in whole.items() if k != "oneOf"}, **listed[0]} if len(listed) == 1 else whole


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
        if _holds(each.get("if", {}), document):
            yield from each.get("then", {}).get("properties", {}).get(name, {}).get("enum", ())


def _holds(condition: Mapping[str, Json], document: Mapping[str, Json]) -> bool:
    """Whether what the document has is among the values that a condition names, and some of it is."""
    asked = ((document.get(name), one) for name, one in condition.get("properties", {}).items())
    known = [(value, _named(one)) for value, one in asked if value is not None and _named(one)]
    return bool(known) and all(value in names for value, names in known)


def _named(schema: Json) -> Sequence[Json]:
    """The values that a schema names; none where it says something else."""
    if not isinstance(schema, Mapping):
        return ()
    return (schema["const"],) if "const" in schema else schema.get("enum", ())

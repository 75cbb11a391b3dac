"""What a JMESPath expression gives, followed through botocore's shapes or a registry schema instead of values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jmespath
from botocore.model import ListShape, MapShape, StructureShape


class Anything:
    """A value whose shape nobody states: a literal, a fact of the caller."""


ANYTHING = Anything()


@dataclass(frozen=True)
class ListOf:
    item: Any


@dataclass(frozen=True)
class Schema:
    """A registry schema with the definitions that its references point to."""

    raw: Mapping[str, Any]
    definitions: Mapping[str, Any]

    @property
    def whole(self) -> Mapping[str, Any]:
        name = str(self.raw.get("$ref", "")).removeprefix("#/definitions/")
        return {**self.definitions.get(name, {}), **self.raw}


class Unresolved(Exception):
    pass


def gives(expression: str, over: Any) -> Any:
    """The shape that an expression gives over a shape. Raises `Unresolved` where it names a member that isn't there."""
    return _typed(jmespath.compile(expression).parsed, over)


def _typed(node: Mapping[str, Any], over: Any) -> Any:
    children = node["children"]
    match node["type"]:
        case "identity" | "current":
            return over
        case "field":
            return _member(over, node["value"])
        case "subexpression" | "pipe" | "index_expression":
            for child in children:
                over = _typed(child, over)
            return over
        case "index":
            return _item(over)
        case "slice":
            return over
        case "flatten":
            inner = _item(_typed(children[0], over))
            return ListOf(_item(inner) if _is_list(inner) else inner)
        case "projection":
            return ListOf(_typed(children[1], _item(_typed(children[0], over))))
        case "filter_projection":
            item = _item(_typed(children[0], over))
            _typed(children[2], item)
            return ListOf(_typed(children[1], item))
        case "multi_select_list":
            return ListOf(next(_typed(child, over) for child in children))
        case "multi_select_dict":
            return {child["value"]: _typed(child["children"][0], over) for child in children}
        case "and_expression" | "or_expression":
            return [_typed(child, over) for child in children][-1]
        case "comparator" | "not_expression":
            [_typed(child, over) for child in children]
            return ANYTHING
        case "literal":
            return ListOf(ANYTHING) if isinstance(node["value"], list) else ANYTHING
        case "function_expression" if node["value"] in ("join", "starts_with", "to_number", "to_string"):
            [_typed(child, over) for child in children]
            return ANYTHING
        case "function_expression" if node["value"] == "merge":
            return {name: member for child in children for name, member in _members(_typed(child, over)).items()}
        case kind:
            raise Unresolved(f"the test doesn't follow {kind}")


def _members(shape: Any) -> Mapping[str, Any]:
    if isinstance(shape, StructureShape):
        return shape.members
    return shape if isinstance(shape, Mapping) else {}


def _is_list(shape: Any) -> bool:
    listed = isinstance(shape, Schema) and shape.whole.get("type") == "array"
    return listed or isinstance(shape, ListShape | ListOf)


def _item(shape: Any) -> Any:
    if isinstance(shape, ListOf):
        return shape.item
    if isinstance(shape, ListShape):
        return shape.member
    if isinstance(shape, Schema) and shape.whole.get("type") == "array":
        return Schema(shape.whole["items"], shape.definitions)
    if shape is ANYTHING:
        return ANYTHING
    raise Unresolved(f"{shape} is no list")


def _member(shape: Any, name: str) -> Any:
    if shape is ANYTHING:
        return ANYTHING
    if isinstance(shape, MapShape):
        return shape.value
    if isinstance(shape, StructureShape):
        shape = shape.members
    if isinstance(shape, Schema):
        members = shape.whole.get("properties", {})
        shape = {key: Schema(value, shape.definitions) for key, value in members.items()}
    if isinstance(shape, Mapping) and name in shape:
        return shape[name]
    raise Unresolved(f"{name} is not there")

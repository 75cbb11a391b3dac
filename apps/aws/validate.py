"""Plans against botocore's own models, offline: what AWS's model refuses never reaches a reviewer.

Nodes are replaced by placeholders of the type that stands there. No sentence holds a value, only member names.
"""

from collections.abc import Mapping
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape
from botocore.validate import ParamValidator

from apps.aws import shapes
from apps.catalog.types import Join
from apps.planning.plan import Call, Output, Plan, Problem, SecretRef, Slot

Json = Any

WRONG = {
    "missing required field": "is missing",
    "unknown field": "is not known",
    "invalid type": "has the wrong type",
    "invalid range": "is too small",
    "invalid length": "is too short",
    "more than one input": "may have only one member",
    "empty input": "needs a member",
}


def validate_plan(plan: Plan) -> list[Problem]:
    """Every call that botocore's models refuse, as problems of its change."""
    return [
        Problem(change.ordinal, "", "invalid_call", f"{sentence} Change the request and submit it again.")
        for change in plan.changes
        for call in change.calls
        for sentence in validate_call(call)
    ]


def validate_call(call: Call) -> list[str]:
    """What is wrong with the parameters of a call, one sentence each; empty = botocore would send it."""
    return validate_parameters(call.service, call.operation, call.parameters)


def validate_parameters(service: str, operation: str, parameters: Mapping[str, Json]) -> list[str]:
    """The same for parameters that are not part of a plan."""
    if shapes.operation(service, operation) is None:
        return [f"{service} has no operation {operation} in the installed botocore."]
    shape = shapes.input_shape(service, operation)
    if shape is None:
        return [f"{service}.{operation} takes no parameters."] if parameters else []
    report = ParamValidator().validate(_filled(parameters, shape), shape)
    return [f"{service}.{operation}: {_wrong(*error)}" for error in report._errors]


def _wrong(reason: str, path: str, details: Mapping[str, Any]) -> str:
    member = details.get("required_name") or details.get("unknown_param") or ""
    name = ".".join(part for part in (path.strip("."), str(member)) if part)
    return f"{name or 'the input'} {WRONG.get(reason, 'is not valid')}."


def _filled(value: Json, shape: Shape | None) -> Json:
    """The value with placeholders for its nodes, typed by the shape that stands there."""
    if isinstance(value, Output | SecretRef | Slot | Join):
        return _placeholder(shape)
    if isinstance(value, Mapping):
        return {name: _filled(member, _member(shape, name)) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [_filled(item, shape.member if isinstance(shape, ListShape) else None) for item in value]
    return value


def _member(shape: Shape | None, name: str) -> Shape | None:
    if isinstance(shape, StructureShape):
        return shape.members.get(name)
    return shape.value if isinstance(shape, MapShape) else None


def _placeholder(shape: Shape | None) -> Json:
    """A value that the shape accepts: required members, the least number, a text long enough."""
    if isinstance(shape, StructureShape):
        return {name: _placeholder(shape.members[name]) for name in shape.required_members}
    if isinstance(shape, ListShape):
        return [_placeholder(shape.member)]
    if shape is None or isinstance(shape, MapShape):
        return {}
    least = int(shape.metadata.get("min", 1))
    numbers: Mapping[str, Json] = {"integer": least, "long": least, "float": float(least), "double": float(least)}
    return {**numbers, "boolean": True, "timestamp": 0}.get(shape.type_name, "x" * max(least, 1))

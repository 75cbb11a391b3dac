"""Resources as changes leave them, written as one CloudFormation template, which is what cfn-lint reads.

The template is never sent anywhere: what AWS sets by itself is left out, and no variable that may hold a secret is in
it. A value that another change will give is a reference where that change creates a resource of the same template.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from apps.catalog import hidden, schemas, tags
from apps.catalog.types import Join
from apps.planning.plan import Output, SecretRef, Slot

Json = Any
GIVEN: Json = {"Ref": "Given"}  # a text that only the run will know
SECRET = "{{resolve:secretsmanager:given}}"  # noqa: S105 - says that a secret stands there
UNSET: tuple[Json, ...] = (None, [], {})


@dataclass(frozen=True)
class Wanted:
    """A resource as a change leaves it: its document, with nodes. A `created` one can be referred to by the others."""

    type: str
    region: str
    document: Mapping[str, Json]
    created: bool = False


def template(resources: Mapping[int, Wanted]) -> dict[str, Json]:
    """The template of resources in one region, by the ordinals of their changes."""
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Parameters": {"Given": {"Type": "String"}},
        "Resources": {
            logical(ordinal): {"Type": each.type, "Properties": properties(each, resources)}
            for ordinal, each in resources.items()
        },
    }


def logical(ordinal: int) -> str:
    return f"Change{ordinal}"


def ordinal(logical_id: str) -> int:
    return int(logical_id.removeprefix("Change"))


def properties(wanted: Wanted, resources: Mapping[int, Wanted]) -> dict[str, Json]:
    """The document in the form that the registry schema itself has."""
    schema = schemas.registered(wanted.type, wanted.region)
    known = schema.get("properties", {})
    document = {name: value for name, value in wanted.document.items() if name in known and value not in UNSET}
    if "Tags" in document and known["Tags"].get("type") == "object":
        document["Tags"] = tags.to_map(document["Tags"])
    whole: dict[str, Json] = _spelled(hidden.masked(document), resources)
    for pointer in schema.get("readOnlyProperties", ()):
        _drop(whole, pointer.split("/")[2:])
    return whole


def _drop(value: Json, path: list[str]) -> None:
    """Take out what stands at a path, "*" being every item of a list."""
    if isinstance(value, list):
        for item in value if path[0] == "*" else ():
            _drop(item, path[1:])
    elif isinstance(value, dict) and path[0] in value:
        if len(path) == 1:
            del value[path[0]]
        else:
            _drop(value[path[0]], path[1:])


def _spelled(value: Json, resources: Mapping[int, Wanted]) -> Json:
    """A tree with functions for its nodes, and without members that are not set."""
    match value:
        case Output():
            return _reference(value, resources.get(value.change))
        case SecretRef():
            return SECRET
        case Slot():
            return GIVEN
        case Join(separator, items):
            return {"Fn::Join": [separator, _items(items, resources)]}
        case Mapping():
            return {name: _spelled(member, resources) for name, member in value.items() if member is not None}
        case list() | tuple():
            return _items(value, resources)
        case _:
            return value


def _items(values: Iterable[Json], resources: Mapping[int, Wanted]) -> list[Json]:
    return [_spelled(item, resources) for item in values if item is not None]


def _reference(node: Output, target: Wanted | None) -> Json:
    schema = schemas.registered(target.type, target.region) if target and target.created else {}
    place = "/properties/" + node.attribute.replace(".", "/")
    if schema.get("primaryIdentifier") == [place]:
        return {"Ref": logical(node.change)}
    if place in schema.get("readOnlyProperties", ()):
        return {"Fn::GetAtt": [logical(node.change), node.attribute]}
    return GIVEN

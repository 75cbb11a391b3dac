"""The registry schemas of AWS, as cfn-lint ships them: read as files, because importing cfn-lint takes a second."""

import ast
import json
from collections.abc import Mapping
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

Json = Any
ROW = {"type": "object", "properties": {"Key": {"type": "string"}, "Value": {"type": "string"}}}


def folder() -> Path:
    """Where they are. Raises `FileNotFoundError` without cfn-lint."""
    found = find_spec("cfnlint")
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError("cfn-lint is not installed: its schemas describe the resource types.")
    return Path(found.submodule_search_locations[0]) / "data" / "schemas"


@lru_cache(maxsize=64)
def registered(type_name: str, region: str) -> Mapping[str, Json]:
    """The registry schema as AWS has it; {} for a type or region that cfn-lint doesn't know."""
    provider = folder() / "providers" / f"{region}.json"
    listed = json.loads(provider.read_text()) if provider.is_file() else {}
    name = listed.get(type_name)
    found: Mapping[str, Json] = json.loads((folder() / "resources" / f"{name}.json").read_text()) if name else {}
    return found


@lru_cache(maxsize=64)
def schema(type_name: str, region: str) -> Mapping[str, Json]:
    """The registry schema as resource documents follow it.

    Tags that it has as a map, or as rows of which it requires less, are a list of whole {"Key", "Value"} here, and
    JSON texts in the place of structures are not offered.
    """
    found = registered(type_name, region)
    properties = {prop: _without_texts(raw) for prop, raw in found.get("properties", {}).items()}
    if "Tags" in properties:
        properties["Tags"] = _rows(found, properties["Tags"])
    return {**found, "properties": properties} if properties else found


def _without_texts(raw: Mapping[str, Json]) -> Mapping[str, Json]:
    """Where a schema takes a structure or the JSON text of it: the structure."""
    ways = [way for way in raw.get("oneOf", ()) if way.get("format") != "json"]
    if len(ways) != 1 or len(ways) == len(raw["oneOf"]):
        return raw
    return {**{name: member for name, member in raw.items() if name != "oneOf"}, **ways[0]}


def _rows(found: Mapping[str, Json], tags: Mapping[str, Json]) -> Mapping[str, Json]:
    item = tags.get("items", {})
    row = found.get("definitions", {}).get(str(item.get("$ref", "")).removeprefix("#/definitions/"), item)
    if row and set(row.get("properties", {})) != {"Key", "Value"}:
        return tags
    kept = tags if row else {name: tags[name] for name in ("description",) if name in tags}
    items = {**(row or ROW), "required": ["Key", "Value"], "additionalProperties": False}
    return {**kept, "type": "array", "items": items}


@lru_cache(maxsize=4096)
def extension(type_name: str, name: str) -> Mapping[str, Json]:
    """What a property may be by region, where that differs; {} where cfn-lint doesn't know."""
    path = folder() / "extensions" / type_name.lower().replace("::", "_") / f"{name.lower()}_enum.json"
    found: Mapping[str, Json] = json.loads(path.read_text()) if path.is_file() else {}
    return found


VERSIONS_OF = {"AWS::ElastiCache::ReplicationGroup": "AWS::ElastiCache::CacheCluster"}


@lru_cache(maxsize=64)
def versions(type_name: str) -> Mapping[str, Json]:
    """Which versions of an engine AWS has, as `extension` says it; {} where cfn-lint doesn't know."""
    named = VERSIONS_OF.get(type_name, type_name).lower().replace("::", "_")
    path = folder() / "extensions" / named / "engine_version.json"
    found: Mapping[str, Json] = json.loads(path.read_text()) if path.is_file() else {}
    return found


@lru_cache(maxsize=1)
def _zones() -> Mapping[str, list[str]]:
    for node in ast.parse((folder().parents[1] / "helpers.py").read_text()).body:
        match node:
            case ast.Assign(targets=[ast.Name(id="AVAILABILITY_ZONES")], value=value):
                found: Mapping[str, list[str]] = ast.literal_eval(value)
                return found
    return {}


def zones(region: str) -> tuple[str, ...]:
    """The availability zones of a region that cfn-lint knows. An account may see fewer, or local ones besides."""
    return tuple(_zones().get(region, ()))

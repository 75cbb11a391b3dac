"""The registry schemas of AWS, as cfn-lint ships them: read as files, because importing cfn-lint takes a second."""

import json
from collections.abc import Mapping
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

Json = Any


def folder() -> Path:
    """Where they are. Raises `FileNotFoundError` without cfn-lint."""
    found = find_spec("cfnlint")
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError("cfn-lint is not installed: its schemas describe the resource types.")
    return Path(found.submodule_search_locations[0]) / "data" / "schemas"


@lru_cache(maxsize=64)
def schema(type_name: str, region: str) -> Mapping[str, Json]:
    """The registry schema; {} for a type or region that cfn-lint doesn't know."""
    provider = folder() / "providers" / f"{region}.json"
    listed = json.loads(provider.read_text()) if provider.is_file() else {}
    name = listed.get(type_name)
    found: Mapping[str, Json] = json.loads((folder() / "resources" / f"{name}.json").read_text()) if name else {}
    return found


@lru_cache(maxsize=4096)
def extension(type_name: str, name: str) -> Mapping[str, Json]:
    """What a property may be by region, where that differs; {} where cfn-lint doesn't know."""
    path = folder() / "extensions" / type_name.lower().replace("::", "_") / f"{name.lower()}_enum.json"
    found: Mapping[str, Json] = json.loads(path.read_text()) if path.is_file() else {}
    return found

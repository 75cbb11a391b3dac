"""Templates as text."""

import json
from collections.abc import Mapping
from typing import Any

import yaml

Json = Any


def as_yaml(template: Mapping[str, Json]) -> str:
    """YAML without aliases, which a reader would have to follow."""
    return yaml.dump(template, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=120)


def as_json(template: Json) -> str:
    return json.dumps(template, indent=2, ensure_ascii=False) + "\n"


class _Plain(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True

"""Everything that the strict endpoint holds, exported: a template in which cfn-lint finds no error."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from apps.blueprints.export import Exported, exported
from apps.blueprints.parts import Part
from apps.catalog.registry import TYPES
from apps.planning.plan import Observation
from apps.sandbox import estate
from tests.aws.exercise import TOKYO
from tests.aws.lab import Lab, opened

pytestmark = pytest.mark.lab


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with opened() as made:
        yield made


@pytest.fixture(scope="module")
def everything(lab: Lab) -> list[Part]:
    return [part(seen) for each in TYPES for seen in lab.all(each.name)]


def part(seen: Observation) -> Part:
    return Part(seen.type, seen.region, seen.identifier, seen.name, seen.arn, seen.document)


def template(parts: list[Part]) -> Exported:
    return exported(parts, "dev", estate.NON_PRODUCTION, TOKYO, {})


def errors(found: Exported) -> list[str]:
    """What cfn-lint has against a template, by all of its rules."""
    from cfnlint.api import lint
    from cfnlint.core import get_rules

    rules = get_rules([], [], ["I", "W", "E"], include_experimental=True)
    matches = lint(json.dumps(found.template), rules=rules, regions=[TOKYO])
    return [f"{m.rule.id} {'/'.join(map(str, m.path))}: {m.message}" for m in matches if m.rule.id.startswith("E")]


def test_everything_is_a_valid_template(everything: list[Part]) -> None:
    found = template(everything)
    assert errors(found) == [], "\n".join(errors(found))
    names = {each["LogicalResourceId"] for each in found.identifiers}
    left = {(each.type, each.identifier) for each in found.left if ", " not in each.name}
    assert len(names) + len(left) == len(everything)
    assert [each for each in found.identifiers if not all(each["ResourceIdentifier"].values())] == []
    text = json.dumps(found.template)
    assert "aws:" not in [row["Key"][:4] for row in tags(found.template)]
    assert estate.NON_PRODUCTION not in text.partition('"Resources"')[2]


def tags(value: Any) -> list[dict[str, Any]]:
    match value:
        case {"Key": str(), "Value": _}:
            return [value]
        case dict():
            return [row for member in value.values() for row in tags(member)]
        case list():
            return [row for item in value for row in tags(item)]
        case _:
            return []

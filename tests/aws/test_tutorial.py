"""The declaration in docs/adding-a-resource-type.md, taken from the page and used."""

import re
from pathlib import Path
from typing import Any

import pytest

from apps.aws.boto_gateway import BotoGateway
from apps.aws.gateway import Access
from apps.aws.sessions import ClientFactory
from apps.catalog.types import NativeType
from tests.aws.conftest import TOKYO
from tests.aws.exercise import Exercise
from tests.conformance.test_declarations import offences

PAGE = Path(__file__).parents[2] / "docs" / "adding-a-resource-type.md"


@pytest.fixture(scope="module")
def log_group() -> NativeType:
    (code,) = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(), re.DOTALL | re.MULTILINE)
    names: dict[str, Any] = {}
    exec(code, names)
    declared: NativeType = names["LOG_GROUP"]
    return declared


def test_the_tutorials_declaration_conforms(log_group: NativeType) -> None:
    assert offences(log_group) == []


def test_the_tutorials_declaration_changes_a_log_group(
    log_group: NativeType, factory: ClientFactory, access: Access
) -> None:
    logs = factory.client(access, "logs", TOKYO, mutating=True)
    logs.create_log_group(logGroupName="/serving", tags={"env": "prod"})
    logs.create_log_group(logGroupName="/serving/other")
    types = {log_group.name: log_group}.get
    exercise = Exercise(BotoGateway(factory, access, mutating=True, types=types), types)
    seen = exercise.read(log_group.name, "/serving")
    assert seen.document["Tags"] == [{"Key": "env", "Value": "prod"}]
    exercise.change(seen, RetentionInDays=30, Tags=[{"Key": "env", "Value": "stg"}, {"Key": "owner", "Value": "aiko"}])


@pytest.mark.parametrize("number", range(3))
def test_what_the_tutorial_tells_to_run_runs(number: int, capsys: pytest.CaptureFixture[str]) -> None:
    code = re.findall(r"^\.venv/bin/python - <<'END'\n(.*?)^END$", PAGE.read_text(), re.DOTALL | re.MULTILINE)
    exec(code[number], {})
    assert re.search("RetentionInDays|PutRetentionPolicy|retentionInDays", capsys.readouterr().out)


def test_every_field_is_explained() -> None:
    from dataclasses import fields

    from apps.catalog.types import Property

    page = PAGE.read_text()
    assert [f.name for declared in (NativeType, Property) for f in fields(declared) if f"`{f.name}`" not in page] == []

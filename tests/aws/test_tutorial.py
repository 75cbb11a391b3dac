"""The page that tells how a type is added shows a declaration of the product, and what it tells to run runs."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from apps.catalog.services import logs
from apps.catalog.types import NativeType, Property

PAGE = Path(__file__).parents[2] / "docs" / "adding-a-resource-type.md"


def test_the_tutorial_shows_the_module_as_it_is() -> None:
    (code,) = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(), re.DOTALL | re.MULTILINE)
    assert code == Path(logs.__file__).read_text()


@pytest.mark.parametrize("number", range(3))
def test_what_the_tutorial_tells_to_run_runs(number: int, capsys: pytest.CaptureFixture[str]) -> None:
    code = re.findall(r"^\.venv/bin/python - <<'END'\n(.*?)^END$", PAGE.read_text(), re.DOTALL | re.MULTILINE)
    exec(code[number], {})
    assert re.search("RetentionInDays|PutRetentionPolicy|retentionInDays", capsys.readouterr().out)


def test_every_field_is_explained() -> None:
    page = PAGE.read_text()
    assert [f.name for declared in (NativeType, Property) for f in fields(declared) if f"`{f.name}`" not in page] == []

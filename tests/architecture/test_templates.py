"""Templates keep to the content security policy, and components say what they take."""

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).parents[2] / "templates"
FORBIDDEN = {
    "a style attribute": re.compile(r"\sstyle\s*="),
    "a style element": re.compile(r"<style\b"),
    "an event handler": re.compile(r"\son[a-z]+\s*=", re.IGNORECASE),
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)"),
    "an address of another site": re.compile(r"(?:src|href|action)=\"(?:https?:)?//"),
    "unescaped output": re.compile(r"\|safe\b|\bautoescape off"),
    "code for HTMX to evaluate": re.compile(r"hx-on|hx-vals=.js:|hx-trigger=\"[^\"]*\["),
}
LIMIT = 100


def templates(folder: str = ".") -> list[Path]:
    return sorted((TEMPLATES / folder).rglob("*.html"))


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_template_needs_more_than_the_content_security_policy_allows(what: str) -> None:
    assert [str(path.relative_to(TEMPLATES)) for path in templates() if FORBIDDEN[what].search(path.read_text())] == []


def test_every_component_names_its_context() -> None:
    assert [path.name for path in templates("components") if not path.read_text().startswith("{% comment %}")] == []


def test_templates_stay_short() -> None:
    assert [path.name for path in templates() if len(path.read_text().splitlines()) > LIMIT] == []

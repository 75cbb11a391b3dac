"""What the documents name exists: links, files, targets of make, commands, settings, services."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from tests.integration.deployment.compose import services

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FILE = re.compile(r"`((?:apps|config|docs|requirements|static|templates|tests)/[\w./-]*|[\w-]+\.(?:md|txt|yml|toml))`")
NOT_OURS = {"apps/catalog/services/logs.py"}  # what the reader of the tutorial writes
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def in_code(page: Path, pattern: str) -> set[str]:
    """What stands in code, so that words of sentences are not taken for names."""
    return {found for part in CODE.findall(page.read_text()) for found in re.findall(pattern, part)}


@each_page
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    targets = [link.partition("#")[0] for link in LINK.findall(page.read_text()) if "://" not in link]
    assert [link for link in targets if link and not (page.parent / link).exists()] == []


@each_page
def test_every_file_that_is_named_exists(page: Path) -> None:
    named = set(FILE.findall(page.read_text())) - NOT_OURS
    assert [name for name in named if not any((place / name).exists() for place in (ROOT, page.parent))] == []


@each_page
def test_every_target_of_make_that_is_named_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert in_code(page, r"(?<![\w-])make ([a-z-]+)") - targets == set()


@each_page
def test_every_management_command_that_is_named_exists(page: Path) -> None:
    assert in_code(page, r"manage\.py ([a-z_]+)") - set(get_commands()) == set()


@each_page
def test_every_service_that_is_named_is_in_the_compose_file(page: Path) -> None:
    assert in_code(page, r"docker compose exec (?:-T )?([a-z]+)") - set(services()) == set()


def test_every_setting_is_documented_and_every_documented_setting_is_read() -> None:
    code = "\n".join(path.read_text() for path in (ROOT / "config").glob("*.py"))
    read = set(re.findall(r"env\.\w+\(\s*\"(\w+)\"", code)) | set(re.findall(r"environ\.get\(\"(\w+)\"", code))
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs/deployment.md").read_text(), re.MULTILINE))
    assert read == documented


def test_every_decision_and_every_page_is_listed() -> None:
    for folder in ("docs", "docs/decisions"):
        index = (ROOT / folder / "README.md").read_text()
        pages = [path.name for path in (ROOT / folder).glob("*.md") if path.name != "README.md"]
        assert [name for name in pages if f"]({name})" not in index] == []

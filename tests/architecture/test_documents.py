"""What the documents name exists: links, files, targets of make, commands, settings, services."""

import re
from collections.abc import Iterable
from pathlib import Path

from django.core.management import get_commands

from config.variables import VARIABLES
from tests.integration.deployment.compose import services

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FILE = re.compile(r"`((?:apps|config|docs|requirements|static|templates|tests)/[\w./-]*|[\w-]+\.(?:md|txt|yml|toml))`")
NOT_OURS = {"apps/catalog/services/logs.py"}  # what the reader of the tutorial writes


def in_code(page: Path, pattern: str) -> set[str]:
    """What stands in code, so that words of sentences are not taken for names."""
    return {found for part in CODE.findall(page.read_text()) for found in re.findall(pattern, part)}


def in_code_of_any(pattern: str) -> set[tuple[str, str]]:
    return {(found, str(page.relative_to(ROOT))) for page in PAGES for found in in_code(page, pattern)}


def strange(named: set[tuple[str, str]], known: Iterable[str]) -> set[tuple[str, str]]:
    """What is named and not known, with the page that names it."""
    assert named
    return {(name, page) for name, page in named if name not in known}


def test_every_relative_link_leads_somewhere() -> None:
    links = [(page, link.partition("#")[0]) for page in PAGES for link in LINK.findall(page.read_text())]
    relative = [(page, link) for page, link in links if link and "://" not in link]
    assert len(relative) > 50
    assert [(page, link) for page, link in relative if not (page.parent / link).exists()] == []


def test_every_file_that_is_named_exists() -> None:
    named = [(page, name) for page in PAGES for name in set(FILE.findall(page.read_text())) - NOT_OURS]
    assert len(named) > 20
    missing = [(p, name) for p, name in named if not any((place / name).exists() for place in (ROOT, p.parent))]
    assert missing == []


def test_every_target_of_make_that_is_named_exists() -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert strange(in_code_of_any(r"(?<![\w-])make ([a-z-]+)"), targets) == set()


def test_every_management_command_that_is_named_exists() -> None:
    assert strange(in_code_of_any(r"manage\.py ([a-z_]+)"), get_commands()) == set()


def test_every_service_that_is_named_is_in_the_compose_file() -> None:
    assert strange(in_code_of_any(r"docker compose exec (?:-T )?([a-z]+)"), services()) == set()


def test_every_setting_is_described_and_every_described_setting_is_read() -> None:
    code = "\n".join(path.read_text() for path in (ROOT / "config").glob("*.py"))
    read = set(re.findall(r"env\.\w+\(\s*\"(\w+)\"", code)) | set(re.findall(r"environ\.get\(\"(\w+)\"", code))
    assert read - {"DJANGO_SETTINGS_MODULE"} == set(VARIABLES)


def test_every_decision_and_every_page_is_listed() -> None:
    for folder in ("docs", "docs/decisions"):
        index = (ROOT / folder / "README.md").read_text()
        pages = [path.name for path in (ROOT / folder).glob("*.md") if path.name != "README.md"]
        assert [name for name in pages if f"]({name})" not in index] == []

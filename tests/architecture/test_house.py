"""The rules of the house that a machine can hold."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SETS = ("runtime", "demo", "dev")
VAGUE = {"utils", "helpers", "services", "managers", "signals", "mixins", "constants", "common", "misc"}
DJANGO_APPS = (
    "people",
    "audit",
    "environments",
    "evaluation",
    "inventory",
    "changes",
    "reviews",
    "planner",
    "runs",
    "blueprints",
    "notifications",
    "web",
    "api",
    "sandbox",
)
PURE = ("catalog", "planning", "aws")
MODULE_LINES = 250


def modules(*folders: str) -> list[Path]:
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts]
    return sorted(found)


def command(*words: str | Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def asked(name: str) -> set[str]:
    """The distributions that `requirements/<name>.in` asks for, those of the sets that it includes too."""
    lines = [line.strip() for line in (ROOT / "requirements" / f"{name}.in").read_text().splitlines()]
    included = {one for line in lines if line.startswith("-r ") for one in asked(line[3:].removesuffix(".in"))}
    wanted = [re.match(r"[\w.-]+", line) for line in lines if line and not line.startswith(("-", "#"))]
    return included | {normal(match[0]) for match in wanted if match}


def pinned(name: str) -> dict[str, str]:
    found = re.findall(r"^([\w.-]+)==(\S+)", (ROOT / "requirements" / f"{name}.txt").read_text(), re.MULTILINE)
    return {normal(distribution): version for distribution, version in found}


def test_the_layer_contracts_hold() -> None:
    done = command(Path(sys.executable).with_name("lint-imports"), "--no-cache")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("module", ["apps.catalog.reference", "apps.aws.permissions", "apps.changes.diagram"])
def test_generated_documents_are_current(module: str) -> None:
    done = command(sys.executable, "-m", module, "--check")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("package", PURE)
def test_the_lower_layers_load_without_django(package: str) -> None:
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in modules(f"apps/{package}")]
    imports = "; ".join(f"import {name}" for name in names if not name.endswith(("__init__", "__main__")))
    loaded = "print([name for name in ('django', 'rest_framework', 'celery') if name in sys.modules])"
    done = command(sys.executable, "-c", f"import sys; {imports}; {loaded}")
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


def test_modules_are_named_after_what_they_hold() -> None:
    assert [str(path.relative_to(ROOT)) for path in modules("apps", "config") if path.stem in VAGUE] == []


def test_nine_modules_in_ten_are_short() -> None:
    lengths = sorted(len(path.read_text().splitlines()) for path in modules("apps", "config"))
    assert lengths[int(len(lengths) * 0.9)] <= MODULE_LINES


@pytest.mark.parametrize("name", SETS)
def test_requirements_name_no_index(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text() + (ROOT / "requirements" / f"{name}.in").read_text()
    assert re.findall(r"^.*(?:--index|--extra-index|--find-links|--trusted-host|://).*$", text, re.MULTILINE) == []


@pytest.mark.parametrize("name", SETS)
def test_every_requirement_is_pinned_with_its_hashes(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    entries = re.split(r"\n(?=[\w.-]+==)", text)
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert asked(name) - set(pinned(name)) == set()


def test_the_sets_agree_on_versions() -> None:
    dev = pinned("dev")
    differing = [(n, p, v) for n in ("runtime", "demo") for p, v in pinned(n).items() if dev.get(p) != v]
    assert differing == []


def test_every_application_is_installed() -> None:
    from django.apps import apps

    assert {name for name in DJANGO_APPS if not apps.is_installed(f"apps.{name}")} == set()
    folders = {path.name for path in (ROOT / "apps").iterdir() if (path / "__init__.py").exists()}
    assert folders == {*DJANGO_APPS, *PURE}

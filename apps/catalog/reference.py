"""Writes the reference of resource types from their declarations: `python -m apps.catalog.reference [--check]`."""

import sys
from pathlib import Path

from apps.catalog.registry import TYPES
from apps.catalog.types import EffectKind, NativeType, Property

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "resource-types"


def pages() -> dict[str, str]:
    """File name -> text, for every type and the index."""
    listed = "\n".join(f"- [{t.title}]({file_name(t)}): `{t.name}`" for t in TYPES)
    index = f"# Resource types\n\nWritten from the declarations by `make docs`.\n\n{listed}\n"
    return {"README.md": index} | {file_name(t): page(t) for t in TYPES}


def file_name(native: NativeType) -> str:
    return "-".join(native.name.lower().split("::")[1:]) + ".md"


def page(native: NativeType) -> str:
    verbs = ["list", "read", "update", *(["create"] if native.create else []), *(["delete"] if native.delete else [])]
    order = [*native.first, *[name for name in native.properties if name not in native.first]]
    rows = "\n".join(line(name, native.properties[name]) for name in order)
    return (
        f"# {native.title}\n\n`{native.name}`, through the `{native.service}` API. Can: {', '.join(verbs)}.\n\n"
        f"| property | change | effect | source | notes |\n|---|---|---|---|---|\n{rows}\n"
    )


def line(name: str, declared: Property) -> str:
    effect = declared.effect
    minutes = f", about {effect.minutes} min" if effect.minutes else ""
    some = "; online between some values" if declared.harmless else ""
    change = "in place" if declared.editable else "set by AWS"
    if effect.kind is EffectKind.REPLACES:
        change = "not in place"
    notes = " ".join(part for part in (declared.help, declared.irreversible, declared.unit) if part)
    return f"| {name} | {change} | {effect.kind}{minutes}{some} | {effect.source} | {notes} |"


def main(arguments: list[str]) -> int:
    """Write the pages, or with `--check` name those that are not up to date (exit code 1)."""
    wanted = pages()
    if "--check" in arguments:
        stale = [n for n, text in wanted.items() if not (FOLDER / n).exists() or (FOLDER / n).read_text() != text]
        print("\n".join(f"{FOLDER / name} is not up to date: run make docs" for name in stale) or "up to date")
        return 1 if stale else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in wanted.items():
        (FOLDER / name).write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

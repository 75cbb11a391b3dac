"""Writes docs/settings.md from what the settings read: `python -m config.reference [--check]`."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from config.variables import VARIABLES

PATH = Path(__file__).resolve().parent.parent / "docs" / "settings.md"
HEAD = """# Settings

Environment variables. Each may be given as a file, by its name with `_FILE`
(`SECRET_KEY_FILE=/run/secrets/secret_key`). A process refuses to start, in a sentence that names the variable, with a
value that it can't read.

`AWS_*` variables mean what they mean to botocore, in planner and executor; web and beat remove them. A custom endpoint
is taken from `RINGI_AWS_ENDPOINT_URL` only, never from `AWS_ENDPOINT_URL` or a profile.

Generated from `config/settings.py` and `config/variables.py` by `python -m config.reference`; do not edit.

| variable | is | meaning | default |
|---|---|---|---|
"""


def document() -> str:
    """The page. Raises `KeyError` for a variable that is read and not described, or described and never read."""
    from config import celery, settings

    read = settings.env.read | celery.READ
    if strange := read.keys() ^ VARIABLES.keys():
        raise KeyError(f"config/variables.py and what is read differ in {', '.join(sorted(strange))}")
    rows = []
    for name, variable in VARIABLES.items():
        kind, default = read[name]
        rows.append(f"| `{name}` | {kind} | {variable.meaning} | {variable.default or words(default)} |\n")
    return HEAD + "".join(rows)


def words(default: Any) -> str:
    """A default as it would be written into the variable."""
    from config.settings import BASE_DIR

    match default:
        case bool():
            return str(default).lower()
        case list():
            return ", ".join(default) or "none"
        case _:
            return str(default).replace(f"{BASE_DIR}/", "") or "none"


def main(arguments: Sequence[str]) -> int:
    """Write the page, or with `--check` say whether it is current; the exit code."""
    if "--check" not in arguments:
        PATH.write_text(document())
        return 0
    if PATH.exists() and PATH.read_text() == document():
        return 0
    sys.stderr.write("docs/settings.md is not current. Run `make docs`.\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

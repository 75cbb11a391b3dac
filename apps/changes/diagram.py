"""Writes docs/states.md from the transition table: `python -m apps.changes.diagram [--check]`."""

import sys
from collections.abc import Sequence
from pathlib import Path

from apps.changes.states import MAY, OPEN, TRANSITIONS, Part, State

PATH = Path(__file__).resolve().parents[2] / "docs" / "states.md"
HEAD = """# States of a change request

Generated from `apps/changes/states.py` by `python -m apps.changes.diagram`; do not edit.

"""


def document() -> str:
    """The page: a Mermaid diagram, the same as a table, and who may do what where."""
    return HEAD + "\n".join(["```mermaid", "stateDiagram-v2", *_arrows(), "```", "", *_table(), "", *_matrix()]) + "\n"


def _arrows() -> list[str]:
    moves = [f"    {old} --> {new}: {verb}" for (old, verb), new in TRANSITIONS.items()]
    return [f"    [*] --> {State.DRAFT}", *moves, *(f"    {state} --> [*]" for state in State if state not in OPEN)]


def _table() -> list[str]:
    rows = [f"| {old} | {verb} | {new} |" for (old, verb), new in TRANSITIONS.items()]
    return ["| state | verb | becomes |", "|---|---|---|", *rows]


def _matrix() -> list[str]:
    """States by parts, each with the verbs that it may use there."""
    parts = list(Part)
    rows = [f"| {state} | {' | '.join(_verbs(state, part) for part in parts)} |" for state in State]
    return [f"| state | {' | '.join(parts)} |", f"|{'---|' * (len(parts) + 1)}", *rows]


def _verbs(state: State, part: Part) -> str:
    found = [verb for (old, verb) in TRANSITIONS if old is state and part in MAY[verb]]
    return ", ".join(found) or "nothing"


def main(arguments: Sequence[str]) -> int:
    """Write the page, or with `--check` say whether it is current; the exit code."""
    if "--check" not in arguments:
        PATH.write_text(document())
        return 0
    if PATH.exists() and PATH.read_text() == document():
        return 0
    sys.stderr.write("docs/states.md is not current. Run `python -m apps.changes.diagram`.\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

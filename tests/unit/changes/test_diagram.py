from pathlib import Path

import pytest

from apps.changes import diagram
from apps.changes.states import TRANSITIONS


def test_the_page_of_states_is_current():
    assert diagram.main(["--check"]) == 0


def test_every_transition_is_drawn():
    for (old, verb), new in TRANSITIONS.items():
        assert f"{old} --> {new}: {verb}" in diagram.document()


def test_an_outdated_page_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(diagram, "PATH", tmp_path / "states.md")
    assert diagram.main(["--check"]) == 1
    diagram.main([])
    assert diagram.main(["--check"]) == 0

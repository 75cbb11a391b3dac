"""How far a run has come, in words."""

import pytest

from apps.runs.models import Step
from apps.web.presenters.run import progress


@pytest.mark.parametrize(
    ("states", "said"),
    [
        (["done"] * 6, "6 of 6 steps done"),
        (["done"] * 4 + ["failed", "cancelled"], "4 of 6 steps done, 1 failed, 1 cancelled"),
        (["done", "skipped", "running", "attention"], "2 of 4 steps done (1 skipped), 1 needs attention"),
        (["cancelled"] * 6, "0 of 6 steps done, 6 cancelled"),
    ],
)
def test_what_was_not_done_does_not_count_as_done(states: list[str], said: str) -> None:
    assert progress([Step(state=state) for state in states]) == said

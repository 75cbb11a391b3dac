"""A place that an unprivileged user can reach, as pytest's own directories are not."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def directory() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="ringi-sandbox-") as place:
        Path(place).chmod(0o755)
        yield Path(place) / "state"

"""A worker's sign of life follows its connection: gone without the broker, back with it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from apps.sandbox.valkey import Valkey
from tests.integration.deployment.compose import ROOT
from tests.waiting import GUARD_SECONDS, until

pytestmark = pytest.mark.xdist_group("deployment")


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Valkey]:
    with Valkey(tmp_path / "broker") as server:
        yield server


@pytest.fixture
def sign(broker: Valkey, tmp_path: Path) -> Iterator[Path]:
    """The file that a planner touches. It has no database, and no task is rung for."""
    path = tmp_path / "alive"
    environment = {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": os.environ["SECRET_KEY"],
        "RINGI_PROCESS": "planner",
        "RINGI_ALIVE_FILE": str(path),
        "REDIS_URL": broker.url,
    }
    words = [
        "-A",
        "config",
        "worker",
        "-Q",
        "plan",
        "--concurrency=1",
        "--without-gossip",
        "--without-mingle",
        "--without-heartbeat",
    ]
    with (tmp_path / "log").open("wb") as log:
        worker = subprocess.Popen(
            [sys.executable, "-m", "celery", *words], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
    yield path
    worker.terminate()
    assert worker.wait(GUARD_SECONDS) == 0
    assert not path.exists()


def test_a_worker_is_alive_again_when_its_broker_is_back(broker: Valkey, sign: Path) -> None:
    until(sign.exists)
    broker.stop()
    until(lambda: not sign.exists())
    broker.start()
    until(sign.exists)
    seen = sign.stat().st_mtime_ns
    until(lambda: sign.stat().st_mtime_ns > seen)

"""A real worker's entry in the database: there while it runs, heeded when it is drained, gone when it ends."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis
from django.db import connection

from apps.people.models import RoleBinding, User
from apps.runs import workers
from apps.runs.models import Worker
from apps.sandbox.valkey import Valkey

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).parents[3]
OFTEN = """
import sys
from config import roll_call
roll_call.SECONDS = 0.3
from config.celery import app
quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
options = ["-Q", "run", "-n", "executor@here", "--concurrency=1", *quiet]
app.worker_main(["worker", *options])
"""


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Valkey]:
    with Valkey(tmp_path / "broker") as server:
        yield server


@pytest.fixture
def executor(broker: Valkey, tmp_path: Path) -> Iterator["subprocess.Popen[bytes]"]:
    server = os.environ["DATABASE_URL"].rpartition("/")[0]
    environment = {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": os.environ["SECRET_KEY"],
        "RINGI_PROCESS": "executor",
        "REDIS_URL": broker.url,
        "DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}",
    }
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-c", OFTEN], cwd=ROOT, env=environment, stdout=log, stderr=log)
    yield process
    process.terminate()
    process.wait(30)


def wait(until: Callable[[], object], seconds: float = 40) -> None:
    give_up = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < give_up
        time.sleep(0.1)


def test_a_worker_is_on_the_roll_stops_listening_when_drained_and_leaves_at_its_end(
    broker: Valkey, executor: "subprocess.Popen[bytes]"
) -> None:
    goro = User.objects.create_user("goro", full_name="Goro Hayashi")
    RoleBinding.objects.create(user=goro, role="administrator")
    wait(Worker.objects.exists)
    name = f"executor@here:{executor.pid}"
    assert Worker.objects.get().name == name
    bell = redis.Redis.from_url(broker.url)

    def heard() -> bool:
        """Whether somebody takes a message from the queue."""
        ring = (
            "from config.celery import app; "
            "app.send_task('apps.runs.tasks.sweep', queue='run', ignore_result=True, retry=False)"
        )
        environment = os.environ | {"REDIS_URL": broker.url}
        subprocess.run([sys.executable, "-c", ring], cwd=ROOT, env=environment, check=True)
        time.sleep(1)
        waits = bool(bell.llen("run"))
        bell.delete("run")
        return not waits

    assert heard()
    workers.drain(by=goro, name=name)
    time.sleep(1.5)
    assert not heard()

    lose(broker, name)
    assert Worker.objects.get().draining
    assert not heard()

    workers.undrain(by=goro, name=name)
    time.sleep(1.5)
    assert heard()
    lose(broker, name)
    assert heard()

    executor.terminate()
    executor.wait(30)
    assert not Worker.objects.exists()


def lose(broker: Valkey, name: str) -> None:
    """Let the worker lose its connection and find the broker again."""
    log = broker.directory.parent / "log"
    before = log.read_text().count("Connection to broker lost")
    broker.stop()
    wait(lambda: log.read_text().count("Connection to broker lost") > before)
    broker.start()
    wait(lambda: signs_again(name))


def signs_again(name: str) -> bool:
    before = Worker.objects.get(name=name).seen_at
    time.sleep(1)
    return Worker.objects.get(name=name).seen_at > before

"""The whole demo as its user starts it, and what it leaves behind."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


def environments_of(directory: Path) -> dict[int, bytes]:
    """Every process that holds something of the demo in its command line or environment, by its number."""
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            text = (entry / "cmdline").read_bytes() + b"\0" + (entry / "environ").read_bytes()
        except OSError:
            continue
        if str(directory).encode() in text:
            found[int(entry.name)] = text
    return found


@pytest.fixture
def demo(directory: Path) -> Iterator[subprocess.Popen[str]]:
    """The demo, starting. Its state directory is in the environment of all its processes."""
    given = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE", "REDIS", "AWS_"))}
    given["TMPDIR"] = str(directory.parent)
    command = [sys.executable, "-m", "apps.sandbox", "--directory", str(directory)]
    process = subprocess.Popen(command, cwd=ROOT, env=given, stdout=subprocess.PIPE, text=True)
    yield process
    if process.poll() is None:
        process.kill()
        process.wait()


def address(demo: subprocess.Popen[str]) -> str:
    """Read what the demo says until it is ready."""
    assert demo.stdout is not None
    said = []
    for line in demo.stdout:
        said.append(line)
        if line.startswith("Ready"):
            return line.split()[-1]
    raise AssertionError("".join(said))


def test_one_command_starts_everything_and_one_signal_leaves_nothing(
    demo: subprocess.Popen[str], directory: Path
) -> None:
    url = address(demo)
    with urllib.request.urlopen(f"{url}/readyz", timeout=10) as answer:
        assert answer.status == 200
    running = environments_of(directory.parent)
    webs = [text for text in running.values() if b"RINGI_PROCESS=web\0" in text]
    planners = [text for text in running.values() if b"RINGI_PROCESS=planner\0" in text]
    executors = [text for text in running.values() if b"RINGI_PROCESS=executor\0" in text]
    assert webs
    assert planners
    assert executors
    assert not any(b"\0AWS_" in text for text in webs)
    assert not any(b"DATABASE_OWNER_URL" in text for text in (*webs, *planners, *executors))
    second = subprocess.run(demo.args, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (second.returncode, "already" in second.stdout) == (1, True)
    assert keys(planners).isdisjoint(keys(executors))
    demo.send_signal(signal.SIGINT)
    assert demo.wait(60) == 0
    assert environments_of(directory.parent) == {}
    assert not list(directory.parent.rglob("*.pid"))
    assert not list(directory.parent.rglob("*.lock"))


def keys(texts: list[bytes]) -> set[bytes]:
    found = {part for text in texts for part in text.split(b"\0") if part.startswith(b"AWS_ACCESS_KEY_ID=")}
    assert found
    return found


def test_no_process_outlives_a_demo_that_is_killed(demo: subprocess.Popen[str], directory: Path) -> None:
    address(demo)
    demo.kill()
    demo.wait()
    give_up = time.monotonic() + 60
    while environments_of(directory.parent) and time.monotonic() < give_up:
        time.sleep(0.5)
    assert environments_of(directory.parent) == {}

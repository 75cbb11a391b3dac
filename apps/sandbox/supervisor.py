"""Starts the parts of the demo in order, waits until each is ready, watches them, and stops them in reverse."""

import fcntl
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Self

from apps.sandbox import process

READY_SECONDS = 90
PATIENCE = 0.05
MOST_SAID = 500  # characters of a line
RESTARTS = 5


class NotStarted(RuntimeError):
    """A part did not become ready; the sentence says where to look."""


@dataclass
class Child:
    """A process of the demo. A `lasting` one that ends is started again, `RESTARTS` times at most.

    `orphaned` is what it is sent when the supervisor is killed, `keep` the file descriptors that it inherits.
    """

    name: str
    command: list[str]
    environment: dict[str, str]
    ready: Callable[[], bool] = lambda: True
    lasting: bool = True
    orphaned: signal.Signals = signal.SIGTERM
    keep: tuple[int, ...] = ()
    running: subprocess.Popen[bytes] | None = None
    ends: int = 0


@dataclass
class Supervisor:
    """The running demo. `say` gets one line per event."""

    directory: Path
    say: Callable[[str], None]
    children: list[Child] = field(default_factory=list)
    closing: list[Callable[[], None]] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)
    lock: IO[str] | None = None

    def __enter__(self) -> Self:
        self.lock = hold(self.directory.with_suffix(".lock"))
        shutil.rmtree(self.directory, ignore_errors=True)
        self.directory.mkdir(parents=True)
        self.directory.chmod(0o755)
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: self.stopped.set())
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the processes at work, then what they work with, in the reverse of the order in which it was started."""
        for lasting in (True, False):
            process.stop(*(each.running for each in self.children if each.running and each.lasting is lasting))
        for close in reversed(self.closing):
            close()
        shutil.rmtree(self.directory / "postgres", ignore_errors=True)
        shutil.rmtree(self.directory / "valkey", ignore_errors=True)
        if self.lock is not None:
            Path(self.lock.name).unlink(missing_ok=True)
            self.lock.close()

    def step(self, name: str, act: Callable[[], str]) -> None:
        """Do one thing of the start and say how long it took. `act` gives what else to say."""
        if self.stopped.is_set():
            raise NotStarted("Stopped while starting.")
        began = time.monotonic()
        told = act()
        self.say(f"  {name:<12} {time.monotonic() - began:5.1f} s  {told}")

    def once(self, name: str, arguments: list[str], environment: dict[str, str]) -> str:
        """Run a management command to its end."""
        child = process.start([sys.executable, "manage.py", *arguments], log=self.log(name), environment=environment)
        while child.poll() is None:
            if self.stopped.wait(PATIENCE):
                process.stop(child)
                raise NotStarted("Stopped while starting.")
        if child.returncode:
            raise NotStarted(f"{name} failed. {self.last_words(name)}")
        return ""

    def launch(self, child: Child) -> Child:
        """Start a process that is waited for later."""
        self.children.append(child)
        self._run(child)
        return child

    def wait(self, child: Child) -> str:
        """Wait until a process is ready. Raises `NotStarted` when it ends or takes too long."""
        give_up = time.monotonic() + READY_SECONDS
        while not child.ready():
            ended = child.running is not None and child.running.poll() is not None
            if ended or time.monotonic() > give_up or self.stopped.is_set():
                raise NotStarted(f"{child.name} did not become ready. {self.last_words(child.name)}")
            time.sleep(PATIENCE)
        return ""

    def _run(self, child: Child) -> None:
        child.running = process.start(
            child.command,
            log=self.log(child.name),
            environment=child.environment,
            parent_signal=child.orphaned,
            keep=child.keep,
        )

    def watch(self, until: float | None = None) -> None:
        """Keep everything running until somebody stops us, or for `until` seconds."""
        end = time.monotonic() + until if until is not None else float("inf")
        while not self.stopped.wait(min(1.0, max(0.0, end - time.monotonic()))) and time.monotonic() < end:
            for child in self.children:
                if child.running is not None and child.running.poll() is not None:
                    self._again(child, child.running.returncode)

    def _again(self, child: Child, code: int) -> None:
        child.ends += 1
        if not child.lasting:
            raise NotStarted(f"{child.name} ended, and what it held is lost; see {self.log(child.name)}. Start again.")
        if child.ends > RESTARTS:
            raise NotStarted(f"{child.name} keeps ending. {self.last_words(child.name)}")
        self.say(f"  {child.name} ended ({code}) and is started again; see {self.log(child.name)}")
        self._run(child)

    def last_words(self, name: str) -> str:
        """The last line of a process's log, and where the others are."""
        log = self.log(name)
        lines = log.read_text(errors="replace").split("\n") if log.exists() else []
        last = next((line.strip() for line in reversed(lines) if line.strip()), "It said nothing.")
        return f"{last[:MOST_SAID]} (more in {log})"

    def log(self, name: str) -> Path:
        return self.directory / "log" / f"{name}.log"


def hold(path: Path) -> IO[str]:
    """Keep others out of a directory until this process ends. Raises `NotStarted` while another one holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    held = path.open("a")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        held.close()
        raise NotStarted("A demo runs here already. Stop it first, or give another --directory.") from error
    return held


def answers(url: str) -> Callable[[], bool]:
    """Whether an HTTP server answers 200 there."""

    def ask() -> bool:
        try:
            with urllib.request.urlopen(url, timeout=2) as response:
                return bool(response.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    return ask


def says(path: Path, words: str) -> Callable[[], bool]:
    """Whether a log holds the words."""
    return lambda: path.exists() and words in path.read_text(errors="replace")

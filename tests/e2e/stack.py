"""The running product: started as its user starts it, looked at through a browser and, from the side, by boto3."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from apps.sandbox.endpoint.remote import ask

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "")


@dataclass(frozen=True)
class Stack:
    """Where the demo answers: the pages at `url`, the AWS endpoint and its control API at `aws`."""

    url: str
    aws: str
    process: subprocess.Popen[str]
    directory: Path

    def child(self, role: str) -> int:
        """The process that the demo started in that role."""
        for entry in Path("/proc").iterdir():
            try:
                parent = (entry / "stat").read_text().rsplit(")", 1)[1].split()[1]
                environment = (entry / "environ").read_bytes()
            except OSError:
                continue
            if parent == str(self.process.pid) and f"RINGI_PROCESS={role}\0".encode() in environment:
                return int(entry.name)
        raise AssertionError(f"no {role} runs")

    @contextmanager
    def settling(self, seconds: float = 3600) -> Iterator[None]:
        """What is changed meanwhile says for so long that it is being modified, or until the end of this."""
        usual = self.lab("state")["settle"]
        self.lab("state", settle=dict.fromkeys(usual, seconds))
        try:
            yield
        finally:
            self.lab("settle")
            self.lab("state", settle=usual)

    def lab(self, what: str, **values: Any) -> dict[str, Any]:
        return ask(self.aws, what, values)


@contextmanager
def running() -> Iterator[Stack]:
    """The demo in a directory of its own, stopped at the end as by Ctrl-C, after which nothing of it may be left."""
    with tempfile.TemporaryDirectory(prefix="ringi-e2e-") as name:
        place = Path(name)
        place.chmod(0o755)
        process = started(place / "state")
        try:
            url, aws = listen(process)
            yield Stack(url, aws, process, place / "state")
        finally:
            process.send_signal(signal.SIGINT)
            ended = process.wait(60)
        assert ended == 0
        assert environments_of(place) == {}
        assert not [*place.rglob("*.pid"), *place.rglob("*.lock")]


def started(directory: Path) -> subprocess.Popen[str]:
    """The demo, starting. Its directory is in the environment of all its processes."""
    given = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE", "REDIS", "AWS_"))}
    given["TMPDIR"] = str(directory.parent)
    command = [sys.executable, "-m", "apps.sandbox", "--directory", str(directory)]
    return subprocess.Popen(command, cwd=ROOT, env=given, stdout=subprocess.PIPE, text=True)


def environments_of(place: Path) -> dict[int, bytes]:
    """Every process that holds something of the place in its command line or environment, by its number."""
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            text = (entry / "cmdline").read_bytes() + b"\0" + (entry / "environ").read_bytes()
        except OSError:
            continue
        if str(place).encode() in text:
            found[int(entry.name)] = text
    return found


def listen(process: subprocess.Popen[str]) -> tuple[str, str]:
    """Read what the demo says until it is ready: the address of its pages and that of its AWS endpoint."""
    assert process.stdout is not None
    said, aws = [], ""
    for line in process.stdout:
        said.append(line)
        if "two accounts at" in line:
            aws = line.split()[-1]
        if line.startswith("Ready"):
            return line.split()[-1], aws
    raise AssertionError("".join(said))


@dataclass
class Visitor:
    """One person's browser window. What a page complains of on its console is kept in `complaints`."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        self.page.goto(self.url + path)
        return self.page


def sign_in(browser: Browser, url: str, username: str, **options: Any) -> Visitor:
    """A new window in which the person has signed in with the demo's one click."""
    visitor = Visitor(browser.new_context(**{"reduced_motion": "reduce"} | options).new_page(), url)
    visitor.page.on("console", lambda said: visitor.complaints.extend(serious(said.type, said.text)))
    visitor.page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
    visitor.page.on("request", lambda sent: visitor.complaints.extend(strangers(url, sent.url)))
    visitor.go("/").locator(f"button[name=username][value={username}]").click()
    visitor.page.wait_for_url(f"{url}/")
    return visitor


def serious(kind: str, text: str) -> list[str]:
    """The words, if they are an error. A page that is left while it asks for news is none."""
    left = text.startswith(("htmx:sendAbort", "htmx:afterRequest"))
    return [text] if kind == "error" and not left else []


def strangers(url: str, asked: str) -> list[str]:
    """The address, unless it is the product's own."""
    return [] if asked.startswith((url, "data:")) else [asked]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's chromium, told to talk to nobody by itself."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()

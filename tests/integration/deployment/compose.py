"""`docker-compose.yml`, read as compose reads it, and its services run outside containers.

Commands, environments and health checks are those of the file. Only addresses differ: /run/secrets and /tmp become
folders of the test, the names `postgres` and `redis` and the port of the pages become ports on loopback.
"""

import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.waiting import GUARD_SECONDS

ROOT = Path(__file__).resolve().parents[3]
FILE = ROOT / "docker-compose.yml"
DEFAULT = re.compile(r"\$\{\w+:-([^}]*)\}")


def services() -> dict[str, Any]:
    """Every service, its anchors resolved and its variables at their defaults."""
    found: dict[str, Any] = yaml.safe_load(DEFAULT.sub(r"\1", FILE.read_text()))["services"]
    return found


@dataclass
class Outside:
    """Runs what the file says. `moved` maps what stands in the file to what it is called here.

    `given` is in the environment of every service besides, as an override file would put it there.
    """

    folder: Path
    moved: dict[str, str]
    path: str = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    given: dict[str, str] = field(default_factory=dict)
    started: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def here(self, service: str, text: str) -> str:
        home = self.folder / service
        home.mkdir(exist_ok=True)
        text = re.sub(r"(?<![\w/])/tmp\b", str(home), text)
        for inside, outside in self.moved.items():
            text = text.replace(inside, outside)
        return text

    def environment(self, service: str) -> dict[str, str]:
        values = services()[service].get("environment", {})
        # PATH and HOME are the image's.
        given = {"PATH": self.path, "HOME": self.here(service, "/tmp"), "STATIC_ROOT": str(self.folder / "static")}
        return given | self.given | {name: self.here(service, str(value)) for name, value in values.items()}

    def once(self, service: str, *command: str, typed: str = "") -> "subprocess.CompletedProcess[str]":
        """Run a command as `docker compose run` or `exec` would, to its end."""
        return subprocess.run(
            [self.here(service, word) for word in command],
            cwd=ROOT,
            env=self.environment(service),
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )

    def start(self, service: str, *command: str) -> "subprocess.Popen[bytes]":
        """Start it, with another command than its own where one is given."""
        command = tuple(self.here(service, word) for word in command or services()[service]["command"])
        with self.log(service).open("ab") as log:
            process = self.started[service] = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environment(service),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return process

    def kill(self, service: str) -> None:
        """At once and without a word, as machines do it."""
        process = self.started.pop(service)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def end(self, service: str) -> int:
        """As compose stops one: SIGTERM, and time to finish. Gives the exit code."""
        process = self.started.pop(service)
        process.terminate()
        return process.wait(GUARD_SECONDS)

    def healthy(self, service: str) -> bool:
        """Whether its health check ends well."""
        kind, *words = services()[service]["healthcheck"]["test"]
        words = ["/bin/sh", "-c", *words] if kind == "CMD-SHELL" else words
        return self.once(service, *words).returncode == 0

    def stop(self) -> dict[str, int]:
        """End everything as compose does: SIGTERM, and time to finish. Gives the exit codes."""
        ended = {service: self.started.pop(service) for service in list(self.started)}
        for process in ended.values():
            process.terminate()
        try:
            return {service: process.wait(GUARD_SECONDS) for service, process in ended.items()}
        finally:
            for process in ended.values():
                process.kill()

    def log(self, service: str) -> Path:
        return self.folder / f"{service}.log"

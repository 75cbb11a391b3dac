"""The parts of the demo: what each is started with. Every process gets its own environment and nothing else."""

import os
import secrets
import signal
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from apps.sandbox.process import LOOPBACK, free_port, listener
from apps.sandbox.supervisor import Child, answers, says

INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SSL_CERT_FILE", "VIRTUAL_ENV", "LOG_LEVEL")
REAL_AWS = "RINGI_DEMO"
PORT = 8000
CELERY = [sys.executable, "-m", "celery", "-A", "config"]
WORKER = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "INFO"]


@dataclass
class Parts:
    """Addresses and keys, filled in while the demo starts. `given` is the environment of whoever starts it."""

    directory: Path
    static: Path
    given: Mapping[str, str] = field(default_factory=lambda: os.environ)
    database_url: str = ""
    owner_url: str = ""
    redis_url: str = ""
    endpoint_url: str = ""
    keys: dict[str, dict[str, str]] = field(default_factory=dict)
    host: str = LOOPBACK
    secret_key: str = field(default_factory=lambda: secrets.token_urlsafe(50))
    door: socket.socket = field(init=False)

    def __post_init__(self) -> None:
        self.door = listener(self.host, PORT)

    @property
    def seeded(self) -> Path:
        """The file whose appearance lets the workers begin; before, the seed does their work."""
        return self.directory / "seeded"

    @property
    def port(self) -> int:
        """Where the pages are served."""
        return int(self.door.getsockname()[1])

    @property
    def real_aws(self) -> bool:
        """Whether the workers talk to AWS itself: only when the demo mode is switched off on purpose."""
        return self.given.get(REAL_AWS, "").lower() in {"false", "0", "no", "off"}

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def environment(self, role: str) -> dict[str, str]:
        """What a process of this role may know. Only planner, executor and the seeding command get keys of AWS."""
        values = {name: self.given[name] for name in INHERITED if name in self.given}
        values |= {
            "RINGI_PROCESS": role,
            "RINGI_DEMO": "false" if self.real_aws else "true",
            "RINGI_AWS_ENDPOINT_URL": self.endpoint_url,
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "SECRET_KEY": self.secret_key,
            "STATIC_ROOT": str(self.static),
            "AWS_EC2_METADATA_DISABLED": "true",
            "PYTHONUNBUFFERED": "1",
            "MALLOC_TRIM_THRESHOLD_": "131072",  # as in the image
        }
        if role in {"planner", "executor", "manage"} and self.real_aws:
            values |= {name: value for name, value in self.given.items() if name.startswith("AWS_")}
        elif role in {"planner", "executor", "manage"}:
            values |= self.keys.get("planner" if role == "planner" else "executor", {})
        else:
            del values["AWS_EC2_METADATA_DISABLED"]
        return values

    def owner_environment(self) -> dict[str, str]:
        """That of the migrations, which belong to the owner of the database."""
        return self.environment("manage") | {"DATABASE_OWNER_URL": self.owner_url or self.database_url}

    def endpoint(self) -> Child:
        port = free_port()
        self.endpoint_url = f"http://{LOOPBACK}:{port}"
        plain = {name: self.given[name] for name in INHERITED if name in self.given}
        command = [sys.executable, "-m", "apps.sandbox.endpoint", "--port", str(port)]
        return Child("endpoint", command, plain, answers(f"{self.endpoint_url}/lab/state"), lasting=False)

    def web(self) -> Child:
        door = self.door.fileno()
        command = [sys.executable, "-m", "config.serve", "--bind", f"fd://{door}"]
        return Child("web", command, self.environment("web"), answers(f"{self.url}/readyz"), keep=(door,))

    def worker(self, name: str, queue: str, role: str, processes: int) -> Child:
        log = self.directory / "log" / f"{name}.log"
        options = ["worker", "-Q", queue, "-n", f"{name}@%h", "--concurrency", str(processes), *WORKER]
        ready = says(log, "ready.")
        command = [sys.executable, "-m", "apps.sandbox.worker", str(self.seeded), *options]
        # Asked kindly, a worker would first finish its tasks, without database and broker.
        return Child(name, command, self.environment(role), ready, orphaned=signal.SIGKILL)

    def beat(self) -> Child:
        log = self.directory / "log" / "beat.log"
        options = ["beat", "--schedule", str(self.directory / "beat-schedule"), "--pidfile=", "--loglevel", "INFO"]
        return Child("beat", [*CELERY, *options], self.environment("beat"), says(log, "beat: Starting"))

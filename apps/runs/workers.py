"""Workers: their signs of life, and draining one, so that it takes nothing new and can be stopped without haste.

A worker writes its sign every ten seconds. What it has is given up by its death only: a lease runs out by itself.
"""

import os
import socket
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from apps.audit.log import record
from apps.people.models import User
from apps.people.policies import check_administers
from apps.people.queries import is_administrator
from apps.refusal import check
from apps.runs import policies
from apps.runs.models import Worker

STREAM = "operations"
SIGN = """
INSERT INTO runs_worker (name, kind, started_at, seen_at, draining)
VALUES (%s, %s, clock_timestamp(), clock_timestamp(), false)
    ON CONFLICT (name) DO UPDATE SET seen_at = clock_timestamp()
RETURNING draining
"""
FORGET = "DELETE FROM runs_worker WHERE name = %s OR seen_at < clock_timestamp() - interval '1 day'"


class Here:
    """The worker that this process belongs to, "" outside of one. Children of a worker inherit it."""

    name = ""


def begin(name: str) -> None:
    """Say that this process is a worker: by its name and number, so that one that starts again is another."""
    Here.name = f"{name}:{os.getpid()}"


def owner() -> str:
    """Who holds what this process claims: its worker and its own number."""
    return f"{Here.name or socket.gethostname()}/{os.getpid()}"[-120:]


def sign() -> bool:
    """Write this worker's sign of life, its kind by the name that it was started with; whether it is being drained."""
    with connection.cursor() as cursor:
        cursor.execute(SIGN, [Here.name, Here.name.split("@")[0][:20]])
        return bool(cursor.fetchone()[0])


def leave() -> None:
    """Take this worker's sign away, and those of workers that nobody has seen for a day."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET, [Here.name])


def drain(*, by: User, name: str, now: datetime | None = None) -> None:
    """Let a worker finish what it has and take nothing new."""
    _let(by, name, True, "worker.drained", now)


def undrain(*, by: User, name: str, now: datetime | None = None) -> None:
    """Let a drained worker take work again."""
    _let(by, name, False, "worker.undrained", now)


@transaction.atomic
def _let(by: User, name: str, draining: bool, verb: str, now: datetime | None) -> None:
    check(check_administers(is_administrator(by)))
    others = Worker.objects.filter(name=name, draining=not draining)
    check(policies.check_drain(found=bool(others.update(draining=draining)), draining=draining))
    record(stream=STREAM, verb=verb, by=by, subject=name, now=now or timezone.now())

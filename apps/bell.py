"""The doorbell: wakes a worker that something is due. Postgres is the queue of record; losing a ring loses nothing."""

import logging
from enum import Enum
from time import monotonic

from celery import current_app
from django.core.cache import cache
from django.db import transaction
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

log = logging.getLogger(__name__)
QUIET_SECONDS = 5.0
AGAIN_SECONDS, EXPIRES_SECONDS = 20, 120  # so at most six messages wait for one thing, however long workers are away


class Bell(Enum):
    """Who can be woken: a task, by its name, and the queue of the workers that have it."""

    PLAN = ("apps.planner.tasks.plan", "plan")
    SCAN = ("apps.inventory.tasks.scan", "read")
    STEP = ("apps.runs.tasks.step", "run")
    TEST_PLANNER = ("apps.environments.tasks.test_connection", "plan")
    TEST_EXECUTOR = ("apps.environments.tasks.test_connection", "run")
    FOLLOW = ("apps.planner.tasks.follow", "plan")
    LOOK = ("apps.planner.tasks.look", "plan")
    VERIFY = ("apps.audit.tasks.verify", "read")


class Quiet:
    """Until when this process doesn't ring, on the clock of `time.monotonic`."""

    until = 0.0


def ring_on_commit(bell: Bell, identifier: int) -> None:
    """Ring once the transaction is committed; outside a transaction at once."""
    transaction.on_commit(lambda: ring(bell, identifier))


def ring_again(bell: Bell, identifier: int) -> None:
    """Ring for what a sweep found due, once within some seconds: behind a busy worker its message waits already."""
    if cache.add(f"bell:{bell.name}:{identifier}", True, AGAIN_SECONDS):
        ring(bell, identifier)


def ring(bell: Bell, identifier: int) -> None:
    """Send a message that carries an id only, and is nothing any more after two minutes.

    A broker that can't be reached is logged and left alone for some seconds, so that a page with many rings waits for
    it once; the sweeps find what is due.
    """
    if monotonic() < Quiet.until:
        return
    task, queue = bell.value
    try:
        current_app.send_task(
            task, args=(identifier,), queue=queue, ignore_result=True, retry=False, expires=EXPIRES_SECONDS
        )
    except (KombuError, RedisError, OSError) as error:
        Quiet.until = monotonic() + QUIET_SECONDS
        log.warning("bell not heard", extra={"task": task, "error": type(error).__name__})

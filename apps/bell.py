"""The doorbell: wakes a worker that something is due. Postgres is the queue of record; losing a ring loses nothing."""

import logging

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


def ring_on_commit(task: str, queue: str, *arguments: int) -> None:
    """Ring once the transaction is committed; outside a transaction at once."""
    transaction.on_commit(lambda: ring(task, queue, *arguments))


def ring(task: str, queue: str, *arguments: int) -> None:
    """Send a message that carries ids only. A broker that can't be reached is logged; the sweep finds what is due."""
    try:
        current_app.send_task(task, args=arguments, queue=queue, ignore_result=True, retry=False)
    except (OperationalError, OSError) as error:
        log.warning("bell not heard", extra={"task": task, "error": type(error).__name__})

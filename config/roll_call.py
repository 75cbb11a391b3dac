"""A worker's entry in the database: written every ten seconds while its event loop turns, and read for being drained.

A drained worker stops listening to its queues, so that others hear the bells. Without the database nothing is written;
the worker goes on, since nobody can claim anything then either.
"""

import json
import logging
import os
from typing import Any

from celery import bootsteps
from django.db import Error, connection

log = logging.getLogger(__name__)
SECONDS = 10.0


def begin(sender: str, **_: Any) -> None:
    """Receiver of `celeryd_init`, before the worker's processes are made: they inherit its name."""
    from celery.apps import worker

    from apps.runs import workers

    setattr(worker, "safe_say", say)  # noqa: B010 -- the module does not export it
    workers.begin(sender)


def say(message: str, _: Any = None) -> None:
    """In the place of what Celery prints at its end, which is no line of the log. Safe within a handler of a signal."""
    os.write(2, json.dumps({"event": message, "logger": "celery.worker", "level": "info"}).encode() + b"\n")


def leave(**_: Any) -> None:
    """Receiver of `worker_shutdown`."""
    from apps.runs import workers

    try:
        workers.leave()
    except Error as error:
        log.warning("worker could not sign off", extra={"error": type(error).__name__})
    finally:
        connection.close()


class RollCall(bootsteps.StartStopStep):
    """A step of the consumer, which begins anew with every connection to the broker."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def __init__(self, consumer: Any, **_: Any) -> None:
        self.queues = tuple(consumer.app.amqp.queues.consume_from)

    def start(self, consumer: Any) -> None:
        self.call(consumer)
        self.entry = consumer.timer.call_repeatedly(SECONDS, self.call, (consumer,))

    def stop(self, consumer: Any) -> None:
        if entry := getattr(self, "entry", None):
            entry.cancel()

    def call(self, consumer: Any) -> None:
        """Sign, and do as the entry says. The connection is closed, because processes are forked from this one."""
        from apps.runs import workers

        try:
            draining = workers.sign()
        except Error as error:
            log.warning("worker could not sign", extra={"error": type(error).__name__})
            return
        finally:
            connection.close()
        for name in self.queues:
            listen(consumer, name, not draining)


def listen(consumer: Any, queue: str, wanted: bool) -> None:
    """Hear a queue's bells, or no longer."""
    heard = consumer.task_consumer.consuming_from(queue)
    if heard and not wanted:
        consumer.cancel_task_queue(queue)
    elif wanted and not heard:
        consumer.app.amqp.queues.pop(queue, None)  # else it would be forgotten again with the next connection
        consumer.add_task_queue(queue)

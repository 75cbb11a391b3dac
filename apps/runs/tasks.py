"""The executor's tasks, on queue `run`. A message carries the id of a step; a duplicate does nothing."""

import logging

from celery import shared_task
from django.conf import settings

from apps.environments import gateways
from apps.runs import commands
from apps.runs.conduct import attend
from apps.runs.work import Doors

log = logging.getLogger(__name__)


@shared_task(queue="run")
def step(step_id: int) -> None:
    """A process that may not call AWS leaves the step alone, however the message came to it."""
    if settings.RINGI_PROCESS not in gateways.WRITERS:
        log.error("a step was rung for at a process that may not make calls", extra={"step": step_id})
        return
    attend(step_id, Doors(reader=gateways.reader, writer=gateways.writer))


@shared_task(queue="run")
def sweep() -> None:
    commands.start_due()
    commands.sweep()

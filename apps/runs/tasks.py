"""The executor's tasks, on queue `run`. A message carries the id of a step; a duplicate does nothing."""

from celery import shared_task

from apps.environments import gateways
from apps.runs import commands
from apps.runs.conduct import attend
from apps.runs.work import Doors


@shared_task(queue="run")
def step(step_id: int) -> None:
    attend(step_id, Doors(reader=gateways.reader, writer=gateways.writer))


@shared_task(queue="run")
def sweep() -> None:
    commands.sweep()

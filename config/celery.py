"""The Celery application. Postgres decides what is done and when (`docs/decisions/`)."""

import os
from pathlib import Path
from typing import Any

from celery import Celery
from celery.signals import beat_init, celeryd_init, worker_shutdown
from django_structlog.celery.steps import DjangoStructLogInitStep

from config import roll_call
from config.alive import alive

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("CELERY_SKIP_CHECKS", "true")  # they load every page into a process that serves none: 40 MB


def refuse(**_: Any) -> None:
    """End a worker, or beat, that must not work with this database."""
    from config.ready import check_or_exit

    check_or_exit()


app = Celery("ringi")
app.config_from_object("config.bell")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)  # the request's id goes with the bell
celeryd_init.connect(refuse)
beat_init.connect(refuse)
celeryd_init.connect(roll_call.begin)
worker_shutdown.connect(roll_call.leave)
app.steps["consumer"].add(roll_call.RollCall)
READ = {"RINGI_ALIVE_FILE": ("file", "")}
if ALIVE := os.environ.get("RINGI_ALIVE_FILE"):
    app.steps["consumer"].add(alive(Path(ALIVE)))

"""The Celery application. Postgres decides what is done and when (`docs/decisions/`)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("ringi")
app.config_from_object("config.bell")
app.autodiscover_tasks()

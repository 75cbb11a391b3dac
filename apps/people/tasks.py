"""The tasks of people: what is over is forgotten."""

from importlib import import_module

from celery import shared_task
from django.conf import settings


@shared_task(queue="plan")
def forget_sessions() -> None:
    """Sessions that have ended stay in the database until somebody takes them away."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()

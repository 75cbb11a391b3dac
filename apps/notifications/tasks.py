"""Telling people, beside the readings: nothing that a person waits for is behind it."""

from celery import shared_task

from apps.notifications import mail
from apps.notifications.dispatch import dispatch


@shared_task(queue="read")
def tell() -> None:
    dispatch()
    mail.send_due()

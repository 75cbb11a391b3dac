"""Telling people is the planner's, which has the address of the mail server; what is sent to others is the reader's."""

from celery import shared_task

from apps.notifications import keeping, mail, webhooks
from apps.notifications.dispatch import dispatch


@shared_task(queue="plan")
def tell() -> None:
    dispatch()
    mail.send_due()


@shared_task(queue="read")
def forget_old() -> None:
    keeping.forget_old()


@shared_task(queue="read")
def deliver() -> None:
    webhooks.enqueue()
    webhooks.send_due()

"""The tasks of the log. Checking it takes long, so it is on the queue of readings, where nobody waits for a plan."""

from celery import shared_task

from apps.audit import verification


@shared_task(queue="read")
def verify(verification_id: int) -> None:
    verification.carry_on(verification_id=verification_id)


@shared_task(queue="plan")
def nightly() -> None:
    verification.request_verification(by=None)


@shared_task(queue="plan")
def sweep() -> None:
    verification.sweep()

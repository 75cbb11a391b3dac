"""The tasks of environments. A test is on the queue of the worker that goes the way which is tested."""

from celery import shared_task

from apps.environments import connection, gateways


@shared_task(queue="plan")
def test_connection(test_id: int) -> None:
    connection.carry_out(test_id=test_id, knock=gateways.knock)


@shared_task(queue="plan")
def sweep() -> None:
    connection.sweep()

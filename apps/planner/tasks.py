"""The planner's tasks: plans on queue `plan`, which nothing slow is on, and prices on that of readings."""

from celery import shared_task
from structlog.contextvars import bound_contextvars

from apps.bell import Bell, ring_again
from apps.environments import gateways
from apps.planner import follow as moved
from apps.planner import look as again
from apps.planner import prices, request


@shared_task(queue="plan")
def plan(change_request_id: int) -> None:
    with bound_contextvars(change_request=f"CR-{change_request_id}"):
        request.plan_request(change_request_id, open_reader=gateways.reader)


@shared_task(queue="plan")
def look(change_request_id: int) -> None:
    """Read once more what the page of a request shows as live, and plan it again where that has moved."""
    again.look(change_request_id, open_reader=gateways.reader)
    if moved.is_due(change_request_id):
        follow(change_request_id)


@shared_task(queue="plan")
def follow(change_request_id: int) -> None:
    """Plan a request again whose resources have moved."""
    with bound_contextvars(change_request=f"CR-{change_request_id}"):
        moved.follow(change_request_id, open_reader=gateways.reader)


@shared_task(queue="plan")
def sweep_moved() -> None:
    """Ring for every request that no longer is what would be planned now."""
    for change_request_id in moved.due():
        ring_again(Bell.FOLLOW, change_request_id)


@shared_task(queue="read")
def refresh_prices() -> None:
    """Read prices again that are a week old."""
    prices.refresh(open_reader=gateways.reader)


@shared_task(queue="plan")
def sweep() -> None:
    """Ring for every request that waits for the planner: the way back from a lost message."""
    for change_request_id in request.due():
        ring_again(Bell.PLAN, change_request_id)

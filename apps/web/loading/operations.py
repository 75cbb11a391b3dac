"""What is under way, for the operations page: workers, what they have claimed, and what runs hold."""

from typing import Any

from apps.changes import queries as changes
from apps.inventory import queries as inventory
from apps.notifications import queries as notifications
from apps.runs import figures, watch
from apps.runs import queries as runs
from apps.web.loading import webhooks
from apps.web.presenters.operations import LockView, Queue, WorkerView, chip, missing


def queues() -> list[Queue]:
    """What wants a worker now, by kind of work."""
    waiting = {
        "Steps of runs": ("executor", figures.steps_due()),
        "Plans": ("planner", changes.planning_due()),
        "Readings": ("reader", inventory.waiting()),
    }
    return [Queue(name, kind, *found) for name, (kind, found) in waiting.items()]


def page() -> dict[str, Any]:
    """The context of the whole page and of the part of it that updates itself."""
    held = watch.held_by_worker()
    rows = [WorkerView(each, chip(each, held.get(each.name, 0)), held.get(each.name, 0)) for each in watch.workers()]
    locks = watch.locks()
    return {
        "section": "operations",
        "workers": rows,
        "missing": missing(rows),
        "leases": watch.leases(),
        "locks": [LockView(each) for each in locks[: watch.SHOWN_MOST]],
        "locks_count": locks.count(),
        "queues": queues(),
        "unread": list(inventory.failures_by_code()),
        "unsent": notifications.last_unsent(),
        "webhooks": webhooks.in_trouble(),
        "trouble": list(runs.in_trouble(None)[: watch.SHOWN_MOST]),
    }

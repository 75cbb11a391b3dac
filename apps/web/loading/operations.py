"""What is under way, for the operations page: workers, what they have claimed, and what runs hold."""

from typing import Any

from apps.runs import watch
from apps.web.presenters.operations import LockView, WorkerView, chip, missing


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
    }

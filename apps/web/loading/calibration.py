"""Estimates against what happened: by what calls are alike, and the newest runs one by one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from apps.catalog import registry
from apps.evaluation.calibration import Calibration, by_topic
from apps.runs.models import Run
from apps.web.presenters import actual, evaluation
from apps.web.presenters.actual import ActualView
from apps.web.presenters.run import spell

NEWEST = 30
CLOSE = (0.67, 1.5)  # of what was expected


@dataclass(frozen=True)
class TopicView:
    title: str
    call: str
    done: int
    failed: int
    expected: str
    took: str
    off: str
    close: bool


@dataclass(frozen=True)
class RunView:
    run: Run
    actual: ActualView


def page(measured: QuerySet[Run], seen: frozenset[str] | None, now: datetime) -> dict[str, Any]:
    """`measured` are the runs that the person may see, `seen` their environments (None = all)."""
    ids = None if seen is None else list(measured.values_list("pk", flat=True))
    rows = ((run, actual.view(run.revision.evaluation, run.actual)) for run in measured[:NEWEST])
    return {
        "topics": [_topic(each) for each in by_topic(now, ids)],
        "runs": [RunView(run, found) for run, found in rows if found],
    }


def _topic(each: Calibration) -> TopicView:
    declared = registry.native(each.type)
    return TopicView(
        declared.title if declared else each.type,
        each.call,
        each.done,
        each.failed,
        evaluation.minutes((each.expected or 0) / 60) if each.expected else "not waited for",
        spell(each.took) if each.took is not None else "",
        f"{each.ratio:.0%}".replace("%", " %") if each.ratio is not None else "",
        each.ratio is None or CLOSE[0] <= each.ratio <= CLOSE[1],
    )

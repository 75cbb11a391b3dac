"""Figures about runs for the metrics. Each is a query that an index answers, however many steps there have been."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count, Min, Sum

from apps.runs.claim import due_in
from apps.runs.commands.due import DUE
from apps.runs.models import Attempt, Run, Step

Counted = Iterable[tuple[str, int]]
RECENT_SECONDS = 3600
DURATIONS = """
SELECT service, operation, count(*),
       percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY extract(epoch FROM finished_at - started_at))
  FROM runs_step
 WHERE finished_at > statement_timestamp() - make_interval(secs => %s) AND started_at IS NOT NULL AND state = 'done'
 GROUP BY service, operation
"""


@dataclass(frozen=True)
class Duration:
    """How long the steps of one operation took that ended within the last hour, in seconds."""

    service: str
    operation: str
    count: int
    median: float
    slowest: float  # 95 of 100 were faster


def runs_by_state() -> Counted:
    return Run.objects.order_by().values_list("state").annotate(count=Count("*"))


def steps_under_way() -> Counted:
    """Steps that are ready, running or waiting; the others have no due time."""
    return Step.objects.filter(state__in=DUE).order_by().values_list("state").annotate(count=Count("*"))


def steps_due() -> tuple[int, datetime | None]:
    """How many steps want a worker now, and since when the first of them does."""
    due = Step.objects.filter(state__in=DUE, due__lte=due_in(0)).aggregate(count=Count("*"), first=Min("due"))
    return due["count"], due["first"]


def errors_by_code() -> Counted:
    """The errors of AWS that attempts at calls ended with, of all time."""
    return Attempt.objects.exclude(error_code="").order_by().values_list("error_code").annotate(count=Count("*"))


def lease_expiries() -> int:
    """How many claims ran out and were taken over, of all time."""
    return Step.objects.filter(expiries__gt=0).aggregate(sum=Sum("expiries"))["sum"] or 0


def durations() -> list[Duration]:
    with connection.cursor() as cursor:
        cursor.execute(DURATIONS, [RECENT_SECONDS])
        return [Duration(service, name, count, *quantiles) for service, name, count, quantiles in cursor.fetchall()]

"""What became of the calls of this installation: kept when a call ends, read when a plan is evaluated."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count

from apps.evaluation.models import Outcome

LAST = 50  # calls of a topic that a median is of
RECENT = timedelta(days=90)
NEWEST = """
SELECT topic, array_agg(seconds) FROM (
    SELECT topic, seconds, row_number() OVER (PARTITION BY topic ORDER BY at DESC) AS place
      FROM evaluation_outcome WHERE topic = ANY(%s) AND NOT failed
) AS each WHERE place <= %s GROUP BY topic
"""


def keep(*, topic: str, seconds: float | None, expected: float, run: int, key: str, now: datetime) -> None:
    """Keep how a call ended; one that is worked on again after a failure has ended as it did last."""
    ended = {"topic": topic, "seconds": seconds, "expected": expected, "failed": seconds is None, "at": now}
    Outcome.objects.update_or_create(run=run, key=key, defaults=ended)


def seconds(topics: Iterable[str]) -> dict[str, list[float]]:
    """How long the newest calls of each topic took that had their effect."""
    with connection.cursor() as cursor:
        cursor.execute(NEWEST, [sorted(set(topics)), LAST])
        return dict(cursor.fetchall())


def failures(topics: Iterable[str], now: datetime) -> Mapping[str, int]:
    """How many calls of each topic failed of late."""
    rows = Outcome.objects.filter(topic__in=sorted(set(topics)), failed=True, at__gt=now - RECENT)
    return dict(rows.values_list("topic").annotate(count=Count("pk")))

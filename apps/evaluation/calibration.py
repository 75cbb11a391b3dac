"""Estimates against what happened, by what calls are alike for: how far expectations are off here."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

WINDOW = timedelta(days=365)
MOST = 200
BY_TOPIC = """
SELECT topic, count(*) FILTER (WHERE NOT failed), count(*) FILTER (WHERE failed),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY expected) FILTER (WHERE NOT failed),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE NOT failed),
       max(seconds), max(at)
  FROM evaluation_outcome
 WHERE at > %s AND (%s OR run = ANY(%s))
 GROUP BY topic
 ORDER BY count(*) DESC, topic
 LIMIT %s
"""


@dataclass(frozen=True)
class Calibration:
    """The calls of one topic. `expected` and `took` are medians in seconds, None where none had its effect."""

    topic: str
    done: int
    failed: int
    expected: float | None
    took: float | None
    slowest: float | None
    newest: datetime

    @property
    def type(self) -> str:
        return self.topic.split()[0]

    @property
    def call(self) -> str:
        """The operation, with the properties that it set."""
        return " ".join(self.topic.split()[1:])

    @property
    def ratio(self) -> float | None:
        """What it took for each second that was expected; None where nothing was."""
        return self.took / self.expected if self.took is not None and self.expected else None


def by_topic(now: datetime, runs: Collection[int] | None = None) -> list[Calibration]:
    """The calls of the last year, the most frequent first; only those of some runs where they are given."""
    with connection.cursor() as cursor:
        cursor.execute(BY_TOPIC, [now - WINDOW, runs is None, list(runs or ()), MOST])
        return [Calibration(*row) for row in cursor.fetchall()]

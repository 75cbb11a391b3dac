"""Taking a due step, by compare-and-swap on the database's clock.

A claim is a lease of 60 seconds and a new fence. Every later write carries the fence; when it hits no row, somebody
else took the step meanwhile and this worker forgets everything (`Lost`). AWS doesn't check the fence: what that leaves
open is bounded by the guard before the call, the settle time before a repetition, and calls that set absolute values.
"""

import os
import socket
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import Any

from django.db import connection
from django.db.models import DateTimeField, Func, Value
from django.db.models.expressions import Combinable, CombinedExpression

from apps.runs.models import Step

LEASE_SECONDS = 60
CALL_SECONDS = 25  # connect and read time limits of one call

TAKE = """
UPDATE runs_step
   SET fence = fence + 1, stumbles = stumbles + 1, owner = %s, due = clock_timestamp() + make_interval(secs => %s),
       state = CASE state WHEN 'waiting' THEN 'waiting' ELSE 'running' END
 WHERE id = %s AND state IN ('ready', 'running', 'waiting') AND due <= clock_timestamp()
RETURNING fence, stumbles
"""
RELATED = ("run__change_request__environment__account", "run__revision")


class Lost(Exception):
    """The step was taken by somebody else, or is no longer what it was."""


@dataclass(frozen=True)
class Claim:
    """A step that this process holds until `until`, on the clock of `time.monotonic`.

    `stumbles` counts this claim and those just before it whose worker died or failed without giving the step back.
    """

    step: Step
    fence: int
    until: float
    stumbles: int = 1

    def write(self, **values: Any) -> None:
        """Change the step while the fence is ours. Raises `Lost`."""
        if not Step.objects.filter(pk=self.step.pk, fence=self.fence).update(**values):
            raise Lost

    @property
    def may_still_call(self) -> bool:
        """Whether a call that takes as long as it may would still end within the lease."""
        return monotonic() < self.until - CALL_SECONDS


def take(step_id: int) -> Claim | None:
    """The step with its run, request, revision and environment; None when it isn't due or doesn't exist."""
    until = monotonic() + LEASE_SECONDS
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [owner(), LEASE_SECONDS, step_id])
        row = cursor.fetchone()
    if row is None:
        return None
    return Claim(Step.objects.select_related(*RELATED).get(pk=step_id), row[0], until, row[1])


def owner() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def due_in(seconds: float) -> CombinedExpression:
    """A due time by the database's clock."""
    clock = Func(function="clock_timestamp", output_field=DateTimeField())
    return CombinedExpression(clock, Combinable.ADD, Value(timedelta(seconds=seconds)), output_field=DateTimeField())

"""Taking a due step, by compare-and-swap on the database's clock.

A claim is a lease of 60 seconds and a new fence. Every later write carries the fence; when it hits no row, somebody
else took the step meanwhile and this worker forgets everything (`Lost`). AWS doesn't check the fence: what that leaves
open is bounded by the guard before the call, the settle time before a repetition, and calls that set absolute values.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from time import monotonic
from typing import Any

from django.db import connection
from django.db.models import DateTimeField, Func, Value
from django.db.models.expressions import Combinable, CombinedExpression

from apps.runs.models import Run, Step
from apps.runs.states import StepState
from apps.runs.workers import Here, owner

LEASE_SECONDS = 60
CALL_SECONDS = 25  # connect and read time limits of one call

TAKE = """
UPDATE runs_step
   SET fence = fence + 1, stumbles = stumbles + 1, owner = %s, due = clock_timestamp() + make_interval(secs => %s),
       claimed_at = clock_timestamp(), expiries = expiries + (owner <> '')::int,
       state = CASE state WHEN 'waiting' THEN 'waiting' ELSE 'running' END
 WHERE id = %s AND state IN ('ready', 'running', 'waiting') AND due <= clock_timestamp()
   AND NOT EXISTS (SELECT FROM runs_worker WHERE name = %s AND draining)
RETURNING fence, stumbles
"""
ALONG = """
UPDATE runs_step
   SET fence = fence + 1, stumbles = stumbles + 1, owner = %s, due = clock_timestamp() + make_interval(secs => %s),
       claimed_at = clock_timestamp(), expiries = expiries + (owner <> '')::int
 WHERE id IN (
       SELECT id FROM runs_step
        WHERE place = %s AND state = 'waiting' AND acked_at IS NOT NULL AND stumbles < 3
          AND (due <= clock_timestamp() OR owner = '' AND due <= clock_timestamp() + make_interval(secs => %s))
        ORDER BY due LIMIT %s
          FOR UPDATE SKIP LOCKED)
RETURNING id, fence, stumbles
"""
ALONG_SECONDS = 10  # what would be looked at within them is looked at now
ALONG_MOST = 1000
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

    def renewed(self) -> "Claim":
        """The same claim with a whole lease again. Raises `Lost`."""
        until = monotonic() + LEASE_SECONDS
        self.write(due=due_in(LEASE_SECONDS))
        return replace(self, until=until)

    @property
    def only_looks(self) -> bool:
        """Whether AWS has accepted the call, so that nothing is left to do but to look."""
        return self.step.state == StepState.WAITING and self.step.acked_at is not None

    @property
    def may_still_call(self) -> bool:
        """Whether a call that takes as long as it may would still end within the lease."""
        return monotonic() < self.until - CALL_SECONDS


def take(step_id: int) -> Claim | None:
    """The step with its run, request, revision and environment; None when it isn't due or doesn't exist.

    A worker that is being drained takes none.
    """
    until = monotonic() + LEASE_SECONDS
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [owner(), LEASE_SECONDS, step_id, Here.name])
        row = cursor.fetchone()
    if row is None:
        return None
    return Claim(Step.objects.select_related(*RELATED).get(pk=step_id), row[0], until, row[1])


def along(taken: Claim) -> list[Claim]:
    """The other steps of the same place that wait for AWS and are due now or soon, taken too."""
    if not taken.step.place:
        return []
    until = monotonic() + LEASE_SECONDS
    with connection.cursor() as cursor:
        cursor.execute(ALONG, [owner(), LEASE_SECONDS, taken.step.place, ALONG_SECONDS, ALONG_MOST])
        rows = cursor.fetchall()
    steps = Step.objects.in_bulk([row[0] for row in rows])
    related = [name.removeprefix("run__") for name in RELATED]
    runs = Run.objects.select_related(*related).in_bulk({step.run_id for step in steps.values()})
    for step in steps.values():
        step.run = runs[step.run_id]
    return [Claim(steps[pk], fence, until, stumbles) for pk, fence, stumbles in rows]


def due_in(seconds: float) -> CombinedExpression:
    """A due time by the database's clock."""
    clock = Func(function="clock_timestamp", output_field=DateTimeField())
    return CombinedExpression(clock, Combinable.ADD, Value(timedelta(seconds=seconds)), output_field=DateTimeField())

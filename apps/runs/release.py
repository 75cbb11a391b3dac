"""Releasing a lock that its run doesn't free: by an administrator, with a reason, and never beside a call.

A run frees its locks when it ends. What keeps one is a run that needs a person, or that somebody holds: deciding there
is safer, and frees the lock too. After a release another run may change the resource; the holder's next call takes the
lock again first, or waits for it.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from apps.people.models import User
from apps.people.policies import check_administers
from apps.people.queries import is_administrator
from apps.refusal import Refused, check
from apps.runs import finish, policies
from apps.runs.claim import due_in
from apps.runs.models import Attempt, ResourceLock, Run
from apps.runs.states import RUN_TERMINAL, AttemptState, StepState


@transaction.atomic
def release(*, by: User, key: str, reason: str, now: datetime | None = None) -> Run:
    """Free one resource; gives the run that held it."""
    check(check_administers(is_administrator(by)), policies.check_reason(reason))
    lock = ResourceLock.objects.filter(key=key).first()
    if lock is None:
        raise Refused(policies.FREE)
    run = finish.locked(lock.run_id)
    check(policies.check_release(holding(run)))
    if not ResourceLock.objects.filter(key=key, run=run).delete()[0]:
        raise Refused(policies.FREE)
    finish.ring_for_waiting(run)
    finish.log(run, "lock.released", now or timezone.now(), by=by, resource=key, reason=reason)
    return run


def holding(run: Run) -> policies.Holding:
    """What the run does with what it holds; the page asks too, to say beforehand what stands in the way."""
    claimed = run.steps.filter(due__gt=due_in(0)).exclude(owner="").first()
    asked = Attempt.objects.filter(step__run=run, state=AttemptState.INTENDED).exclude(step__state=StepState.ATTENTION)
    goes_on = run.state not in RUN_TERMINAL and run.held_by_id is None
    return policies.Holding(
        holder=run.reference,
        claimed_by=claimed.owner if claimed else "",
        unanswered=asked.exists() or run.steps.filter(state=StepState.WAITING).exists(),
        goes_on=goes_on and run.steps.filter(state__in=(StepState.READY, StepState.RUNNING)).exists(),
    )

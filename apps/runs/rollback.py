"""A rollback is an ordinary change request: a draft that takes back what runs of an approved revision did.

It says what has no way back, is planned against what is live by then, and needs its own approval by a second person.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from apps.changes.commands import DraftInput, propose
from apps.changes.models import ChangeRequest, Revision
from apps.people.models import User
from apps.planning import codec
from apps.planning.inverse import Done, Inverse, inverse
from apps.planning.plan import Action, Proposal
from apps.refusal import check
from apps.runs import finish, made, policies
from apps.runs.models import Run, Step
from apps.runs.states import AttemptState, RunState

Json = Any
EFFECT = Q(attempts__state__in=(AttemptState.ACKED, AttemptState.RECONCILED))


@transaction.atomic
def make_rollback(*, by: User, run: Run, now: datetime | None = None) -> ChangeRequest:
    """A draft with the inverse of everything that runs of the same revision did. Raises `Refused`."""
    now = now or timezone.now()
    current = finish.locked(run.pk)
    check(policies.check_ended(RunState(current.state)))
    back = way_back(current.revision)
    check(policies.check_way_back(len(back.proposals), [problem.sentence for problem in back.lost]))
    request = current.change_request
    request_back = propose(
        by=by,
        environment=request.environment,
        title=f"Roll back {request.reference}: {request.title}"[:200],
        reason=reason(current, back),
        changes=[_draft(proposal) for proposal in back.proposals],
        rolls_back=request,
        now=now,
    )
    finish.log(current, "run.rollback_made", now, by=by, rollback=request_back.reference)
    return request_back


def way_back(revision: Revision) -> Inverse:
    """The inverse of what was done so far."""
    plan = codec.parse(revision.canonical)
    steps = Step.objects.filter(run__revision=revision)
    known = made.known(plan, steps)
    new = {c.ordinal: made.identifier(c, known) for c in plan.changes if c.action is Action.CREATE}
    return inverse(
        plan,
        Done(
            calls=set(steps.filter(EFFECT).values_list("key", flat=True)),
            before=made.before(plan, revision),
            made={ordinal: identifier for ordinal, identifier in new.items() if identifier},
        ),
    )


def reason(run: Run, back: Inverse) -> str:
    lines = [f"Takes back what {run.change_request.reference} did."]
    if back.lost:
        lines += ["", "What can't be taken back:", *(f"- {problem.sentence}" for problem in back.lost)]
    return "\n".join(lines)


def _draft(proposal: Proposal) -> DraftInput:
    where = (proposal.region, proposal.identifier, proposal.name)
    return DraftInput(str(proposal.action), proposal.type, *where, dict(proposal.desired), dict(proposal.base))

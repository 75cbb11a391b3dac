"""A rollback is an ordinary change request: a draft that takes back what runs of an approved revision did.

It says what has no way back, is planned against what is live by then, and needs its own approval by a second person.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from apps.aws import resolve
from apps.aws.gateway import AwsError
from apps.catalog.registry import native
from apps.changes.commands import DraftInput, propose
from apps.changes.models import ChangeRequest, Revision
from apps.people.models import User
from apps.planning import codec
from apps.planning.inverse import Done, Inverse, inverse
from apps.planning.parameters import identify
from apps.planning.plan import Action, Change, Output, Plan, Proposal
from apps.refusal import check
from apps.runs import finish, policies
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
    made = propose(
        by=by,
        environment=request.environment,
        title=f"Roll back {request.reference}: {request.title}"[:200],
        reason=reason(current, back),
        changes=[_draft(proposal) for proposal in back.proposals],
        rolls_back=request,
        now=now,
    )
    finish.log(current, "run.rollback_made", now, by=by, rollback=made.reference)
    return made


def way_back(revision: Revision) -> Inverse:
    """The inverse of what was done so far."""
    plan = codec.parse(revision.canonical)
    steps = Step.objects.filter(run__revision=revision)
    outputs: dict[Output, Json] = {}
    for key, given in steps.exclude(outputs={}).values_list("key", "outputs"):
        outputs |= {Output(plan.change_of(key).ordinal, name): value for name, value in given.items()}
    known = resolve.Known(outputs)
    made = {change.ordinal: _identifier(change, known) for change in plan.changes if change.action is Action.CREATE}
    return inverse(
        plan,
        Done(
            calls=set(steps.filter(EFFECT).values_list("key", flat=True)),
            before=_before(plan, revision),
            made={ordinal: identifier for ordinal, identifier in made.items() if identifier},
        ),
    )


def _before(plan: Plan, revision: Revision) -> dict[int, Mapping[str, Json]]:
    """The documents before, by ordinal; what a replacement deletes is known by what it was replaced for."""
    bases = {int(ordinal): document for ordinal, document in revision.bases.items()}
    return bases | {c.ordinal: bases.get(c.replaced_by, {}) for c in plan.changes if c.replaced_by}


def _identifier(change: Change, known: resolve.Known) -> str:
    """What identifies a resource that was made, from what its creation set and gave."""
    declared = native(change.type)
    if declared is None or change.identifier:
        return change.identifier
    given = {output.attribute: value for output, value in known.outputs.items() if output.change == change.ordinal}
    try:
        sets = resolve.value(dict(change.calls[0].sets), known)
    except AwsError:
        return identify(declared, given)
    return identify(declared, {**sets, **given})


def reason(run: Run, back: Inverse) -> str:
    lines = [f"Takes back what {run.change_request.reference} did."]
    if back.lost:
        lines += ["", "What can't be taken back:", *(f"- {problem.sentence}" for problem in back.lost)]
    return "\n".join(lines)


def _draft(proposal: Proposal) -> DraftInput:
    where = (proposal.region, proposal.identifier, proposal.name)
    return DraftInput(str(proposal.action), proposal.type, *where, dict(proposal.desired), dict(proposal.base))

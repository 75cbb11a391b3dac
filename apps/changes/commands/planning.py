"""What the planner writes: it claims a submitted request, then records a revision or why there is none."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from apps.changes.models import ChangeRequest, Revision
from apps.changes.move import CONFLICT, log, move
from apps.changes.states import FOLLOWED, State, Verb
from apps.evaluation import cost
from apps.planning.plan import Problem
from apps.refusal import Refused

LEASE = timedelta(seconds=120)
Json = Any


@dataclass(frozen=True)
class Planned:
    """A plan as it is kept: canonical text and digest, and the documents around it, by ordinal as text."""

    canonical: str
    digest: str
    proposals: Sequence[Mapping[str, Json]]
    bases: Mapping[str, Json]
    desired: Mapping[str, Json]
    checks: Sequence[Mapping[str, Json]] = field(default_factory=tuple)
    evaluation: Mapping[str, Json] = field(default_factory=dict)


def claim_planning(*, change_request_id: int, now: datetime | None = None) -> ChangeRequest | None:
    """Take a request that is due for planning, for `LEASE`; None when it isn't: a second message does nothing."""
    now = now or timezone.now()
    due = ChangeRequest.objects.filter(pk=change_request_id, state=State.PLANNING, planning_due_at__lte=now)
    if not due.update(planning_due_at=now + LEASE, planning_tries=F("planning_tries") + 1):
        return None
    return ChangeRequest.objects.select_related("environment__account", "submitted_by").get(pk=change_request_id)


@transaction.atomic
def reopen_planning(*, revision: Revision, why: str, now: datetime | None = None) -> ChangeRequest:
    """Take a request that waits for people back to the planner, because its plan no longer is what it would be now.

    Nobody asked for it; the caller records what was planned in the same transaction. Raises `Refused` when the request
    has another revision, was decided on, or has a run of this one.
    """
    now = now or timezone.now()
    rows = ChangeRequest.objects.select_for_update(of=("self",)).select_related("environment__account", "submitted_by")
    request = rows.get(pk=revision.change_request_id)
    if request.revision_id != revision.pk or request.state not in FOLLOWED or revision.runs.exists():
        raise Refused(CONFLICT)
    move(request, Verb.REPLAN, now=now, planning_due_at=None, planning_tries=0, problems=[], rebase=False)
    log(request, "change_request.followed", None, now, revision=revision.number, why=why)
    return request


@transaction.atomic
def record_plan(
    *,
    change_request: ChangeRequest,
    planned: Planned,
    open_flow: Callable[[Revision], Collection[int]],
    now: datetime | None = None,
) -> Revision:
    """Freeze the plan as the next revision and open it for review. Raises `Refused` when the request moved on.

    `open_flow` makes the steps of the revision and gives the ids of those whom they ask.
    """
    now = now or timezone.now()
    newest = change_request.revisions.aggregate(newest=Max("number"))["newest"] or 0
    revision = Revision.objects.create(
        change_request=change_request,
        number=newest + 1,
        created_by=change_request.submitted_by or change_request.created_by,
        created_at=now,
        **{name: getattr(planned, name) for name in ("canonical", "digest", "bases", "desired")},
        proposals=list(planned.proposals),
        checks=list(planned.checks),
        evaluation=dict(planned.evaluation),
    )
    move(
        change_request,
        Verb.PLANNED,
        now=now,
        revision=revision,
        asked=sorted(open_flow(revision)),
        planning_due_at=None,
        problems=[],
        rebase=False,
        followed_at=now - LEASE,  # since when live values may have been read for it
    )
    about = {"revision": revision.number, "digest": revision.digest, "evaluation": _summary(planned.evaluation)}
    log(change_request, "change_request.planned", None, now, **about)
    return revision


def _summary(evaluation: Mapping[str, Json]) -> dict[str, Json]:
    """What the log says of an evaluation, which the revision keeps whole."""
    if not evaluation:
        return {}
    total = cost.total(cost.read(evaluation["cost"]["lines"]))
    money = {"usd_a_month": str(total.delta), "not_priced": total.unknown, "by_usage": total.by_usage}
    return {**money, "minutes": evaluation["speed"]["minutes"], "risk": evaluation["risk"]["level"]}


@transaction.atomic
def refuse_plan(*, change_request: ChangeRequest, problems: Sequence[Problem], now: datetime | None = None) -> None:
    """Give the request back to its draft with every problem at its field; nothing typed is lost."""
    now = now or timezone.now()
    rows = [asdict(problem) for problem in problems]
    move(change_request, Verb.REFUSE_PLAN, now=now, problems=rows, planning_due_at=None)
    log(change_request, "change_request.not_planned", None, now, problems=rows)

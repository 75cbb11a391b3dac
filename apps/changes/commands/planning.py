"""What the planner writes: it claims a submitted request, then records a revision or why there is none."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from apps.changes.models import ChangeRequest, Revision
from apps.changes.move import log, move
from apps.changes.states import State, Verb
from apps.evaluation import cost
from apps.planning.plan import Problem

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
def record_plan(
    *,
    change_request: ChangeRequest,
    planned: Planned,
    open_flow: Callable[[Revision], None],
    now: datetime | None = None,
) -> Revision:
    """Freeze the plan as the next revision and open it for review. Raises `Refused` when the request moved on."""
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
    open_flow(revision)
    move(change_request, Verb.PLANNED, now=now, revision=revision, planning_due_at=None, problems=[], rebase=False)
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

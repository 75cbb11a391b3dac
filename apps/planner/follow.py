"""Revisions that keep up: a request that waits for people is planned again when live values move under it.

The same plan leaves everything as it is. Another plan is a new revision, which keeps the approvals of those parts that
stayed the same. Where a proposed property itself was changed outside, the request goes back to its authors.
"""

import logging
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from apps.aws.gateway import AwsError
from apps.changes import queries
from apps.changes.commands import record_plan, refuse_plan, reopen_planning
from apps.changes.commands.planning import Planned
from apps.changes.models import ChangeRequest, Revision
from apps.changes.policies import MOVED_OUTSIDE
from apps.changes.states import FOLLOWED
from apps.planner.request import Open, Unreadable, as_seen, draw, observe, refuse_conflicts, work_out
from apps.planning import codec
from apps.planning.plan import PlanRefused, Problem
from apps.refusal import Refused
from apps.reviews.commands import settle
from apps.reviews.flow import asked_since, open_flow, tightened_since

log = logging.getLogger(__name__)
LASTING = (MOVED_OUTSIDE, "gone", "nothing", "exists")
NOBODY = "no_reviewer"
LIVE_MOVED, RULES_MOVED = "live values have moved", "a rule asks for more"


def due(limit: int = 200) -> list[int]:
    """Requests whose resources, or whose rules, have changed since they were planned or last compared.

    In no order: those that can't be compared now stand in nobody's way.
    """
    moved = queries.behind().order_by("?").values_list("change_request", flat=True)[:limit]
    tightened = tightened_since().order_by("?").values_list("pk", flat=True)[:limit]
    return list(dict.fromkeys([*moved, *tightened]))


def is_due(change_request_id: int) -> bool:
    """Whether a request is one of those."""
    moved = queries.behind().filter(change_request=change_request_id)
    return moved.exists() or tightened_since().filter(pk=change_request_id).exists()


def follow(change_request_id: int, *, open_reader: Open) -> None:
    """Plan a request that waits for people on what is live now; nothing when it moved on, or when AWS doesn't say."""
    rows = ChangeRequest.objects.select_related("environment__account", "revision", "submitted_by")
    request = rows.filter(pk=change_request_id, state__in=FOLLOWED, applied_at=None).first()
    revision = request.revision if request else None
    if request is None or revision is None or revision.runs.exists():
        return
    revision.change_request, began = request, timezone.now()
    tightened = bool(asked_since(revision, began))
    try:
        planned = _planned(request, revision, open_reader, same=not tightened)
    except PlanRefused as refused:
        _give_back(revision, [problem for problem in refused.problems if problem.code in LASTING])
        if any(problem.code == NOBODY for problem in refused.problems):
            _compared(revision, began)
    except (AwsError, Unreadable):
        log.info("a request could not be compared with what is live now")
    else:
        if planned is not None:
            _replace(revision, planned, RULES_MOVED if planned.digest == revision.digest else LIVE_MOVED)
        _compared(revision, began)


def _compared(revision: Revision, at: datetime) -> None:
    ChangeRequest.objects.filter(revision=revision).update(followed_at=at)


def _planned(request: ChangeRequest, revision: Revision, open_reader: Open, *, same: bool) -> Planned | None:
    """The plan as it is now; None where it is the `same` as that of the revision."""
    aws = open_reader(request.environment, f"ringi-CR-{request.pk}-follow")
    proposals = queries.planned_proposals(revision)
    seen = observe(aws, proposals)
    proposals = as_seen(proposals, seen)
    refuse_conflicts(request.environment, proposals, seen)
    plan, _ = draw(request, aws, proposals, seen)
    if same and codec.digest(codec.canonical(plan)) == revision.digest:
        return None
    return work_out(request, aws, proposals, seen)


def _replace(revision: Revision, planned: Planned, why: str) -> None:
    try:
        with transaction.atomic():
            request = reopen_planning(revision=revision, why=why)
            settle(revision=record_plan(change_request=request, planned=planned, open_flow=open_flow))
    except Refused:
        return  # somebody decided, edited or started it meanwhile


def _give_back(revision: Revision, problems: list[Problem]) -> None:
    """Nothing where what stands in the way will pass by itself."""
    if not problems:
        return
    try:
        with transaction.atomic():
            request = reopen_planning(revision=revision, why=LIVE_MOVED)
            refuse_plan(change_request=request, problems=problems)
    except Refused:
        return

"""Handing a draft to the planner, again where live state moved, and taking a request back."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.bell import Bell, ring_on_commit
from apps.changes.models import ChangeRequest
from apps.changes.move import add_author, check_may_author, log, move
from apps.changes.policies import check_emergency, check_not_empty, check_text
from apps.changes.states import Verb
from apps.people.access import holders
from apps.people.models import Role, User
from apps.refusal import check


@transaction.atomic
def submit(
    *, by: User, change_request: ChangeRequest, edition: int, emergency: str = "", now: datetime | None = None
) -> ChangeRequest:
    """Have the draft planned and opened for review. Who submits vouches for it and is an author.

    `emergency` is the reason why it can't take the usual way, where the environment lets authors declare that.
    """
    now = now or timezone.now()
    request = ChangeRequest.objects.select_related("environment").get(pk=change_request.pk)
    check_may_author(by, request, Verb.SUBMIT, edition)
    check(
        check_not_empty(request.draft_changes.count()),
        check_emergency(emergency, allowed=request.environment.emergencies, place=request.environment.name),
    )
    reviewers = [person.pk for person in holders(Role.REVIEWER, request.environment.slug)]
    frozen = {"reviewers": reviewers, "submitted_at": now, "emergency": emergency.strip()}
    _hand_over(request, Verb.SUBMIT, by, now, rebase=False, **frozen)
    if request.emergency:
        log(request, "emergency.declared", by, now, reason=request.emergency)
    return request


@transaction.atomic
def replan(*, by: User, change_request: ChangeRequest, now: datetime | None = None) -> ChangeRequest:
    """Plan the same wishes on what is live now. The new revision needs its own approval."""
    now = now or timezone.now()
    request = ChangeRequest.objects.select_related("environment").get(pk=change_request.pk)
    check_may_author(by, request, Verb.REPLAN)
    return _hand_over(request, Verb.REPLAN, by, now, rebase=True)


@transaction.atomic
def withdraw(*, by: User, change_request: ChangeRequest, reason: str, now: datetime | None = None) -> ChangeRequest:
    """Take the request back for good."""
    now = now or timezone.now()
    request = ChangeRequest.objects.select_related("environment").get(pk=change_request.pk)
    check_may_author(by, request, Verb.WITHDRAW)
    check(check_text(reason, "why the request is withdrawn"))
    move(request, Verb.WITHDRAW, now=now, planning_due_at=None)
    log(request, "change_request.withdrawn", by, now, reason=reason)
    return request


def _hand_over(
    request: ChangeRequest, verb: Verb, by: User, now: datetime, *, rebase: bool, **frozen: Any
) -> ChangeRequest:
    values = {"planning_due_at": now, "planning_tries": 0, "problems": [], "rebase": rebase, "submitted_by": by}
    move(request, verb, now=now, **values, **frozen)
    add_author(request, by)
    ring_on_commit(Bell.PLAN, request.pk)
    log(request, f"change_request.{'replanned' if rebase else 'submitted'}", by, now, edition=request.edition)
    return request

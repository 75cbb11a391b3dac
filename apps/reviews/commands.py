"""The decisions of reviewers. Each is bound to the digest that the reviewer looked at, and is never changed later.

The request's row is locked while a decision is made, so of two decisions at once one sees the other.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from apps.audit.models import Event
from apps.changes.commands import decide, resolve
from apps.changes.models import ChangeRequest, Comment, Revision
from apps.changes.move import log
from apps.changes.policies import check_edition, check_verb
from apps.changes.queries import moved
from apps.changes.states import State, Verb
from apps.people.models import User
from apps.refusal import Refusal, Refused, check
from apps.reviews.models import Decision, FlowStep, Review
from apps.reviews.policies import check_digest, check_may_decide, check_text, check_unmoved
from apps.reviews.standing import asked, is_complete, standing

VERBS = {
    Decision.APPROVE: Verb.APPROVE,
    Decision.REQUEST_CHANGES: Verb.REQUEST_CHANGES,
    Decision.REJECT: Verb.REJECT,
}
REMINDED_EVERY = timedelta(hours=1)
NO_AUTHOR = Refusal("author", "Only its authors ask for a review again.")
NOT_IN_REVIEW = Refusal("state", "It waits for no review now. Load the page again.")
TOO_SOON = Refusal("soon", "The reviewers were asked again within the last hour. Wait a little.")
NO_PLAN = Refusal("stale", "This request has no plan now. Load the page again.")


@transaction.atomic
def approve(
    *,
    by: User,
    change_request: ChangeRequest,
    digest: str,
    text: str = "",
    edition: int | None = None,
    now: datetime | None = None,
) -> Review:
    """Agree to exactly the plan with this digest. The request is APPROVED once every step of its flow is complete.

    `edition` is the one that the reviewer read: title and reason are no part of the digest, but of what is agreed to.
    """
    now = now or timezone.now()
    request, revision = _locked(change_request, edition)
    review = _record(by, request, revision, Decision.APPROVE, digest, text, now)
    check(check_unmoved(moved(revision)))
    complete = is_complete(revision)
    if complete:
        decide(change_request=request, verb=Verb.APPROVE, now=now)
    log(request, "review.approved", by, now, digest=digest, revision=revision.number, text=text, complete=complete)
    return review


@transaction.atomic
def request_changes(
    *,
    by: User,
    change_request: ChangeRequest,
    digest: str,
    text: str,
    edition: int | None = None,
    now: datetime | None = None,
) -> Review:
    """Send the request back to its authors with what they should change."""
    now = now or timezone.now()
    check(check_text(text, "what should change"))
    return _send_back(by, change_request, Decision.REQUEST_CHANGES, digest, text, edition, now)


@transaction.atomic
def reject(
    *,
    by: User,
    change_request: ChangeRequest,
    digest: str,
    text: str,
    edition: int | None = None,
    now: datetime | None = None,
) -> Review:
    """Refuse the request for good."""
    now = now or timezone.now()
    check(check_text(text, "why it is rejected"))
    return _send_back(by, change_request, Decision.REJECT, digest, text, edition, now)


def _send_back(
    by: User,
    change_request: ChangeRequest,
    decision: Decision,
    digest: str,
    text: str,
    edition: int | None,
    now: datetime,
) -> Review:
    request, revision = _locked(change_request, edition)
    review = _record(by, request, revision, decision, digest, text, now)
    decide(change_request=request, verb=VERBS[decision], now=now)
    verb = "review.rejected" if decision == Decision.REJECT else "review.changes_requested"
    log(request, verb, by, now, digest=digest, revision=revision.number, text=text)
    return review


def _locked(change_request: ChangeRequest, edition: int | None) -> tuple[ChangeRequest, Revision]:
    rows = ChangeRequest.objects.select_for_update(of=("self",)).select_related("environment", "revision")
    request = rows.get(pk=change_request.pk)
    if request.revision is None:
        raise Refused(NO_PLAN)
    check(check_edition(request.edition if edition is None else edition, request.edition))
    request.revision.change_request = request
    return request, request.revision


def _record(
    by: User,
    request: ChangeRequest,
    revision: Revision,
    decision: Decision,
    digest: str,
    text: str,
    now: datetime,
) -> Review:
    authors = set(request.authors.values_list("user_id", flat=True))
    steps = _steps_for(by, revision)
    spoken = Review.objects.filter(revision=revision, person=by).exists()
    check(
        check_may_decide(asked(by, steps[0], revision, authors, decided=spoken)),
        check_digest(digest, revision.digest),
        check_verb(State(request.state), VERBS[decision], request.applied_at is not None),
    )
    reviews = [
        Review(
            revision=revision, step=step, plan_digest=revision.digest, scope_digest=step.scope_digest, person=by,
            decision=decision, text="" if number else text.strip(), at=now,
            expires_at=now + timedelta(days=request.environment.approval_days),
        )
        for number, step in enumerate(steps if decision == Decision.APPROVE else steps[:1])
    ]  # fmt: skip
    made = Review.objects.bulk_create(reviews)[0]
    request.asked = [pk for pk in request.asked if pk != by.pk]
    request.save(update_fields=["asked"])
    return made


def _steps_for(by: User, revision: Revision) -> list[FlowStep]:
    """The steps on which this person decides with one word: those they are eligible for, else the first at all."""
    steps = list(revision.flow.all())
    if not steps:
        raise Refused(NO_PLAN)
    return [step for step in steps if by.pk in step.eligible] or steps[:1]


@transaction.atomic
def resolve_thread(
    *, by: User, change_request: ChangeRequest, thread: int, resolved: bool, now: datetime | None = None
) -> Comment:
    """Settle a thread, or open it again. The request is APPROVED if the last one that held it up is settled by that."""
    now = now or timezone.now()
    rows = ChangeRequest.objects.select_for_update(of=("self",)).select_related("environment", "revision")
    request = rows.get(pk=change_request.pk)
    first = resolve(by=by, change_request=request, thread=thread, resolved=resolved, now=now)
    if first.required and resolved and request.revision and request.state == State.IN_REVIEW:
        request.revision.change_request = request
        if is_complete(request.revision):
            log(request, "review.completed", by, now, digest=request.revision.digest, revision=request.revision.number)
            decide(change_request=request, verb=Verb.APPROVE, now=now)
    return first


@transaction.atomic
def remind(*, by: User, change_request: ChangeRequest, now: datetime | None = None) -> None:
    """Ask the reviewers of a request again: by an author, at most once an hour."""
    now = now or timezone.now()
    rows = ChangeRequest.objects.select_for_update(of=("self",)).select_related("environment", "revision")
    request = rows.get(pk=change_request.pk)
    lately = Event.objects.filter(stream=f"cr/{request.pk}", verb="review.reminded", at__gt=now - REMINDED_EVERY)
    wrote = request.authors.filter(user=by).exists()
    check(
        None if wrote else NO_AUTHOR,
        None if request.state == State.IN_REVIEW and request.revision else NOT_IN_REVIEW,
        TOO_SOON if lately.exists() else None,
    )
    assert request.revision is not None  # noqa: S101 -- as checked above
    log(request, "review.reminded", by, now, revision=request.revision.number)


@transaction.atomic
def settle(*, revision: Revision, now: datetime | None = None) -> bool:
    """Approve a new revision whose flow is complete already; whether it was.

    It is where a rule says that no approval is required, or where older approvals are of exactly the same.
    """
    now = now or timezone.now()
    found, request = standing(revision), revision.change_request
    about = {"digest": revision.digest, "revision": revision.number, "complete": found.complete}
    kept = {(r.person.username, r.revision.number) for step in found.steps for r in step.kept}
    if kept:
        rows = [{"person": person, "revision": number} for person, number in sorted(kept)]
        log(request, "review.kept", None, now, **about, kept=rows)
    if not found.complete:
        return False
    decide(change_request=request, verb=Verb.APPROVE, now=now)
    if not any(step.needed for step in found.steps):
        rules = [why for step in found.steps for why in step.step.why]
        log(request, "review.not_required", None, now, **about, rules=rules)
    return True

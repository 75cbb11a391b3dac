"""How a revision stands: the one function that says whether it is approved.

Reviews use it to complete a flow, and a run at its start and before every call. It looks at what is true now: an
approval of somebody who lost the role, was switched off or became an author no longer counts. An approval binds the
part of the plan that its step answers for (`reviews.scope`): it counts for a later revision that has the same part.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from apps.changes.models import Comment, Revision
from apps.changes.queries import holding_up
from apps.people.access import can
from apps.people.models import Role, User
from apps.reviews.approvals import is_old, newest_approvals
from apps.reviews.flow import asked_since, name_of, words
from apps.reviews.models import Decision, FlowStep, Membership, Review
from apps.reviews.policies import Asked, counts

LINKED_FOR = timedelta(hours=24)


@dataclass(frozen=True)
class StepStanding:
    """One step of the flow: `given` of `needed`, by whom, and who still could.

    `kept` are those of the approvals that were given to an older revision, of which this step has the same part,
    `expired` those that would count if they were not too old.
    """

    step: FlowStep
    given: int
    needed: int
    approvers: tuple[User, ...]
    kept: tuple[Review, ...]
    expired: tuple[Review, ...]
    could: tuple[User, ...]
    rule: str

    @property
    def complete(self) -> bool:
        return self.given >= self.needed


@dataclass(frozen=True)
class Since:
    """`needed` approvals of somebody (`name`) that a rule asks for since the revision was planned, and why."""

    name: str
    needed: int
    rule: str


@dataclass(frozen=True)
class Standing:
    """`complete` when every step is and no rule asks for more `since` the revision was planned.

    `stale` are the approvals of older revisions that count for nothing now; `threads` are those that hold it up.
    """

    complete: bool
    steps: tuple[StepStanding, ...]
    stale: tuple[Review, ...]
    since: tuple[Since, ...] = ()
    threads: tuple[Comment, ...] = ()


def standing(revision: Revision) -> Standing:
    seen = _Seen.of(revision)
    steps = tuple(_step(step, seen) for step in seen.steps)
    since = tuple(Since(name_of(step.who), step.needed, words(step)) for step in asked_since(revision, seen.at))
    threads = tuple(holding_up(revision.change_request, seen.at))
    complete = bool(steps) and not since and not threads and all(step.complete for step in steps)
    kept = {review.pk for step in steps for review in step.kept}
    older = (review for review in seen.reviews if review.revision_id != revision.pk and review.pk not in kept)
    stale = {(r.person_id, r.revision_id): r for r in older if r.decision == Decision.APPROVE}
    again = {person.pk for step in steps for person in step.approvers}
    return Standing(complete, steps, tuple(r for r in stale.values() if r.person_id not in again), since, threads)


def is_complete(revision: Revision, at: datetime | None = None) -> bool:
    """`Standing.complete` alone, which is asked before every call.

    Whether an approval is too old is asked of `at`; rules that were changed, and threads that were opened after it
    don't count.
    """
    seen = _Seen.of(revision, at)
    given = bool(seen.steps) and all(len(seen.approvals(step)) >= step.needed for step in seen.steps)
    return given and not asked_since(revision, seen.at) and not holding_up(revision.change_request, seen.at)


@dataclass(frozen=True)
class _Seen:
    """What is true of a revision now: its steps, the decisions on any revision of its request, and the authors."""

    revision: Revision
    steps: list[FlowStep]
    reviews: list[Review]
    authors: set[int]
    at: datetime

    @classmethod
    def of(cls, revision: Revision, at: datetime | None = None) -> "_Seen":
        request = revision.change_request
        reviews = Review.objects.filter(revision__change_request=request).order_by("pk")
        rows = list(reviews.select_related("revision", "step").prefetch_related("person__bindings"))
        authors = set(request.authors.values_list("user_id", flat=True))
        return cls(revision, list(revision.flow.all()), rows, authors, at or timezone.now())

    def approvals(self, step: FlowStep, *, expired: bool = False) -> dict[int, Review]:
        """By person: the newest approval of exactly what this step answers for, where it counts now.

        What somebody decided last is all that counts of them, on whatever revision it was. `expired` gives those
        instead that would count if they were not too old.
        """
        days = self.revision.change_request.environment.approval_days
        found = newest_approvals(self.reviews, step)
        asked_for = {pk: r for pk, r in found.items() if is_old(r, days, self.at) == expired}
        return {pk: r for pk, r in asked_for.items() if counts(asked(r.person, step, self.revision, self.authors))}


def asked(person: User, step: FlowStep, revision: Revision, authors: set[int], *, decided: bool = False) -> Asked:
    environment = revision.change_request.environment
    return Asked(
        environment=environment.name,
        active=person.is_active,
        reviewer=can(person, Role.REVIEWER, environment.slug),
        author=person.pk in authors,
        eligible=person.pk in step.eligible,
        member=_member(person, step),
        decided=decided,
        linked=bool(person.linked_at and timezone.now() - person.linked_at < LINKED_FOR),
    )


def _member(person: User, step: FlowStep) -> bool:
    """Whether the person is in the team that the step asks, where it asks one."""
    kind, _, key = step.who.partition(":")
    return kind != "team" or Membership.objects.filter(team=int(key), person=person).exists()


def _step(step: FlowStep, seen: _Seen) -> StepStanding:
    approvals = seen.approvals(step)
    spoken = {review.person_id for review in seen.reviews if review.revision_id == seen.revision.pk} | set(approvals)
    others = User.objects.filter(pk__in=set(step.eligible) - spoken).prefetch_related("bindings").order_by("full_name")
    could = tuple(person for person in others if counts(asked(person, step, seen.revision, seen.authors)))
    kept = tuple(review for review in approvals.values() if review.revision_id != seen.revision.pk)
    expired = tuple(seen.approvals(step, expired=True).values())
    people = tuple(review.person for review in approvals.values())
    return StepStanding(step, len(approvals), step.needed, people, kept, expired, could, step.rule)

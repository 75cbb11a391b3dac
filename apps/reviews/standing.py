"""How a revision stands: the one function that says whether it is approved.

Reviews use it to complete a flow, and a run at its start and before every call. It looks at what is true now: an
approval of somebody who lost the role, was switched off or became an author no longer counts. An approval binds the
part of the plan that its step answers for (`reviews.scope`): it counts for a later revision that has the same part.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from apps.changes.models import Revision
from apps.people.access import can
from apps.people.models import Role, User
from apps.reviews.models import Decision, FlowStep, Review
from apps.reviews.policies import Asked, counts

LINKED_FOR = timedelta(hours=24)


@dataclass(frozen=True)
class StepStanding:
    """One step of the flow: `given` of `needed`, by whom, and who still could.

    `kept` are those of the approvals that were given to an older revision, of which this step has the same part.
    """

    step: FlowStep
    given: int
    needed: int
    approvers: tuple[User, ...]
    kept: tuple[Review, ...]
    could: tuple[User, ...]
    rule: str

    @property
    def complete(self) -> bool:
        return self.given >= self.needed


@dataclass(frozen=True)
class Standing:
    """`complete` when every step is; `stale` are the approvals of older revisions that count for nothing now."""

    complete: bool
    steps: tuple[StepStanding, ...]
    stale: tuple[Review, ...]


def standing(revision: Revision) -> Standing:
    seen = _Seen.of(revision)
    steps = tuple(_step(step, seen) for step in seen.steps)
    complete = bool(steps) and all(step.complete for step in steps)
    kept = {review.pk for step in steps for review in step.kept}
    older = (review for review in seen.reviews if review.revision_id != revision.pk and review.pk not in kept)
    stale = {(r.person_id, r.revision_id): r for r in older if r.decision == Decision.APPROVE}
    again = {person.pk for step in steps for person in step.approvers}
    return Standing(complete, steps, tuple(review for review in stale.values() if review.person_id not in again))


def is_complete(revision: Revision) -> bool:
    """`Standing.complete` alone, which is asked before every call."""
    seen = _Seen.of(revision)
    return bool(seen.steps) and all(len(seen.approvals(step)) >= step.needed for step in seen.steps)


@dataclass(frozen=True)
class _Seen:
    """What is true of a revision now: its steps, the decisions on any revision of its request, and the authors."""

    revision: Revision
    steps: list[FlowStep]
    reviews: list[Review]
    authors: set[int]

    @classmethod
    def of(cls, revision: Revision) -> "_Seen":
        request = revision.change_request
        reviews = Review.objects.filter(revision__change_request=request).order_by("pk")
        rows = list(reviews.select_related("revision", "step").prefetch_related("person__bindings"))
        return cls(revision, list(revision.flow.all()), rows, set(request.authors.values_list("user_id", flat=True)))

    def approvals(self, step: FlowStep) -> dict[int, Review]:
        """By person: the newest approval of exactly what this step answers for, where it counts now.

        What somebody approved counts until they say otherwise, on whatever revision.
        """
        found: dict[int, Review] = {}
        for review in self.reviews:
            if review.decision != Decision.APPROVE:
                found.pop(review.person_id, None)
            elif (review.scope_digest, review.step.who) == (step.scope_digest, step.who):
                found[review.person_id] = review
        return {pk: r for pk, r in found.items() if counts(asked(r.person, step, self.revision, self.authors))}


def asked(person: User, step: FlowStep, revision: Revision, authors: set[int], *, decided: bool = False) -> Asked:
    environment = revision.change_request.environment
    return Asked(
        environment=environment.name,
        active=person.is_active,
        reviewer=can(person, Role.REVIEWER, environment.slug),
        author=person.pk in authors,
        eligible=person.pk in step.eligible,
        decided=decided,
        linked=bool(person.linked_at and timezone.now() - person.linked_at < LINKED_FOR),
    )


def _step(step: FlowStep, seen: _Seen) -> StepStanding:
    approvals = seen.approvals(step)
    spoken = {review.person_id for review in seen.reviews if review.revision_id == seen.revision.pk} | set(approvals)
    others = User.objects.filter(pk__in=set(step.eligible) - spoken).prefetch_related("bindings").order_by("full_name")
    could = tuple(person for person in others if counts(asked(person, step, seen.revision, seen.authors)))
    kept = tuple(review for review in approvals.values() if review.revision_id != seen.revision.pk)
    people = tuple(review.person for review in approvals.values())
    return StepStanding(step, len(approvals), step.needed, people, kept, could, step.rule)

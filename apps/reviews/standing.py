"""How a revision stands: the one function that says whether it is approved.

Reviews use it to complete a flow, and a run at its start and before every call. It looks at what is true now: an
approval of somebody who lost the role, was switched off or became an author no longer counts.
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
    """One step of the flow: `given` of `needed`, by whom, and who still could."""

    step: FlowStep
    given: int
    needed: int
    approvers: tuple[User, ...]
    could: tuple[User, ...]
    rule: str

    @property
    def complete(self) -> bool:
        return self.given >= self.needed


@dataclass(frozen=True)
class Standing:
    """`complete` when every step is; `stale` are the approvals that older revisions had."""

    complete: bool
    steps: tuple[StepStanding, ...]
    stale: tuple[Review, ...]


def standing(revision: Revision) -> Standing:
    authors = _authors(revision)
    steps = tuple(_step(step, revision, authors) for step in _flow(revision))
    complete = bool(steps) and all(step.complete for step in steps)
    return Standing(complete, steps, _stale(revision))


def is_complete(revision: Revision) -> bool:
    """`Standing.complete` alone, which is asked before every call."""
    steps, authors = _flow(revision), _authors(revision)
    return bool(steps) and all(len(_approvers(step, revision, authors)) >= step.needed for step in steps)


def _authors(revision: Revision) -> set[int]:
    return set(revision.change_request.authors.values_list("user_id", flat=True))


def _flow(revision: Revision) -> list[FlowStep]:
    """The steps with their reviews, read anew, and with what people may do."""
    return list(revision.flow.prefetch_related("reviews__person__bindings"))


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


def _step(step: FlowStep, revision: Revision, authors: set[int]) -> StepStanding:
    approvers = _approvers(step, revision, authors)
    spoken = {review.person_id for review in step.reviews.all()}
    others = User.objects.filter(pk__in=set(step.eligible) - spoken).prefetch_related("bindings").order_by("full_name")
    could = tuple(person for person in others if counts(asked(person, step, revision, authors)))
    return StepStanding(step, len(approvers), step.needed, tuple(approvers.values()), could, step.rule)


def _approvers(step: FlowStep, revision: Revision, authors: set[int]) -> dict[int, User]:
    """Whose approval of exactly this revision counts now."""
    this = (Decision.APPROVE, revision.pk, revision.digest, step.scope_digest)
    approvals = (r for r in step.reviews.all() if (r.decision, r.revision_id, r.plan_digest, r.scope_digest) == this)
    return {r.person_id: r.person for r in approvals if counts(asked(r.person, step, revision, authors))}


def _stale(revision: Revision) -> tuple[Review, ...]:
    older = Review.objects.filter(revision__change_request=revision.change_request_id, decision=Decision.APPROVE)
    return tuple(older.exclude(revision=revision).select_related("person", "revision"))

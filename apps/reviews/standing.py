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
    authors = set(revision.change_request.authors.values_list("user_id", flat=True))
    steps = tuple(_step(step, revision, authors) for step in revision.flow.all())
    complete = bool(steps) and all(step.complete for step in steps)
    return Standing(complete, steps, _stale(revision))


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
    given = Review.objects.filter(step=step, revision=revision).select_related("person")
    approvals = given.filter(decision=Decision.APPROVE, plan_digest=revision.digest, scope_digest=step.scope_digest)
    approvers = {r.person_id: r.person for r in approvals if counts(asked(r.person, step, revision, authors))}
    spoken = {review.person_id for review in given}
    others = User.objects.filter(pk__in=set(step.eligible) - spoken).order_by("full_name")
    could = tuple(person for person in others if counts(asked(person, step, revision, authors)))
    return StepStanding(step, len(approvers), step.needed, tuple(approvers.values()), could, step.rule)


def _stale(revision: Revision) -> tuple[Review, ...]:
    older = Review.objects.filter(revision__change_request=revision.change_request_id, decision=Decision.APPROVE)
    return tuple(older.exclude(revision=revision).select_related("person", "revision"))

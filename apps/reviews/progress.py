"""How far the flows of many requests are, for lists: what was decided, without asking who still has which role."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.utils import timezone

from apps.changes.models import ChangeRequest
from apps.reviews.approvals import is_old, newest_approvals
from apps.reviews.models import FlowStep, Review


@dataclass(frozen=True)
class Progress:
    """One step of a flow: how many approvals it needs, whom it asks, and who gave one that counts, as user ids."""

    needed: int
    asked: frozenset[int]
    given: frozenset[int]

    @property
    def could(self) -> frozenset[int]:
        """Who has not said anything, while it is not complete."""
        return self.asked - self.given if len(self.given) < self.needed else frozenset()


def progress_of(requests: Collection[ChangeRequest]) -> dict[int, list[Progress]]:
    """By the id of each request that has a revision; two queries. Needs their environments."""
    of = {each.revision_id: each for each in requests if each.revision_id}
    fields = ("revision_id", "who", "scope_digest", "needed", "eligible")
    steps = FlowStep.objects.filter(revision__in=of).only(*fields)
    given = Review.objects.filter(revision__change_request__in=[each.pk for each in of.values()]).order_by("pk")
    reviews: dict[int, list[Review]] = defaultdict(list)
    for review in given.select_related("revision", "step").only(
        *("revision__change_request_id", "step__who", "person_id", "decision", "scope_digest", "at", "expires_at")
    ):
        reviews[review.revision.change_request_id].append(review)
    found: dict[int, list[Progress]] = defaultdict(list)
    for step in steps:
        request = of[step.revision_id]
        found[request.pk].append(_progress(step, request, reviews[request.pk]))
    return found


def _progress(step: FlowStep, request: ChangeRequest, reviews: list[Review]) -> Progress:
    now, days = timezone.now(), request.environment.approval_days
    approvals = newest_approvals(reviews, step)
    given = frozenset(person for person, review in approvals.items() if not is_old(review, days, now))
    return Progress(step.needed, frozenset(step.eligible), given)

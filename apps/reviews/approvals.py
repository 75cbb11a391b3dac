"""Which approvals of a request are of exactly what a step answers for, and which of them are too old."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from apps.reviews.models import Decision, FlowStep, Review


def newest_approvals(reviews: Sequence[Review], step: FlowStep) -> dict[int, Review]:
    """By person: the approval of exactly what the step answers for, where nothing was decided by them since.

    `reviews` are all decisions on the request, the oldest first.
    """
    last = {review.person_id: review.revision_id for review in reviews}
    wanted = (Decision.APPROVE, step.scope_digest, step.who)
    return {
        review.person_id: review
        for review in reviews
        if (review.decision, review.scope_digest, review.step.who) == wanted
        and review.revision_id == last[review.person_id]
    }


def is_old(review: Review, days: int, at: datetime) -> bool:
    """Whether it was given too long before: by what was so when it was given, or is so now; whichever is sooner."""
    ends = review.at + timedelta(days=days)
    return at > min(ends, review.expires_at or ends)

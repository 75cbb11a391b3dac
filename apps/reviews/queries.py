"""Reviews as pages read them."""

from django.db.models import QuerySet

from apps.changes.models import ChangeRequest
from apps.changes.states import State
from apps.people.models import User
from apps.reviews.models import Review


def awaiting(person: User, requests: QuerySet[ChangeRequest]) -> QuerySet[ChangeRequest]:
    """Those of the requests on which this person could decide now and has not."""
    return requests.filter(state=State.IN_REVIEW, asked__contains=[person.pk])


def awaiting_others(person: User, requests: QuerySet[ChangeRequest]) -> QuerySet[ChangeRequest]:
    """Those in review that don't wait for this person."""
    return requests.filter(state=State.IN_REVIEW).exclude(asked__contains=[person.pk])


def reviewed(revision_id: int | None, person: User, decision: str, digest: str) -> bool:
    """Whether the person has made exactly this decision already."""
    same = Review.objects.filter(revision=revision_id, person=person, decision=decision, plan_digest=digest)
    return revision_id is not None and same.exists()

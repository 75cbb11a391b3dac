"""Reviews as pages read them."""

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, Subquery

from apps.changes.models import ChangeRequest
from apps.changes.states import State
from apps.people.models import User
from apps.reviews.models import Decision, FlowStep, Review


def awaiting(person: User, requests: QuerySet[ChangeRequest]) -> QuerySet[ChangeRequest]:
    """Those of the requests on which this person could decide now and has not: never an author's own.

    An approval of an older revision counts for a step of the newest that answers for the same.
    """
    decided = Review.objects.filter(person=person, revision=OuterRef("revision"))
    mine = Review.objects.filter(person=person, revision__change_request=OuterRef("revision__change_request"))
    last = Subquery(mine.order_by("-pk").values("revision")[:1])
    kept = mine.filter(
        scope_digest=OuterRef("scope_digest"), step__who=OuterRef("who"), decision=Decision.APPROVE, revision=last
    )
    open_steps = FlowStep.objects.filter(revision=OuterRef("revision"), eligible__contains=[person.pk])
    open_steps = open_steps.filter(~Exists(kept))
    return requests.filter(Exists(open_steps), ~Exists(decided), state=State.IN_REVIEW).exclude(authors__user=person)


def with_flow(requests: QuerySet[ChangeRequest]) -> QuerySet[ChangeRequest]:
    """The requests with the flow of their revision and its reviews, in two more queries however many there are."""
    steps = FlowStep.objects.prefetch_related(Prefetch("reviews", Review.objects.select_related("person")))
    return requests.prefetch_related(Prefetch("revision__flow", steps))


def reviewed(revision_id: int | None, person: User, decision: str, digest: str) -> bool:
    """Whether the person has made exactly this decision already."""
    same = Review.objects.filter(revision=revision_id, person=person, decision=decision, plan_digest=digest)
    return revision_id is not None and same.exists()

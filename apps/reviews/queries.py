"""Reviews as pages read them."""

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery

from apps.changes.models import Author, ChangeRequest
from apps.changes.states import State
from apps.people.models import User
from apps.reviews.models import Decision, FlowStep, Review


def awaiting(person: User, requests: QuerySet[ChangeRequest]) -> QuerySet[ChangeRequest]:
    """Those of the requests on which this person could decide now and has not."""
    return requests.filter(waits_for(person), state=State.IN_REVIEW)


def awaiting_others(person: User, requests: QuerySet[ChangeRequest]) -> QuerySet[ChangeRequest]:
    """Those in review that don't wait for this person. Sets that are read once, since they may be most of the table."""
    not_asked = ~Q(Exists(FlowStep.objects.filter(revision=OuterRef("revision"), eligible__contains=[person.pk])))
    wrote = Q(pk__in=Author.objects.filter(user=person).values("change_request"))
    spoke = Q(pk__in=Review.objects.filter(person=person).values("revision__change_request"))
    return requests.filter(not_asked | wrote | (spoke & ~waits_for(person)), state=State.IN_REVIEW)


def waits_for(person: User) -> Q:
    """Whether a request in review waits for this person: never for an author.

    An approval of an older revision counts for a step of the newest that answers for the same.
    """
    wrote = Author.objects.filter(change_request=OuterRef("pk"), user=person)
    decided = Review.objects.filter(person=person, revision=OuterRef("revision"))
    mine = Review.objects.filter(person=person, revision__change_request=OuterRef("revision__change_request"))
    last = Subquery(mine.order_by("-pk").values("revision")[:1])
    kept = mine.filter(
        scope_digest=OuterRef("scope_digest"), step__who=OuterRef("who"), decision=Decision.APPROVE, revision=last
    )
    open_steps = FlowStep.objects.filter(revision=OuterRef("revision"), eligible__contains=[person.pk])
    return Q(Exists(open_steps.filter(~Exists(kept)))) & ~Q(Exists(decided)) & ~Q(Exists(wrote))


def with_flow(requests: QuerySet[ChangeRequest]) -> QuerySet[ChangeRequest]:
    """The requests with the flow of their revision and its reviews, in two more queries however many there are."""
    steps = FlowStep.objects.prefetch_related(Prefetch("reviews", Review.objects.select_related("person")))
    return requests.prefetch_related(Prefetch("revision__flow", steps))


def reviewed(revision_id: int | None, person: User, decision: str, digest: str) -> bool:
    """Whether the person has made exactly this decision already."""
    same = Review.objects.filter(revision=revision_id, person=person, decision=decision, plan_digest=digest)
    return revision_id is not None and same.exists()

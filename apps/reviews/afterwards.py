"""The review of an emergency after its run: it is waited for until somebody who had no part in it has looked."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from apps.changes.models import ChangeRequest
from apps.changes.move import log
from apps.changes.policies import check_text
from apps.people.access import can, holders
from apps.people.models import Role, User
from apps.refusal import Refusal, check
from apps.reviews.models import AfterReview, Decision, Review

NOT_DUE = Refusal("due", "There is nothing to review afterwards here. Load the page again.")
PART = Refusal("part", "You had a part in it, so another reviewer has to look at it.")


def due(requests: QuerySet[ChangeRequest]) -> QuerySet[ChangeRequest]:
    """The emergencies of which a run was started and that nobody has reviewed since."""
    runs = ChangeRequest.objects.filter(pk=OuterRef("pk"), runs__isnull=False)
    seen = AfterReview.objects.filter(change_request=OuterRef("pk"))
    return requests.filter(Exists(runs), ~Exists(seen)).exclude(emergency="")


def is_due(request: ChangeRequest) -> bool:
    return due(ChangeRequest.objects.filter(pk=request.pk)).exists()


def check_may(person: User, request: ChangeRequest) -> Refusal | None:
    """A reviewer who wrote and approved nothing of it; one who approved where there is nobody else."""
    slug = request.environment.slug
    if not person.is_active or not can(person, Role.REVIEWER, slug):
        return Refusal("role", f"You are not a reviewer in {request.environment.name}.")
    wrote = set(request.authors.values_list("user", flat=True))
    approvals = Review.objects.filter(revision__change_request=request, decision=Decision.APPROVE)
    approved = set(approvals.values_list("person", flat=True))
    others = {each.pk for each in holders(Role.REVIEWER, slug)} - wrote - approved
    return PART if person.pk in wrote or (person.pk in approved and others) else None


@transaction.atomic
def review_afterwards(
    *, by: User, change_request: ChangeRequest, justified: bool, text: str, now: datetime | None = None
) -> AfterReview:
    """Say whether it was one, and what follows from it."""
    now = now or timezone.now()
    rows = ChangeRequest.objects.select_for_update(of=("self",)).select_related("environment")
    request = rows.get(pk=change_request.pk)
    check(
        None if is_due(request) else NOT_DUE,
        check_may(by, request),
        check_text(text, "what you found and what follows from it"),
    )
    about = {"justified": justified, "text": text.strip()}
    made = AfterReview.objects.create(change_request=request, person=by, at=now, **about)
    log(request, "emergency.reviewed", by, now, **about)
    return made

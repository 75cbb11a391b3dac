"""The revisions of a request: what one of them was, and what differs from it now."""

from collections.abc import Sequence
from typing import Any

from apps.changes import queries
from apps.changes.models import ChangeRequest, Revision
from apps.people.models import User
from apps.planning import codec
from apps.reviews.models import Review
from apps.web.loading.names import names
from apps.web.presenters import changes as changed
from apps.web.presenters import checks, effects
from apps.web.presenters.changes import Beside, ChangeView


def page(request: ChangeRequest, revision: Revision) -> dict[str, Any]:
    """The context of `change_request/revision.html`."""
    changes = views(request, revision)
    return {
        "cr": request,
        "revision": revision,
        "changes": changes,
        "checks": checks.listed(revision, {change.ordinal: change.name for change in changes}),
        "reviews": Review.objects.filter(revision=revision).select_related("person"),
        "revisions": request.revisions.order_by("number"),
        "frozen": True,
    }


def views(request: ChangeRequest, revision: Revision) -> list[ChangeView]:
    """What the revision was, with nothing of today beside it."""
    proposals, planned = queries.planned_proposals(revision), codec.parse(revision.canonical)
    beside = Beside(
        warnings=checks.warnings(revision),
        live=False,
        names=changed.logical_names(proposals),
        times=effects.Times.of(revision.evaluation),
        called=names(request.environment, proposals, planned, {}),
    )
    return changed.views(proposals, planned, beside)


def earlier(shown: Revision | None, person: User, among: Sequence[Revision]) -> Revision | None:
    """The revision that the page is held against: the last that the person reviewed, or the one before."""
    before = [each for each in among if shown is None or each.number < shown.number]
    reviewed = set(Review.objects.filter(revision__in=before, person=person).values_list("revision", flat=True))
    found = next((each for each in reversed(before) if each.pk in reviewed), before[-1] if before else None)
    return Revision.objects.get(pk=found.pk) if found else None

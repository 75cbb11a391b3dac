"""Saying something about a request. Whoever may look at the environment may speak; it makes nobody an author."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from apps.changes.models import ChangeRequest, Comment
from apps.changes.move import log
from apps.changes.policies import check_text
from apps.people.models import User
from apps.people.queries import environments_of
from apps.refusal import Refusal, check


@transaction.atomic
def comment(
    *,
    by: User,
    change_request: ChangeRequest,
    text: str,
    ordinal: int | None = None,
    property: str = "",
    now: datetime | None = None,
) -> Comment:
    """Add a comment to the request, to one of its changes (`ordinal`) or to one property of a change."""
    now = now or timezone.now()
    slugs = environments_of(by)
    seen = slugs is None or change_request.environment.slug in slugs
    hidden = None if seen else Refusal("role", "You have no role in this environment. Ask an administrator for one.")
    check(hidden, check_text(text, "what you want to say"))
    said = Comment.objects.create(
        change_request=change_request,
        revision=change_request.revision,
        ordinal=ordinal,
        property=property,
        author=by,
        text=text.strip(),
        at=now,
    )
    log(change_request, "change_request.commented", by, now, comment=said.pk, ordinal=ordinal, property=property)
    return said

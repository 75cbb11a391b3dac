"""Another value for a property, suggested in review. Taking it makes the one who suggested it an author."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.changes.commands.comment import check_place, check_seen, say, thread_of
from apps.changes.commands.draft import drafted, editable, rewrite
from apps.changes.commands.submit import submit
from apps.changes.models import ChangeRequest, Comment, Resolution
from apps.changes.move import add_author, log
from apps.changes.states import State
from apps.people.models import User
from apps.refusal import Refusal, Refused, check

Json = Any
GONE = Refusal(
    "suggestion", "The change no longer has this property, so the value can't be taken. Load the page again."
)
SETTLED = Refusal("suggestion", "This suggestion was taken or resolved already. Load the page again.")
OWN = Refusal("author", "You are an author of this request: edit the change itself.")


@transaction.atomic
def suggest(
    *,
    by: User,
    change_request: ChangeRequest,
    ordinal: int,
    property: str,
    value: Json,
    text: str = "",
    now: datetime | None = None,
) -> Comment:
    """Open a thread at a property with another value for it; None stands for "not set"."""
    author = change_request.authors.filter(user=by).exists()
    check(check_seen(by, change_request), OWN if author else None, check_place(change_request, ordinal, property))
    return say(by, change_request, text, ordinal, property, now, suggestion={"value": value})


@transaction.atomic
def accept_suggestion(
    *, by: User, change_request: ChangeRequest, edition: int, thread: int, now: datetime | None = None
) -> ChangeRequest:
    """Take a suggested value. A request that was submitted is submitted again with it; `thread` is the comment's id."""
    now = now or timezone.now()
    request = editable(by, change_request, edition)
    first, submitted = thread_of(request, thread), request.state != State.DRAFT
    newest = first.resolutions.last()
    if first.suggestion is None or (newest is not None and newest.resolved):
        raise Refused(SETTLED)
    changes, ordinal = drafted(request), first.ordinal or 0
    if not 1 <= ordinal <= len(changes) or first.property not in changes[ordinal - 1].desired:
        raise Refused(GONE)
    change = changes[ordinal - 1]
    changes[ordinal - 1] = replace(change, desired={**change.desired, first.property: first.suggestion["value"]})
    request = rewrite(request, by, changes, now)
    add_author(request, first.author)
    Resolution.objects.create(thread=first, resolved=True, accepted=True, by=by, at=now)
    about = {"comment": first.pk, "property": first.property, "suggested_by": first.author.username}
    log(request, "change_request.suggestion_accepted", by, now, **about)
    if not submitted:
        return request
    return submit(by=by, change_request=request, edition=request.edition, emergency=request.emergency, now=now)

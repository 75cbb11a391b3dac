"""What the layers above tell a request: that it was decided, what was made for it, and that it was applied."""

from datetime import datetime

from apps.changes.models import ChangeRequest, DraftChange
from apps.changes.move import move
from apps.changes.states import State, Verb


def decide(*, change_request: ChangeRequest, verb: Verb, now: datetime) -> ChangeRequest:
    """Move the request as a completed flow, a request for changes or a rejection says. The caller writes the event."""
    return move(change_request, verb, now=now)


def record_made(*, change_request_id: int, revision_id: int, ordinal: int, identifier: str) -> None:
    """A run of this revision created the resource of a change: planning again goes on from there."""
    rows = DraftChange.objects.filter(change_request=change_request_id, change_request__revision=revision_id)
    rows.filter(ordinal=ordinal, action="create").update(made=identifier)


def mark_applied(*, change_request_id: int, revision_id: int, now: datetime) -> None:
    """A run of this revision succeeded: the request is closed for every verb, unless it has another one by now."""
    approved = ChangeRequest.objects.filter(pk=change_request_id, state=State.APPROVED, applied_at=None)
    approved.filter(revision=revision_id).update(applied_at=now)

"""What the layers above tell a request: that it was decided, and that it was applied."""

from datetime import datetime

from apps.changes.models import ChangeRequest
from apps.changes.move import move
from apps.changes.states import State, Verb


def decide(*, change_request: ChangeRequest, verb: Verb, now: datetime) -> ChangeRequest:
    """Move the request as a completed flow, a request for changes or a rejection says. The caller writes the event."""
    return move(change_request, verb, now=now)


def mark_applied(*, change_request_id: int, now: datetime) -> None:
    """A run of the approved revision succeeded: the request is closed for every verb."""
    approved = ChangeRequest.objects.filter(pk=change_request_id, state=State.APPROVED, applied_at=None)
    approved.update(applied_at=now)

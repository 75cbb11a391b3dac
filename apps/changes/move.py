"""The one place where a change request changes its state: by compare-and-swap on state and edition."""

from datetime import datetime
from typing import Any

from apps.audit.log import record
from apps.changes.models import Author, ChangeRequest
from apps.changes.policies import check_edition, check_role, check_verb
from apps.changes.states import TRANSITIONS, State, Verb
from apps.people.access import can
from apps.people.models import Role, User
from apps.refusal import Refusal, Refused, check

CONFLICT = Refusal("conflict", "Somebody was faster: the request is in another state now. Reload the page.")


def move(request: ChangeRequest, verb: Verb, *, now: datetime, **updates: Any) -> ChangeRequest:
    """Move the request as `verb` says, from exactly the state and edition it was loaded in; raises `Refused`."""
    old = State(request.state)
    check(check_verb(old, verb, request.applied_at is not None))
    values = {"state": TRANSITIONS[old, verb], "updated_at": now} | updates
    same = ChangeRequest.objects.filter(pk=request.pk, state=old, edition=request.edition, applied_at=None)
    if not same.update(**values):
        raise Refused(CONFLICT)
    request.refresh_from_db()
    return request


def check_may_author(by: User, request: ChangeRequest, verb: Verb, edition: int | None = None) -> None:
    """A requester of the environment, the state allows it, and nobody edited since the page was loaded."""
    slug = request.environment.slug
    check(
        check_role(can(by, Role.REQUESTER, slug), request.environment.name),
        check_verb(State(request.state), verb, request.applied_at is not None),
        check_edition(request.edition if edition is None else edition, request.edition),
    )


def add_author(request: ChangeRequest, person: User) -> None:
    Author.objects.get_or_create(change_request=request, user=person)


def log(request: ChangeRequest, verb: str, by: User | None, now: datetime, **data: Any) -> None:
    """The event of a verb, in the stream of the request."""
    record(
        stream=f"cr/{request.pk}",
        verb=verb,
        by=by,
        subject=request.reference,
        environment=request.environment.slug,
        data=data,
        now=now,
    )

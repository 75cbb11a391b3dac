"""One property of a request: what its author says about it in review, without the form.

Where it moved outside, the live value that the author was shown is part of what they say: one that has moved again
meanwhile is shown first.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.changes import queries
from apps.changes.commands.draft import drafted, editable, rewrite, without
from apps.changes.models import ChangeRequest
from apps.changes.policies import DraftInput
from apps.changes.queries import planned_proposals
from apps.changes.shown import shown_as
from apps.people.models import User
from apps.planning.plan import Proposal
from apps.refusal import Refusal, Refused

Json = Any
GONE = Refusal("change", "This change is no longer part of the request. Reload the page.")
NEVER = Refusal("revision", "That revision did not have this property. Load the page again.")
AGAIN = Refusal("live", "The live value has changed again. Look at it, then say which one it should be.")


@transaction.atomic
def keep_mine(
    *,
    by: User,
    change_request: ChangeRequest,
    edition: int,
    ordinal: int,
    property: str,
    live: str,
    now: datetime | None = None,
) -> ChangeRequest:
    """Propose the same value on top of what is live now. `live` is the digest of the value that was shown."""
    request = editable(by, change_request, edition)
    changes = drafted(request)
    change, value = _shown(request, changes, ordinal, property, live)
    base = {name: kept for name, kept in change.base.items() if name != property}
    changes[ordinal - 1] = replace(change, base=base | ({} if value is None else {property: value}))
    return rewrite(request, by, changes, now or timezone.now())


@transaction.atomic
def take_live(
    *,
    by: User,
    change_request: ChangeRequest,
    edition: int,
    ordinal: int,
    property: str,
    live: str,
    now: datetime | None = None,
) -> ChangeRequest:
    """Leave the property as it is live; a change that asks for nothing else goes with it."""
    request = editable(by, change_request, edition)
    changes = drafted(request)
    _shown(request, changes, ordinal, property, live)
    return rewrite(request, by, _left_out(changes, ordinal, property), now or timezone.now())


@transaction.atomic
def drop_property(
    *, by: User, change_request: ChangeRequest, edition: int, ordinal: int, property: str, now: datetime | None = None
) -> ChangeRequest:
    """Take one property out of a change; one that asks for nothing else goes with it."""
    request = editable(by, change_request, edition)
    changes = drafted(request)
    _asked(changes, ordinal, property)
    return rewrite(request, by, _left_out(changes, ordinal, property), now or timezone.now())


@transaction.atomic
def revert_property(
    *,
    by: User,
    change_request: ChangeRequest,
    edition: int,
    ordinal: int,
    property: str,
    number: int,
    now: datetime | None = None,
) -> ChangeRequest:
    """Propose the value that the revision with this number had."""
    request = editable(by, change_request, edition)
    changes = drafted(request)
    change = _asked(changes, ordinal, property)
    revision = request.revisions.filter(number=number).first()
    had = next((each for each in planned_proposals(revision) if _same(each, change)), None) if revision else None
    if had is None or property not in had.desired:
        raise Refused(NEVER)
    desired = {**change.desired, property: had.desired[property]}
    changes[ordinal - 1] = replace(change, desired=desired)
    return rewrite(request, by, changes, now or timezone.now())


def _same(before: Proposal, now: DraftInput) -> bool:
    """Whether both are about one resource."""
    key = now.identifier or now.logical
    return (before.type, before.region, before.identifier or before.logical) == (now.type, now.region, key)


def _asked(changes: list[DraftInput], ordinal: int, property: str) -> DraftInput:
    """The change that asks for the property. Raises `Refused`."""
    if not 1 <= ordinal <= len(changes) or property not in changes[ordinal - 1].desired:
        raise Refused(GONE)
    return changes[ordinal - 1]


def _left_out(changes: list[DraftInput], ordinal: int, property: str) -> list[DraftInput]:
    """The changes without one property, and without the change where nothing else is left of it."""
    change = changes[ordinal - 1]
    desired = {name: value for name, value in change.desired.items() if name != property}
    if not desired:
        return without(changes, ordinal)
    base = {name: value for name, value in change.base.items() if name != property}
    left = replace(change, desired=desired, base=base)
    return [left if number == ordinal else each for number, each in enumerate(changes, 1)]


def _shown(
    request: ChangeRequest, changes: list[DraftInput], ordinal: int, property: str, live: str
) -> tuple[DraftInput, Json]:
    """The change and the live value of its property. Raises `Refused` when that is not what was shown."""
    change = _asked(changes, ordinal, property)
    document: Mapping[str, Json] = found.document if (found := queries.resources(request).get(ordinal)) else {}
    if shown_as(document.get(property)) != live:
        raise Refused(AGAIN)
    return change, document.get(property)

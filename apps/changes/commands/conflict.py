"""A property that moved outside while a request was under way: its author keeps the proposed value, or the live one.

The value that the author was shown is part of what they say: one that has moved again meanwhile is shown first.
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
from apps.changes.shown import shown_as
from apps.people.models import User
from apps.refusal import Refusal, Refused

Json = Any
GONE = Refusal("change", "This change is no longer part of the request. Reload the page.")
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
    change, _ = _shown(request, changes, ordinal, property, live)
    desired = {name: value for name, value in change.desired.items() if name != property}
    if desired:
        base = {name: value for name, value in change.base.items() if name != property}
        changes[ordinal - 1] = replace(change, desired=desired, base=base)
    else:
        changes = without(changes, ordinal)
    return rewrite(request, by, changes, now or timezone.now())


def _shown(
    request: ChangeRequest, changes: list[DraftInput], ordinal: int, property: str, live: str
) -> tuple[DraftInput, Json]:
    """The change and the live value of its property. Raises `Refused` when that is not what was shown."""
    if not 1 <= ordinal <= len(changes) or property not in changes[ordinal - 1].desired:
        raise Refused(GONE)
    document: Mapping[str, Json] = found.document if (found := queries.resources(request).get(ordinal)) else {}
    if shown_as(document.get(property)) != live:
        raise Refused(AGAIN)
    return changes[ordinal - 1], document.get(property)

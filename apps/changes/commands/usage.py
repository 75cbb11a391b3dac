"""Saying what is used, so that what depends on it can be counted. It changes no plan, and no approval binds it."""

from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.db import transaction
from django.utils import timezone

from apps.changes import usage
from apps.changes.models import ChangeRequest, Usage
from apps.changes.move import log
from apps.people.access import can
from apps.people.models import Role, User
from apps.refusal import Refusal, Refused, check

MOST, PLACES = Decimal(10) ** 12, Decimal("0.0001")
AUTHORS = (Role.REQUESTER, Role.REVIEWER)


@transaction.atomic
def enter_usage(
    *, by: User, change_request: ChangeRequest, key: str, part: str, quantity: str, now: datetime | None = None
) -> None:
    """Keep what is used of a part in a month, in the part's own words; an empty text takes it back."""
    now = now or timezone.now()
    slug = change_request.environment.slug
    may = any(can(by, role, slug) for role in AUTHORS)
    role = Refusal(
        "role", "You are neither requester nor reviewer in this environment. Ask an administrator for a role."
    )
    check(None if may else role, _check_part(change_request, key, part))
    given = _read(quantity) if quantity.strip() else None
    kept = Usage.objects.filter(change_request=change_request, key=key, part=part)
    if given is None:
        kept.delete()
    else:
        values = {"quantity": given, "by": by, "at": now}
        Usage.objects.update_or_create(change_request=change_request, key=key, part=part, defaults=values)
    said = None if given is None else str(given)
    log(change_request, "change_request.usage_entered", by, now, resource=key, part=part, quantity=said)


def _check_part(request: ChangeRequest, key: str, part: str) -> Refusal | None:
    revision = request.revision
    named = usage.keys(revision) if revision else {}
    lines = usage.lines(revision) if revision else []
    if any(line.usage and line.part == part and named.get(line.ordinal) == key for line in lines):
        return None
    return Refusal("part", "No part of this plan's cost depends on that. Reload the page.")


def _read(text: str) -> Decimal:
    try:
        found = Decimal(text.strip().replace(",", ""))
    except InvalidOperation:
        raise Refused(Refusal("quantity", "Write a number, such as 1200 or 0.5.")) from None
    if not found.is_finite() or not 0 <= found <= MOST:
        raise Refused(Refusal("quantity", "Write a number from 0 to a thousand billion."))
    if found != found.quantize(PLACES):
        raise Refused(Refusal("quantity", "Write at most four places behind the point."))
    return found

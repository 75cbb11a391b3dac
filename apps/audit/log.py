"""Writing an event: the last statement of a command's transaction.

Canonical text is RFC 8785 over every field that the event has when it is written. The database assigns its place and
hash; nothing can be changed afterwards.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

import rfc8785
from django.db import transaction
from django.utils import timezone
from structlog.contextvars import get_contextvars

from apps.audit.models import Event
from apps.audit.verbs import VERBS


class Person(Protocol):
    username: str
    full_name: str


class UnknownVerb(ValueError):
    """The verb is not in `verbs.VERBS`; an event that nobody can read is not written."""


def record(
    *,
    stream: str,
    verb: str,
    by: Person | None,
    subject: str,
    environment: str = "",
    data: Mapping[str, Any] | None = None,
    now: datetime | None = None,
) -> Event:
    """Append one event. `by` is None for what the product does by itself. Must be called inside a transaction."""
    if verb not in VERBS:
        raise UnknownVerb(verb)
    with transaction.atomic():
        return _append(
            {
                "stream": stream,
                "verb": verb,
                "actor": by.username if by else "",
                "actor_name": by.full_name if by else "",
                "environment": environment,
                "subject": subject,
                "request_id": str(get_contextvars().get("request_id", "")),
                "data": dict(data or {}),
            },
            now or timezone.now(),
        )


def _append(fields: dict[str, Any], at: datetime) -> Event:
    return Event.objects.create(**fields, at=at, text=canonical(fields, at))


def canonical(fields: Mapping[str, Any], at: datetime) -> str:
    """RFC 8785 text of an event; `at` in UTC with microseconds."""
    return rfc8785.dumps({**fields, "at": at.astimezone(UTC).isoformat(timespec="microseconds")}).decode()

"""Writing an event: the last statement of a command's transaction, in one stream per transaction.

The canonical text is RFC 8785 over every field that the event has when it is written. The database assigns its place
and hash; nothing can be changed afterwards. When it can't be written, nothing of the transaction happens.
"""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

import rfc8785
from django.db import connection
from django.db.transaction import TransactionManagementError
from django.utils import timezone
from structlog.contextvars import get_contextvars

from apps.audit.models import Event
from apps.audit.verbs import check_readable

PRODUCT = "Ringi"
log = logging.getLogger(__name__)


class Person(Protocol):
    username: str
    full_name: str


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
    """Append one event; `by` is None for what the product does by itself.

    The event's place and hash are known to the database only; `refresh_from_db` reads them. Raises `UnknownVerb`,
    `MissingData`, `ValueError` for data that JSON can't carry, and `TransactionManagementError` outside a transaction.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("An event is written in the transaction of what it tells about.")
    check_readable(verb, data or {})
    fields = {
        "stream": stream,
        "verb": verb,
        "actor": by.username if by else "",
        "actor_name": by.full_name if by else PRODUCT,
        "environment": environment,
        "subject": subject,
        "request_id": str(get_contextvars().get("request_id", "")),
        "data": dict(data or {}),
    }
    at = now or timezone.now()
    event = Event.objects.create(**fields, at=at, text=canonical(fields, at))
    log.info(verb, extra={"stream": stream, "subject": subject, "environment": environment})
    return event


def canonical(fields: Mapping[str, Any], at: datetime) -> str:
    """RFC 8785 text of an event; `at` in UTC with microseconds."""
    return rfc8785.dumps({**fields, "at": moment(at)}).decode()


def moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")

"""Audit events as files. CSV cells that a spreadsheet would run as a formula are marked as text (OWASP)."""

import csv
import json
import re
from collections.abc import Iterable, Iterator
from io import StringIO

from apps.audit.models import Event

COLUMNS = (
    "stream", "seq", "at", "verb", "actor", "actor_name", "environment", "subject", "request_id", "data", "hash"
)  # fmt: skip
FORMULA = re.compile(r"^[\s\x00]*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")  # the last four are full-width


def csv_lines(events: Iterable[Event]) -> Iterator[str]:
    """A header and one line per event, one at a time."""
    yield _line(COLUMNS)
    for event in events:
        yield _line([cell(value) for value in values(event)])


def json_lines(events: Iterable[Event]) -> Iterator[str]:
    """One JSON object per line with everything needed to check the chain again: `text`, `prev` and `hash`."""
    for event in events:
        fields = dict(zip(COLUMNS, values(event), strict=True)) | {"data": event.data, "text": event.text}
        yield json.dumps(fields | {"prev": bytes(event.prev).hex()}, ensure_ascii=False) + "\n"


def values(event: Event) -> list[str | int]:
    data = json.dumps(event.data, ensure_ascii=False, sort_keys=True)
    what = [event.actor, event.actor_name, event.environment, event.subject, event.request_id, data]
    return [event.stream, event.seq, event.at.isoformat(), event.verb, *what, bytes(event.hash).hex()]


def cell(value: str | int) -> str | int:
    """Numbers as they are; text with a leading quote where a spreadsheet would take it for a formula."""
    if isinstance(value, str) and FORMULA.match(value):
        return "'" + value
    return value


def _line(cells: Iterable[str | int]) -> str:
    line = StringIO()
    csv.writer(line, quoting=csv.QUOTE_NONNUMERIC).writerow(cells)
    return line.getvalue()

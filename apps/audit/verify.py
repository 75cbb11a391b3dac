"""Checking the log: every hash, every link, every place in every stream, and that columns say what the text says.

A chain alone doesn't show that the end of a stream, or a whole stream, was cut off together with its head, nor a
rewrite with recomputed hashes; `SECURITY.md` says so.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from apps.audit.log import moment

GENESIS = b""
CHUNK = 2000
# One statement sees one moment of the log, so events that are written meanwhile are no finding.
READ = """
SELECT stream, event.seq, prev, event.hash, text, at, verb, actor, actor_name, environment, subject, request_id,
       data::text, head.seq, head.hash
FROM audit_event AS event FULL JOIN audit_streamhead AS head USING (stream)
ORDER BY stream, event.seq
"""


class Row(NamedTuple):
    """An event beside the head of its stream; one of the two may be missing."""

    stream: str
    seq: int | None
    prev: bytes
    hash: bytes
    text: str
    at: datetime
    verb: str
    actor: str
    actor_name: str
    environment: str
    subject: str
    request_id: str
    data: str
    head_seq: int | None
    head_hash: bytes


SHOWN = ("stream", "verb", "actor", "actor_name", "environment", "subject", "request_id")


@dataclass(frozen=True)
class Break:
    """Something wrong at one place of a stream; `what` completes a sentence that names the place."""

    stream: str
    seq: int
    what: str

    def __str__(self) -> str:
        return f"{self.stream} #{self.seq}: {self.what}"


@dataclass(frozen=True)
class Verification:
    """How much was checked, and everything that is wrong."""

    events: int
    streams: int
    breaks: tuple[Break, ...]

    @property
    def findings(self) -> tuple[str, ...]:
        """A sentence for each break."""
        return tuple(str(found) for found in self.breaks)


def verify() -> Verification:
    """Read the whole log in the order of its streams; memory does not grow with it."""
    breaks: list[Break] = []
    events = streams = 0
    last: Row | None = None
    for row in rows():
        if last is None or row.stream != last.stream:
            streams += 1
            breaks += ended(last)
            last = None
        if row.seq is not None:
            events += 1
            breaks += altered(row)
            breaks += linked(row, last)
        last = row
    return Verification(events, streams, (*breaks, *ended(last)))


def rows() -> Iterator[Row]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(READ)
        while found := cursor.fetchmany(CHUNK):
            yield from map(Row._make, found)


def altered(row: Row) -> Iterator[Break]:
    """What is wrong with one event by itself."""
    place = row.stream, row.seq or 0
    if hashlib.sha256(b"\x00" + row.prev + row.text.encode()).digest() != bytes(row.hash):
        yield Break(*place, "the recorded text was altered, its hash no longer fits.")
    if names := differing(row):
        yield Break(*place, f"the shown {', '.join(names)} is not what was recorded in its text.")


def differing(row: Row) -> list[str]:
    """The columns that say something else than the text."""
    try:
        said = json.loads(row.text)
    except ValueError:
        return ["text"]
    if not isinstance(said, dict):
        return ["text"]
    shown = {name: getattr(row, name) for name in SHOWN} | {"at": moment(row.at), "data": json.loads(row.data)}
    if said == shown:
        return []
    return [name for name in shown if said.get(name) != shown[name]] or ["text"]


def linked(row: Row, before: Row | None) -> Iterator[Break]:
    """Whether an event follows from the one before it in its stream."""
    seq, hash_before = (before.seq or 0, bytes(before.hash)) if before else (0, GENESIS)
    place = row.seq or 0
    if place != seq + 1:
        missing = f"event #{seq + 1} is" if place == seq + 2 else f"events #{seq + 1} to #{place - 1} are"
        yield Break(row.stream, place, f"{missing} missing before it.")
    elif bytes(row.prev) != hash_before:
        yield Break(row.stream, place, "it does not follow from the event before it.")


def ended(last: Row | None) -> Iterator[Break]:
    """Whether a stream ends where its head says, given its last row."""
    if last is None:
        return
    if last.head_seq is None:
        yield Break(last.stream, last.seq or 0, "the head of the stream is missing.")
    elif last.head_seq != (last.seq or 0) or (last.seq and bytes(last.head_hash) != bytes(last.hash)):
        yield Break(last.stream, last.head_seq, f"the stream ends at #{last.seq or 0}, not here where its head is.")

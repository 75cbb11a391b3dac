"""Checking the log: every hash, every link, every place in every stream, and that columns say what the text says.

The database picks the events that may be wrong, which is quick; here they are judged. A chain alone doesn't show that
the end of a stream, or a whole stream, was cut off together with its head, nor a rewrite with recomputed hashes;
`SECURITY.md` says so.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import DataError, connection, transaction

from apps.audit.log import moment

GENESIS = (0, b"")
AT_ONCE = 50_000
# One statement sees one moment of the log, so events that are written meanwhile are no finding. The first and the last
# event of each stream are always picked: what is before and after them is judged here. A text is canonical, its members
# in the order of their names: all but `data` is compared as bytes, which is cheaper than reading it as JSON.
# One with signs that JSON escapes is picked, too.
PICK = """
WITH part AS (
    SELECT stream, seq, prev, hash, text, at, verb, actor, actor_name, environment, subject, request_id, data,
           convert_to(text, 'UTF8') AS said,
           convert_to(concat('{{"actor":"', actor, '","actor_name":"', actor_name, '","at":"',
                      to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'), '","data":'),
                      'UTF8') AS opening,
           convert_to(concat(',"environment":"', environment, '","request_id":"', request_id, '","stream":"', stream,
                      '","subject":"', subject, '","verb":"', verb, '"}}'), 'UTF8') AS closing
    FROM audit_event WHERE (stream, seq) > (%s, %s) ORDER BY stream, seq LIMIT %s
), beside AS (
    SELECT *, lag(stream) OVER around AS stream_before, lag(seq) OVER around AS seq_before,
           lag(hash) OVER around AS hash_before, lead(stream) OVER around AS stream_after,
           row_number() OVER around AS place,
           hash <> sha256('\\x00'::bytea || prev || said) OR {} AS suspect
    FROM part WINDOW around AS (ORDER BY stream, seq)
)
SELECT stream, event.seq, prev, event.hash, text, at, verb, actor, actor_name, environment, subject, request_id,
       data::text, head.seq, head.hash, CASE WHEN stream_before = stream THEN seq_before END, hash_before, place,
       suspect
FROM beside AS event LEFT JOIN audit_streamhead AS head USING (stream)
WHERE suspect OR stream_before IS DISTINCT FROM stream OR stream_after IS DISTINCT FROM stream
   OR event.seq <> seq_before + 1 OR prev <> hash_before
ORDER BY stream, event.seq
"""
UNLIKE = """
CASE WHEN substr(said, 1, octet_length(opening)) = opening
          AND substr(said, octet_length(said) - octet_length(closing) + 1) = closing
          AND octet_length(said) > octet_length(opening) + octet_length(closing)
     THEN data <> convert_from(substr(said, octet_length(opening) + 1, octet_length(said) - octet_length(opening)
                                                                       - octet_length(closing)), 'UTF8')::jsonb
     ELSE true END
"""
PICK_UNLIKE, PICK_ALL = PICK.format(UNLIKE), PICK.format("true")
EMPTY = """
SELECT stream, seq FROM audit_streamhead AS head
WHERE NOT EXISTS (SELECT FROM audit_event AS event WHERE event.stream = head.stream) ORDER BY stream
"""


class Row(NamedTuple):
    """An event with the head of its stream (None: missing) and the event before it; `place` counts in its part."""

    stream: str
    seq: int
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
    before_seq: int | None
    before_hash: bytes
    place: int
    suspect: bool


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
class Checked:
    """How much was checked, and everything that is wrong. `last` is where to go on; None means that nothing is left."""

    events: int = 0
    streams: int = 0
    breaks: tuple[Break, ...] = ()
    last: Row | None = None

    @property
    def findings(self) -> tuple[str, ...]:
        """A sentence for each break."""
        return tuple(str(found) for found in self.breaks)


def verify(most: int = AT_ONCE) -> Checked:
    """Check the whole log in the order of its streams, `most` events at once; memory does not grow with it."""
    whole = part = check_on(None, most)
    while part.last is not None:
        part = check_on(part.last, most)
        whole = Checked(whole.events + part.events, whole.streams + part.streams, (*whole.breaks, *part.breaks))
    return whole


def check_on(last: Row | None, most: int = AT_ONCE) -> Checked:
    """Check the next events, at most `most`, after the row where the part before ended."""
    rows = _picked(last, most)
    breaks: list[Break] = []
    streams = 0
    for row in rows:
        if last is None or row.stream != last.stream:
            streams += 1
            breaks += ended(last)
            last = None
        breaks += (*(altered(row) if row.suspect else ()), *linked(row, last))
        last = row
    events = rows[-1].place if rows else 0
    if events == most:
        return Checked(events, streams, tuple(breaks), last)
    empty = _empty()
    return Checked(events, streams + len(empty), (*breaks, *ended(last), *empty))


def row_at(stream: str, seq: int) -> Row | None:
    """The event at a place, to go on after it."""
    return next(iter(_picked_by(PICK_ALL, (stream, seq - 1, 1))), None)


def _picked(last: Row | None, most: int) -> list[Row]:
    place = (last.stream, last.seq, most) if last else ("", 0, most)
    try:
        with transaction.atomic():
            return _picked_by(PICK_UNLIKE, place)
    except DataError:  # a text that the database can't read as JSON: each is looked at here
        return _picked_by(PICK_ALL, place)


def _picked_by(statement: str, place: tuple[str, int, int]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement, place)
        return [Row._make(found) for found in cursor.fetchall()]


def _empty() -> list[Break]:
    """Streams with a head and no event."""
    with connection.cursor() as cursor:
        cursor.execute(EMPTY)
        return [Break(stream, seq, "the stream ends at #0, not here where its head is.") for stream, seq in cursor]


def altered(row: Row) -> Iterator[Break]:
    """What is wrong with one event by itself."""
    place = row.stream, row.seq
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


def linked(row: Row, last: Row | None) -> Iterator[Break]:
    """Whether an event follows from the one before it in its stream; `last` is of an earlier part."""
    seq, hash_before = GENESIS
    if row.before_seq is not None:
        seq, hash_before = row.before_seq, bytes(row.before_hash)
    elif last is not None:
        seq, hash_before = last.seq, bytes(last.hash)
    if row.seq != seq + 1:
        missing = f"event #{seq + 1} is" if row.seq == seq + 2 else f"events #{seq + 1} to #{row.seq - 1} are"
        yield Break(row.stream, row.seq, f"{missing} missing before it.")
    elif bytes(row.prev) != hash_before:
        yield Break(row.stream, row.seq, "it does not follow from the event before it.")


def ended(last: Row | None) -> Iterator[Break]:
    """Whether a stream ends where its head says, given its last row."""
    if last is None:
        return
    if last.head_seq is None:
        yield Break(last.stream, last.seq, "the head of the stream is missing.")
    elif last.head_seq != last.seq or bytes(last.head_hash) != bytes(last.hash):
        yield Break(last.stream, last.head_seq, f"the stream ends at #{last.seq}, not here where its head is.")

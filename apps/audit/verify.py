"""Checking the log: every hash, every link, every place in every stream.

A chain alone doesn't show that the end of a stream, or a whole stream, was cut off together with its head, nor a
rewrite with recomputed hashes; `SECURITY.md` says so.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from apps.audit.log import canonical
from apps.audit.models import Event, StreamHead

ROW = ("stream", "verb", "actor", "actor_name", "environment", "subject", "request_id", "data")
CHUNK = 2000


@dataclass(frozen=True)
class Verification:
    """How much was checked, and a sentence for each thing that is wrong."""

    events: int
    streams: int
    findings: tuple[str, ...]


def digest(prev: bytes, text: str) -> bytes:
    return hashlib.sha256(b"\x00" + prev + text.encode()).digest()


def verify() -> Verification:
    """Read the whole log in order of its streams; memory does not grow with it."""
    heads = {head.stream: head for head in StreamHead.objects.all()}
    findings: list[str] = []
    last: dict[str, Event] = {}
    count = 0
    for event in Event.objects.order_by("stream", "seq").iterator(CHUNK):
        count += 1
        findings += wrong(event, last.get(event.stream))
        last[event.stream] = event
    findings += list(cut_off(heads, last))
    return Verification(count, len(heads.keys() | last.keys()), tuple(findings))


def wrong(event: Event, before: Event | None) -> Iterator[str]:
    """What is wrong with one event, given the one before it in its stream."""
    place = f"{event.stream} #{event.seq}"
    expected_seq, prev = (before.seq + 1, bytes(before.hash)) if before else (1, b"")
    if event.seq != expected_seq:
        yield f"{place}: events #{expected_seq} to #{event.seq - 1} of the stream are missing."
    elif bytes(event.prev) != prev:
        yield f"{place}: does not follow from the event before it."
    if digest(bytes(event.prev), event.text) != bytes(event.hash):
        yield f"{place}: the recorded text was altered, its hash no longer fits."
    if canonical({name: getattr(event, name) for name in ROW}, event.at) != event.text:
        fields = json.loads(event.text) if event.text.startswith("{") else {}
        names = [name for name in ROW if fields.get(name) != getattr(event, name)] or ["at"]
        yield f"{place}: the shown {', '.join(names)} differ from the recorded text."


def cut_off(heads: dict[str, StreamHead], last: dict[str, Event]) -> Iterator[str]:
    for stream in sorted(heads.keys() | last.keys()):
        head, event = heads.get(stream), last.get(stream)
        if head is None:
            yield f"{stream}: the head of the stream is missing."
        elif event is None or (event.seq, bytes(event.hash)) != (head.seq, bytes(head.hash)):
            yield f"{stream}: the end of the stream is not where its head is, #{head.seq}."

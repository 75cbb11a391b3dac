"""The further reads that complete resources: one call for many where AWS offers that, otherwise one for each."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import jmespath

from apps.aws.gateway import AwsError, ErrorKind
from apps.aws.reading import PartAnswer
from apps.catalog.types import Arguments, Batch, NativeType, Part

Json = Any
Document = Mapping[str, Json]
Ask = Callable[[str, Mapping[str, Json]], Mapping[str, Json]]
UNREAD = {ErrorKind.DENIED, ErrorKind.NOT_IMPLEMENTED}


def read(ask: Ask, parts: Sequence[Part], documents: Sequence[Document]) -> list[list[PartAnswer] | None]:
    """The answers of every part for each document, in its place; None for a resource that vanished meanwhile.

    `ask` makes one call of an operation. What may not be read is noted; anything else that fails is raised.
    """
    answers: list[list[PartAnswer] | None] = [[] for _ in documents]
    for part in parts:
        there = [n for n, found in enumerate(answers) if found is not None]
        for n, answer in zip(there, _answers(ask, part, [documents[n] for n in there]), strict=True):
            found = answers[n]
            answers[n] = None if answer is None or found is None else [*found, answer]
    return answers


def in_pages(native: NativeType) -> bool:
    """Whether a list costs calls by the page, and none for each resource or parent."""
    lookup = native.list.lookup
    return not native.list.within and (lookup is None or lookup.size > 1) and all(part.batch for part in native.parts)


def arguments(declared: Arguments, facts: Mapping[str, Json]) -> dict[str, Json]:
    return {name: jmespath.search(expression, dict(facts)) for name, expression in declared.items()}


def chunks(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _answers(ask: Ask, part: Part, documents: Sequence[Document]) -> Iterator[PartAnswer | None]:
    if part.batch is None:
        yield from (_one(ask, part, document) for document in documents)
        return
    for some in chunks(documents, part.batch.size):
        yield from _many(ask, part, part.batch, some)


def _one(ask: Ask, part: Part, document: Document) -> PartAnswer | None:
    try:
        return PartAnswer(part, ask(part.operation, arguments(part.arguments, document)))
    except AwsError as error:
        return _excused(part, error)


def _many(ask: Ask, part: Part, batch: Batch, documents: Sequence[Document]) -> list[PartAnswer | None]:
    """One call for all; where it fails because one of them is gone, one call for each."""
    wanted = [jmespath.search(part.arguments[batch.argument], dict(document)) for document in documents]
    others = {name: value for name, value in part.arguments.items() if name != batch.argument}
    try:
        answer = ask(part.operation, {**arguments(others, documents[0]), batch.argument: wanted})
    except AwsError as error:
        if error.kind is ErrorKind.MISSING and len(documents) > 1:
            return [found for document in documents for found in _many(ask, part, batch, [document])]
        excused = _excused(part, error)
        return [excused for _ in documents]
    items = {item[batch.key]: item for item in jmespath.search(batch.items, answer) or []}
    return [PartAnswer(part, items.get(key)) for key in wanted]


def _excused(part: Part, error: AwsError) -> PartAnswer | None:
    if error.code in part.absent:
        return PartAnswer(part, None)
    if error.kind in UNREAD:
        return PartAnswer(part, None, unread=error.sentence)
    if error.kind is ErrorKind.MISSING:
        return None
    raise error

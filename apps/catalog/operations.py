"""The operations that the declared types use, named as a client's methods ("modify_db_instance")."""

from collections.abc import Iterator
from typing import assert_never

from apps.catalog.types import Modify, NativeType, Put, Read, SetDiff, Update


def reading(declared: NativeType) -> Iterator[str]:
    """What looks at resources of the type, and what planning asks about values."""
    yield from _read(declared.list)
    yield from _read(declared.read)
    yield from (part.operation for part in declared.parts)
    yield from declared.asks.operations if declared.asks else ()


def writing(declared: NativeType) -> Iterator[str]:
    """What creates, changes and deletes them."""
    yield from (each.operation for each in (declared.create, declared.delete) if each)
    for update in declared.update:
        yield from _update(update)


def _read(read: Read) -> Iterator[str]:
    yield read.operation
    if read.within:
        yield from _read(read.within)
    if read.lookup:
        yield read.lookup.operation


def _update(update: Update) -> Iterator[str]:
    match update:
        case Modify():
            yield update.operation
            if update.around:
                yield from (update.around.before.operation, update.around.after.operation)
            if update.then:
                yield update.then.operation
        case Put():
            yield from filter(None, (update.operation, update.clear, update.lower))
        case SetDiff():
            yield from filter(None, (update.add, update.remove, update.alter))
        case _:
            assert_never(update)

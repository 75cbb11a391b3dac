"""How documents become parameters: expressions, properties as arguments, and the nodes inside them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathTypeError

from apps.catalog.types import Arguments, Convert, Join, NativeType, Property
from apps.catalog.wire import SAYS_NO_EMPTY_LIST
from apps.planning.plan import Node, Output, SecretRef, Slot

Json = Any
Document = Mapping[str, Json]
NODES = (Output, SecretRef, Slot, Join)


class Uncompilable(Exception):
    """No call can be made for a property ("" = the resource); `sentence` says what to do."""

    def __init__(self, name: str, sentence: str) -> None:
        super().__init__(sentence)
        self.property = name
        self.sentence = sentence


def identify(native: NativeType, document: Document) -> str:
    """The identifier that the document holds, "" while AWS has not chosen one or a part of it isn't known yet."""
    try:
        found = jmespath.search(native.identifier, dict(document))
    except JMESPathTypeError:
        return ""
    return found if isinstance(found, str) else ""


def label(native: NativeType, document: Document) -> str:
    """The name that people will read on a new resource with this document, "" where it says none."""
    try:
        found = native.called(document) if native.called else jmespath.search(native.label, dict(document))
    except (JMESPathTypeError, KeyError, TypeError, AttributeError):
        return ""
    return found if isinstance(found, str) else ""


def arguments(declared: Arguments, document: Document) -> dict[str, Json]:
    """Arguments by their expressions over a document. Raises `Uncompilable` when one of them is not in it."""
    answer = {name: jmespath.search(expression, dict(document)) for name, expression in declared.items()}
    for name, value in answer.items():
        if value in (None, [None]):
            raise Uncompilable("", f"{name} of this resource is not known. Refresh the resource and propose again.")
    return answer


def properties(native: NativeType, values: Mapping[str, Json]) -> dict[str, Json]:
    """Properties as boto3 arguments; several that share one argument are joined in it.

    Raises `Uncompilable` for a value that is None, or a list without members where the service writes none, if AWS has
    no way to say "not set" in a call that sends what changed.
    """
    answer: dict[str, Json] = {}
    for name, value in values.items():
        declared = native.properties[name]
        argument = declared.argument or name
        unsaid = value == [] and native.service in SAYS_NO_EMPTY_LIST
        sent = sendable(declared, name, None if unsaid else value, declared.encode)
        sent = {declared.wrap: sent} if declared.wrap else sent
        answer[argument] = _joined(argument, answer[argument], sent) if argument in answer else sent
    return answer


def sendable(declared: Property, name: str, value: Json, encode: Convert | None) -> Json:
    """What the argument of a property holds. Raises as `properties` does."""
    if value is None and declared.unset is None:
        raise Uncompilable(name, f"{name} can't be removed, only changed. Give it a value.")
    try:
        return declared.unset if value is None else convert(encode, value)
    except (TypeError, ValueError) as error:
        if not any(True for _ in nodes(value)):
            raise
        sentence = f"{name} can't name what the request itself creates. Create that first, in another request."
        raise Uncompilable(name, sentence) from error


def convert(function: Convert | None, value: Json) -> Json:
    """The value in the form of the argument. A node stays: what it stands for is already in that form."""
    return value if function is None or isinstance(value, NODES) else function(value)


def nodes(value: Json) -> Iterator[Node]:
    """Every node in a tree of parameters."""
    if isinstance(value, NODES):
        yield value
    for item in _members(value):
        yield from nodes(item)


def _members(value: Json) -> Iterable[Json]:
    if isinstance(value, Join):
        return value.items
    if isinstance(value, Mapping):
        return value.values()
    return value if isinstance(value, list | tuple) else ()


def _joined(argument: str, one: Json, other: Json) -> Json:
    if isinstance(one, list) and isinstance(other, list):
        return [*one, *other]
    if isinstance(one, dict) and isinstance(other, dict) and not set(one) & set(other):
        return {**one, **other}
    raise Uncompilable("", f"Two properties claim the argument {argument}. Change them in two requests.")

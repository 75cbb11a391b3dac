"""Variables of containers and functions: they may hold secrets, so their names are shown and their values are not."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Json = Any
Document = Mapping[str, Json]
Put = Callable[[Json], Json]
HIDDEN = "(not read)"
HELP = (
    "Values are not read back. Write no secrets: what you write stands in the request and in the audit log. Write a "
    "reference, {{resolve:secretsmanager:NAME:SecretString:KEY}} or {{resolve:ssm-secure:NAME}}: it is fetched when "
    "the call is made."
)


def values(variables: Json) -> Json:
    """The variables by their names, without what is in them."""
    return dict.fromkeys(variables, HIDDEN)


def masked(value: Json) -> Json:
    """The value with every variable of an `Environment` in it as if it had not been read; rows keep their `Name`."""
    return swapped(value, lambda _: HIDDEN)


def swapped(value: Json, put: Put, inside: bool = False, item: bool = False) -> Json:
    """The value with `put` of what every variable of an `Environment` in it holds."""
    if isinstance(value, Mapping):
        kept = {"Name"} if inside and item else set()
        return {n: part if n in kept else swapped(part, put, inside or n == "Environment") for n, part in value.items()}
    if isinstance(value, list | tuple):
        return [swapped(each, put, inside, item=True) for each in value]
    return put(value) if inside else value


def visible(values: Mapping[str, Json], document: Document) -> dict[str, Json]:
    """The values of properties as they can be compared with a document: masked where it was not read either."""
    return {name: _visible(value, document.get(name)) for name, value in values.items()}


def _visible(value: Json, read: Json) -> Json:
    if read == HIDDEN and value is not None:
        return HIDDEN
    return masked(value) if holds(read) else value


def refuse(before: Document, after: Document, *names: str) -> Iterator[tuple[str, str]]:
    """What can't be written because it holds values that were not read."""
    for name in names:
        if after.get(name) != before.get(name) and holds(after.get(name)):
            yield name, "It holds variables whose values are not read. Give every one of them a value."


def holds(value: Json) -> bool:
    """Whether there is a value in it that was not read."""
    if isinstance(value, Mapping):
        return any(holds(member) for member in value.values())
    return any(holds(item) for item in value) if isinstance(value, list) else value == HIDDEN

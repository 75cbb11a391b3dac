"""What happens to outputs of other changes when a draft is renumbered: pure functions over JSON values."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Json = Any


def referred(value: Json) -> set[int]:
    """The ordinals of the changes whose outputs a value holds."""
    match value:
        case {"$output": {"change": int(change)}}:
            return {change}
        case Mapping():
            return {each for member in value.values() for each in referred(member)}
        case list():
            return {each for item in value for each in referred(item)}
        case _:
            return set()


def users(values: Sequence[Json], ordinal: int) -> set[int]:
    """The ordinals of the changes that need what one gives, directly or through others; `values` are in their order."""
    found: set[int] = set()
    left = {ordinal}
    while left:
        wanted = left.pop()
        direct = {number for number, value in enumerate(values, 1) if wanted in referred(value)}
        left |= direct - found - {ordinal}
        found |= direct - {ordinal}
    return found


def filled(value: Json, known: Callable[[int, str], Json]) -> Json:
    """The value with the outputs that are `known` by change and attribute; those of which it says None stay."""
    match value:
        case {"$output": {"change": int(change), "attribute": str(name)}} if (found := known(change, name)) is not None:
            return found
        case Mapping():
            return {member: filled(inner, known) for member, inner in value.items()}
        case list():
            return [filled(item, known) for item in value]
        case _:
            return value


def renumbered(value: Json, numbers: Mapping[int, int]) -> Json:
    """The value with outputs of the changes under their new ordinals; a change without one keeps its own."""
    match value:
        case {"$output": {"change": int(change), **rest}}:
            return {"$output": {"change": numbers.get(change, change), **rest}}
        case Mapping():
            return {name: renumbered(member, numbers) for name, member in value.items()}
        case list():
            return [renumbered(item, numbers) for item in value]
        case _:
            return value

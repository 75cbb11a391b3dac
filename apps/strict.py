"""JSON read strictly: what two readers could understand differently, or no one could store, is refused."""

import json
from collections import Counter
from typing import Any, NoReturn

Json = Any
MOST_DEPTH = 40
LARGEST = 2**53 - 1


def loads(text: str, depth: int = MOST_DEPTH) -> Json:
    """The value. Raises `ValueError` (`JSONDecodeError` for what is no JSON) with what is wrong, in words.

    No name twice in an object, no NaN or infinity, no number beyond 2**53, no NUL, no half of a character, and no
    nesting beyond `depth`.
    """
    try:
        found = json.loads(
            text, object_pairs_hook=_members, parse_constant=_unknown, parse_int=_whole, parse_float=_finite
        )
    except RecursionError:
        raise ValueError("It is nested too deeply.") from None
    _check(found, depth)
    return found


def _members(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        name = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise ValueError(f"“{name[:60]}” is there twice in one object. Keep one of them.")
    return found


def _unknown(word: str) -> NoReturn:
    raise ValueError(f"{word} is not a value of JSON. Write a number or null.")


def _whole(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > LARGEST:
        raise ValueError("A number is too large.")
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if abs(number) > LARGEST:
        raise ValueError("A number is too large.")
    return number


def _check(value: Json, depth: int) -> None:
    if depth < 0:
        raise ValueError("It is nested too deeply.")
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, dict):
        for name, member in value.items():
            _check_text(name)
            _check(member, depth - 1)
    elif isinstance(value, list):
        for member in value:
            _check(member, depth - 1)


def _check_text(text: str) -> None:
    try:
        storable = "\x00" not in text and text.encode()
    except UnicodeEncodeError:
        storable = False
    if text and not storable:
        raise ValueError("A text holds a character that can't be stored.")

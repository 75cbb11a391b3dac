"""Reading JSON strictly: what two readers could understand differently, or no one could store, is refused."""

import codecs
import json
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

MOST_BYTES = 2 * 1024 * 1024
MOST_DEPTH = 40
LARGEST = 2**53 - 1


class StrictJSONParser(JSONParser):
    """UTF-8 JSON up to 2 MiB: no duplicate names, NaN, infinity, integers beyond 2**53, NUL, or deep nesting."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        raw = stream.read(MOST_BYTES + 1)
        if len(raw) > MOST_BYTES:
            raise ParseError(f"This is larger than {MOST_BYTES // 1024 // 1024} MiB. Send less at once.")
        try:
            found = json.loads(
                codecs.decode(raw, "utf-8"),
                object_pairs_hook=members,
                parse_constant=unknown,
                parse_int=whole,
                parse_float=finite,
            )
            check(found, MOST_DEPTH)
        except RecursionError:
            raise ParseError("This is nested too deeply.") from None
        except ValueError as error:
            raise ParseError(f"This is not JSON that can be accepted: {error}") from None
        return found  # type: ignore[no-any-return]


def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name occurs twice in one object.")
    return found


def unknown(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number.")


def whole(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > LARGEST:
        raise ValueError("a number is too large.")
    return int(digits)


def finite(digits: str) -> float:
    number = float(digits)
    if abs(number) > LARGEST:
        raise ValueError("a number is too large.")
    return number


def check(value: Any, depth: int) -> None:
    """Raises `ValueError` for nesting beyond `depth` and for text that can't be stored."""
    if depth < 0:
        raise ValueError("it is nested too deeply.")
    if isinstance(value, str):
        check_text(value)
    elif isinstance(value, dict):
        for name, member in value.items():
            check_text(name)
            check(member, depth - 1)
    elif isinstance(value, list):
        for member in value:
            check(member, depth - 1)


def check_text(text: str) -> None:
    if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError("a text holds a character that can't be stored.")

"""JSON that is refused before anybody looks at it."""

import io
from typing import Any

import pytest
from rest_framework.exceptions import ParseError

from apps.api.parsing import MOST_BYTES, StrictJSONParser


def parse(raw: bytes) -> Any:
    return StrictJSONParser().parse(io.BytesIO(raw))


def test_json_is_read() -> None:
    assert parse('{"a": [1, 2.5, "日本", null, true, {"b": {}}]}'.encode()) == {
        "a": [1, 2.5, "日本", None, True, {"b": {}}]
    }


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b'{"a": 1, "a": 2}',
        b'{"x": {"a": 1, "a": 1}}',
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": -Infinity}',
        b'{"a": 1e999}',
        b'{"a": -1e999}',
        b'{"a": 9223372036854775808}',
        b'{"a": 9007199254740992}',
        b'{"a": ' + b"9" * 100_000 + b"}",
        b'{"a": "\\u0000"}',
        b'{"\\u0000": 1}',
        b'{"a": "\\ud800"}',
        b'{"a": ["\\udfff"]}',
        b"[" * 10_000 + b"]" * 10_000,
        b'{"a":' * 100 + b"1" + b"}" * 100,
        b"\xff\xfe{}",
        b"a: yaml",
        b"<a/>",
        b"\x80\x04.",
    ],
)
def test_what_could_be_misread_is_refused(raw: bytes) -> None:
    with pytest.raises(ParseError):
        parse(raw)


def test_more_than_two_mebibytes_are_not_read() -> None:
    with pytest.raises(ParseError, match="larger than 2 MiB"):
        parse(b'"' + b"x" * MOST_BYTES + b'"')

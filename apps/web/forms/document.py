"""JSON as text: strict to read, with the place of what is wrong."""

import json
from typing import Any, NoReturn

from django import forms

from apps.planning import codec

Json = Any
MOST = 200_000


class BrokenJson(ValueError):
    """Says in a sentence what is wrong with a JSON text."""


def parsed(text: str) -> Json:
    """Strict JSON: no name twice, no NaN, nothing that could not be stored. Raises `BrokenJson`."""
    try:
        value = json.loads(text, parse_constant=_unknown, object_pairs_hook=_members)
        codec.text(codec.decoded(value))
    except json.JSONDecodeError as error:
        raise BrokenJson(f"This is not JSON: {error.msg} in line {error.lineno}, column {error.colno}.") from error
    except RecursionError as error:
        raise BrokenJson("This is nested too deeply. Send a flatter document.") from error
    except BrokenJson:
        raise
    except ValueError as error:
        raise BrokenJson(f"This can't be planned: {error}") from error
    if "\\u0000" in json.dumps(value):
        raise BrokenJson("This holds a NUL character, which AWS does not take. Remove it.")
    return value


def _unknown(name: str) -> NoReturn:
    raise BrokenJson(f"{name} is not a value of JSON. Write a number or null.")


def _members(members: list[tuple[str, Json]]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for name, value in members:
        if name in found:
            raise BrokenJson(f"“{name}” is there twice. Keep one of them.")
        found[name] = value
    return found


class DocumentField(forms.CharField):
    """A structure, or a list of them, as JSON text."""

    def __init__(self, **more: Any) -> None:
        widget = forms.Textarea(attrs={"class": "code", "rows": 8, "spellcheck": "false"})
        super().__init__(widget=widget, max_length=MOST, **more)

    def prepare_value(self, value: Json) -> str:
        if isinstance(value, str):
            return value
        return "" if value is None else json.dumps(value, indent=2, ensure_ascii=False)

    def clean(self, value: Json) -> Json:
        text = str(super().clean(value)).strip()
        if not text:
            return None
        try:
            return parsed(text)
        except BrokenJson as error:
            raise forms.ValidationError(str(error)) from error

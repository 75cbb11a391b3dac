"""JSON as text: strict to read, with the place of what is wrong."""

import json
from typing import Any

from django import forms

from apps import strict
from apps.planning import codec

Json = Any
MOST = 200_000


class BrokenJson(ValueError):
    """Says in a sentence what is wrong with a JSON text."""


def parsed(text: str) -> Json:
    """Strict JSON that a plan can carry. Raises `BrokenJson`."""
    try:
        value = strict.loads(text)
    except json.JSONDecodeError as error:
        raise BrokenJson(f"This is not JSON: {error.msg} in line {error.lineno}, column {error.colno}.") from error
    except ValueError as error:
        raise BrokenJson(str(error)) from error
    try:
        codec.text(codec.decoded(value))
    except ValueError as error:
        raise BrokenJson(f"This can't be planned: {error}") from error
    return value


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

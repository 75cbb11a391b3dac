"""Fields of the generated form: text to the values of a resource document, and back. None means "not set"."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from django import forms

from apps.catalog.shape import Shape
from apps.planning import codec
from apps.web.forms.widgets import Rows, Suggest, pairs

Json = Any
MOST = 200_000
LISTED = 60
NOT_SET = ("", "not set")
YES_NO = (("true", "yes"), ("false", "no"))


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
    names = [name for name, _ in members]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise BrokenJson(f"“{twice}” is there twice. Keep one of them.")
    return dict(members)


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


class LinesField(forms.CharField):
    """A list of words, one on each line."""

    def __init__(self, **more: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 3, "class": "code lines"}), max_length=MOST, **more)

    def prepare_value(self, value: Json) -> str:
        return value if isinstance(value, str) else "\n".join(map(str, value or []))

    def clean(self, value: Json) -> Json:
        return [line.strip() for line in str(super().clean(value)).splitlines() if line.strip()] or None


class ChosenField(forms.MultipleChoiceField):
    """Some resources of the environment, by name."""

    def clean(self, value: Json) -> Json:
        return list(super().clean(value)) or None


class PairsField(forms.Field):
    """Tags and other rows of key and value."""

    widget = Rows

    def clean(self, value: Json) -> Json:
        rows = [(key.strip(), text) for key, text in pairs(value) if key.strip() or text.strip()]
        keys = [key for key, _ in rows]
        for key, text in rows:
            if not key:
                raise forms.ValidationError(f"The row with the value “{text}” has no key. Give it one or empty it.")
            if keys.count(key) > 1:
                raise forms.ValidationError(f"“{key}” is there twice. Keep one of them.")
            if "\x00" in key + text:
                raise forms.ValidationError("A row holds a NUL character. Remove it.")
        return [{"Key": key, "Value": text} for key, text in rows] or None


def truth(text: str) -> bool:
    return text == "true"


def field_for(shape: Shape, value: Json, offered: Sequence[tuple[str, str]], common: Mapping[str, Any]) -> forms.Field:
    """The field for a property of this shape whose value is shown; `offered` are resources to choose from."""
    more: dict[str, Any] = dict(common)
    match shape.kind:
        case "boolean":
            shown = "" if value is None else str(value).lower()
            choices = (*YES_NO,) if value is not None else (NOT_SET, *YES_NO)
            return forms.TypedChoiceField(
                choices=choices, coerce=truth, empty_value=None, **(more | {"initial": shown})
            )
        case "integer":
            return forms.IntegerField(min_value=_whole(shape.minimum), max_value=_whole(shape.maximum), **more)
        case "number":
            return forms.FloatField(min_value=shape.minimum, max_value=shape.maximum, **more)
        case "tags":
            return PairsField(**more)
        case "list" if offered:
            return ChosenField(choices=_offered(value, offered), widget=forms.CheckboxSelectMultiple, **more)
        case "list" if shape.texts:
            return LinesField(**more)
        case "list" | "structure":
            return DocumentField(**more)
        case _:
            return text_field(shape, value, offered, more)


def text_field(shape: Shape, value: Json, offered: Sequence[tuple[str, str]], more: dict[str, Any]) -> forms.Field:
    """A select where there is little to choose from, a text with suggestions where there is much, else a text."""
    choices = list(offered) or [(choice, choice) for choice in shape.choices]
    if choices and len(choices) <= LISTED:
        known = [*([] if value in dict(choices) else [(value or "", value or NOT_SET[1])]), *choices]
        return forms.TypedChoiceField(choices=known, coerce=str, empty_value=None, **more)
    widget = Suggest(shape.choices) if choices else forms.TextInput()
    return forms.CharField(max_length=4000, empty_value=None, widget=widget, **more)


def _offered(value: Json, offered: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """What is offered, with what is set now even where inventory doesn't know it."""
    known = dict(offered)
    return [*offered, *((each, str(each)) for each in value or [] if each not in known)]


def _whole(limit: float | None) -> int | None:
    return None if limit is None else int(limit)

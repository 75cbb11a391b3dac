"""Fields of the generated form: text to the values of a resource document, and back. None means "not set"."""

from collections.abc import Mapping
from typing import Any

from django import forms

from apps.catalog.shape import Shape
from apps.planning.secrets import FORM, is_reference
from apps.web.forms import naming
from apps.web.forms.document import MOST, DocumentField
from apps.web.forms.offer import Offer
from apps.web.forms.widgets import Combobox, Rows, Suggest, pairs

Json = Any
LISTED = 60
NOT_SET = ("", "not set")
YES_NO = (("true", "yes"), ("false", "no"))


class TextField(forms.CharField):
    """A text. One that is sent as it was shown stays as it is, to the byte, though controls lose line breaks."""

    def clean(self, value: Json) -> Json:
        sent = line_feeds if isinstance(self.widget, forms.Textarea) else one_line
        if isinstance(self.initial, str) and sent(str(value or "")) == sent(self.initial):
            return self.initial
        return super().clean(value)


class SecretField(TextField):
    """A reference to a secret. A secret itself is refused before anything of it is kept."""

    def __init__(self, **more: Any) -> None:
        super().__init__(max_length=2100, empty_value=None, **more)

    def clean(self, value: Json) -> Json:
        found = super().clean(value)
        if found is not None and not is_reference(found):
            raise forms.ValidationError(f"Write no secret here, but what refers to one: {FORM}.")
        return found


def one_line(text: str) -> str:
    """The text as a control of one line sends it."""
    return text.replace("\r", "").replace("\n", "")


def line_feeds(text: str) -> str:
    """The text with its lines ended as in documents, not as controls end them."""
    return text.replace("\r\n", "\n")


class LinesField(forms.CharField):
    """A list of words, one on each line."""

    def __init__(self, **more: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 3, "class": "code lines"}), max_length=MOST, **more)

    def prepare_value(self, value: Json) -> str:
        return value if isinstance(value, str) else "\n".join(map(str, value or []))

    def clean(self, value: Json) -> Json:
        return [line.strip() for line in str(super().clean(value)).splitlines() if line.strip()] or None


class PairsField(forms.Field):
    """Tags and other rows of key and value: a list of {"Key", "Value"}."""

    widget = Rows

    def clean(self, value: Json) -> Json:
        """Rows that are sent as they were shown stay as they are, to the byte."""
        shown = {(one_line(key), one_line(text)): (key, text) for key, text in pairs(self.initial)}
        typed = [(shown.get((one_line(key), one_line(text))), key.strip(), text) for key, text in pairs(value)]
        rows = [known or (key, text) for known, key, text in typed if known or key or text.strip()]
        keys = [key for key, _ in rows]
        for key, text in rows:
            if not key:
                raise forms.ValidationError(f"The row with the value “{text}” has no key. Give it one or empty it.")
            if keys.count(key) > 1:
                raise forms.ValidationError(f"“{key}” is there twice. Keep one of them.")
            if "\x00" in key + text:
                raise forms.ValidationError("A row holds a NUL character. Remove it.")
        return self.made(rows)

    def made(self, rows: list[tuple[str, str]]) -> Json:
        return [{"Key": key, "Value": text} for key, text in rows] or None


class MapField(PairsField):
    """Rows of key and value: a structure whose members are texts."""

    def made(self, rows: list[tuple[str, str]]) -> Json:
        return dict(rows) or None


class ReferenceField(forms.CharField):
    """What names another resource: one of those offered, an output of another change, or any text."""

    def __init__(self, offer: Offer, **more: Any) -> None:
        super().__init__(max_length=2048, empty_value=None, widget=Combobox(offer), **more)
        self.names = offer.names

    def prepare_value(self, value: Json) -> Json:
        return naming.written(value, self.names)

    def clean(self, value: Json) -> Json:
        try:
            return naming.read(super().clean(value), self.names)
        except LookupError as error:
            said = f"No new resource of this request is called {error.args[0]}. Choose one that is offered."
            raise forms.ValidationError(said) from error


def truth(text: str) -> bool:
    return text == "true"


def field_for(shape: Shape, value: Json, offer: Offer | None, common: Mapping[str, Any]) -> forms.Field:
    """The field for a property of this shape whose value is shown; `offer` are resources to choose from."""
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
        case "map":
            return MapField(**more)
        case "list" if shape.texts:
            return LinesField(**more)
        case "list" | "structure" | "choice":
            return DocumentField(**more)
        case _:
            return ReferenceField(offer, **more) if offer else text_field(shape, value, more)


def text_field(shape: Shape, value: Json, more: dict[str, Any]) -> forms.Field:
    """A select where there is little to choose from, a text with suggestions where there is much, else a text."""
    choices = [(choice, choice) for choice in shape.choices]
    if choices and len(choices) <= LISTED:
        known = [*([] if value in dict(choices) else [(value or "", value or NOT_SET[1])]), *choices]
        return forms.TypedChoiceField(choices=known, coerce=str, empty_value=None, **more)
    long = isinstance(value, str) and "\n" in value
    offered = shape.choices or shape.suggested
    widget = Suggest(offered) if offered else forms.Textarea(attrs={"rows": 6}) if long else forms.TextInput()
    return TextField(max_length=MOST if long else 4000, empty_value=None, widget=widget, **more)


def _whole(limit: float | None) -> int | None:
    return None if limit is None else int(limit)

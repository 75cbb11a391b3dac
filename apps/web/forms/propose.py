"""The form of one resource, generated from what its type declares and prefilled with what was read."""

import json
from typing import Any

from django import forms

from apps.catalog.types import EffectKind, NativeType, Property
from apps.web.presenters.effects import effect

Json = Any
UNSET = ""
YES_NO = [(UNSET, "not set"), ("true", "yes"), ("false", "no")]


def reject_constant(name: str) -> Json:
    raise ValueError(f"{name} is not a value of JSON")


def unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("a member is named twice")
    return dict(pairs)


class DocumentField(forms.CharField):
    """A list or structure as JSON; says where it is broken, and never loses what was typed."""

    widget = forms.Textarea

    def clean(self, value: Json) -> Json:
        text = str(value or "").strip()
        if not text:
            return None
        try:
            return json.loads(text, parse_constant=reject_constant, object_pairs_hook=unique)
        except json.JSONDecodeError as error:
            raise forms.ValidationError(
                f"This is not JSON: {error.msg} in line {error.lineno}, column {error.colno}."
            ) from error
        except (ValueError, RecursionError) as error:
            raise forms.ValidationError(f"This JSON can't be used: {error}.") from error


class ChangeForm(forms.Form):
    """Every editable property of the type that the resource has or may have. `changed()` is what the person changed."""

    def __init__(
        self, native: NativeType, document: dict[str, Json], data: Json = None, wanted: dict[str, Json] | None = None
    ) -> None:
        super().__init__(data)
        self.document = document
        shown = document | (wanted or {})
        order = [*native.first, *[name for name in native.properties if name not in native.first]]
        for name in order:
            declared = native.properties[name]
            if declared.editable and declared.effect.kind is not EffectKind.REPLACES and not declared.secret:
                self.fields[name] = field_for(name, declared, shown.get(name))

    def changed(self) -> dict[str, Json]:
        """Property -> wanted value, None = not set, for those that differ from the document."""
        wanted = {name: self.cleaned_data[name] for name in self.fields}
        return {name: value for name, value in wanted.items() if value != self.document.get(name)}

    def base(self) -> dict[str, Json]:
        return {name: self.document[name] for name in self.changed() if name in self.document}


def field_for(name: str, declared: Property, value: Json) -> forms.Field:
    """A field by the kind of the value that was read; unknown ones are taken as text."""
    unit = f" Unit: {declared.unit}." if declared.unit else ""
    words = effect(declared.effect).label + "." if declared.effect.kind is not EffectKind.ONLINE else "Online."
    common: Json = {"label": name, "required": False, "help_text": f"{declared.help} {words}{unit}".strip()}
    if isinstance(value, bool):
        return forms.TypedChoiceField(
            choices=YES_NO, initial=str(value).lower(), coerce=lambda v: v == "true", empty_value=None, **common
        )
    if isinstance(value, int):
        return forms.IntegerField(initial=value, **common)
    if isinstance(value, list | dict) or (value is None and (declared.unordered or declared.encode)):
        shown = json.dumps(value, indent=2, ensure_ascii=False) if value is not None else ""
        return DocumentField(initial=shown, **common)
    return forms.CharField(initial=value, max_length=4000, empty_value=None, **common)

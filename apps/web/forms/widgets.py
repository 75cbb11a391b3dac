"""Controls of the generated form: all of them work without scripts."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

Json = Any
SPARE = 2


class Suggest(forms.TextInput):
    """A text with suggestions, for lists too long to choose from."""

    def __init__(self, suggestions: Iterable[str]) -> None:
        super().__init__()
        self.suggestions = tuple(suggestions)

    def render(self, name: str, value: Json, attrs: Any = None, renderer: Any = None) -> SafeString:
        listed = f"{name}-suggestions"
        control = super().render(name, value, {**(attrs or {}), "list": listed}, renderer)
        options = format_html_join("", '<option value="{}"></option>', ((each,) for each in self.suggestions))
        return format_html('{}<datalist id="{}">{}</datalist>', control, listed, options)


class Rows(forms.Widget):
    """Key and value rows, with some spare ones; `<name>-key` and `<name>-value` repeat in their order."""

    use_fieldset = True

    def id_for_label(self, id_: str | None, index: str | None = None) -> str:
        return ""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[tuple[str, str]]:
        getlist = data.getlist if hasattr(data, "getlist") else lambda key: data.get(key, [])
        return list(zip(getlist(f"{name}-key"), getlist(f"{name}-value"), strict=False))

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return f"{name}-key" not in data

    def render(self, name: str, value: Json, attrs: Any = None, renderer: Any = None) -> SafeString:
        rows = format_html_join("", "{}", ((row(name, *pair),) for pair in [*pairs(value), *[("", "")] * SPARE]))
        return format_html(
            '<div class="pairs" id="{0}-rows">{1}</div>'
            '<button class="button small quiet" type="button" data-scripted hidden hx-get="{2}?name={0}" '
            'hx-target="#{0}-rows" hx-swap="beforeend">Add a row</button>',
            name,
            rows,
            reverse("web:propose_row"),
        )


def pairs(value: Json) -> list[tuple[str, str]]:
    """Rows of {"Key", "Value"}, or the pairs that were typed."""
    found = [(r.get("Key"), r.get("Value")) if isinstance(r, Mapping) else tuple(r) for r in value or []]
    return [("" if key is None else str(key), "" if text is None else str(text)) for key, text in found]


def row(name: str, key: str = "", value: str = "") -> SafeString:
    control = '<input type="text" name="{0}-{1}" value="{2}" aria-label="{0}, {1}" maxlength="1024" />'
    shown = [format_html(control, name, part, text) for part, text in (("key", key), ("value", value))]
    return format_html('<div class="pair">{}<span aria-hidden="true">=</span>{}</div>', *shown)

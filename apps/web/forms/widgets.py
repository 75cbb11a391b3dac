"""Controls of the generated form: all of them work without scripts."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from apps.web.forms.offer import Offer

Json = Any


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


class Choice(forms.Select):
    """A select whose options are written in one go: Django renders a template for each of them."""

    def render(self, name: str, value: Json, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = "" if value is None else str(value)
        rows = ((key, SafeString(" selected") if str(key) == chosen else "", label) for key, label in self.choices)
        options = format_html_join("", '<option value="{}"{}>{}</option>', rows)
        given = flatatt(self.build_attrs(self.attrs, {**(attrs or {}), "name": name}))
        return format_html("<select{}>{}</select>", given, options)


class Combobox(forms.TextInput):
    """A text with resources to choose from, shown by name; the page holds their list once (`propose/offers.html`)."""

    def __init__(self, offer: Offer) -> None:
        super().__init__()
        self.offer = offer

    def render(self, name: str, value: Json, attrs: Any = None, renderer: Any = None) -> SafeString:
        described = {"list": self.offer.list_id, "autocomplete": "off", "spellcheck": "false"}
        source = {"data-offer": self.offer.url} if self.offer.url else {}
        control = super().render(name, value, {**(attrs or {}), **described, **source}, renderer)
        shown = self.offer.name(value)
        return format_html(
            '<span class="combobox">{}<span class="chosen small muted" data-chosen>{}</span></span>', control, shown
        )


class Rows(forms.Widget):
    """Key and value rows, with some spare ones; `<name>-key` and `<name>-value` repeat in their order."""

    use_fieldset = True

    def id_for_label(self, id_: str | None, index: str | None = None) -> str:
        return ""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[tuple[str, str]]:
        getlist = data.getlist if hasattr(data, "getlist") else lambda key: data.get(key, [])
        found = zip(getlist(f"{name}-key"), getlist(f"{name}-value"), strict=False)
        return [pair for pair in found if any(pair)]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return f"{name}-key" not in data

    def render(self, name: str, value: Json, attrs: Any = None, renderer: Any = None) -> SafeString:
        focus = (attrs or {}).get("autofocus", False)
        shown = [(*pair, False) for pair in pairs(value)] + [("", "", focus), ("", "", False)]
        rows = format_html_join("", "{}", ((row(name, *each),) for each in shown))
        return format_html(
            '<div class="pairs">{1}</div><button class="button small quiet" type="submit" name="do" value="more:{0}" '
            'id="{0}-more" hx-post="" formnovalidate>Add more rows</button>',
            name,
            rows,
        )


def pairs(value: Json) -> list[tuple[str, str]]:
    """Rows of {"Key", "Value"}, the members of a structure, or the pairs that were typed."""
    rows = list(value.items()) if isinstance(value, Mapping) else value or []
    found = [(r.get("Key"), r.get("Value")) if isinstance(r, Mapping) else tuple(r) for r in rows]
    return [("" if key is None else str(key), "" if text is None else str(text)) for key, text in found]


def row(name: str, key: str = "", value: str = "", focus: bool = False) -> SafeString:
    control = '<input type="text" name="{0}-{1}" value="{2}" aria-label="{3}, {1}" maxlength="{4}"{5} />'
    label = name.rsplit("-", 1)[-1]
    shown = [
        format_html(control, name, part, text, label, most, " autofocus" if focus and part == "key" else "")
        for part, text, most in (("key", key, 1024), ("value", value, 4096))
    ]
    return format_html('<div class="pair">{}<span aria-hidden="true">=</span>{}</div>', *shown)

"""Fields for structures and for lists of them, where every member is a plain value: one control for each member."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

Json = Any
Parts = Mapping[str, forms.Field]
MOST_ROWS = 100
INDEX = "__index__"  # replaced by the script that adds a row


def fits(value: Json, names: Sequence[str], *, rows: bool) -> bool:
    """Whether controls for these members can show the whole value."""
    items = (value or []) if rows else [value or {}]
    if not isinstance(items, list) or len(items) >= MOST_ROWS:
        return False
    return all(
        isinstance(item, Mapping) and set(item) <= set(names) and all(map(_plain, item.values())) for item in items
    )


def _plain(value: Json) -> bool:
    return not isinstance(value, Mapping | list)


def controls(name: str, parts: Parts, value: Mapping[str, Json]) -> SafeString:
    """The labelled controls of one structure."""
    return format_html_join(
        "", "{}", ((_control(f"{name}-{each}", each, part, value.get(each)),) for each, part in parts.items())
    )


def _control(name: str, label: str, part: forms.Field, value: Json) -> SafeString:
    shown = str(value).lower() if isinstance(value, bool) else value
    attrs = {"id": f"id_{name}", **part.widget_attrs(part.widget)}
    return format_html(
        '<div class="member"><label for="id_{}">{}</label>{}</div>', name, label, part.widget.render(name, shown, attrs)
    )


def typed(parts: Parts, data: Any, files: Any, name: str) -> dict[str, Json]:
    """What was sent for the members of one structure."""
    return {each: part.widget.value_from_datadict(data, files, f"{name}-{each}") for each, part in parts.items()}


def cleaned(parts: Parts, value: Mapping[str, Json], where: str) -> tuple[dict[str, Json], list[str]]:
    """The structure without the members that are not set, and a sentence for each that can't be read."""
    given, wrong = {}, []
    for name, part in parts.items():
        try:
            given[name] = part.clean(value.get(name))
        except forms.ValidationError as error:
            wrong += [f"{where}{name}: {sentence}" for sentence in error.messages]
    return {name: each for name, each in given.items() if each not in (None, "")}, wrong


class Members(forms.Widget):
    """The controls of one structure."""

    use_fieldset = True

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self.parts = parts

    def id_for_label(self, id_: str | None, index: str | None = None) -> str:
        return ""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Json:
        return typed(self.parts, data, files, name)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return not any(key.startswith(f"{name}-") for key in data)

    def render(self, name: str, value: Json, attrs: Any = None, renderer: Any = None) -> SafeString:
        return format_html('<div class="members">{}</div>', controls(name, self.parts, value or {}))


class Records(Members):
    """The controls of a list of structures, a box each, with an empty one at the end."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Json:
        rows = [typed(self.parts, data, files, f"{name}-{index}") for index in self._indices(data, name)]
        return [row for row in rows if any(value not in (None, "") for value in row.values())]

    def _indices(self, data: Any, name: str) -> Iterator[int]:
        """The numbers of the rows that were sent and are not to be removed, in their order."""
        sent = {key.removeprefix(f"{name}-").split("-", 1)[0] for key in data if key.startswith(f"{name}-")}
        numbers = sorted(int(each) for each in sent if each.isdecimal() and len(each) < 7)
        return (each for each in numbers[: MOST_ROWS * 2] if f"{name}-{each}-remove" not in data)

    def render(self, name: str, value: Json, attrs: Any = None, renderer: Any = None) -> SafeString:
        rows = [*(value or []), {}]
        boxes = format_html_join("", "{}", ((self._box(name, index, row),) for index, row in enumerate(rows)))
        return format_html(
            '<div class="records" id="{0}-records">{1}</div><template id="{0}-template">{2}</template>'
            '<button class="button small quiet" type="button" data-scripted hidden data-add="{0}">Add another</button>',
            name,
            boxes,
            self._box(name, INDEX, {}),
        )

    def _box(self, name: str, index: int | str, row: Mapping[str, Json]) -> SafeString:
        remove = format_html(
            '<label class="check remove"><input type="checkbox" name="{0}-{1}-remove" /> Remove</label>', name, index
        )
        return format_html(
            '<div class="record members" role="group" aria-label="{} {}">{}{}</div>',
            name,
            index + 1 if isinstance(index, int) else "",
            controls(f"{name}-{index}", self.parts, row),
            remove if row else "",
        )


class StructureField(forms.Field):
    """A structure of plain members; None when none of them is set."""

    def __init__(self, parts: Parts, **more: Any) -> None:
        super().__init__(widget=Members(parts), **more)
        self.parts = parts

    def clean(self, value: Json) -> Json:
        given, wrong = cleaned(self.parts, value or {}, "")
        if wrong:
            raise forms.ValidationError(wrong)
        return given or None


class RecordsField(forms.Field):
    """A list of structures of plain members; None when it is empty."""

    def __init__(self, parts: Parts, **more: Any) -> None:
        super().__init__(widget=Records(parts), **more)
        self.parts = parts

    def clean(self, value: Json) -> Json:
        if len(value or []) > MOST_ROWS:
            raise forms.ValidationError(f"These are too many to send at once: at most {MOST_ROWS}.")
        found = [cleaned(self.parts, row, f"{number}, ") for number, row in enumerate(value or [], 1)]
        if wrong := [sentence for _, sentences in found for sentence in sentences]:
            raise forms.ValidationError(wrong)
        return [given for given, _ in found] or None

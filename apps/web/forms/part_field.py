"""A structure or list as one field of a Django form, shown with a control for each of its members."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from apps.web.forms.parts import ON, TURNED, Choice, Compound, Items, Leaf, Line, OneOf, Part, Path, Structure, Wrong

Json = Any


AS_TEXT, AS_FORM = "text", "form"


@dataclass(frozen=True)
class Typed:
    """What was typed, as told from a value of a document."""

    value: Any


@dataclass
class View:
    """A part as the template shows it. `number` is its place in a list, 0 outside; `moves` are the verbs it offers."""

    kind: str
    name: str
    label: str
    help: str = ""
    required: bool = False
    control: SafeString | str = ""
    errors: list[str] = field(default_factory=list)
    parts: list["View"] = field(default_factory=list)
    number: int = 0
    moves: tuple[str, ...] = ()
    focus: str = ""
    grouped: bool = False
    branches: list[tuple[str, bool]] = field(default_factory=list)
    columns: tuple[tuple[str, bool], ...] = ()
    presets: tuple[str, ...] = ()
    changed: bool = False
    turn: str = ""


@dataclass
class Drawing:
    """What is wrong in a field, by place, and which part or button has the focus; `before` is its present value."""

    wrong: Wrong
    focus: str = ""
    focused: str = ""
    before: Json = None
    row: str = ""

    def view(self, part: Part, typed: Any, name: str, label: str, at: Path) -> View:
        view = View(part.kind, name, label, part.help, part.required, focus=self._focus(name))
        view.turn = (AS_FORM if isinstance(typed, str) else AS_TEXT) if part.turns else ""
        if isinstance(typed, str) and isinstance(part, Compound):
            view.kind, part = "leaf", part.document
        if part.rare and typed is None and not self._at(part, at):
            view.kind = "closed"
        elif isinstance(part, Leaf):
            view.errors = self._at(part, at)
            view.control = self._control(part.field, typed, view)
            view.grouped = part.field.widget.use_fieldset
        else:
            view.errors = self._at(part, at)
            view.parts = list(self._parts(part, typed, name, at))
            if isinstance(part, Items):
                view.presets = tuple(part.presets)
                view.columns = tuple(_columns(part.part)) if isinstance(part.part, Line) else ()
            if isinstance(part, Choice):
                view.branches = [(name, name == part.chosen(typed)) for name in part.branches]
            view.kind = "closed" if typed is None and not _open(part, at) else part.kind
        return view

    def _at(self, part: Part, at: Path) -> list[str]:
        """What is wrong with a part, at its own place or at those that it stands for."""
        return list(self._said(part, at)) if isinstance(part, Leaf) or part.gathers else self.wrong.get(at, [])

    def _said(self, part: Part, at: Path) -> Iterator[str]:
        """The same with everything below."""
        places = {at} | ({(*at[:-1], name) for name in part.together.members} if isinstance(part, OneOf) else set())
        for place, sentences in self.wrong.items():
            if any(place[: len(each)] == each for each in places):
                yield from sentences

    def _parts(self, part: Part, typed: Any, name: str, at: Path) -> Iterator[View]:
        if isinstance(part, Items):
            yield from self._items(part, typed or [], name, at)
        elif isinstance(part, Choice) and typed is not None:
            yield from self._members(part.branches[part.chosen(typed)], typed, name, at)
        elif isinstance(part, Structure) and (typed is not None or _open(part, at)):
            yield from self._members(part, typed, name, at)

    def _members(self, part: Structure, typed: Any, name: str, at: Path) -> Iterator[View]:
        for each, inner in part.members.items():
            yield self.view(inner, (typed or {}).get(each), f"{name}-{each}", each, (*at, each))

    def _items(self, part: Items, typed: list[Any], name: str, at: Path) -> Iterator[View]:
        lined = isinstance(part.part, Line) and not at
        old = [_texts(part.part.shown(each)) for each in self.before or ()] if lined else []
        for index, item in enumerate(typed):
            self.row = f"{name.rsplit('-', 1)[-1]} {index + 1}" if isinstance(part.part, Line) else ""
            view = self.view(
                part.part,
                {} if item is None and part.part.kind != "leaf" else item,
                f"{name}-{index}",
                f"{name.rsplit('-', 1)[-1]} {index + 1}",
                (*at, index),
            )
            up, down = ("up",) if index else (), ("down",) if index + 1 < len(typed) else ()
            view.number, view.moves = index + 1, (*(up + down if part.ordered else ()), "remove")
            view.changed = lined and self.before is not None and _texts(item) not in old
            yield view
        self.row = ""

    def _control(self, part: forms.Field, typed: Any, view: View) -> SafeString:
        attrs = {"id": f"id_{view.name}", **part.widget_attrs(part.widget)}
        attrs |= {"aria-label": f"{view.label}, {self.row}"} if self.row else {}
        attrs |= {"aria-label": view.label} if "-" not in view.name else {}  # its legend stands around more than it
        attrs |= {"aria-invalid": "true", "aria-describedby": f"id_{view.name}_error"} if view.errors else {}
        attrs |= {"autofocus": True} if self.focus and self._begins(view.name) else {}
        return SafeString(part.widget.render(view.name, typed, attrs))

    def _begins(self, name: str) -> bool:
        """Whether this is the control that has the focus: the first one drawn at or below the wanted name."""
        if not self.focused and f"{name}-".startswith(f"{self.focus}-"):
            self.focused = name
        return self.focused == name

    def _focus(self, name: str) -> str:
        """The button of this part that has the focus."""
        return self.focus.removeprefix(f"{name}-") if self.focus.startswith(f"{name}-") else ""


def _columns(line: Line) -> Iterator[tuple[str, bool]]:
    """The names of the controls, and which of them are narrow."""
    for name, part in line.members.items():
        yield name, isinstance(part, Leaf) and isinstance(part.field, forms.IntegerField)


def _texts(typed: Any) -> Any:
    """What was typed in a line as texts, so that a number and its digits are the same."""
    if not isinstance(typed, Mapping):
        return typed
    return {name: str(each).strip() for name, each in typed.items() if each not in (None, "")}


def _open(part: Part, at: Path) -> bool:
    """Whether a structure is shown with its members before any of them is set."""
    if part.kind not in ("structure", "settings") or not isinstance(part, Structure):
        return part.kind == "list"
    return part.required or (part.flat and len(at) < 2)


class PartWidget(forms.Widget):
    """Everything below one property. `wrong` and `focus` are set by whoever shows the form."""

    use_fieldset = True

    def __init__(self, part: Part) -> None:
        super().__init__()
        self.part, self.focus = part, ""
        self.wrong: Wrong = {}
        self.before: Json = None

    def id_for_label(self, id_: str | None, index: str | None = None) -> str:
        return ""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Typed:
        return Typed(self.part.read(data, name, blanks=False))

    def arranged(self, data: Any, name: str) -> Typed:
        """What was typed, with parts that are still empty; as JSON or as a form where that was asked for."""
        asked = data.get(f"{name}-{TURNED}")
        if not (self.part.turns and asked in (AS_TEXT, AS_FORM)):
            return Typed(self.part.read(data, name, blanks=True))
        typed = self.part.read(data, name, blanks=False)
        value = self.part.clean(typed, (), self.wrong)
        if asked == AS_TEXT:
            self.wrong.clear()
            return Typed(json.dumps(value or {}, indent=2, ensure_ascii=False))
        return Typed(typed if self.wrong else self.part.shown(value))

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return not any(key == name or key.startswith(f"{name}-") for key in data)

    def render(self, name: str, value: Json, attrs: Any = None, renderer: Any = None) -> SafeString:
        typed = value.value if isinstance(value, Typed) else self.part.shown(value)
        view = Drawing(self.wrong, self.focus, before=self.before).view(self.part, typed, name, name, ())
        return SafeString(render_to_string("propose/part.html", {"part": view, "whole": True, "on": ON}))


class PartField(forms.Field):
    """A structure, list or choice; None when nothing of it is set."""

    widget: PartWidget

    def __init__(self, part: Part, **more: Any) -> None:
        super().__init__(widget=PartWidget(part), **more)
        part.required = part.required or self.required
        self.part = part

    def clean(self, value: Json) -> Json:
        wrong: Wrong = {}
        found = self.part.clean(value.value if isinstance(value, Typed) else None, (), wrong)
        self.note(wrong)
        if wrong:
            raise forms.ValidationError([placed(at, said) for at, all_said in wrong.items() for said in all_said])
        if self.required and not found:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return self.part.spelled(found, self.initial) or None

    def note(self, wrong: Mapping[Path, list[str]]) -> None:
        """Remember what is wrong where, for the parts to show."""
        for at, sentences in wrong.items():
            self.widget.wrong.setdefault(at, []).extend(sentences)


def placed(at: Path, sentence: str) -> str:
    """A sentence with its place in front, as people count."""
    where = ", ".join(str(step + 1) if isinstance(step, int) else step for step in at)
    return f"{where}: {sentence}" if where else sentence

"""From what the schema says of a value to the part of the form that edits it."""

from collections.abc import Mapping
from typing import Any

from django.forms import CharField, Field, Textarea, TextInput, TypedChoiceField

from apps.catalog import shape
from apps.catalog.lines import Lines
from apps.catalog.shape import Shape
from apps.catalog.types import Keys
from apps.web.forms.fields import field_for
from apps.web.forms.offer import Offers, Pointer
from apps.web.forms.parts import Choice, Items, Leaf, Line, OneOf, Part, Settings, Structure
from apps.web.forms.statements import policy
from apps.web.forms.widgets import Suggest

Json = Any
DEEPEST = 9  # beyond it a structure is edited as JSON
ITEM = "*"
SWITCH = ("true", "false")
SHORT = 4  # members of an item that fit into one line


def part(
    of: Shape,
    pointer: Pointer,
    offers: Offers,
    *,
    columns: tuple[str, ...] = (),
    lines: Lines | None = None,
    required: bool = False,
) -> Part:
    """The part for a place of a document; `columns` are the members asked for in the items of a list.

    With `lines` the items are the lines of a table. So are those with few members, each of which is a single control.
    """
    if of.policy:
        return policy(of, required=required)
    about: dict[str, Any] = {"help": of.help, "required": required}
    below = len(pointer) < DEEPEST
    match of.kind:
        case "structure" if below and shape.members(of):
            return Structure(lambda: members(of, pointer, offers, columns), **about)
        case "choice" if below:
            found = {name: _branch(each, pointer, offers) for name, each in shape.branches(of).items()}
            return Choice(found, **about)
        case "list" if below and lines:
            each, at = shape.item(of), (*pointer, ITEM)
            line = Line(lambda: _cells(each, at, offers, lines))
            return Items(line, ordered=of.ordered, presets=lines.presets, **about)
        case "list" if below and (not of.texts or offers((*pointer, ITEM))):
            inner = part(shape.item(of), (*pointer, ITEM), offers, columns=columns)
            if isinstance(inner, Structure) and inner.kind == "structure" and _short(inner):
                inner = Line(inner.make)
            return Items(inner, ordered=of.ordered, **about)
        case _:
            return Leaf(field_for(of, None, offers(pointer), {"required": False}), **about)


def settings(keys: Keys, rows: Json) -> Settings | None:
    """A control for each key of the rows; None for rows that are no settings."""
    names = [row.get("Key") for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
    if not names or len(set(names)) != len(rows) or not all(isinstance(each, str) and each for each in names):
        return None
    values = {row["Key"]: row.get("Value") for row in rows}
    return Settings(lambda: {key: Leaf(_setting(keys, key, values[key])) for key in sorted(values)})


def _setting(keys: Keys, key: str, value: Json) -> Field:
    choices, said = keys(key)
    choices = choices or (SWITCH if value in SWITCH else ())
    if choices:
        offered = dict.fromkeys([*([value] if value else []), *choices])
        return TypedChoiceField(choices=[(each, each) for each in offered], coerce=str, required=False)
    return CharField(required=False, max_length=1024, widget=TextInput(attrs={"placeholder": said}))


def _short(structure: Structure) -> bool:
    """Whether an item fits into one line."""
    return len(structure.members) <= SHORT and all(
        isinstance(each, Leaf) and not each.field.widget.use_fieldset and not isinstance(each.field.widget, Textarea)
        for each in structure.members.values()
    )


def _cells(of: Shape, pointer: Pointer, offers: Offers, lines: Lines) -> Mapping[str, Part]:
    """The controls of a line, one of them for the members that are written together."""
    together = lines.together
    found = members(of, pointer, offers, (*lines.columns, together.reference))
    reference = found.pop(together.reference)
    for name, values in lines.suggests.items():
        if isinstance(cell := found.get(name), Leaf):
            cell.field.widget = Suggest(values)
    field = reference.field if isinstance(reference, Leaf) else CharField(required=False)
    field.widget.attrs["placeholder"] = together.hint
    return {
        name: OneOf(field, together) if name == together.label else found[name]
        for name in lines.columns
        if name == together.label or name in found
    }


def _branch(of: Shape, pointer: Pointer, offers: Offers) -> Structure:
    return Structure(lambda: members(of, pointer, offers, ()))


def members(of: Shape, pointer: Pointer, offers: Offers, columns: tuple[str, ...]) -> dict[str, Part]:
    found = shape.members(of)
    needed = of.schema.get("required", ())
    return {
        name: part(found[name], (*pointer, name), offers, required=name in needed)
        for name in columns or found
        if name in found
    }

"""From what the schema says of a value to the part of the form that edits it."""

from collections.abc import Mapping
from typing import Any

from apps.catalog import shape
from apps.catalog.shape import Shape
from apps.web.forms.fields import field_for
from apps.web.forms.offer import Offers, Pointer
from apps.web.forms.parts import Choice, Items, Leaf, Part, Structure

Json = Any
DEEPEST = 9  # beyond it a structure is edited as JSON
ITEM = "*"


def part(of: Shape, pointer: Pointer, offers: Offers, *, columns: tuple[str, ...] = (), required: bool = False) -> Part:
    """The part for a place of a document; `columns` are the members asked for in the items of a list."""
    about: dict[str, Any] = {"help": of.help, "required": required}
    below = len(pointer) < DEEPEST
    match of.kind:
        case "structure" if below and shape.members(of):
            return Structure(lambda: members(of, pointer, offers, columns), **about)
        case "choice" if below:
            found = {name: _branch(each, pointer, offers) for name, each in shape.branches(of).items()}
            return Choice(found, **about)
        case "list" if below and (not of.texts or offers((*pointer, ITEM))):
            inner = part(shape.item(of), (*pointer, ITEM), offers, columns=columns)
            return Items(inner, ordered=of.ordered, **about)
        case _:
            return Leaf(field_for(of, None, offers(pointer), {"required": False}), **about)


def _branch(of: Shape, pointer: Pointer, offers: Offers) -> Structure:
    return Structure(lambda: members(of, pointer, offers, ()))


def members(of: Shape, pointer: Pointer, offers: Offers, columns: tuple[str, ...]) -> Mapping[str, Part]:
    found = shape.members(of)
    needed = of.schema.get("required", ())
    return {
        name: part(found[name], (*pointer, name), offers, required=name in needed)
        for name in columns or found
        if name in found
    }

"""The form of one change, generated from its type: what is declared says what may change, the schema says how."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.forms import BoundField

from apps.catalog import shape
from apps.catalog.shape import Shape
from apps.catalog.types import EffectKind, NativeType, Property
from apps.planning import diff
from apps.planning.plan import Problem
from apps.web.forms.fields import field_for
from apps.web.forms.members import RecordsField, StructureField, fits
from apps.web.presenters import effects
from apps.web.presenters.marks import Chip

Json = Any
Offer = Callable[[str], Sequence[tuple[str, str]]]
LONGEST = 10_000
BESIDE = ("csrfmiddlewaretoken", "shown", "edition", "of")
UNSHAPED = Shape("structure")
REPLACED = "Changing it would replace the resource, which is refused for now: create a new one, then delete this one."


@dataclass(frozen=True)
class FieldRow:
    """A field with what stands beside it."""

    field: BoundField
    unit: str
    chips: tuple[Chip, ...]
    source: str
    plain: bool

    @property
    def wide(self) -> bool:
        return isinstance(self.field.field.widget, forms.Textarea) or self.field.field.widget.use_fieldset


@dataclass(frozen=True)
class Fixed:
    """A property that can't be changed in this form, with the reason."""

    name: str
    value: Json
    reason: str
    chips: tuple[Chip, ...] = ()


class ChangeForm(forms.Form):
    """`document` is what the form shows as the present, `wanted` what a draft asks for on top of it.

    A form to delete is `empty`. After `is_valid`, `desired` holds what the person changed (None = not set) and
    `base` what the form showed there.
    """

    def __init__(
        self,
        native: NativeType,
        region: str,
        document: Mapping[str, Json],
        data: Any = None,
        *,
        wanted: Mapping[str, Json] | None = None,
        offer: Offer = lambda name: (),
        creating: bool = False,
        empty: bool = False,
    ) -> None:
        super().__init__(data)
        self.native, self.document, self.creating, self.empty = native, document, creating, empty
        self.shapes = shape.shapes(native.name, region, document)
        self.needed = {*shape.required(native.name, region), *shape.named(native)} if creating else set()
        shown = {**document, **(wanted or {})}
        for name in self.order():
            self.fields[name] = self._field(name, shown.get(name), offer)

    def order(self) -> list[str]:
        """The properties that may be set here, the important ones first."""
        names = [*self.native.first, *(name for name in self.native.properties if name not in self.native.first)]
        return [name for name in names if not self.empty and self._settable(name, self.native.properties[name])]

    def clean(self) -> dict[str, Json]:
        cleaned: dict[str, Json] = super().clean() or self.cleaned_data
        for name in self.order():
            if name in cleaned and self._differs(name, cleaned[name]):
                for sentence in shape.faults(self.shapes.get(name, UNSHAPED), cleaned[name]):
                    self.add_error(name, sentence)
        for name in self._strange():
            self.add_error(None, f"“{name[:100]}” can't be set here. Reload the page and send only what it shows.")
        if not (self.errors or self.desired or self.empty):
            self.add_error(None, "Nothing is changed yet. Change a value first.")
        return cleaned

    def _strange(self) -> list[str]:
        """What was sent under a name that no control of the page has."""
        ours = {*self.fields, *RequestForm.base_fields, *BESIDE}
        return sorted(name for name in self.data if name not in ours and name.split("-")[0] not in self.fields)

    @property
    def desired(self) -> dict[str, Json]:
        """What the person changed; for a new resource everything that is set."""
        given = {name: self.cleaned_data[name] for name in self.order() if name in self.cleaned_data}
        if self.creating:
            return {name: value for name, value in given.items() if value is not None}
        return {name: value for name, value in given.items() if self._differs(name, value)}

    @property
    def base(self) -> dict[str, Json]:
        return {} if self.creating else {name: self.document[name] for name in self.desired if name in self.document}

    def refuse(self, problems: Sequence[Problem]) -> None:
        """Put what stands in the way of a plan at its field."""
        for problem in problems:
            if problem.property in self.fields:
                self.add_error(problem.property, problem.sentence)

    def first(self) -> list[FieldRow]:
        return [self._row(name) for name in self.order() if name in self.native.first]

    def more(self) -> list[FieldRow]:
        return [self._row(name) for name in self.order() if name not in self.native.first]

    def more_is_wrong(self) -> bool:
        return any(row.field.errors for row in self.more())

    def fixed(self) -> list[Fixed]:
        """Everything else that the resource has, visible with the reason why it can't be changed."""
        return list(self._fixed()) if not self.creating else []

    def _fixed(self) -> Iterator[Fixed]:
        for name, value in self.document.items():
            if name in self.fields:
                continue
            declared = self.native.properties.get(name)
            if declared is None:
                yield Fixed(name, value, "Not covered here yet.")
            elif declared.effect.kind is EffectKind.REPLACES:
                yield Fixed(name, value, REPLACED, effects.of_property(declared))
            else:
                yield Fixed(name, value, "A secret is set by reference only." if declared.secret else "Set by AWS.")

    def _settable(self, name: str, declared: Property) -> bool:
        if declared.secret:
            return False
        if self.creating:
            created = self.native.create.properties if self.native.create else ()
            return name in created or (declared.editable and declared.effect.kind is not EffectKind.REPLACES)
        return declared.editable and declared.effect.kind is not EffectKind.REPLACES

    def _differs(self, name: str, value: Json) -> bool:
        return not diff.same(self.document.get(name), value, self.native.properties[name])

    def _field(self, name: str, value: Json, offer: Offer) -> forms.Field:
        declared, known = self.native.properties[name], self.shapes.get(name, UNSHAPED)
        common = {
            "label": name,
            "required": name in self.needed,
            "initial": value,
            "help_text": declared.help or known.help,
        }
        return self._of_members(name, value, offer, common) or field_for(known, value, offer(name), common)

    def _of_members(self, name: str, value: Json, offer: Offer, common: dict[str, Any]) -> forms.Field | None:
        """A control for each member of a structure, where that shows the whole of it."""
        known = self.shapes.get(name, UNSHAPED)
        members = shape.members(known, self.native.properties[name].columns)
        rows = known.kind == "list"
        if not members or offer(name) or not fits(value, list(members), rows=rows):
            return None
        parts = {each: part(each, inner, offer(each)) for each, inner in members.items()}
        return RecordsField(parts, **common) if rows else StructureField(parts, **common)

    def _row(self, name: str) -> FieldRow:
        declared = self.native.properties[name]
        harmless = self.creating or declared.effect.kind is EffectKind.ONLINE
        chips = () if self.creating else effects.of_property(declared)
        return FieldRow(self[name], declared.unit, chips, "" if harmless else declared.effect.source, not self.creating)


class RequestForm(forms.Form):
    """Where the change goes: a new request with its title and reason, or a draft that is open."""

    draft = forms.ChoiceField(label="Add to", required=False)
    title = forms.CharField(max_length=200, required=False)
    reason = forms.CharField(max_length=LONGEST, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: Any, drafts: Sequence[tuple[str, str]], initial: dict[str, str]) -> None:
        super().__init__(data, initial=initial)
        field = cast(forms.ChoiceField, self.fields["draft"])
        field.choices = [("", "A new change request"), *drafts]
        if not drafts:
            field.widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("draft") and not str(cleaned.get("title") or "").strip() and "title" not in self.errors:
            self.add_error("title", "Give the request a title that says what it is for.")
        return cleaned


def part(name: str, inner: Shape, offered: Sequence[tuple[str, str]]) -> forms.Field:
    """The field of one member of a structure."""
    return field_for(inner, None, offered, {"label": name, "required": False})

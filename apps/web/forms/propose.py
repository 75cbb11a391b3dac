"""The form of one change, generated from its type: what is declared says what may change, the schema says how."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from django import forms
from django.forms import BoundField

from apps.catalog import shape
from apps.catalog.shape import Shape
from apps.catalog.types import EffectKind, NativeType, Property
from apps.changes.policies import check_logical
from apps.planning import diff
from apps.planning.plan import Problem
from apps.web.forms import generate
from apps.web.forms.fields import SecretField, field_for
from apps.web.forms.generate import part
from apps.web.forms.offer import Offer, Offers, nothing
from apps.web.forms.part_field import PartField, PartWidget, placed
from apps.web.forms.parts import Leaf, control
from apps.web.presenters import effects
from apps.web.presenters.marks import Chip

Json = Any
LONGEST = 10_000
LONGEST_NAME = 64
LOGICAL = (
    "What other changes of the request call this resource, in letters and digits. Left empty, it is made from its name."
)
BESIDE = ("csrfmiddlewaretoken", "shown", "edition", "of", "do")
UNSHAPED = Shape("structure")
REPLACED = "It is set when the resource is made, which can't be done from here."


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

    @property
    def parts(self) -> bool:
        return isinstance(self.field.field, PartField)

    @property
    def errors(self) -> list[str]:
        """What is wrong with the whole of it; its parts say what is wrong with them."""
        widget = self.field.field.widget
        known = widget.wrong if self.field.errors and isinstance(widget, PartWidget) else {}
        inner = {placed(at, said) for at, sentences in known.items() if at for said in sentences}
        return [str(said) for said in self.field.errors if said not in inner]


@dataclass(frozen=True)
class Fixed:
    """A property that can't be changed in this form, with the reason."""

    name: str
    value: Json
    reason: str
    chips: tuple[Chip, ...] = ()


class ChangeForm(forms.Form):
    """`document` is what the form shows as the present, `wanted` what a draft asks for on top of it.

    A form to delete is `empty`. Data that is `arranged` is shown without being judged, with the `focus` where something
    was added or moved. `beside` are the names of other forms on its page; with
    `only` it is about one property. After `is_valid`, `desired` holds what the person changed (None = not set) and
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
        offers: Offers = nothing,
        arranged: Any = None,
        focus: str = "",
        creating: bool = False,
        empty: bool = False,
        beside: Iterable[str] = (),
        only: str = "",
    ) -> None:
        super().__init__(data)
        self.beside, self.only = beside, only
        self.native, self.document, self.creating, self.empty = native, document, creating, empty
        self.lists: Iterable[Offer] = ()
        self.focus = focus.split("-")[0]
        shown = {**document, **(wanted or {})}
        typed = {"Engine": given} if (given := (data or arranged or {}).get("Engine")) else {}
        self.shapes = shape.shapes(native.name, region, {**shown, **typed})
        self.needed = {*shape.required(native.name, region), *shape.naming(native)} if creating else set()
        for name in self.order():
            self.fields[name] = self._field(name, shown.get(name), offers)
        if arranged is not None:
            self._arrange(arranged, focus)

    def order(self) -> list[str]:
        """The properties that may be set here, the important ones first."""
        names = [*self.native.first, *(name for name in self.native.properties if name not in self.native.first)]
        names = [name for name in names if not self.only or name == self.only]
        return [name for name in names if not self.empty and self._settable(name, self.native.properties[name])]

    def _arrange(self, data: Any, focus: str) -> None:
        """Show what was typed, as it was arranged since."""
        for name, each in self.fields.items():
            widget = each.widget
            if isinstance(widget, PartWidget):
                each.initial = widget.arranged(data, name)
                widget.focus = focus if focus.split("-")[0] == name else ""
            else:
                each.initial = widget.value_from_datadict(data, {}, name)
                if focus == name:
                    widget.attrs["autofocus"] = True

    def clean(self) -> dict[str, Json]:
        cleaned: dict[str, Json] = super().clean() or self.cleaned_data
        for name in self.order():
            if name in cleaned and self._differs(name, cleaned[name]):
                self._judge(name, cleaned[name])
        for name in self._strange():
            self.add_error(None, f"“{name[:100]}” can't be set here. Reload the page and send only what it shows.")
        if not (self.errors or self.desired or self.empty):
            self.add_error(None, "Nothing is changed yet. Change a value first.")
        return cleaned

    def _judge(self, name: str, value: Json) -> None:
        """Say what the schema has against a value, at the part that it is about."""
        field = self.fields[name]
        for at, sentence in shape.located(self.shapes.get(name, UNSHAPED), value):
            if isinstance(field, PartField):
                field.note({at: [sentence]})
            self.add_error(name, placed(at, sentence))

    def _strange(self) -> list[str]:
        """What was sent under a name that no control of the page has."""
        ours = {*self.fields, *RequestForm.base_fields, *BESIDE, *self.beside}
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

    def faults(self) -> dict[str, list[str]]:
        """What is wrong, by the name of the control that it is about."""
        found: dict[str, list[str]] = {}
        for name in self.errors.keys() & self.fields.keys():
            field = self.fields[name]
            if isinstance(field, PartField) and field.widget.wrong:
                for at, sentences in field.widget.wrong.items():
                    found.setdefault(control(field.part, name, at), []).extend(sentences)
            else:
                found[name] = list(map(str, self.errors[name]))
        return found

    def refuse(self, problems: Sequence[Problem]) -> None:
        """Put what stands in the way of a plan at its field."""
        for problem in problems:
            if problem.property in self.fields:
                self.add_error(problem.property, problem.sentence)

    def tell(self, problems: Sequence[Problem]) -> None:
        """The same in a form that was not sent."""
        self.cleaned_data = {}
        self.refuse(problems)

    def first(self) -> list[FieldRow]:
        return [self._row(name) for name in self.order() if name in self.native.first]

    def more(self) -> list[FieldRow]:
        return [self._row(name) for name in self.order() if name not in self.native.first]

    def more_is_open(self) -> bool:
        """Whether something in it is wrong or has the focus."""
        return any(row.field.errors or row.field.name == self.focus for row in self.more())

    def fixed(self) -> list[Fixed]:
        """Everything else that the resource has or could have, with the reason why it can't be set here."""
        return list(self._fixed()) if not self.empty else []

    def _fixed(self) -> Iterator[Fixed]:
        for name, value in self.document.items():
            if name in self.fields:
                continue
            declared = self.native.properties.get(name)
            if declared is None:
                yield Fixed(name, value, self._reason(name))
            elif declared.effect.kind is EffectKind.REPLACES:
                yield Fixed(name, value, REPLACED, effects.of_property(declared))
            else:
                yield Fixed(
                    name, value, "Given with the creation; not read back." if declared.secret else "Set by AWS."
                )
        for names in self.native.uncovered.values():
            for name in names:
                if name not in self.document and name not in self.fields:
                    yield Fixed(name, None, self._reason(name))

    def _reason(self, name: str) -> str:
        """Why a property that the type doesn't cover is not editable."""
        said = next((reason for reason, names in self.native.uncovered.items() if name in names), "")
        return "Not editable yet." if said in ("", "Not covered yet.") else f"Not editable yet. {said}"

    def _settable(self, name: str, declared: Property) -> bool:
        created = self.native.create.properties if self.native.create else ()
        if self.creating:
            return name in created or (declared.editable and declared.effect.kind is not EffectKind.REPLACES)
        return declared.editable and (declared.effect.kind is not EffectKind.REPLACES or self._replaceable(name))

    def _replaceable(self, name: str) -> bool:
        """Whether a plan can make a new resource with another value there."""
        created = self.native.create.properties if self.native.create else ()
        return name in created and self.native.delete is not None

    def _differs(self, name: str, value: Json) -> bool:
        return not diff.same(self.document.get(name), value, self.native.properties[name])

    def _field(self, name: str, value: Json, offers: Offers) -> forms.Field:
        declared, known = self.native.properties[name], self.shapes.get(name, UNSHAPED)
        common = {
            "label": name,
            "required": name in self.needed,
            "initial": value,
            "help_text": declared.help or known.help,
        }
        if declared.unordered:
            known = replace(known, ordered=False)
        if declared.keys and value and (settings := generate.settings(declared.keys, value)):
            return PartField(settings, **common)
        found = part(known, (name,), offers, columns=declared.columns, lines=declared.lines)
        if isinstance(found, Leaf) and declared.secret and known.kind == "text":
            return SecretField(**common)
        if isinstance(found, Leaf):
            return field_for(known, value, offers((name,)), common)
        field = PartField(found, **common)
        field.widget.before = None if self.creating else self.document.get(name) or []
        return field

    def _row(self, name: str) -> FieldRow:
        declared = self.native.properties[name]
        harmless = self.creating or declared.effect.kind is EffectKind.ONLINE
        chips = () if self.creating else effects.of_property(declared)
        return FieldRow(self[name], declared.unit, chips, "" if harmless else declared.effect.source, not self.creating)


class RequestForm(forms.Form):
    """Where the change goes: a new request with its title and reason, or a draft that is open.

    `others` are the logical names that the draft has already, where the change is a new resource that gets one too.
    """

    draft = forms.ChoiceField(label="Add to", required=False)
    title = forms.CharField(max_length=200, required=False)
    reason = forms.CharField(max_length=LONGEST, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    logical = forms.CharField(label="Logical name", max_length=LONGEST_NAME, required=False, help_text=LOGICAL)

    def __init__(
        self, data: Any, drafts: Sequence[tuple[str, str]], initial: dict[str, str], others: Sequence[str] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.others = others or ()
        if others is None:
            del self.fields["logical"]
        field = cast(forms.ChoiceField, self.fields["draft"])
        field.choices = [("", "A new change request"), *drafts]
        if not drafts:
            field.widget = forms.HiddenInput()

    def clean_logical(self) -> str:
        name = str(self.cleaned_data["logical"])
        if refusal := check_logical([name, *(other for other in self.others if name)]):
            raise forms.ValidationError(refusal.sentence)
        return name

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("draft") and not str(cleaned.get("title") or "").strip() and "title" not in self.errors:
            self.add_error("title", "Give the request a title that says what it is for.")
        return cleaned

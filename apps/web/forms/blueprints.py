"""Saving an export in the library, and the form of an import, made from its rows."""

from collections.abc import Callable, Sequence
from typing import Any, cast

from django import forms
from django.forms import BoundField

from apps.blueprints import judge, reading
from apps.blueprints.commands import check_name
from apps.blueprints.decide import Group, Row
from apps.blueprints.networks import moved
from apps.blueprints.questions import Kind
from apps.blueprints.resolve import Problem
from apps.catalog.hidden import HELP
from apps.web.forms.offer import Offer
from apps.web.forms.widgets import Combobox, Suggest

Json = Any
LONGEST = 10_000
LONGEST_VALUE = 4000
MOST_SAID = 50
Offers = Callable[[Row], Offer]


class SaveForm(forms.Form):
    """A new blueprint, or the next version of the one with that name."""

    name = forms.CharField(max_length=100)
    notes = forms.CharField(max_length=LONGEST, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if refusal := check_name(name):
            raise forms.ValidationError(refusal.sentence)
        return name


class UploadForm(SaveForm):
    """A template as text, which the page also fills from a file; after `is_valid`, `source` is what was read."""

    text = forms.CharField(
        label="Template",
        max_length=reading.LARGEST,
        strip=False,
        error_messages={"max_length": "A template has at most 1 MiB. Split it in several."},
        help_text="YAML or JSON, up to 1 MiB.",
        widget=forms.Textarea(attrs={"rows": 16, "class": "code", "spellcheck": "false"}),
    )

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"])
        try:
            self.source = source = reading.read(text)
        except reading.Unreadable as error:
            raise forms.ValidationError(_lined(error.line, error.sentence)) from error
        found = judge.problems(source.template)[:MOST_SAID]
        if found:
            raise forms.ValidationError([_lined(source.line(each.place), str(each)) for each in found])
        return text


def _lined(line: int, sentence: str) -> str:
    return f"Line {line}: {sentence}" if line else sentence


class ImportForm(forms.Form):
    """One field for each row, and the title and reason of the request."""

    title = forms.CharField(max_length=200)
    reason = forms.CharField(max_length=LONGEST, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    delete = forms.MultipleChoiceField(label="Delete", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(
        self,
        data: Any,
        rows: Sequence[Row],
        offers: Offers,
        title: str,
        gone: Sequence[tuple[str, str]] = (),
        chosen: bool = False,
    ) -> None:
        """`gone` are logical names of what could be deleted, with what is said of each; `chosen` ticks them."""
        super().__init__(data, initial={"title": title, "delete": [name for name, _ in gone] if chosen else []})
        if gone:
            cast(forms.MultipleChoiceField, self.fields["delete"]).choices = list(gone)
        else:
            del self.fields["delete"]
        self.rows = rows
        self.lists: dict[str, Offer] = {}
        for row in rows:
            self.fields[row.key] = self._field(row, offers)

    def _field(self, row: Row, offers: Offers) -> forms.Field:
        said: dict[str, Any] = {"label": row.label or row.name, "required": row.required, "initial": row.proposed}
        said["help_text"] = row.help
        if row.only:
            return forms.ChoiceField(choices=[(each, each) for each in row.choices], **said)
        if row.hidden:
            said["help_text"] = f"{row.help} {HELP}".strip()
        return forms.CharField(max_length=LONGEST_VALUE, widget=self._widget(row, offers), **said)

    def _widget(self, row: Row, offers: Offers) -> forms.Widget:
        if row.type and row.kind is Kind.REFERENCE:
            offer = offers(row)
            self.lists[offer.list_id] = offer
            return Combobox(offer)
        return Suggest(row.choices) if row.choices else forms.TextInput()

    def of(self, group: Group) -> list[tuple[Row, BoundField]]:
        """The rows of a group with their fields."""
        return [(row, self[row.key]) for row in self.rows if row.group is group]

    @property
    def groups(self) -> list[tuple[str, str, list[tuple[Row, BoundField]]]]:
        """Every group that has rows: what it is called in addresses, its title, and its rows."""
        titled = ((Group.DECIDE, "Needs a decision"), (Group.RULE, "By rule"), (Group.UNCHANGED, "Unchanged"))
        return [(str(group), title, found) for group, title in titled if (found := self.of(group))]

    def values(self) -> dict[str, str]:
        """The answers by the keys of the rows; blocks of addresses move with the network that they lie in."""
        given = {row.key: str(self.cleaned_data.get(row.key) or "").strip() for row in self.rows}
        networks = {r.key: (r.source, given[r.key]) for r in self.rows if r.kind is Kind.NETWORK}
        return given | moved(networks)

    def refuse(self, problems: Sequence[Problem]) -> None:
        """Say what stands in the way of the import as a whole."""
        for problem in problems:
            self.add_error(None, str(problem))

"""What a person consents to with a change: that what holds data is replaced, and which last snapshot is taken."""

from collections.abc import Mapping
from typing import Any

from django import forms

from apps.catalog.types import EffectKind, NativeType
from apps.planning.plan import Action

LONGEST = 1000
REASONS = {
    "replace": "Say why it may be replaced: reviewers decide by that.",
    "no_snapshot": "Say why no last snapshot is needed: reviewers decide by that.",
    "users": "Say why it may go while it is used: reviewers decide by that.",
}


class ConsentForm(forms.Form):
    """The consents of one change; it has only the fields that the type and the action need, often none.

    Whether it is `used` by something decides whether a deletion may be consented to all the same.

    After `is_valid`, `given` is what `planning.plan.Proposal.consents` holds.
    """

    replace = forms.BooleanField(
        label="Replace it where a value can't be changed in place",
        required=False,
        help_text="A new one is made, what uses it is switched, and this one is deleted last. Its data is not moved.",
    )
    replace_why = forms.CharField(label="Why it may be replaced", max_length=LONGEST, required=False)
    snapshot = forms.CharField(
        label="Name of the last snapshot", max_length=255, required=False, help_text="Taken before it is deleted."
    )
    no_snapshot = forms.BooleanField(label="Take no last snapshot", required=False)
    no_snapshot_why = forms.CharField(label="Why none is needed", max_length=LONGEST, required=False)

    users = forms.BooleanField(label="Delete it although something uses it", required=False)
    users_why = forms.CharField(label="Why it may go all the same", max_length=LONGEST, required=False)

    def __init__(
        self,
        native: NativeType,
        action: Action,
        data: Any,
        consents: Mapping[str, str],
        identifier: str,
        prefix: str = "consent",
        used: bool = False,
    ) -> None:
        initial: dict[str, Any] = {"snapshot": consents.get("snapshot") or f"{identifier}-final"}
        for name in REASONS:
            initial |= {name: name in consents, f"{name}_why": consents.get(name, "")}
        super().__init__(data, prefix=prefix, initial=initial)
        self.deleting = action is Action.DELETE
        wanted = {each.removeprefix("consent-") for each in consent_names(native, action)}
        for name in list(self.fields):
            if name not in wanted or (name.startswith("users") and not used):
                del self.fields[name]

    @property
    def is_open(self) -> bool:
        """Whether something is consented to, or wrong."""
        return bool(self.errors) or any(self[name].value() for name in REASONS if name in self.fields)

    @property
    def given(self) -> dict[str, str]:
        chosen = {name: self._text(f"{name}_why") for name in REASONS if self.cleaned_data.get(name)}
        if not self.deleting and "replace" not in chosen:
            return {}
        if "no_snapshot" not in chosen and self._text("snapshot"):
            chosen["snapshot"] = self._text("snapshot")
        return chosen

    def unjudged(self) -> "ConsentForm":
        """The form with what was typed, without a word about what is wrong in it."""
        self.initial, self.is_bound = {name: self[name].data for name in self.fields}, False
        return self

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, sentence in REASONS.items():
            if cleaned.get(name) and not self._text(f"{name}_why") and f"{name}_why" not in self.errors:
                self.add_error(f"{name}_why", sentence)
        return cleaned

    def _text(self, name: str) -> str:
        return str(self.cleaned_data.get(name) or "").strip()


def consent_names(native: NativeType, action: Action) -> set[str]:
    """The names under which the consents of a change are sent."""
    replacing = action is Action.UPDATE and replaceable(native)
    last = native.delete.snapshot if native.delete and (action is Action.DELETE or replacing) else None
    asked = {"replace": replacing, "users": action is Action.DELETE}
    names = [name for name in ConsentForm.base_fields if asked.get(name.removesuffix("_why"), last)]
    return {f"consent-{name}" for name in names}


def replaceable(native: NativeType) -> bool:
    """Whether the type holds data and has a property that only a new resource can have otherwise."""
    if not (native.stateful and native.create and native.delete):
        return False
    kinds = {native.properties[name].effect.kind for name in native.create.properties}
    return EffectKind.REPLACES in kinds

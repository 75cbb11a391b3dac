"""What a verdict can't know and people set."""

from typing import Any

from django import forms

from apps.blueprints.worth import Assumptions

KNOWN = Assumptions()


class AssumptionsForm(forms.Form):
    hours_base = forms.FloatField(
        label="Hours to write and try it", min_value=0, max_value=10_000, help_text="For any set, with its upkeep."
    )
    hours_per_type = forms.FloatField(
        label="More hours for each type", min_value=0, max_value=1000, help_text="For each resource type in it."
    )
    share = forms.FloatField(
        label="Saved of each time, in %", min_value=0, max_value=100, help_text="Review stays, so it is less than 100."
    )
    minutes_each = forms.FloatField(
        label="Minutes each time",
        min_value=0,
        max_value=100_000,
        required=False,
        help_text="Empty: what the log says people took.",
    )

    def __init__(self, data: Any) -> None:
        initial = {name: getattr(KNOWN, name) for name in ("hours_base", "hours_per_type", "share", "minutes_each")}
        given = {name: data.get(name, "" if known is None else known) for name, known in initial.items()}
        super().__init__(given if set(data) & set(initial) else None, initial=initial)

    def assumptions(self) -> Assumptions:
        """What was given, or what is assumed until then; that, too, while something given is wrong."""
        return Assumptions(**self.cleaned_data) if self.is_bound and self.is_valid() else KNOWN

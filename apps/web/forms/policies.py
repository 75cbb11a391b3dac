"""A policy of the organisation."""

import re
from typing import Any

from django import forms

from apps.environments.models import Environment
from apps.evaluation.administer import check_policy
from apps.evaluation.models import FORCES, KINDS, Policy
from apps.evaluation.organisation import NEEDS_VALUES, Kind, Wanted

MOST = 100


class PolicyForm(forms.Form):
    name = forms.CharField(max_length=80, help_text="Authors read it where they break it: “Everything has an owner”.")
    kind = forms.ChoiceField(label="What it is about", choices=KINDS)
    values = forms.CharField(
        label="Which",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text="One on each line: keys of tags; regions; or sizes, where * stands for anything (t3.*, db.t4g.*).",
    )
    force = forms.ChoiceField(label="A plan that breaks it", choices=FORCES)
    environments = forms.MultipleChoiceField(
        label="Where", required=False, widget=forms.CheckboxSelectMultiple, help_text="None chosen: everywhere."
    )
    enabled = forms.BooleanField(required=False, initial=True, help_text="Off: nothing is held against it.")

    def __init__(self, data: Any, policy: Policy | None = None) -> None:
        names = ("name", "kind", "force", "environments", "enabled")
        known = (
            {name: getattr(policy, name) for name in names} | {"values": "\n".join(policy.values)} if policy else None
        )
        super().__init__(data, initial=known)
        self.policy = policy
        field = self.fields["environments"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - as declared above
        field.choices = [(each.slug, each.name) for each in Environment.objects.all()]

    def clean_values(self) -> list[str]:
        found = list(dict.fromkeys(re.split(r"[\s,]+", str(self.cleaned_data["values"]).strip())))
        if len(found) > MOST:
            raise forms.ValidationError(f"Name {MOST} at most.")
        return [each for each in found if each]

    def clean(self) -> dict[str, Any]:
        data = dict(super().clean() or self.cleaned_data)
        if not self.errors:
            refusal = check_policy(kind=data["kind"], values=data["values"], force=data["force"])
            if refusal:
                self.add_error(refusal.code, refusal.sentence)
            if Policy.objects.filter(name=data["name"]).exclude(pk=self.policy.pk if self.policy else 0).exists():
                self.add_error("name", "Another policy has this name. Give it one of its own.")
            if data["kind"] not in NEEDS_VALUES:
                data["values"] = []
        return data

    @property
    def wanted(self) -> Wanted:
        return Wanted(Kind(self.cleaned_data["kind"]), tuple(self.cleaned_data["values"]))

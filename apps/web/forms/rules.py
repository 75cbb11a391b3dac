"""A rule that asks for more approvals."""

from typing import Any

from django import forms

from apps.environments.models import Environment
from apps.reviews.models import RISKS, Rule
from apps.reviews.policies import FEWEST, MOST, check_rule


class RuleForm(forms.Form):
    name = forms.CharField(max_length=80, help_text="Reviewers read it where they are asked: “Expensive or risky”.")
    environment = forms.ModelChoiceField(
        Environment.objects.none(), required=False, empty_label="All of them", help_text="Where it asks."
    )
    cost_over = forms.DecimalField(
        label="Costs more than",
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=2,
        help_text="USD a month. Parts that can't be priced count as more.",
    )
    risk_at_least = forms.ChoiceField(label="Or its risk is", required=False, choices=[("", "Whatever it is"), *RISKS])
    needed = forms.IntegerField(label="Approvals", min_value=FEWEST, max_value=MOST, initial=FEWEST)
    enabled = forms.BooleanField(required=False, initial=True, help_text="Off: it asks for nothing.")

    def __init__(self, data: Any, rule: Rule | None = None) -> None:
        names = ("name", "environment", "cost_over", "risk_at_least", "needed", "enabled")
        super().__init__(data, initial={name: getattr(rule, name) for name in names} if rule else None)
        self.rule = rule
        field = self.fields["environment"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - as declared above
        field.queryset = Environment.objects.all()

    def clean(self) -> dict[str, Any]:
        data = dict(super().clean() or self.cleaned_data)
        if not self.errors:
            conditional = data["cost_over"] is not None or bool(data["risk_at_least"])
            refusal = check_rule(conditional=conditional, needed=data["needed"], cost_over=data["cost_over"])
            if refusal:
                self.add_error(refusal.code, refusal.sentence)
            taken = Rule.objects.filter(name=data["name"]).exclude(pk=self.rule.pk if self.rule else 0)
            if taken.exists():
                self.add_error("name", "Another rule has this name. Give it one of its own.")
        return data

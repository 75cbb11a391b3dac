"""Of what a person wants mail."""

from django import forms

from apps.notifications.models import Kind


class MailForm(forms.Form):
    mailed = forms.MultipleChoiceField(
        label="Mail me", choices=Kind.choices, required=False, widget=forms.CheckboxSelectMultiple,
        help_text="Runs of yours that fail or need a person are mailed in any case.",
    )  # fmt: skip

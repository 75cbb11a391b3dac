"""A webhook: where to, in which form, and of what."""

from typing import Any

from django import forms

from apps.environments.models import Environment
from apps.notifications.models import Form, Webhook
from apps.notifications.webhooks import TOPICS
from apps.web.forms.rules import many

WORDS = {
    "change_request": "Change requests", "review": "Reviews", "run": "Runs", "emergency": "Emergencies",
    "administration": "Second administrators", "rule": "Rules", "team": "Teams", "role": "Roles",
    "calendar": "Calendar",
}  # fmt: skip
SAME = ("name", "form", "url", "topics", "environments", "enabled")


class WebhookForm(forms.Form):
    name = forms.CharField(max_length=80)
    form = forms.ChoiceField(choices=Form.choices, label="Form", widget=forms.RadioSelect, initial=Form.SIGNED)
    url = forms.CharField(
        max_length=1000, label="Address", widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="As in https://hooks.example.com/ringi. Redirects are not followed.",
    )  # fmt: skip
    topics = many("Of what", choices=[(topic, WORDS[topic]) for topic in TOPICS], help_text="None chosen: all of it.")
    environments = many("Environments", help_text="None chosen: all of them, and what belongs to none.")
    enabled = forms.BooleanField(required=False, initial=True)

    def __init__(self, data: Any, webhook: Webhook | None = None) -> None:
        self.webhook = webhook
        super().__init__(data, initial={name: getattr(webhook, name) for name in SAME} if webhook else None)
        field = self.fields["environments"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - as declared above
        field.choices = [(each.slug, each.name) for each in Environment.objects.all()]

    def made(self) -> Webhook:
        """The webhook as it was written, not saved."""
        found = self.webhook or Webhook()
        for name in SAME:
            setattr(found, name, self.cleaned_data[name])
        found.name, found.url = found.name.strip(), found.url.strip()
        return found

"""The filters of the lists. They never refuse a page: a filter that can't be read is left out and says so."""

import re
from datetime import date, datetime, time, timedelta
from operator import itemgetter
from typing import cast

from django import forms
from django.utils import timezone

from apps.audit import queries as audit
from apps.audit import verbs as happened
from apps.changes import queries as changes
from apps.changes.states import State
from apps.environments.models import Environment
from apps.inventory import queries as inventory
from apps.runs import queries as runs
from apps.runs.states import RunState
from apps.web.forms.widgets import Choice
from apps.web.presenters import marks

REFERENCE = re.compile(r"CR-[1-9]\d*", re.IGNORECASE)
Choices = list[tuple[str, str]]


def search_input(placeholder: str) -> forms.TextInput:
    attributes = {"type": "search", "placeholder": placeholder, "data-search": "", "autocomplete": "off"}
    return forms.TextInput(attrs=attributes)


class RequestFilter(forms.Form):
    q = forms.CharField(
        label="Search change requests", required=False, max_length=200, widget=search_input("Number, title or resource")
    )
    state = forms.ChoiceField(required=False, widget=Choice)
    environment = forms.ChoiceField(required=False, widget=Choice)
    author = forms.ChoiceField(required=False, widget=Choice)
    sort = forms.CharField(required=False, widget=forms.HiddenInput)

    def offer(self, environments: list[Environment], people: Choices) -> "RequestFilter":
        """Fill the selects from what exists."""
        states = [(each.value, marks.state("change_request", each.value).label) for each in State]
        _choices(self, "state", "All", [*states, (changes.APPLIED, "Applied")])
        _choices(self, "environment", "All", [(e.slug, e.name) for e in environments])
        _choices(self, "author", "Everyone", [(name, full or name) for name, full in people])
        return self

    def wanted(self) -> changes.Wanted:
        self.is_valid()
        data = self.cleaned_data
        names = ("environment", "author", "state")
        return changes.Wanted(data.get("q", ""), **{name: data.get(name, "") for name in names})


class RunFilter(forms.Form):
    q = forms.CharField(
        label="Search runs", required=False, max_length=200, widget=search_input("Number, title or resource")
    )
    state = forms.ChoiceField(required=False, widget=Choice)
    environment = forms.ChoiceField(required=False, widget=Choice)
    person = forms.ChoiceField(label="Started by", required=False, widget=Choice)
    sort = forms.CharField(required=False, widget=forms.HiddenInput)

    def offer(self, environments: list[Environment], people: Choices) -> "RunFilter":
        """Fill the selects from what exists."""
        _choices(self, "state", "All", [(each.value, marks.state("run", each.value).label) for each in RunState])
        _choices(self, "environment", "All", [(e.slug, e.name) for e in environments])
        _choices(self, "person", "Everyone", [(name, full or name) for name, full in people])
        return self

    def wanted(self) -> runs.Wanted:
        self.is_valid()
        data = self.cleaned_data
        names = ("environment", "person", "state")
        return runs.Wanted(data.get("q", ""), **{name: data.get(name, "") for name in names})


class ResourceFilter(forms.Form):
    q = forms.CharField(
        label="Search resources", required=False, max_length=200, widget=search_input("Name, id, ARN, tag or type")
    )
    environment = forms.ChoiceField(required=False, widget=Choice)
    type = forms.ChoiceField(required=False, widget=Choice)
    state = forms.ChoiceField(required=False, widget=Choice)
    sort = forms.CharField(required=False, widget=forms.HiddenInput)
    draft = forms.CharField(required=False, widget=forms.HiddenInput)

    def offer(self, environments: list[Environment], types: list[str], statuses: list[str]) -> "ResourceFilter":
        """Fill the selects from what exists."""
        _choices(self, "environment", "All", [(e.slug, e.name) for e in environments])
        _choices(self, "type", "All", [(name, name.removeprefix("AWS::")) for name in types])
        _choices(self, "state", "All", [(word, word) for word in statuses] + [("gone", "gone from AWS")])
        return self

    def wanted(self) -> inventory.Wanted:
        self.is_valid()
        data = self.cleaned_data
        return inventory.Wanted(
            data.get("q", ""), data.get("environment", ""), data.get("type", ""), data.get("state", "")
        )


class AuditFilter(forms.Form):
    subject = forms.CharField(
        label="Search what it was done to", required=False, max_length=200, widget=search_input("CR-7, a resource, ...")
    )
    person = forms.ChoiceField(required=False, widget=Choice)
    environment = forms.ChoiceField(required=False, widget=Choice)
    verb = forms.ChoiceField(label="Event", required=False, widget=Choice)
    since = forms.DateField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="Until", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def offer(self, people: Choices, environments: list[Environment], verbs: list[str]) -> "AuditFilter":
        """Fill the selects from what exists; the dates are days of the reader's zone."""
        for name in ("since", "until"):
            self.fields[name].label = f"{self.fields[name].label} ({timezone.get_current_timezone_name()})"
        _choices(self, "person", "Everyone", [(name, full or name) for name, full in people])
        _choices(self, "environment", "All", [(e.slug, e.name) for e in environments])
        _choices(self, "verb", "All", sorted(((verb, happened.label(verb)) for verb in verbs), key=itemgetter(1)))
        return self

    def wanted(self) -> audit.Wanted:
        """What is asked for; `until` includes its day."""
        self.is_valid()
        data = self.cleaned_data
        since, until = data.get("since"), data.get("until")
        text = data.get("subject", "")
        whole = REFERENCE.fullmatch(text)
        return audit.Wanted(
            person=data.get("person", ""),
            environment=data.get("environment", ""),
            subject=text.upper() if whole else "",
            text="" if whole else text,
            verb=data.get("verb", ""),
            since=_begin(since) if since else None,
            until=_begin(until + timedelta(days=1)) if until and until < date.max else None,
        )


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _choices(form: forms.Form, name: str, everything: str, choices: Choices) -> None:
    field = cast(forms.ChoiceField, form.fields[name])
    field.choices = [("", everything), *choices]

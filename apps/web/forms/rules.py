"""A rule: which plans it is about, and what approvals they need."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from django import forms
from django.forms import BoundField

from apps.catalog.registry import TYPES
from apps.environments.models import Account, Environment
from apps.people.models import User
from apps.planning.plan import Action
from apps.reviews.conditions import Condition
from apps.reviews.drawing import FEWEST, MOST, REVIEWERS, Ask
from apps.reviews.models import Rule, RuleVersion, Team
from apps.reviews.policies import check_rule

LINES = 4
ASKS, NONE = "asks", "none"
OUTCOMES = [(ASKS, "Ask for approvals"), (NONE, "Say that no approval is required (standard change)")]
ACTIONS = [(Action.CREATE, "Creates"), (Action.UPDATE, "Changes"), (Action.DELETE, "Deletes")]
EFFECTS = [
    ("", "Whatever it is"),
    ("interrupts", "Interrupts, reboots, replaces or deletes"),
    ("replaces", "Replaces or deletes"),
    ("exposes", "Opens something to everybody"),
]
RISKS = [("", "Whatever it is"), ("medium", "Medium or high"), ("high", "High")]
PARTS = (
    "environments", "production", "accounts", "types", "actions", "effect", "irreversible", "touches", "tag",
    "cost_over", "cost_up_to", "risk", "emergency",
)  # fmt: skip
TAG = re.compile(r"[^=\s][^=]{0,127}(=.{0,256})?")


@dataclass(frozen=True)
class Group:
    """Fields under one heading."""

    title: str
    help: str
    fields: list[BoundField]


def many(label: str, **more: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, required=False, widget=forms.CheckboxSelectMultiple, **more)


def amount(label: str, help_text: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, required=False, min_value=0, max_digits=12, decimal_places=2, help_text=help_text
    )


class Types(forms.MultipleChoiceField):
    """Choices in columns, over the whole width."""

    span = True
    widget = forms.CheckboxSelectMultiple(attrs={"class": "columns"})


class RuleForm(forms.Form):
    name = forms.CharField(max_length=80, help_text="Reviewers read it where they are asked: “Expensive or risky”.")
    enabled = forms.BooleanField(required=False, initial=True, help_text="Off: it says nothing.")
    outcome = forms.ChoiceField(label="What it does", choices=OUTCOMES, initial=ASKS, widget=forms.RadioSelect)
    emergency = forms.BooleanField(
        label="Only emergencies", required=False, help_text="Rules without it don't hold for an emergency."
    )
    environments = many("Environments", help_text="None chosen: all of them.")
    production = forms.BooleanField(label="Only production", required=False)
    accounts = many("Accounts", help_text="None chosen: all of them.")
    actions = many("What happens", choices=ACTIONS, help_text="None chosen: anything.")
    types = Types(label="To resources of type", required=False, help_text="None chosen: any.")
    touches = forms.CharField(
        label="Property", required=False, max_length=100, help_text="Its name, as in SecurityGroupIngress."
    )
    tag = forms.CharField(
        label="Tag", required=False, max_length=400, help_text="A key, or key=value, before or after: owner=platform."
    )
    effect = forms.ChoiceField(label="Effect", required=False, choices=EFFECTS)
    irreversible = forms.BooleanField(label="It can't be undone", required=False)
    cost_over = amount("Costs more than", "USD a month, the whole plan. Parts that can't be priced count as more.")
    risk = forms.ChoiceField(label="Risk", required=False, choices=RISKS)
    cost_up_to = amount("Costs no more than", "USD a month, where no approval is required. Empty: nothing more.")

    def __init__(self, data: Any, rule: Rule | None = None) -> None:
        self.rule = rule
        version = rule.versions.first() if rule else None
        super().__init__(data, initial=initial(version) if version else None)
        self._choices("environments", [(each.slug, each.name) for each in Environment.objects.all()])
        self._choices("accounts", [(each.number, f"{each.name} ({each.number})") for each in Account.objects.all()])
        self._choices("types", by_service())
        for number in range(LINES):
            self.fields[f"needed_{number}"] = forms.IntegerField(
                label="Approvals", required=False, min_value=FEWEST, max_value=MOST
            )
            self.fields[f"who_{number}"] = forms.ChoiceField(label="of", required=False, choices=approvers())
            for name, words in (("needed", "Approvals"), ("who", "Of whom")):
                self.fields[f"{name}_{number}"].widget.attrs["aria-label"] = f"{words}, line {number + 1}"

    def _choices(self, name: str, found: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - as declared above
        field.choices = found

    @property
    def groups(self) -> Iterator[Group]:
        """The fields of the condition as the page shows them."""
        yield Group("Where", "", self._bound("environments", "production", "accounts", "emergency"))
        yield Group(
            "What", "All that is given must hold for one and the same change.",
            self._bound("actions", "types", "touches", "tag", "effect", "irreversible"),
        )  # fmt: skip
        yield Group(
            "Cost and risk", "Where they are unknown, a rule that asks holds, and one that spares doesn't.",
            self._bound("cost_over", "risk", "cost_up_to"),
        )  # fmt: skip

    def _bound(self, *names: str) -> list[BoundField]:
        return [self[name] for name in names]

    @property
    def lines(self) -> list[tuple[BoundField, BoundField]]:
        return [(self[f"needed_{number}"], self[f"who_{number}"]) for number in range(LINES)]

    def clean_tag(self) -> str:
        tag = str(self.cleaned_data["tag"]).strip()
        if tag and not TAG.fullmatch(tag):
            raise forms.ValidationError("Write a key, or key=value, for example owner=platform.")
        return tag

    def clean_touches(self) -> str:
        name = str(self.cleaned_data["touches"]).strip()
        if name and not any(name in native.properties for native in TYPES):
            raise forms.ValidationError(f"No type has a property named {name}. Write it as forms do: DBInstanceClass.")
        return name

    def clean(self) -> dict[str, Any]:
        data = dict(super().clean() or self.cleaned_data)
        for number in range(LINES):
            needed, who = data.get(f"needed_{number}"), data.get(f"who_{number}")
            if bool(needed) != bool(who) and not self.errors and data["outcome"] == ASKS:
                self.add_error(f"needed_{number}", "Say how many, and of whom.")
        if not self.errors:
            self._judge(data)
        return data

    def _judge(self, data: dict[str, Any]) -> None:
        refusal = check_rule(self.condition, self.asks)
        if data["outcome"] == ASKS and not self.asks:
            self.add_error("needed_0", "Say how many approvals it asks for, and of whom.")
        elif refusal:
            self.add_error("needed_0" if refusal.code == "asks" else refusal.code, refusal.sentence)
        if Rule.objects.filter(name=data["name"]).exclude(pk=self.rule.pk if self.rule else 0).exists():
            self.add_error("name", "Another rule has this name. Give it one of its own.")

    @property
    def condition(self) -> Condition:
        given: dict[str, Any] = {name: self.cleaned_data[name] for name in PARTS}
        lists = {name: tuple(value) for name, value in given.items() if isinstance(value, list)}
        return Condition(**{**given, **lists})

    @property
    def asks(self) -> tuple[Ask, ...]:
        """What it asks for; nothing where no approval is required."""
        if self.cleaned_data["outcome"] == NONE:
            return ()
        lines = ((self.cleaned_data[f"needed_{n}"], self.cleaned_data[f"who_{n}"]) for n in range(LINES))
        return tuple(Ask(needed, who) for needed, who in lines if needed and who)


def initial(version: RuleVersion) -> dict[str, Any]:
    """What the form of a rule begins with."""
    money = {name: Decimal(value) for name, value in version.condition.items() if name.startswith("cost_")}
    lines = {f"{part}_{number}": ask[part] for number, ask in enumerate(version.asks) for part in ("needed", "who")}
    about = {"name": version.rule.name, "enabled": version.enabled, "outcome": ASKS if version.asks else NONE}
    return {**version.condition, **money, **lines, **about}


def by_service() -> list[tuple[str, list[tuple[str, str]]]]:
    """The types under their services."""
    named = sorted((native.name for native in TYPES), key=str)
    services = groupby(named, key=lambda name: name.split("::")[1])
    return [(service, [(name, name.split("::")[2]) for name in group]) for service, group in services]


def approvers() -> list[tuple[str, Any]]:
    """Who may be asked: whoever reviews there, a team, or somebody; only those of them who review there decide."""
    teams = [(f"team:{team.pk}", team.name) for team in Team.objects.all()]
    people = [
        (f"person:{person.pk}", str(person)) for person in User.objects.filter(is_active=True).order_by("full_name")
    ]
    return [("", "Nobody more"), (REVIEWERS, "Reviewers there"), ("Teams", teams), ("People", people)]


class TeamForm(forms.Form):
    name = forms.CharField(max_length=80, help_text="Reviewers and authors read it: “Network owners”.")
    members = forms.ModelMultipleChoiceField(
        User.objects.none(), required=False, widget=forms.CheckboxSelectMultiple,
        help_text="They decide where they review. Whoever joins decides on what is submitted from then on.",
    )  # fmt: skip

    def __init__(self, data: Any, team: Team | None = None) -> None:
        about = {"name": team.name, "members": [each.person_id for each in team.memberships.all()]} if team else None
        super().__init__(data, initial=about)
        field = self.fields["members"]
        assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101 - as declared above
        field.queryset = User.objects.filter(is_active=True).order_by("full_name")

"""Forms of the settings pages. Each error says what a right value looks like."""

import re
from typing import Any, cast

from django import forms
from django.http import QueryDict

from apps.aws.regions import regions as regions_of_aws
from apps.environments import policies
from apps.environments.commands import LIMITS
from apps.environments.models import Account, Environment
from apps.environments.queries import visible
from apps.people.models import Role, User
from apps.refusal import Refusal

ROLES = ("read_role_arn", "write_role_arn")  # they are judged once the account is known


def limit(label: str, help_text: str) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1, max_value=policies.LARGEST_LIMIT, help_text=help_text)


class AccountForm(forms.Form):
    number = forms.CharField(
        label="Account number",
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    name = forms.CharField(max_length=100, help_text="What your team calls it.")

    def clean(self) -> dict[str, Any]:
        data = dict(super().clean() or self.cleaned_data)
        known = Account.objects.filter(number=data.get("number", "")).exists()
        asked = {name: data.get(name, "") for name in ("number", "name")}
        for refusal in filter(None, (policies.check_account(**asked), policies.check_unconnected(known))):
            if refusal.code in data:
                self.add_error(refusal.code, refusal.sentence)
        return data


class EnvironmentForm(forms.Form):
    slug = forms.SlugField(
        label="Short name", max_length=30, help_text="As in dev, stg, prod. It can't be changed later."
    )
    name = forms.CharField(max_length=60)
    account = forms.ModelChoiceField(Account.objects.none(), empty_label="Choose an account")
    regions = forms.CharField(help_text="Separated by spaces, the default first: ap-northeast-1 us-west-2.")
    read_role_arn = forms.CharField(label="Read role", max_length=2048, help_text="Assumed by the planner.")
    write_role_arn = forms.CharField(label="Write role", max_length=2048, help_text="Assumed by the executor.")
    external_id = forms.CharField(
        label="External id", max_length=1224, help_text="Both roles must require it in their trust policy."
    )
    resource_tag = forms.CharField(
        label="Only resources tagged",
        max_length=128,
        required=False,
        help_text="As in environment=prod, where an account holds several environments.",
    )
    position = forms.IntegerField(min_value=0, max_value=999, help_text="Order in lists, smallest first.")
    runs_most = limit("Runs at once", "Others wait for their turn.")
    calls_most = limit("Calls at once", "Calls of its runs without an answer yet.")
    failures_most = limit(
        "Stop after failed steps", "A run then starts nothing new. What needs a failed step never starts."
    )
    approval_days = limit("Approvals count for", "Days. A run that has begun goes on; later ones need a new approval.")
    production = forms.BooleanField(
        required=False, help_text="People depend on it: the same change is a greater risk here."
    )
    emergencies = forms.BooleanField(
        required=False,
        help_text="Authors may declare one: one reviewer is enough, freezes don't count, it is reviewed afterwards.",
    )
    two_administrators = forms.BooleanField(
        required=False, help_text="Rules, teams and roles that count here, and this switch, take two of them."
    )
    enabled = forms.BooleanField(required=False, help_text="Off: nothing is read, proposed or run here.")

    def __init__(
        self, data: QueryDict | None = None, *, environment: Environment | None = None, external_id: str = ""
    ) -> None:
        super().__init__(data, initial=initial(environment, external_id))
        self.environment = environment
        account = cast("forms.ModelChoiceField[Account]", self.fields["account"])
        account.queryset = Account.objects.order_by("name")
        self.fields["slug"].disabled = environment is not None

    def clean_regions(self) -> list[str]:
        return list(dict.fromkeys(re.split(r"[\s,]+", str(self.cleaned_data["regions"]).strip())))

    def clean(self) -> dict[str, Any]:
        """Each refusal stands at its field; a field that could not be read has said why already."""
        data = dict(super().clean() or self.cleaned_data)
        for refusal in self.refusals(data):
            if refusal.code in data:
                self.add_error(refusal.code, refusal.sentence)
        return data

    def refusals(self, data: dict[str, Any]) -> list[Refusal]:
        account = data.get("account")
        texts = ("slug", "read_role_arn", "write_role_arn", "external_id", "resource_tag")
        wanted = policies.Definition(
            account=account.number if account else "",
            regions=data.get("regions", ()),
            **{name: str(data.get(name, "")) for name in texts},
        )
        found = [each for each in policies.refusals(wanted, regions_of_aws()) if account or each.code not in ROLES]
        if self.environment is None:
            taken = Environment.objects.filter(slug=wanted.slug).exists()
            found += filter(None, (policies.check_slug(wanted.slug), policies.check_free(taken)))
        elif account and (moved := policies.check_same_account(self.environment.account.number, account.number)):
            found.append(moved)
        return found


def initial(environment: Environment | None, external_id: str) -> dict[str, Any]:
    """The values of an environment, or those a new one begins with."""
    if environment is None:
        new = {name: getattr(Environment(), name) for name in LIMITS}
        return {
            "external_id": external_id,
            "position": Environment.objects.count(),
            "enabled": True,
            **new,
        }
    names = (
        "slug",
        "name",
        "account",
        "read_role_arn",
        "write_role_arn",
        "external_id",
        "resource_tag",
        "position",
        "production",
        "emergencies",
        "two_administrators",
        "enabled",
        *LIMITS,
    )
    return {name: getattr(environment, name) for name in names} | {"regions": " ".join(environment.regions)}


class AccountChangeForm(forms.Form):
    """What an account is called, and how many of its calls may be on their way at once."""

    name = forms.CharField(max_length=100)
    calls_most = limit("Calls at once", "")


class RoleForm(forms.Form):
    person = forms.ModelChoiceField(User.objects.none(), empty_label="Choose a person")
    role = forms.ChoiceField(choices=Role.choices)
    environment = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        person = cast("forms.ModelChoiceField[User]", self.fields["person"])
        environment = cast(forms.ChoiceField, self.fields["environment"])
        person.queryset = User.objects.filter(is_active=True).order_by("full_name")
        environment.choices = [("", "All environments"), *((e.slug, e.name) for e in visible(None))]


class PersonForm(forms.Form):
    username = forms.SlugField(label="User name", max_length=150)
    full_name = forms.CharField(max_length=150)
    email = forms.EmailField()

    def clean_username(self) -> str:
        username = str(self.cleaned_data["username"]).lower()
        if User.objects.filter(username__iexact=username).exists():
            raise forms.ValidationError("Somebody has this user name already. Choose a different one.")
        return username

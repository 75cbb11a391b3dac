"""Forms of the settings pages. Each error says what a right value looks like."""

import re
import secrets
from typing import Any, cast

from django import forms
from django.core.validators import RegexValidator
from django.http import QueryDict

from apps.environments.commands import LIMITS
from apps.environments.models import Account, Environment
from apps.environments.policies import LARGEST_LIMIT
from apps.environments.queries import visible
from apps.people.models import Role, User

ROLE_ARN = re.compile(r"^arn:aws(?:-cn|-us-gov)?:iam::(?P<account>[0-9]{12}):role/[\w+=,.@/-]{1,512}$", re.ASCII)
REGION = re.compile(r"^[a-z]{2}(?:-[a-z]+)+-[0-9]$")
EXTERNAL_ID = re.compile(r"^[\w+=,.@:/-]{2,1224}$", re.ASCII)
TAG = re.compile(r"^[^=]{1,63}=[^=]{1,63}$")


def limit(label: str, help_text: str) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1, max_value=LARGEST_LIMIT, help_text=help_text)


class AccountForm(forms.Form):
    number = forms.CharField(
        label="Account number",
        max_length=12,
        validators=[RegexValidator(r"^[0-9]{12}$", "An account number has exactly 12 digits.")],
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    name = forms.CharField(max_length=100, help_text="What your team calls it.")

    def clean_number(self) -> str:
        number = str(self.cleaned_data["number"])
        if Account.objects.filter(number=number).exists():
            raise forms.ValidationError("This account is connected already.")
        return number


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
    enabled = forms.BooleanField(required=False, help_text="Off: nothing is read, proposed or run here.")

    def __init__(self, data: QueryDict | None = None, *, environment: Environment | None = None) -> None:
        super().__init__(data, initial=initial(environment))
        self.environment = environment
        account = cast("forms.ModelChoiceField[Account]", self.fields["account"])
        account.queryset = Account.objects.order_by("name")
        self.fields["slug"].disabled = environment is not None

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"])
        if self.environment is None and Environment.objects.filter(slug=slug).exists():
            raise forms.ValidationError("Another environment has this short name. Choose a different one.")
        return slug

    def clean_regions(self) -> list[str]:
        regions = list(dict.fromkeys(re.split(r"[\s,]+", str(self.cleaned_data["regions"]).strip())))
        for region in regions:
            if not REGION.match(region):
                raise forms.ValidationError(
                    "“%(region)s” is not a region; write it as ap-northeast-1.", params={"region": region}
                )
        return regions

    def clean_external_id(self) -> str:
        value = str(self.cleaned_data["external_id"])
        if not EXTERNAL_ID.match(value):
            raise forms.ValidationError("Use 2 to 1224 letters, digits and + = , . @ : / - _ only.")
        return value

    def clean_resource_tag(self) -> str:
        value = str(self.cleaned_data["resource_tag"])
        if value and not TAG.match(value):
            raise forms.ValidationError("Write it as name=value, for example environment=prod.")
        return value

    def clean(self) -> dict[str, Any]:
        data = dict(super().clean() or self.cleaned_data)
        for field in ("read_role_arn", "write_role_arn"):
            self.check_role(field, data.get(field), data.get("account"))
        if data.get("read_role_arn") and data.get("read_role_arn") == data.get("write_role_arn"):
            self.add_error(
                "write_role_arn",
                "Use a role of its own for writing: the read role must not be able to change anything.",
            )
        return data

    def check_role(self, field: str, arn: str | None, account: Account | None) -> None:
        if not arn:
            return
        match = ROLE_ARN.match(arn)
        if match is None:
            self.add_error(field, "This is not a role's ARN; it looks like arn:aws:iam::123456789012:role/name.")
        elif account is not None and match["account"] != account.number:
            self.add_error(
                field, f"This role is in account {match['account']}, the environment is in {account.number}."
            )


def initial(environment: Environment | None) -> dict[str, Any]:
    """The values of an environment, or those a new one begins with."""
    if environment is None:
        new = {name: getattr(Environment(), name) for name in LIMITS}
        return {
            "external_id": secrets.token_urlsafe(24),
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
        "enabled",
        *LIMITS,
    )
    return {name: getattr(environment, name) for name in names} | {"regions": " ".join(environment.regions)}


class LimitForm(forms.Form):
    """How many calls of one account may be on their way at once."""

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

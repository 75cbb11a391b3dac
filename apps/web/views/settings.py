"""Settings, for administrators: environments, accounts, people and their roles. Everybody else is told whom to ask."""

import secrets
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.environments import commands
from apps.environments.models import Account, Environment
from apps.environments.queries import accounts, visible
from apps.inventory.commands import leave_regions
from apps.people import commands as people_commands
from apps.people import queries
from apps.people.models import RoleBinding, User
from apps.refusal import Refusal
from apps.reviews.models import AdministrativeChange
from apps.reviews.second import carry_out, decide
from apps.web.asking import PersonRequest
from apps.web.attempt import into, outcome
from apps.web.forms.settings import AccountChangeForm, AccountForm, EnvironmentForm, PersonForm, RoleForm
from apps.web.presenters.connection import page

View = Callable[..., HttpResponse]
FORBIDDEN, INVALID = 403, 422
EXTERNAL_ID = "external_id"
WAITS = "Kept until a second administrator agrees"
LOOSENING = (
    ("two_administrators", "one_administrator", "let one administrator change rules, teams and roles of {}"),
    ("emergencies", "emergencies", "let authors declare emergencies in {}"),
)
NOTHING_TYPED: Mapping[int, AccountChangeForm] = {}


def for_administrators(view: View) -> View:
    """Answers 403 with a page that says whom to ask, unless the person administers this installation."""

    @wraps(view)
    def checked(request: PersonRequest, *args: object, **more: object) -> HttpResponse:
        if not queries.is_administrator(request.user):
            return render(request, "settings/denied.html", status=FORBIDDEN)
        return view(request, *args, **more)

    return checked


@require_GET
@for_administrators
def settings_page(request: PersonRequest) -> HttpResponse:
    context = {"section": "environments", "environments": visible(None)}
    return render(request, "settings/environments.html", context)


@require_http_methods(["GET", "POST"])
@for_administrators
def edit_environment(request: PersonRequest, slug: str = "") -> HttpResponse:
    found = get_object_or_404(visible(None), slug=slug) if slug else None
    form = EnvironmentForm(request.POST or None, environment=found, external_id=external_id(request))
    if form.is_valid() and (saved := into(form, lambda: save(request.user, found, dict(form.cleaned_data)))):
        request.session.pop(EXTERNAL_ID, None)
        for name, _, said in LOOSENING:
            if getattr(saved, name) != form.cleaned_data[name]:
                messages.warning(request, f"{WAITS}: {said.format(saved)}.")
        messages.success(request, f"{saved} is saved. Press Refresh now on its page to read it.")
        return redirect("web:settings_environment", saved.slug)
    context = {"section": "environments", "form": form, **(page(found) if found else {})}
    return render(request, "settings/environment.html", context, status=INVALID if form.is_bound else 200)


def external_id(request: PersonRequest) -> str:
    """What a new environment is offered, the same until one is added: it may stand in a trust policy at AWS already."""
    offered: str = request.session.setdefault(EXTERNAL_ID, secrets.token_urlsafe(24))
    return offered


def save(by: User, environment: Environment | None, values: dict[str, Any]) -> Environment:
    if environment is None:
        limits = {name: values.pop(name) for name in commands.LIMITS}
        return commands.define_environment(by=by, limits=limits, **values)
    changed = {name: value for name, value in values.items() if name != "slug"}
    with transaction.atomic():
        for name, kind, said in LOOSENING if environment.two_administrators else ():
            if changed[name] != getattr(environment, name) and changed[name] == (name == "emergencies"):
                del changed[name]
                values, words = {"environment": environment.slug}, said.format(environment)
                carry_out(by=by, kind=kind, subject=environment.slug, said=words, values=values)
        saved = commands.change_environment(by=by, environment=environment, **changed)
        leave_regions(saved)
    return saved


@require_POST
@for_administrators
def switch_environment(request: PersonRequest, slug: str) -> HttpResponse:
    found, enabled = get_object_or_404(visible(None), slug=slug), request.POST.get("enabled") == "yes"
    commands.change_environment(by=request.user, environment=found, enabled=enabled)
    messages.success(request, f"{found} is switched {'on' if enabled else 'off'}.")
    return redirect("web:settings")


@require_http_methods(["GET", "POST"])
@for_administrators
def edit_accounts(request: PersonRequest) -> HttpResponse:
    form = AccountForm(request.POST or None)
    if form.is_valid():
        connected = into(form, lambda: commands.connect_account(by=request.user, **form.cleaned_data))
        if connected is not None:
            messages.success(request, "The account is connected. Now add an environment in it.")
            return redirect("web:settings_accounts")
    return accounts_page(request, form)


@require_POST
@for_administrators
def change_account(request: PersonRequest, pk: int) -> HttpResponse:
    account, form = get_object_or_404(Account, pk=pk), AccountChangeForm(request.POST)
    if form.is_valid():
        saved = into(form, lambda: commands.change_account(by=request.user, account=account, **form.cleaned_data))
        if saved is not None:
            messages.success(request, f"{saved.name} is saved.")
            return redirect("web:settings_accounts")
    return accounts_page(request, AccountForm(), {account.pk: form})


def accounts_page(
    request: PersonRequest, form: AccountForm, changes: Mapping[int, AccountChangeForm] = NOTHING_TYPED
) -> HttpResponse:
    rows = [(each, changes.get(each.pk) or AccountChangeForm(initial=vars(each))) for each in accounts()]
    context = {"section": "accounts", "rows": rows, "form": form}
    refused = form.is_bound or changes
    return render(request, "settings/accounts.html", context, status=INVALID if refused else 200)


@require_http_methods(["GET", "POST"])
@for_administrators
def edit_people(request: PersonRequest) -> HttpResponse:
    form = PersonForm(request.POST or None)
    if form.is_valid() and (
        added := into(form, lambda: people_commands.create_person(by=request.user, **form.cleaned_data))
    ):
        people_commands.allow_new_password(by=request.user, person=added)
        messages.success(request, f"{added} is added. Pass on this link to set a password: {link(request, added)}")
        return redirect("web:settings_people")
    return people_page(request, person_form=form)


@require_POST
@for_administrators
def new_link(request: PersonRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(User, pk=pk, is_active=True)
    people_commands.allow_new_password(by=request.user, person=person)
    messages.success(request, f"Pass on this link, with which {person} sets a new password: {link(request, person)}")
    return redirect("web:settings_people")


@require_POST
@for_administrators
def switch_person(request: PersonRequest, pk: int) -> HttpResponse:
    person, active = get_object_or_404(User, pk=pk), request.POST.get("active") == "yes"
    people_commands.switch(by=request.user, person=person, active=active)
    messages.success(request, f"{person} is switched {'on' if active else 'off'}.")
    return redirect("web:settings_people")


@require_POST
@for_administrators
def give_role(request: PersonRequest) -> HttpResponse:
    form = RoleForm(request.POST)
    if not form.is_valid():
        return people_page(request, role_form=form)
    given = form.cleaned_data
    values = {**given, "person": given["person"].pk}
    said = f"give {given['person']} the role {role_in(given['role'], given['environment'])}"
    told = outcome(lambda: ask(request, "give_role", given["person"].username, said, values, "The role is given."))
    if isinstance(told, Refusal):
        form.add_error(None, told.sentence)
        return people_page(request, role_form=form)
    return redirect("web:settings_people")


@require_POST
@for_administrators
def remove_role(request: PersonRequest, pk: int) -> HttpResponse:
    binding = get_object_or_404(RoleBinding.objects.select_related("user"), pk=pk)
    said = f"take the role {role_in(binding.role, binding.environment)} from {binding.user}"
    done = f"{binding.user} no longer has this role."
    ask(request, "take_role", binding.user.username, said, {"binding": binding.pk}, done)
    return redirect("web:settings_people")


def role_in(role: str, environment: str) -> str:
    return f"{role} in {environment or 'all environments'}"


def ask(request: PersonRequest, kind: str, subject: str, said: str, values: dict[str, Any], done: str) -> bool:
    """Carry it out, or keep it for a second administrator, and say which; whether it is done. Raises `Refused`."""
    waits = carry_out(by=request.user, kind=kind, subject=subject, said=said, values=values)
    if waits is None:
        messages.success(request, done)
    else:
        messages.warning(request, f"{WAITS}: {said}.")
    return waits is None


@require_POST
@for_administrators
def decide_change(request: PersonRequest, pk: int) -> HttpResponse:
    """Another administrator's word on what one asked for."""
    found, agree = get_object_or_404(AdministrativeChange, pk=pk), request.POST.get("agree") == "yes"
    decide(by=request.user, change=found, agree=agree)
    messages.success(request, f"{'Done' if agree else 'Dropped'}: {found.said}.")
    return redirect("web:settings_rules" if found.kind in ("rule", "team") else "web:settings_people")


def people_page(
    request: PersonRequest, person_form: PersonForm | None = None, role_form: RoleForm | None = None
) -> HttpResponse:
    forms = {"person_form": person_form or PersonForm(), "role_form": role_form or RoleForm()}
    context = {"section": "people", "people": queries.people()} | forms
    invalid = any(form.is_bound for form in forms.values())
    return render(request, "settings/people.html", context, status=INVALID if invalid else 200)


def link(request: PersonRequest, person: User) -> str:
    """The address where a person sets a password; it works once and for as long as any reset link."""
    key = default_token_generator.make_token(person)
    names = {"uidb36": user_pk_to_url_str(person), "key": key}
    return request.build_absolute_uri(reverse("account_reset_password_from_key", kwargs=names))

"""Where an environment says so, rules, teams and roles are changed by two administrators."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from apps.audit.models import Event
from apps.environments.commands import change_environment
from apps.environments.models import Environment
from apps.people.models import Role, RoleBinding, User
from apps.refusal import Refused
from apps.reviews.models import AdministrativeChange, Rule, Team
from apps.reviews.second import KINDS, decide

People = dict[str, User]
RULE = {"name": "Risky", "enabled": "on", "outcome": "asks", "needed_0": "2", "who_0": "reviewers", "risk": "high"}


@pytest.fixture
def people(people: People) -> People:
    for name in ("goro", "hana"):
        people[name] = User.objects.create_user(name, f"{name}@example.test", None, full_name=name.title())
        RoleBinding.objects.create(user=people[name], role=Role.ADMINISTRATOR)
    return people


@pytest.fixture
def guarded(prod: Environment, people: People) -> Environment:
    return change_environment(by=people["goro"], environment=prod, two_administrators=True)


@pytest.fixture
def goro(client: Client, people: People) -> Client:
    client.force_login(people["goro"])
    return client


def asked() -> AdministrativeChange:
    return AdministrativeChange.objects.get(agreed=None)


def agree(by: User, *, agree: bool = True) -> None:
    decide(by=by, change=asked(), agree=agree)


def test_a_rule_waits_until_another_administrator_agrees(goro: Client, people: People, guarded: Environment) -> None:
    page = goro.post(reverse("web:settings_new_rule"), RULE, follow=True).content.decode()
    assert "Kept until a second administrator agrees: let the rule Risky say" in page
    assert "Another administrator agrees." in page
    assert not Rule.objects.exists()
    with pytest.raises(Refused, match="yourself"):
        agree(people["goro"])
    other = Client()
    other.force_login(people["hana"])
    other.post(reverse("web:decide_administrative_change", args=[asked().pk]), {"agree": "yes"})
    version = Rule.objects.get().versions.get()
    assert version.author == people["goro"]
    verbs = list(Event.objects.filter(verb__startswith="administration.").order_by("pk").values_list("verb", "actor"))
    assert verbs == [("administration.asked", "goro"), ("administration.agreed", "hana")]


def test_what_is_not_about_a_guarded_environment_needs_one(
    goro: Client, guarded: Environment, other_place: Environment
) -> None:
    goro.post(reverse("web:settings_new_rule"), RULE | {"environments": [other_place.slug]})
    assert Rule.objects.exists()
    goro.post(
        reverse("web:settings_rule", args=[Rule.objects.get().pk]),
        RULE | {"environments": [other_place.slug, guarded.slug]},
    )
    assert Rule.objects.get().versions.count() == 1
    assert asked().kind == "rule"


@pytest.fixture
def other_place(prod: Environment) -> Environment:
    return Environment.objects.create(
        slug="dev", name="dev", account=prod.account, regions=prod.regions, read_role_arn=prod.read_role_arn,
        write_role_arn=prod.write_role_arn, external_id="x",
    )  # fmt: skip


def test_roles_and_teams_wait_too(goro: Client, people: People, guarded: Environment) -> None:
    goro.post(
        reverse("web:settings_give_role"), {"person": people["emi"].pk, "role": "reviewer", "environment": "prod"}
    )
    assert not RoleBinding.objects.filter(user=people["emi"], role=Role.REVIEWER).exists()
    agree(people["hana"])
    given = RoleBinding.objects.get(user=people["emi"], role=Role.REVIEWER)
    goro.post(reverse("web:settings_remove_role", args=[given.pk]))
    agree(people["hana"], agree=False)
    assert RoleBinding.objects.filter(pk=given.pk).exists()
    goro.post(reverse("web:settings_new_team"), {"name": "Owners", "members": [people["ben"].pk]})
    assert not Team.objects.exists()
    agree(people["hana"])
    assert Team.objects.get().memberships.get().person == people["ben"]


def test_the_switch_itself_takes_two_to_be_switched_off(goro: Client, people: People, guarded: Environment) -> None:
    address = reverse("web:settings_environment", args=[guarded.slug])
    form = goro.get(address).context["form"]
    sent = {name: value for name, value in form.initial.items() if value is not None and value is not False}
    sent |= {"account": guarded.account_id, "name": "Production", "enabled": "on"}
    del sent["two_administrators"]
    answer = goro.post(address, sent)
    assert answer.status_code == 302, answer.context["form"].errors
    guarded.refresh_from_db()
    assert (guarded.name, guarded.two_administrators) == ("Production", True)
    agree(people["hana"])
    guarded.refresh_from_db()
    assert not guarded.two_administrators


def test_that_emergencies_may_be_declared_takes_two(goro: Client, people: People, guarded: Environment) -> None:
    address = reverse("web:settings_environment", args=[guarded.slug])
    form = goro.get(address).context["form"]
    sent = {name: value for name, value in form.initial.items() if value is not None and value is not False}
    sent |= {"account": guarded.account_id, "emergencies": "on", "enabled": "on", "two_administrators": "on"}
    page = goro.post(address, sent, follow=True).content.decode()
    assert "Kept until a second administrator agrees: let authors declare emergencies in prod" in page
    guarded.refresh_from_db()
    assert not guarded.emergencies
    agree(people["hana"])
    guarded.refresh_from_db()
    assert (guarded.emergencies, guarded.two_administrators) == (True, True)


def test_what_would_be_refused_is_refused_at_once(goro: Client, people: People, guarded: Environment) -> None:
    first = Rule.objects.create(name="Risky")
    answer = goro.post(reverse("web:settings_new_rule"), RULE)
    assert (answer.status_code, AdministrativeChange.objects.count()) == (422, 0)
    assert first.versions.count() == 0


def test_what_changed_meanwhile_is_not_overwritten(goro: Client, people: People, guarded: Environment) -> None:
    team = Team.objects.create(name="Owners")
    goro.post(reverse("web:settings_team", args=[team.pk]), {"name": "Owners", "members": [people["ben"].pk]})
    goro.post(reverse("web:settings_team", args=[team.pk]), {"name": "Owners", "members": [people["chie"].pk]})
    first, second = AdministrativeChange.objects.order_by("pk")
    decide(by=people["hana"], change=first, agree=True)
    with pytest.raises(Refused, match="changed since"):
        decide(by=people["hana"], change=second, agree=True)
    decide(by=people["hana"], change=second, agree=False)
    with pytest.raises(Refused, match="decided on this already"):
        decide(by=people["hana"], change=second, agree=True)


def test_one_administrator_alone_can_not_ask_for_two(prod: Environment, people: People) -> None:
    people["hana"].bindings.all().delete()
    with pytest.raises(Refused, match="Only one person"):
        change_environment(by=people["goro"], environment=prod, two_administrators=True)


def test_pages_have_no_way_round_it() -> None:
    direct = re.compile(r"\b(save_rule|save_team|bind_role|unbind_role)\(")
    files = [*Path("apps/web").rglob("*.py"), *Path("apps/api").rglob("*.py")]
    assert [str(path) for path in files if direct.search(path.read_text())] == []
    assert len(KINDS) == 6

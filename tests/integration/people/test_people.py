"""People, their roles, and how they get in."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.audit.models import Event
from apps.people import tasks
from apps.people.access import can, environments_of, roles
from apps.people.commands import bind_role, create_person, unbind_role
from apps.people.models import Role, RoleBinding, User
from apps.refusal import Refused

PASSWORD = "a long enough one 2026"
ADMINISTRATOR = ("goro", "Goro Hayashi", "goro@example.test")


@pytest.fixture
def goro(db: None) -> User:
    person = User.objects.create_user("goro", full_name="Goro Hayashi")
    RoleBinding.objects.create(user=person, role=Role.ADMINISTRATOR)
    return person


@pytest.fixture
def aiko(goro: User) -> User:
    return create_person(by=goro, username="aiko", full_name="Aiko Mori", password=PASSWORD)


def create_administrator(monkeypatch: pytest.MonkeyPatch, *person: str, password: str = PASSWORD) -> None:
    monkeypatch.setattr("sys.stdin", StringIO(password + "\n"))
    call_command("create_administrator", *person)


def test_a_role_counts_in_its_environment_only(goro: User, aiko: User) -> None:
    bind_role(by=goro, person=aiko, role=Role.REQUESTER, environment="dev")
    assert can(aiko, Role.REQUESTER, "dev")
    assert not can(aiko, Role.REQUESTER, "prod")
    assert not can(aiko, Role.REVIEWER, "dev")
    assert roles(aiko, "dev") == {Role.REQUESTER}
    assert environments_of(aiko) == {"dev"}


def test_a_role_without_environment_counts_everywhere(goro: User, aiko: User) -> None:
    bind_role(by=goro, person=aiko, role=Role.AUDITOR)
    assert can(aiko, Role.AUDITOR, "prod")
    assert environments_of(aiko) is None


def test_a_switched_off_person_may_nothing(goro: User, aiko: User) -> None:
    bind_role(by=goro, person=aiko, role=Role.REVIEWER)
    aiko.is_active = False
    assert not can(aiko, Role.REVIEWER, "dev")


def test_giving_a_role_twice_changes_and_records_nothing_more(goro: User, aiko: User) -> None:
    bind_role(by=goro, person=aiko, role=Role.AUDITOR)
    bind_role(by=goro, person=aiko, role=Role.AUDITOR)
    assert RoleBinding.objects.filter(user=aiko).count() == 1
    assert Event.objects.filter(verb="role.given").count() == 1


def test_every_verb_writes_its_event(goro: User, aiko: User) -> None:
    unbind_role(by=goro, binding=bind_role(by=goro, person=aiko, role=Role.AUDITOR, environment="dev"))
    events = Event.objects.filter(stream="admin").order_by("seq")
    assert [(e.verb, e.actor, e.subject, e.environment) for e in events] == [
        ("person.added", "goro", "aiko", ""),
        ("role.given", "goro", "aiko", "dev"),
        ("role.taken", "goro", "aiko", "dev"),
    ]
    assert PASSWORD not in "".join(e.text for e in events)


def test_nobody_gives_a_role_to_themselves(aiko: User) -> None:
    with pytest.raises(Refused) as refused:
        bind_role(by=aiko, person=aiko, role=Role.REVIEWER)
    assert refused.value.refusal.code == "not_administrator"
    assert not aiko.bindings.exists()


def test_an_administrator_of_one_environment_gives_no_roles(goro: User, aiko: User) -> None:
    bind_role(by=goro, person=aiko, role=Role.ADMINISTRATOR, environment="dev")
    with pytest.raises(Refused):
        bind_role(by=aiko, person=aiko, role=Role.REVIEWER, environment="prod")


@pytest.mark.parametrize(
    ("username", "full_name", "code"),
    [
        ("aiko", "Aiko Mori", "username"),
        ("Aiko", "Aiko Mori", "username"),
        ("", "Aiko Mori", "username"),
        ("a b", "Aiko Mori", "username"),
        ("x\x00", "Aiko Mori", "username"),
        ("daichi", " ", "full_name"),
        ("daichi", "Daichi\nUeda", "full_name"),
        ("daichi", "Daichi \u202eUeda", "full_name"),
    ],
)
def test_a_wrong_name_is_refused_in_words(goro: User, aiko: User, username: str, full_name: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        create_person(by=goro, username=username, full_name=full_name)
    assert refused.value.refusal.code == code


@pytest.mark.parametrize(("role", "environment"), [("owner", ""), ("reviewer", "Prod!"), ("reviewer", "x" * 31)])
def test_an_unknown_role_or_environment_is_refused(goro: User, aiko: User, role: str, environment: str) -> None:
    with pytest.raises(Refused):
        bind_role(by=goro, person=aiko, role=role, environment=environment)


def test_the_last_administrator_keeps_the_role_also_when_others_are_switched_off(goro: User, aiko: User) -> None:
    bind_role(by=goro, person=aiko, role=Role.ADMINISTRATOR)
    User.objects.filter(pk=aiko.pk).update(is_active=False)
    with pytest.raises(Refused) as refused:
        unbind_role(by=goro, binding=RoleBinding.objects.get(user=goro))
    assert refused.value.refusal.code == "last_administrator"


def test_a_new_installation_gets_one_administrator(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    create_administrator(monkeypatch, *ADMINISTRATOR)
    goro = User.objects.get(username="goro")
    assert can(goro, Role.ADMINISTRATOR, "prod")
    assert goro.check_password(PASSWORD)
    assert not goro.is_superuser
    assert not goro.is_staff
    verbs = Event.objects.order_by("id").values_list("verb", "actor_name")
    assert list(verbs) == [("person.added", "Ringi"), ("role.given", "Ringi")]
    with pytest.raises(CommandError, match="administrator already"):
        create_administrator(monkeypatch, "eve", "Eve", "eve@example.test")


@pytest.mark.parametrize("password", ["", "short", "goro-hayashi", "password1234"])
def test_a_weak_first_password_is_refused(db: None, monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    with pytest.raises(CommandError):
        create_administrator(monkeypatch, *ADMINISTRATOR, password=password)
    assert not User.objects.exists()


def sign_in(username: str, password: str) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": username, "password": password})
    return client


def auth_events() -> list[tuple[Any, ...]]:
    rows = Event.objects.filter(stream__startswith="auth/").order_by("id")
    return [(row.verb, row.actor, row.subject, row.data) for row in rows]


def test_signing_in_and_out_is_recorded(aiko: User) -> None:
    client = sign_in("aiko", PASSWORD)
    assert client.get(reverse("account_logout")).status_code == 200
    client.post(reverse("account_logout"))
    assert auth_events() == [
        ("auth.signed_in", "aiko", "aiko", {"address": "127.0.0.1"}),
        ("auth.signed_out", "aiko", "aiko", {"address": "127.0.0.1"}),
    ]


def test_a_refused_sign_in_is_recorded_without_what_may_be_a_password(aiko: User) -> None:
    sign_in("aiko", "wrong")
    sign_in("hunter2 typed here", "x")
    assert auth_events() == [
        ("auth.refused", "", "aik…", {"address": "127.0.0.1"}),
        ("auth.refused", "", "hun…", {"address": "127.0.0.1"}),
    ]
    texts = "".join(Event.objects.values_list("text", flat=True))
    assert "wrong" not in texts
    assert "hunter2" not in texts


def test_nobody_signs_up(db: None) -> None:
    person = {"username": "eve", "password1": PASSWORD, "password2": PASSWORD}
    Client().post("/account/signup/", person)
    assert not User.objects.exists()


def test_a_lost_administrator_is_recovered_from_the_command_line(
    goro: User, aiko: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    User.objects.filter(pk=aiko.pk).update(is_active=False)
    monkeypatch.setattr("sys.stdin", StringIO("another long enough one\n"))
    call_command("recover_administrator", "aiko")
    aiko.refresh_from_db()
    assert aiko.check_password("another long enough one")
    assert aiko.is_active
    assert can(aiko, Role.ADMINISTRATOR, "prod")
    assert aiko.linked_at is not None, "for a day the person decides nothing"
    event = Event.objects.get(verb="administrator.recovered")
    assert (event.actor, event.subject) == ("", "aiko")


@pytest.mark.parametrize(
    ("username", "password", "sentence"),
    [("nobody", "another long enough one", "Nobody has this user name"), ("goro", "short", "too short")],
)
def test_a_recovery_that_can_not_be_is_refused_in_words(
    goro: User, monkeypatch: pytest.MonkeyPatch, username: str, password: str, sentence: str
) -> None:
    monkeypatch.setattr("sys.stdin", StringIO(password + "\n"))
    with pytest.raises(CommandError, match=sentence):
        call_command("recover_administrator", username)
    assert not Event.objects.filter(verb="administrator.recovered").exists()


def test_sessions_that_have_ended_are_forgotten(goro: User) -> None:
    for days in (-1, 1):
        ends = timezone.now() + timedelta(days=days)
        Session.objects.create(session_key=f"s{days}", session_data="", expire_date=ends)
    tasks.forget_sessions()
    assert [each.session_key for each in Session.objects.all()] == ["s1"]

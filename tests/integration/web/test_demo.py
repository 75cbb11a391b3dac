"""Signing in with one click exists in the demo only."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from apps.people.models import User
from config import ready
from config.demo import MARK


@pytest.fixture
def made_by_the_demo(db: None) -> None:
    with connection.cursor() as cursor:
        name = connection.ops.quote_name(str(connection.settings_dict["NAME"]))
        cursor.execute(f"COMMENT ON DATABASE {name} IS %s", [MARK])


@pytest.mark.usefixtures("made_by_the_demo")
def test_one_click_signs_in_where_the_demo_is_on(people: dict[str, User], settings: Settings) -> None:
    settings.RINGI_DEMO = True
    client = Client()
    assert "Aiko Mori" in client.get(reverse("account_login")).text
    answer = client.post("/demo/sign-in/", {"username": "aiko", "next": "/audit/"})
    assert answer.headers["Location"] == "/audit/"
    assert client.session["_auth_user_id"] == str(people["aiko"].pk)


def test_outside_the_demo_the_address_does_not_exist(people: dict[str, User], settings: Settings) -> None:
    settings.RINGI_DEMO = False
    client = Client()
    assert "Aiko Mori" not in client.get(reverse("account_login")).text
    assert client.post("/demo/sign-in/", {"username": "aiko"}).status_code == 404
    assert "_auth_user_id" not in client.session


def test_the_demo_is_refused_on_a_database_that_it_did_not_make(
    people: dict[str, User], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.RINGI_DEMO = True
    client = Client()
    assert client.post("/demo/sign-in/", {"username": "aiko"}).status_code == 404
    assert "_auth_user_id" not in client.session
    monkeypatch.setattr(connection, "close", lambda: None)
    with pytest.raises(SystemExit):
        ready.check_or_exit()
    with pytest.raises(CommandError, match="the demo did not make this database"):
        call_command("seed_demo")


@pytest.mark.usefixtures("made_by_the_demo")
@pytest.mark.parametrize("elsewhere", ["https://example.test/", "//example.test", "javascript:alert(1)"])
def test_signing_in_never_leads_to_another_site(people: dict[str, User], settings: Settings, elsewhere: str) -> None:
    settings.RINGI_DEMO = True
    assert Client().post("/demo/sign-in/", {"username": "aiko", "next": elsewhere}).headers["Location"] == "/"

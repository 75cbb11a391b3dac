"""Signing in with one click exists in the demo only."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from apps.people.models import User


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


@pytest.mark.parametrize("elsewhere", ["https://example.test/", "//example.test", "javascript:alert(1)"])
def test_signing_in_never_leads_to_another_site(people: dict[str, User], settings: Settings, elsewhere: str) -> None:
    settings.RINGI_DEMO = True
    assert Client().post("/demo/sign-in/", {"username": "aiko", "next": elsewhere}).headers["Location"] == "/"

"""Prod with its people and a database, a browser for each of them, and eyes to read pages with."""

import html
import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from apps.environments.models import Environment
from apps.people.models import RoleBinding, User
from tests.integration.estate import Account
from tests.integration.flow import make_environment, make_people

SignIn = Callable[[str], Client]


def words(answer: Any) -> str:
    """What a person reads on a page, without its marks."""
    text = re.sub(r"(?s)<head>.*?</head>|<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", html.unescape(text))


class Controls(HTMLParser):
    """What a browser would send for the controls of a page, by name."""

    def __init__(self, page: Any) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self.open = ""
        self.feed(page.content.decode())

    def add(self, name: str | None, value: str | None) -> None:
        if name:
            self.sent.setdefault(name, []).append(value or "")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag in {"select", "textarea"}:
            self.open = found.get("name") or ""
        if tag == "textarea":
            self.add(self.open, "")
        ticked = found.get("type") not in {"checkbox", "radio"} or "checked" in found
        if (tag == "input" and ticked) or (tag == "option" and "selected" in found):
            self.add(found.get("name") or self.open, found.get("value"))

    def handle_data(self, data: str) -> None:
        if self.open and self.lasttag == "textarea":
            self.sent[self.open][-1] += data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        self.open = "" if tag in {"select", "textarea"} else self.open


def typed(page: Any, **values: Any) -> dict[str, Any]:
    """The form of a page as it would be sent after typing these values into it."""
    sent = Controls(page).sent
    return {name: value for name, value in sent.items() if "__index__" not in name} | values


@pytest.fixture
def people(db: None) -> dict[str, User]:
    """The people of prod; goro administers the installation."""
    found = make_people()
    found["goro"] = User.objects.create_user("goro", "goro@example.test", None, full_name="Goro Hayashi")
    RoleBinding.objects.create(user=found["goro"], role="administrator", environment="")
    return found


@pytest.fixture
def prod(people: dict[str, User]) -> Environment:
    return make_environment()


@pytest.fixture
def aws() -> Account:
    account = Account()
    for name in ("orders-prod", "users-prod"):
        account.database(name)
    return account


@pytest.fixture
def sign_in(people: dict[str, User]) -> SignIn:
    def signed_in(username: str) -> Client:
        client = Client(raise_request_exception=False)
        client.force_login(people[username], backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in

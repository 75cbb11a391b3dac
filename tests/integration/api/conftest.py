"""The API as a browser session of one person reaches it."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.environments.models import Environment
from apps.people.models import RoleBinding, User
from tests.integration.estate import Account
from tests.integration.flow import make_environment, make_people

Client = Callable[[str], APIClient]


@pytest.fixture
def people(db: None) -> dict[str, User]:
    """The people of prod; fuyu asks in dev only, and goro administers everything."""
    found = make_people()
    for username, full_name, role, environment in (
        ("fuyu", "Fuyu Kimura", "requester", "dev"),
        ("goro", "Goro Hayashi", "administrator", ""),
    ):
        found[username] = User.objects.create_user(username, f"{username}@example.test", None, full_name=full_name)
        RoleBinding.objects.create(user=found[username], role=role, environment=environment)
    return found


@pytest.fixture
def prod(people: dict[str, User]) -> Environment:
    return make_environment()


@pytest.fixture
def dev(people: dict[str, User]) -> Environment:
    return make_environment("dev")


@pytest.fixture
def aws() -> Account:
    account = Account()
    account.database("orders-prod")
    return account


@pytest.fixture
def api(people: dict[str, User]) -> Client:
    def client(username: str) -> APIClient:
        found: Any = APIClient(enforce_csrf_checks=False)
        found.force_login(people[username], backend="django.contrib.auth.backends.ModelBackend")
        return found

    return client

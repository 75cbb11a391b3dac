"""Prod with its people and a database, and a browser for each of them."""

from collections.abc import Callable

import pytest
from django.test import Client

from apps.environments.models import Environment
from apps.people.models import RoleBinding, User
from tests.integration.estate import Account
from tests.integration.flow import make_environment, make_people

SignIn = Callable[[str], Client]


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

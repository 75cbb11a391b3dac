"""People, an environment and an account in memory, for whoever has no others."""

import pytest

from apps.environments.models import Environment
from apps.people.models import User
from tests.integration.estate import Account
from tests.integration.flow import make_environment, make_people


@pytest.fixture
def people(db: None) -> dict[str, User]:
    return make_people()


@pytest.fixture
def prod(db: None) -> Environment:
    return make_environment()


@pytest.fixture
def aws() -> Account:
    account = Account()
    for name in ("orders-prod", "users-prod"):
        account.database(name)
    return account

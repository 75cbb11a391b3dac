"""The application's role is enough for the product's own work, from proposal to the end of a run."""

import os
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

import pytest
from django.db import ProgrammingError, connection, transaction

from apps.audit.models import Event
from apps.audit.verify import verify
from tests.integration.estate import CLASS_AFTER, Account
from tests.integration.flow import make_environment, make_people, pump, started


@pytest.fixture
def as_application(transactional_db: None) -> Iterator[None]:
    """Everything that the test does, it does as the application; emptying the tables afterwards is the owner's."""
    owner = {name: connection.settings_dict[name] for name in ("USER", "PASSWORD")}
    address = urlsplit(os.environ["DATABASE_URL"])
    connection.close()
    connection.settings_dict |= {"USER": address.username, "PASSWORD": unquote(address.password or "")}
    yield
    connection.close()
    connection.settings_dict |= owner


@pytest.mark.usefixtures("as_application")
def test_a_run_is_proposed_approved_and_executed_without_the_owner() -> None:
    aws = Account()
    aws.database("orders-prod")
    run = pump(started(make_people(), make_environment(), aws), aws)
    assert run.state == "succeeded", run.failure
    assert aws.documents["orders-prod"]["DBInstanceClass"] == CLASS_AFTER
    assert verify().breaks == ()
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Event.objects.all().delete()

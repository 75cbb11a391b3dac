"""What every test needs."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import TransactionTestCase

GUARD = "ALTER TABLE audit_event {} TRIGGER audit_no_truncate"


@pytest.fixture(scope="session", autouse=True)
def _log_is_emptied_between_tests() -> Iterator[None]:
    """Tests that commit empty all tables afterwards, the log too, which is otherwise refused."""
    empty = TransactionTestCase._fixture_teardown

    def emptied(case: TransactionTestCase) -> None:
        with connection.cursor() as cursor:
            cursor.execute(GUARD.format("DISABLE"))
        empty(case)
        with connection.cursor() as cursor:
            cursor.execute(GUARD.format("ENABLE"))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", emptied)
        yield

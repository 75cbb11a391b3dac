"""Health answers without signing in."""

import pytest
from django.db import connection
from django.test import Client

from config import ready


def test_a_living_process_says_so_without_a_database() -> None:
    assert Client().get("/healthz").json() == {"status": "ok"}


@pytest.mark.django_db
def test_a_ready_process_reaches_its_database() -> None:
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"database": "ok", "migrations": "ok"})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("statement", "cause"),
    [
        ("DELETE FROM django_migrations WHERE name = '0013_threads'", "lacks 1 migrations, the first is changes.0013"),
        ("INSERT INTO django_migrations (app, name, applied) VALUES ('runs', '9999_x', now())", "runs.9999_x"),
        ("ALTER TABLE django_migrations RENAME TO others", "has no tables yet"),
    ],
)
def test_a_process_with_other_tables_is_not_ready_and_does_not_start(
    statement: str, cause: str, caplog: pytest.LogCaptureFixture
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"database": "ok", "migrations": "not those of this version"}
    assert any(cause in str(record.__dict__.get("cause")) for record in caplog.records)
    assert cause in ready.schema()

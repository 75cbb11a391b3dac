"""Health answers without signing in."""

import pytest
from django.test import Client


def test_a_living_process_says_so_without_a_database() -> None:
    assert Client().get("/healthz").json() == {"status": "ok"}


@pytest.mark.django_db
def test_a_ready_process_reaches_its_database() -> None:
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"database": "ok"})

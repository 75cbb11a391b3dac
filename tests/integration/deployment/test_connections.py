"""More clients than a server has places wait for each other; none of them fails."""

import threading
from collections.abc import Iterator
from pathlib import Path

import environ
import pytest
from pytest_django import DjangoDbBlocker

from apps.sandbox.postgres import Postgres
from config.postgres import base
from config.postgres.base import DatabaseWrapper, Scarce

CLIENTS, PLACES, REQUESTS = 24, 14, 5


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Postgres]:
    with Postgres(tmp_path / "server", connections=PLACES) as started:
        yield started
    Scarce.until = 0.0


def settings_of(server: Postgres) -> dict[str, object]:
    usual = {"AUTOCOMMIT": True, "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, "TIME_ZONE": None, "OPTIONS": {}}
    return {**environ.Env.db_url_config(server.app_url), **usual}


def test_clients_wait_for_a_place(server: Postgres, django_db_blocker: DjangoDbBlocker) -> None:
    """Each keeps its connection from one request to the next, as threads of the pages do, unless places are scarce."""
    failed: list[str] = []
    done: list[int] = []

    def client() -> None:
        connection = DatabaseWrapper(settings_of(server), "default")
        try:
            for _ in range(REQUESTS):
                connection.close_if_unusable_or_obsolete()
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_sleep(0.05)")
                connection.close_if_unusable_or_obsolete()
                done.append(1)
        except Exception as error:
            failed.append(str(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    with django_db_blocker.unblock():
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failed == []
    assert len(done) == CLIENTS * REQUESTS


def test_another_refusal_is_told_at_once(server: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "WAIT_SECONDS", 3600.0)
    connection = DatabaseWrapper(settings_of(server) | {"PASSWORD": "wrong"}, "default")
    with pytest.raises(Exception, match="password authentication failed"):
        connection.connect()


def test_a_server_that_starts_is_waited_for(server: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    usual, said = base.base.DatabaseWrapper.get_new_connection, []

    def starting(self: DatabaseWrapper, parameters: dict[str, object]) -> object:
        if not said:
            said.append("FATAL:  the database system is starting up")
            raise base.OperationalError(said[0])
        return usual(self, parameters)

    monkeypatch.setattr(base.base.DatabaseWrapper, "get_new_connection", starting)
    connection = DatabaseWrapper(settings_of(server), "default")
    connection.get_new_connection(connection.get_connection_params()).close()
    assert (len(said), Scarce.until) == (1, 0.0)

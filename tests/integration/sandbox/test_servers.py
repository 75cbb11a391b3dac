"""The embedded servers: they answer with a password only, on loopback only, and are gone when stopped."""

import socket
from pathlib import Path

import psycopg2
import pytest
import redis

from apps.sandbox.postgres import Postgres
from apps.sandbox.process import LOOPBACK, listener
from apps.sandbox.valkey import Valkey


def listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex((LOOPBACK, port)) == 0


def test_postgres_has_an_owner_who_makes_databases_and_an_application_who_does_not(directory: Path) -> None:
    with Postgres(directory) as server:
        owner, application = psycopg2.connect(server.owner_url), psycopg2.connect(server.app_url)
        owner.autocommit = application.autocommit = True
        owner.cursor().execute("CREATE DATABASE another")
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            application.cursor().execute("CREATE DATABASE third")
        cursor = application.cursor()
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname LIKE 'ringi%'")
        assert set(cursor.fetchall()) == {(False,)}
        owner.close()
        application.close()
        process = server.server
    assert process is not None
    assert process.poll() is not None
    assert not listens(server.port)


def test_postgres_lets_nobody_in_without_a_password(directory: Path) -> None:
    with (
        Postgres(directory) as server,
        pytest.raises(psycopg2.OperationalError, match="password"),
    ):
        psycopg2.connect(host=LOOPBACK, port=server.port, user="postgres", dbname="ringi", password="guessed")


def test_valkey_asks_for_its_password_and_keeps_nothing(directory: Path) -> None:
    with Valkey(directory) as server:
        redis.Redis.from_url(server.url).set("bell", "rung")
        with pytest.raises(redis.AuthenticationError):
            redis.Redis(host=LOOPBACK, port=server.port).get("bell")
    assert not listens(server.port)
    assert not list((directory / "valkey").glob("*.rdb"))


def test_a_taken_port_is_exchanged_for_a_free_one() -> None:
    with socket.socket() as taken:
        taken.bind((LOOPBACK, 0))
        taken.listen()
        number = taken.getsockname()[1]
        with listener(LOOPBACK, number) as instead:
            assert instead.getsockname()[1] != number

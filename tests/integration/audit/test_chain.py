"""The log as the database keeps it: chained, append-only, and every tampering named."""

import hashlib
import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction
from django.db.transaction import TransactionManagementError

from apps.audit.grants import RIGHTS
from apps.audit.log import record
from apps.audit.models import Event, StreamHead
from apps.audit.verbs import MissingData, UnknownVerb
from apps.audit.verify import verify
from apps.people.models import User


def write(stream: str = "cr/1", verb: str = "change_request.submitted", **more: object) -> Event:
    with transaction.atomic():
        event = record(stream=stream, verb=verb, by=None, subject="CR-1", environment="dev", **more)  # type: ignore[arg-type]
    event.refresh_from_db()
    return event


def tamper(statement: str) -> None:
    """What an owner of the tables can do who switches the triggers off."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_event DISABLE TRIGGER USER")
        cursor.execute(statement)
        cursor.execute("ALTER TABLE audit_event ENABLE TRIGGER USER")


@pytest.fixture
def four(db: None) -> list[Event]:
    return [*(write(data={"edition": n}) for n in range(3)), write("auth/2026-11-23")]


def test_each_event_carries_its_place_and_the_hash_of_the_one_before(four: list[Event]) -> None:
    assert [(e.stream, e.seq) for e in four] == [("cr/1", 1), ("cr/1", 2), ("cr/1", 3), ("auth/2026-11-23", 1)]
    prev = b""
    for event in four[:3]:
        assert bytes(event.prev) == prev
        prev = hashlib.sha256(b"\x00" + prev + event.text.encode()).digest()
        assert bytes(event.hash) == prev
    head = StreamHead.objects.get(stream="cr/1")
    assert (head.seq, bytes(head.hash)) == (3, prev)


def test_a_place_and_a_hash_can_not_be_chosen_by_the_writer(four: list[Event]) -> None:
    forged = Event.objects.create(stream="cr/1", seq=99, hash=b"x" * 32, text="{}", at=four[0].at, verb="x", actor="")
    forged.refresh_from_db()
    assert forged.seq == 4
    assert bytes(forged.prev) == bytes(four[2].hash)


def test_the_text_is_canonical_and_holds_every_field(four: list[Event]) -> None:
    said = json.loads(four[0].text)
    assert four[0].text == json.dumps(said, sort_keys=True, separators=(",", ":"))
    assert said == {
        "actor": "",
        "actor_name": "Ringi",
        "at": four[0].at.isoformat(timespec="microseconds"),
        "data": {"edition": 0},
        "environment": "dev",
        "request_id": "",
        "stream": "cr/1",
        "subject": "CR-1",
        "verb": "change_request.submitted",
    }


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET actor = 'ben'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
        "TRUNCATE audit_event CASCADE",
    ],
)
def test_even_the_owner_can_not_rewrite_the_log(four: list[Event], statement: str) -> None:
    with pytest.raises(DatabaseError, match="written once"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Event.objects.count() == 4


@pytest.fixture
def application(transactional_db: None) -> Iterator["psycopg2.extensions.connection"]:
    """A connection as the application role of this run's own database."""
    test = connection.settings_dict["NAME"]
    address = os.environ["DATABASE_URL"].rpartition("/")[0]
    opened = psycopg2.connect(f"{address}/{test}")
    yield opened
    opened.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET actor = 'ben'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
        "ALTER TABLE audit_event DISABLE TRIGGER USER",
        "DROP TRIGGER audit_append_only ON audit_event",
        "DROP TABLE audit_event CASCADE",
        "UPDATE audit_streamhead SET seq = 0",
        "INSERT INTO audit_streamhead VALUES ('cr/1', 0, '')",
        "DELETE FROM audit_streamhead",
        "UPDATE reviews_review SET decision = 'approve'",
        "DELETE FROM reviews_review",
        "TRUNCATE reviews_review",
        "UPDATE changes_revision SET digest = ''",
        "DELETE FROM django_migrations",
        "SET session_replication_role = replica",
        "CREATE TABLE mine (id int)",
        "CREATE OR REPLACE FUNCTION ringi_append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    ],
)
def test_the_application_role_has_no_right_to(application: "psycopg2.extensions.connection", statement: str) -> None:
    with application.cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege):
        cursor.execute(statement)


def test_the_application_role_appends_through_the_trigger(application: "psycopg2.extensions.connection") -> None:
    with application.cursor() as cursor:
        columns = "stream, seq, prev, hash, text, at, verb, actor, actor_name, environment, subject, request_id, data"
        cursor.execute(
            f"INSERT INTO audit_event ({columns}) VALUES"
            " ('cr/9', 7, '', '', '{}', now(), 'x', '', '', '', '', '', '{}') RETURNING seq, length(hash)"
        )
        assert cursor.fetchone() == (1, 32)


def test_the_application_role_works_on_every_other_table(application: "psycopg2.extensions.connection") -> None:
    ours = [name for name in connection.introspection.table_names() if name not in RIGHTS]
    assert len(ours) > 10
    with application.cursor() as cursor:
        for table in ours:
            for right in ("SELECT", "INSERT", "UPDATE", "DELETE"):
                cursor.execute("SELECT has_table_privilege(%s, %s)", [table, right])
                assert cursor.fetchone() == (True,), f"{right} on {table}"


def test_a_whole_log_verifies(four: list[Event], capsys: pytest.CaptureFixture[str]) -> None:
    found = verify()
    assert (found.events, found.streams, found.breaks) == (4, 2, ())
    assert all(verify(most) == found for most in (1, 2, 3, 4, 5))
    call_command("verify_audit")
    assert "4 events in 2 streams checked: every chain is whole." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("statement", "findings"),
    [
        (
            "UPDATE audit_event SET text = replace(text, 'submitted', 'withdrawn') WHERE stream = 'cr/1' AND seq = 2",
            ["cr/1 #2: the recorded text was altered", "cr/1 #2: the shown verb is not what was recorded"],
        ),
        (
            "UPDATE audit_event SET actor = 'ben', data = '{}' WHERE stream = 'cr/1' AND seq = 1",
            ["cr/1 #1: the shown actor, data is not what was recorded"],
        ),
        (
            "UPDATE audit_event SET at = at - interval '1 day' WHERE stream = 'cr/1' AND seq = 3",
            ["cr/1 #3: the shown at is not"],
        ),
        (
            "UPDATE audit_event SET text = 'no json', hash = sha256('\\x00' || prev || 'no json'::bytea)"
            " WHERE stream = 'cr/1' AND seq = 2",
            ["cr/1 #2: the shown text is not", "cr/1 #3: it does not follow"],
        ),
        (
            r"""UPDATE audit_event SET text = '{"a": "\u0000"}' WHERE stream = 'cr/1' AND seq = 3""",
            ["cr/1 #3: the recorded text was altered", "cr/1 #3: the shown stream, verb"],
        ),
        ("DELETE FROM audit_event WHERE stream = 'cr/1' AND seq = 2", ["cr/1 #3: event #2 is missing before it"]),
        ("DELETE FROM audit_event WHERE stream = 'cr/1' AND seq < 3", ["cr/1 #3: events #1 to #2 are missing"]),
        ("DELETE FROM audit_event WHERE stream = 'cr/1' AND seq = 3", ["cr/1 #3: the stream ends at #2"]),
        ("DELETE FROM audit_event WHERE stream = 'cr/1'", ["cr/1 #3: the stream ends at #0"]),
        ("DELETE FROM audit_streamhead WHERE stream = 'cr/1'", ["cr/1 #3: the head of the stream is missing"]),
    ],
)
def test_tampering_is_found_and_named(four: list[Event], statement: str, findings: list[str]) -> None:
    tamper(statement)
    for most in (1, 2, 3, 20_000):
        found = verify(most).findings
        assert len(found) == len(findings), (most, found)
        assert all(said.startswith(wanted) for said, wanted in zip(found, findings, strict=True)), (most, found)
    with pytest.raises(CommandError):
        call_command("verify_audit")


def test_a_verb_that_nobody_can_read_is_refused(db: None) -> None:
    with pytest.raises(UnknownVerb, match="teleported"):
        write(verb="change_request.teleported")
    with pytest.raises(MissingData, match="role"):
        write(verb="role.given")
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_event_is_written_inside_a_transaction_only() -> None:
    with pytest.raises(TransactionManagementError):
        record(stream="cr/1", verb="change_request.submitted", by=None, subject="CR-1")
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_can_not_be_recorded_does_not_happen() -> None:
    def add(data: dict[str, float]) -> None:
        with transaction.atomic():
            User.objects.create_user("aiko", full_name="Aiko Mori")
            record(stream="admin", verb="person.added", by=None, subject="aiko", data=data)

    with pytest.raises(ValueError, match="nan"):
        add({"x": float("nan")})
    assert not User.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_sixteen_writers_of_one_stream_make_one_chain_without_a_fork() -> None:
    def append(writer: int) -> None:
        for _ in range(40):
            with transaction.atomic():
                record(stream="cr/1", verb="change_request.edited", by=None, subject=f"CR-{writer}")
        connections.close_all()

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(append, range(16)))
    found = verify()
    assert (found.events, found.streams, found.breaks) == (640, 1, ())

"""The verification of the log in the background: it comes to an end whatever happens to its workers."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import transaction
from django.utils import timezone

from apps.audit import tasks, verification
from apps.audit.log import record
from apps.audit.models import Event, Verification
from apps.audit.verbs import sentence
from apps.audit.verify import check_on
from apps.people.models import User
from tests.integration.audit.test_chain import tamper, write


@pytest.fixture
def goro(db: None) -> User:
    return User.objects.create_user("goro", full_name="Goro Hayashi")


@pytest.fixture
def log(db: None) -> None:
    for stream in ("cr/1", "cr/2", "cr/3"):
        for number in range(4):
            write(stream, data={"edition": number})


def asked(goro: User) -> Verification:
    return verification.request_verification(by=goro)


def slice_of(row: Verification, seconds: float = 0) -> Verification:
    """One slice that looks at five events at once, and stops after so many seconds."""
    with patch.object(verification, "check_on", lambda last: check_on(last, 5)):
        verification.carry_on(verification_id=row.pk, seconds=seconds)
    row.refresh_from_db()
    return row


@pytest.mark.usefixtures("log")
def test_slices_go_on_where_the_last_stopped_and_see_everything_once(goro: User) -> None:
    row = asked(goro)
    assert row.expected == 12
    places = []
    while row.under_way:
        places.append((row.stream, row.seq, row.events))
        slice_of(row)
    assert places == [("", 0, 0), ("cr/2", 1, 5), ("cr/3", 2, 10)]
    assert (row.state, row.events, row.streams, row.breaks) == ("done", 13, 4, 0)
    first, last = Event.objects.filter(stream="operations").order_by("seq")
    assert (first.actor, sentence(first)) == ("goro", "asked to verify the audit log")
    assert sentence(last) == "verified the audit log: 13 events in 4 streams, every chain is whole"


@pytest.mark.usefixtures("log")
def test_a_break_on_either_side_of_a_slice_is_found_once(goro: User) -> None:
    tamper("DELETE FROM audit_event WHERE stream = 'cr/1' AND seq = 4 OR stream = 'cr/2' AND seq = 2")
    row = asked(goro)
    while row.under_way:
        slice_of(row)
    assert row.breaks == 2
    assert row.findings == [
        "cr/1 #4: the stream ends at #3, not here where its head is.",
        "cr/2 #3: event #2 is missing before it.",
    ]
    assert sentence(Event.objects.latest("id")) == "verified the audit log: 2 findings in 11 events"


@pytest.mark.usefixtures("log")
def test_what_is_written_between_slices_is_no_finding(goro: User) -> None:
    row = slice_of(asked(goro))
    with transaction.atomic():
        for stream in ("cr/1", "cr/2", "cr/4"):
            record(stream=stream, verb="change_request.submitted", by=None, subject="CR-1")
    while row.under_way:
        slice_of(row)
    assert (row.state, row.findings) == ("done", [])


@pytest.mark.usefixtures("log")
def test_a_lost_worker_is_succeeded_from_the_place_that_was_reached(goro: User) -> None:
    row = slice_of(asked(goro))
    Verification.objects.update(state="running", started_at=timezone.now() - timedelta(hours=1))
    verification.sweep()
    row.refresh_from_db()
    assert (row.state, row.events) == ("queued", 5)
    assert slice_of(row, seconds=60).state == "done"


@pytest.mark.usefixtures("log")
def test_a_verification_that_never_gets_further_says_so(goro: User) -> None:
    row = asked(goro)
    for _ in range(verification.TRIES_MOST):
        with patch.object(verification, "check_on", side_effect=SystemExit), pytest.raises(SystemExit):
            verification.carry_on(verification_id=row.pk)
        Verification.objects.update(started_at=timezone.now() - timedelta(hours=1))
        verification.sweep()
    row.refresh_from_db()
    assert row.state == "failed"
    assert "interrupted 3 times" in sentence(Event.objects.latest("id"))
    assert asked(goro).pk != row.pk


@pytest.mark.usefixtures("log")
def test_a_second_message_and_a_worker_that_was_given_up_do_nothing(goro: User) -> None:
    row = asked(goro)
    assert asked(goro).pk == row.pk

    def taken_over(last: object) -> object:
        Verification.objects.update(started_at=timezone.now() + timedelta(seconds=1))
        return check_on(None)

    with patch.object(verification, "check_on", taken_over):
        verification.carry_on(verification_id=row.pk)
        verification.carry_on(verification_id=row.pk)
    row.refresh_from_db()
    assert (row.state, row.events) == ("running", 0)


def test_the_log_is_verified_every_night(db: None) -> None:
    tasks.nightly()
    tasks.nightly()
    assert [each.asked_by for each in Verification.objects.all()] == ["Ringi"], "one that is under way is enough"
    assert Event.objects.get(verb="log.verification_requested").actor == ""

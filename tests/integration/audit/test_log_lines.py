"""The process's log follows a change through requests and workers, without what was typed."""

import logging

import pytest
from django.db import transaction

from apps.audit.log import record
from config.logs import without_keys


@pytest.mark.django_db
def test_every_event_leaves_a_line_with_its_stream_and_no_data(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="apps.audit.log"), transaction.atomic():
        record(stream="cr/7", verb="change_request.commented", by=None, subject="CR-7", data={"text": "between us"})
    line = caplog.records[-1]
    assert (line.getMessage(), line.__dict__["stream"]) == ("change_request.commented", "cr/7")
    assert "between us" not in str(line.__dict__)


def test_no_line_holds_the_key_of_a_link_that_sets_a_password() -> None:
    line = {
        "event": "request_started",
        "request": "GET /account/password/reset/key/4-cjx2a1-deadbeef/?next=%2F",
        "code": 302,
    }
    assert without_keys(None, "", line) == {
        "event": "request_started", "request": "GET /account/password/reset/key/***/?next=%2F", "code": 302,
    }  # fmt: skip

"""The process's log follows a change through requests and workers, without what was typed."""

import logging

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client

from apps.audit.log import record
from config.logs import OneLine, without_keys


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


@pytest.mark.django_db
def test_a_forged_host_leaves_one_line_without_a_stack(caplog: pytest.LogCaptureFixture, client: Client) -> None:
    assert "one_line" in settings.LOGGING["handlers"]["console"]["filters"]
    caplog.handler.addFilter(OneLine())
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400
    [line] = [each for each in caplog.records if each.name == "django.security.DisallowedHost"]
    assert "evil.example" in line.getMessage()
    assert line.exc_info is None

"""The process's log follows a change through requests and workers, without what was typed."""

import logging

import pytest
from django.db import transaction

from apps.audit.log import record


@pytest.mark.django_db
def test_every_event_leaves_a_line_with_its_stream_and_no_data(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="apps.audit.log"), transaction.atomic():
        record(stream="cr/7", verb="change_request.commented", by=None, subject="CR-7", data={"text": "between us"})
    line = caplog.records[-1]
    assert (line.getMessage(), line.__dict__["stream"]) == ("change_request.commented", "cr/7")
    assert "between us" not in str(line.__dict__)

"""Cells of a CSV file never start a formula."""

import csv
import json
from datetime import UTC, datetime

import pytest

from apps.audit.models import Event
from apps.web.presenters.export import cell, csv_lines, json_lines


def event(subject: str) -> Event:
    return Event(
        stream="CR-1", seq=3, prev=b"\x01" * 32, hash=b"\x02" * 32, text='{"a":1}', at=datetime(2026, 1, 2, tzinfo=UTC),
        verb="change_request.submitted", actor="aiko", actor_name="Aiko Mori", environment="prod", subject=subject,
        request_id="", data={"title": "=1+1"},
    )  # fmt: skip


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "  =1", "\x00=1"])
def test_text_that_a_spreadsheet_would_run_is_marked_as_text(text: str) -> None:
    assert cell(text) == "'" + text


@pytest.mark.parametrize("value", ["CR-1", "orders=1", "", 7, -7])
def test_other_cells_stay_as_they_are(value: str | int) -> None:
    assert cell(value) == value


def test_csv_survives_quotes_commas_and_line_breaks() -> None:
    header, row = csv.reader("".join(csv_lines([event('a","b\nc;=cmd')])).splitlines(keepends=True))
    assert dict(zip(header, row, strict=True))["subject"] == 'a","b\nc;=cmd'


def test_json_lines_carry_what_is_needed_to_check_the_chain() -> None:
    line = json.loads("".join(json_lines([event("=1")])))
    assert (line["text"], line["prev"], line["hash"]) == ('{"a":1}', "01" * 32, "02" * 32)
    assert line["subject"] == "=1"

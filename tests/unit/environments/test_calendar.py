"""Windows of the calendar in wall time, across changes of clocks, and what they close."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from apps.environments.calendar import FREEZE, OPEN, Window, check_window, closed, spans

BERLIN, TOKYO = "Europe/Berlin", "Asia/Tokyo"


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


WEEKEND = Window("Weekend", FREEZE, wall("2026-01-02T18:00"), 62 * 60, BERLIN, "FREQ=WEEKLY;BYDAY=FR")
RELEASES = Window("Releases", OPEN, wall("2026-01-06T09:00"), 180, BERLIN, "FREQ=WEEKLY;BYDAY=TU,TH")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def times(window: Window, after: str, before: str) -> list[tuple[str, str]]:
    found = spans(window, at(after), at(before))
    return [(f"{span.starts:%m-%d %H:%M}", f"{span.ends:%m-%d %H:%M}") for span in found]


def test_a_weekly_window_keeps_its_wall_time_across_a_change_of_clocks() -> None:
    # Clocks in Berlin go forward on 2026-03-29 and back on 2026-10-25.
    assert times(WEEKEND, "2026-03-20T00:00", "2026-04-10T00:00") == [
        ("03-20 17:00", "03-23 07:00"),
        ("03-27 17:00", "03-30 06:00"),
        ("04-03 16:00", "04-06 06:00"),
    ]
    assert times(WEEKEND, "2026-10-20T00:00", "2026-11-01T00:00") == [
        ("10-23 16:00", "10-26 07:00"),
        ("10-30 17:00", "11-02 07:00"),
    ]


def test_a_time_that_a_clock_skips_is_the_moment_at_which_it_does() -> None:
    night = Window("Night", FREEZE, wall("2026-03-29T02:30"), 60, BERLIN)
    assert times(night, "2026-03-28T12:00", "2026-03-29T12:00") == [("03-29 01:00", "03-29 01:30")]


def test_of_an_hour_that_comes_twice_a_freeze_takes_the_longer_and_an_opening_the_shorter() -> None:
    freeze = Window("Night", FREEZE, wall("2026-10-25T02:30"), 45, BERLIN)
    about = ("2026-10-24T12:00", "2026-10-25T12:00")
    assert times(freeze, *about) == [("10-25 00:30", "10-25 02:15")]
    assert times(replace(freeze, kind=OPEN), *about) == [("10-25 01:30", "10-25 02:15")]


def test_occurrences_that_began_before_are_found() -> None:
    long = Window("Long", FREEZE, wall("2026-01-01T00:00"), 60 * 24 * 40, TOKYO)
    assert times(long, "2026-02-05T00:00", "2026-02-05T00:01") == [("12-31 15:00", "02-09 15:00")]


@pytest.mark.parametrize(
    ("now", "sentence", "until"),
    [
        ("2026-01-03T12:00", "it is frozen by Weekend", "2026-01-05T07:00"),
        ("2026-01-06T08:30", "", ""),
        ("2026-01-06T12:00", "it is outside of Releases", "2026-01-08T08:00"),
    ],
)
def test_what_is_closed_says_until_when(now: str, sentence: str, until: str) -> None:
    found = closed([WEEKEND, RELEASES], "prod", True, {"AWS::RDS::DBInstance"}, at(now))
    assert (found.sentence if found else "") == sentence
    if found:
        assert found.until == at(until)


def test_a_window_is_about_what_it_names() -> None:
    now = at("2026-01-03T12:00")
    only = replace(WEEKEND, environments=("prod",), types=("AWS::RDS::DBInstance",), production=True)
    assert closed([only], "prod", True, {"AWS::RDS::DBInstance", "AWS::S3::Bucket"}, now)
    assert not closed([only], "dev", True, {"AWS::RDS::DBInstance"}, now)
    assert not closed([only], "prod", True, {"AWS::S3::Bucket"}, now)
    assert not closed([only], "prod", False, {"AWS::RDS::DBInstance"}, now)
    assert not closed([replace(RELEASES, environments=("prod",))], "dev", False, {"AWS::S3::Bucket"}, now)


@pytest.mark.parametrize(
    ("changed", "code", "words"),
    [
        ({"rule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}, "rule", "never happens"),
        ({"rule": "FREQ=DAILY;UNTIL=20250101T000000"}, "rule", "never happens"),
        ({"rule": "FREQ=DAILY", "minutes": 1440}, "minutes", "never end"),
        ({"rule": "FREQ=WEEKLY", "minutes": 9 * 1440}, "minutes", "never end"),
        ({"rule": "FREQ=SECONDLY"}, "rule", "begins with FREQ"),
        ({"rule": "every friday"}, "rule", "begins with FREQ"),
        ({"rule": "FREQ=WEEKLY;BYDAY=XX"}, "rule", "no rule as in RFC 5545"),
        ({"rule": "FREQ=DAILY;UNTIL=20300101T000000Z"}, "rule", "without Z"),
        ({"zone": "Mars/Olympus"}, "zone", "no such time zone"),
        ({"minutes": 0}, "minutes", "from one minute"),
        ({"minutes": 600 * 1440}, "minutes", "to a year"),
    ],
)
def test_what_can_not_be_meant_is_refused_with_a_sentence(changed: dict[str, object], code: str, words: str) -> None:
    refusal = check_window(replace(WEEKEND, **changed))  # type: ignore[arg-type]
    assert refusal is not None
    assert (refusal.code, words in refusal.sentence) == (code, True), refusal.sentence


@pytest.mark.parametrize("rule", ["", "FREQ=DAILY", "FREQ=MONTHLY;BYDAY=-1FR", "FREQ=YEARLY;COUNT=3"])
def test_what_can_be_meant_is_not(rule: str) -> None:
    assert check_window(replace(WEEKEND, rule=rule, minutes=600)) is None


def test_a_rule_of_many_years_is_read_quickly_from_far_away() -> None:
    old = Window("Old", FREEZE, wall("1999-01-01T01:00"), 60, TOKYO, "FREQ=DAILY")
    [only] = spans(old, at("2026-05-05T00:00"), at("2026-05-06T00:00"))
    assert only.ends - only.starts == timedelta(hours=1)

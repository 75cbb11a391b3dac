"""What is worth codifying, by what was really done."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from apps.blueprints.worth import Assumptions, Change, Done, habits, used, verdict, work

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
SET: Sequence[Change] = [("create", "AWS::EC2::Instance", ()), ("create", "AWS::RDS::DBInstance", ())]
RESIZE: Sequence[Change] = [("update", "AWS::RDS::DBInstance", ("DBInstanceClass",))]


def done(number: int, changes: Sequence[Change] = SET, minutes: float = 40, **more: object) -> Done:
    place = str(more.pop("environment", "dev"))
    at = NOW - timedelta(days=number)
    return Done(
        number,
        f"CR-{number}",
        "A set",
        place,
        at,
        changes,
        minutes,
        int(str(more.get("failures", 0))),
        str(more.get("blueprint", "")),
    )


def test_the_same_set_in_another_order_is_the_same_habit() -> None:
    found = habits(
        [done(1), done(2, SET[::-1], environment="stg"), done(3, RESIZE), done(4, RESIZE), done(5, [*SET, *SET])]
    )
    assert [[each.request for each in habit.times] for habit in found] == [[1, 2], [3, 4]]
    assert (found[0].environments, found[0].creates, found[1].creates) == (["dev", "stg"], True, False)


def test_other_properties_are_another_habit_and_once_is_none() -> None:
    other: Sequence[Change] = [("update", "AWS::RDS::DBInstance", ("AllocatedStorage",))]
    assert habits([done(1, RESIZE), done(2, other)]) == []


@pytest.mark.parametrize(
    ("times", "minutes", "assumed", "codify"),
    [
        (2, 40, Assumptions(), False),
        (12, 40, Assumptions(), False),
        (15, 40, Assumptions(), True),
        (6, 40, Assumptions(hours_base=1, hours_per_type=0.5), True),
        (6, 1, Assumptions(minutes_each=200), True),
        (6, 200, Assumptions(share=0), False),
    ],
)
def test_the_verdict_is_arithmetic(times: int, minutes: float, assumed: Assumptions, codify: bool) -> None:
    [habit] = habits([done(number, minutes=minutes) for number in range(1, times + 1)])
    found = verdict(habit, assumed)
    each = minutes if assumed.minutes_each is None else assumed.minutes_each
    assert found.saved == pytest.approx((times - 1) * each * assumed.share / 100 / 60)
    assert found.cost == assumed.hours_base + 2 * assumed.hours_per_type
    assert found.codify is codify


def test_a_blueprint_counts_when_half_of_them_came_from_it() -> None:
    [habit] = habits([done(1, blueprint="Set"), done(2), done(3, blueprint="Set"), done(4, failures=2)])
    assert (habit.blueprint, habit.failures) == ("Set", 2)
    [habit] = habits([done(1, blueprint="Set"), done(2), done(3)])
    assert habit.blueprint == ""


def test_what_came_from_a_blueprint_is_held_against_the_same_by_hand() -> None:
    [found] = used(
        [done(1, blueprint="Set", minutes=10), done(2, blueprint="Set", minutes=12), done(3), done(4, RESIZE)]
    )
    assert ([each.request for each in found.times], found.minutes, found.minutes_by_hand) == ([1, 2], 11, 40)
    [alone] = used([done(1, blueprint="Set")])
    assert alone.minutes_by_hand is None
    assert used([done(1), done(2)]) == []


def test_work_is_what_lies_between_what_people_did() -> None:
    def at(*minutes: float) -> float:
        return work([NOW + timedelta(minutes=each) for each in minutes])

    assert at() == 0
    assert at(0) == 5
    assert at(20, 0) == 25
    assert at(0, 20, 45) == 50
    assert at(0, 24 * 60, 24 * 60 + 10) == 5 + 5 + 10

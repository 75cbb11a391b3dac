"""When a condition holds, for which changes, and what nobody knows."""

from decimal import Decimal
from typing import Any

import pytest

from apps.catalog.types import Effect, EffectKind
from apps.planning.plan import Action, Change, Difference
from apps.reviews.conditions import Condition, Facts, Hit, Touched, asks, spares

RDS, QUEUE, GROUP = "AWS::RDS::DBInstance", "AWS::SQS::Queue", "AWS::EC2::SecurityGroup"


def line(delta: str | None, usage: str = "") -> dict[str, Any]:
    why = "" if delta else "The Price List has no such product in this region."
    about = {"before": None, "after": None, "usage": usage, "per_entered": "1"}
    return {"ordinal": 1, "part": "Instance", "delta": delta, "why": why, **about}


def evaluation(*deltas: str | None, risk: str = "low") -> dict[str, Any]:
    return {"cost": {"lines": [line(each) for each in deltas]}, "risk": {"level": risk}}


def change(
    ordinal: int = 1,
    action: Action = Action.UPDATE,
    type_name: str = RDS,
    effect: EffectKind = EffectKind.ONLINE,
    properties: tuple[str, ...] = ("BackupRetentionPeriod",),
    tags: dict[str, str] | None = None,
    irreversible: str = "",
) -> Touched:
    made = Change(
        ordinal, action, type_name, "ap-northeast-1", "orders", f"orders-{ordinal}",
        tuple(Difference(name, 1, 2, Effect(effect)) for name in properties), (), irreversible,
    )  # fmt: skip
    live = None if tags is None else {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}
    return Touched.of(made, live)


def facts(*changes: Touched, evaluated: dict[str, Any] | None = None, **where: Any) -> Facts:
    place = {"environment": "prod", "production": True, "account": "2" * 12} | where
    return Facts(
        changes=changes or (change(tags={}),), evaluation=evaluation("0") if evaluated is None else evaluated, **place
    )


BOTH = Condition(cost_over=Decimal(5), risk="high")


@pytest.mark.parametrize(
    ("condition", "found", "why"),
    [
        (Condition(cost_over=Decimal(500)), evaluation("500"), None),
        (Condition(cost_over=Decimal(500)), evaluation("500.01"), "It costs $500.01 more a month."),
        (Condition(cost_over=Decimal(500)), evaluation("-900"), None),
        (Condition(cost_over=Decimal(500)), evaluation("400", "101"), "It costs $501.00 more a month."),
        (Condition(cost_over=Decimal(500)), evaluation("1", None), "1 of its parts can't be priced."),
        (Condition(cost_over=Decimal(500)), {}, "Its cost was not worked out."),
        (Condition(risk="medium"), evaluation(risk="low"), None),
        (Condition(risk="medium"), evaluation(risk="high"), "Its risk is high."),
        (Condition(risk="medium"), {}, "Its risk was not worked out."),
        (BOTH, evaluation("9", risk="high"), "It costs $9.00 more a month. Its risk is high."),
        (BOTH, evaluation("9", risk="low"), None),
    ],
)  # fmt: skip
def test_cost_and_risk_count_as_met_where_they_are_unknown(
    condition: Condition, found: dict[str, Any], why: str | None
) -> None:
    hit = asks(condition, facts(evaluated=found))
    assert (hit.why if hit else None) == why


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (Condition(), True),
        (Condition(environments=("dev", "prod")), True),
        (Condition(environments=("dev",)), False),
        (Condition(production=True), True),
        (Condition(accounts=("2" * 12,)), True),
        (Condition(accounts=("1" * 12,)), False),
        (Condition(types=(RDS,)), True),
        (Condition(types=(QUEUE,)), False),
        (Condition(actions=("update",)), True),
        (Condition(actions=("create", "delete")), False),
        (Condition(touches="BackupRetentionPeriod"), True),
        (Condition(touches="Engine"), False),
        (Condition(tag="owner"), True),
        (Condition(tag="owner=platform"), True),
        (Condition(tag="owner=data"), False),
        (Condition(effect="interrupts"), False),
        (Condition(irreversible=True), False),
        (Condition(types=(RDS,), actions=("delete",)), False),
        (Condition(production=True, types=(RDS,), touches="BackupRetentionPeriod", tag="owner"), True),
    ],
)
def test_every_part_that_is_given_must_hold(condition: Condition, holds: bool) -> None:
    assert (asks(condition, facts(change(tags={"owner": "platform"}))) is not None) == holds


def test_it_holds_of_single_changes_and_says_which() -> None:
    several = facts(
        change(1, tags={}), change(2, Action.DELETE, tags={}), change(3, Action.DELETE, tags={}),
        change(4, type_name=QUEUE, tags={}),
    )  # fmt: skip
    assert asks(Condition(actions=("delete",)), several) == Hit(frozenset({2, 3}), "It deletes orders-2 and 1 more.")
    assert asks(Condition(types=(QUEUE,), actions=("delete",)), several) is None
    assert asks(Condition(production=True), several) == Hit(frozenset({1, 2, 3, 4}), "It is in prod.")


@pytest.mark.parametrize(
    ("touched", "interrupts", "replaces", "exposes"),
    [
        (change(effect=EffectKind.ONLINE), False, False, False),
        (change(effect=EffectKind.REBOOTS), True, False, False),
        (change(effect=EffectKind.REPLACES), True, True, False),
        (change(effect=EffectKind.UNKNOWN), True, True, True),
        (change(effect=EffectKind.EXPOSES), False, False, True),
        (change(action=Action.DELETE), True, True, False),
        (change(action=Action.CREATE, effect=EffectKind.REPLACES), False, False, False),
        (change(action=Action.CREATE, effect=EffectKind.EXPOSES), False, False, True),
    ],
)
def test_effects(touched: Touched, interrupts: bool, replaces: bool, exposes: bool) -> None:
    wanted = {"interrupts": interrupts, "replaces": replaces, "exposes": exposes}
    found = {name: asks(Condition(effect=name), facts(touched)) is not None for name in wanted}
    assert found == wanted


def test_tags_that_nobody_read_count_against_ease() -> None:
    unread = facts(change(tags=None))
    assert asks(Condition(tag="owner=platform"), unread) is not None
    assert spares(Condition(tag="owner=platform"), unread) is None


HARMLESS = change(tags={"env": "prod"}, properties=("Tags",))


@pytest.mark.parametrize(
    ("condition", "found", "spared"),
    [
        (Condition(types=(RDS,)), facts(HARMLESS), True),
        (Condition(touches="Tags"), facts(HARMLESS), True),
        (Condition(touches="Tags"), facts(change(tags={}, properties=("Tags", "Engine"))), False),
        (Condition(types=(RDS,)), facts(HARMLESS, evaluated={}), False),
        (Condition(types=(RDS,)), facts(HARMLESS, evaluated=evaluation("0", risk="medium")), False),
        (Condition(types=(RDS,)), facts(HARMLESS, evaluated=evaluation("0.01")), False),
        (Condition(types=(RDS,), cost_up_to=Decimal(10)), facts(HARMLESS, evaluated=evaluation("9.99")), True),
        (Condition(types=(RDS,), cost_up_to=Decimal(10)), facts(HARMLESS, evaluated=evaluation(None)), False),
        (Condition(types=(RDS,)), facts(change(tags={}, effect=EffectKind.REBOOTS)), False),
        (Condition(types=(RDS,)), facts(change(tags={}, irreversible="It is gone.")), False),
        (Condition(types=(RDS,)), facts(change(action=Action.DELETE, tags={})), False),
        (Condition(types=(RDS,), environments=("dev",)), facts(HARMLESS), False),
    ],
)
def test_only_what_is_known_to_be_harmless_is_spared(condition: Condition, found: Facts, spared: bool) -> None:
    assert (spares(condition, found) is not None) == spared


def test_a_condition_comes_back_as_it_was_stored() -> None:
    whole = Condition(
        environments=("prod",), production=True, accounts=("1" * 12,), types=(RDS,), actions=("delete",),
        effect="interrupts", irreversible=True, touches="Engine", tag="owner=a",
        cost_over=Decimal("12.50"), risk="high",
    )  # fmt: skip
    assert Condition.of(whole.stored) == whole
    assert Condition().stored == {}
    with pytest.raises(KeyError, match="weekday"):
        Condition.of({"weekday": "friday"})

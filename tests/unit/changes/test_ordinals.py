"""Outputs of other changes when one is taken out of a draft."""

import pytest

from apps.changes.commands.draft import without
from apps.changes.ordinals import referred, renumbered
from apps.changes.policies import DraftInput
from apps.refusal import Refused


def output(change: int) -> dict[str, object]:
    return {"$output": {"change": change, "attribute": "GroupId"}}


def change(name: str, **desired: object) -> DraftInput:
    return DraftInput("create", "AWS::EC2::SecurityGroup", "eu-west-1", "", name, desired, {})


def test_outputs_are_found_and_renumbered_wherever_they_stand() -> None:
    value = {"Rules": [{"Source": output(3)}, {"Source": "sg-1"}], "Vpc": output(1)}
    assert referred(value) == {1, 3}
    assert renumbered(value, {3: 2}) == {"Rules": [{"Source": output(2)}, {"Source": "sg-1"}], "Vpc": output(1)}


def test_what_moves_up_is_still_what_the_others_use() -> None:
    left = without([change("first"), change("web"), change("db", Source=output(2))], 1)
    assert [(each.name, each.desired) for each in left] == [("web", {}), ("db", {"Source": output(1)})]


def test_a_change_that_another_uses_is_not_taken_out() -> None:
    with pytest.raises(Refused, match="db uses what web gives"):
        without([change("web"), change("db", Source=output(1))], 1)

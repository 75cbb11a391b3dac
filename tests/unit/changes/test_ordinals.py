"""Outputs of other changes when one is taken out of a draft."""

import pytest

from apps.changes.commands.draft import without
from apps.changes.ordinals import referred, renumbered, users
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
    with pytest.raises(Refused, match=r"db, app need what web gives\. Drop them together, or change them first"):
        without([change("web"), change("db", Source=output(1)), change("app", Source=output(2))], 1)


def test_a_change_is_taken_out_with_those_that_need_it() -> None:
    one, other = change("cache", Source=output(1)), change("app", Source=output(4))
    left = without([change("web"), change("db", Source=output(1)), one, change("net"), other], 2, with_users=True)
    assert [each.name for each in left] == ["web", "cache", "net", "app"]
    assert left[3].desired == {"Source": output(3)}
    left = without([change("web"), change("db", Source=output(1)), change("net"), other], 1, with_users=True)
    assert [(each.name, each.desired) for each in left] == [("net", {}), ("app", {"Source": output(2)})]


def test_changes_that_need_each_other_go_together() -> None:
    ring = [change("a", Source=output(2)), change("b", Source=output(1)), change("c")]
    assert users([each.desired for each in ring], 1) == {2}
    assert [each.name for each in without(ring, 1, with_users=True)] == ["c"]

"""The ways of saying "not set", "on and off", "less" and "empty first"."""

from dataclasses import replace
from typing import Any

import pytest

from apps.catalog.registry import native
from apps.catalog.types import Delete, Modify, NativeType, Property, Put, SetDiff, Snapshot, Wait
from apps.planning import compile
from apps.planning.compile import Subject
from apps.planning.parameters import Uncompilable

NAME = {"DBInstanceIdentifier": "DBInstanceIdentifier"}


def thing(update: Any, delete: Delete | None = None, **properties: Property) -> NativeType:
    """The database with other properties and updates."""
    declared = native("AWS::RDS::DBInstance")
    assert declared is not None
    properties = {"DBInstanceIdentifier": Property(editable=False), **properties}
    return replace(declared, properties=properties, update=update, delete=delete)


def calls(declared: NativeType, document: dict[str, Any], **wanted: Any) -> list[tuple[str, Any]]:
    subject = Subject(declared, 1, "ap-northeast-1", "orders", {"DBInstanceIdentifier": "orders", **document})
    compiled = compile.update(subject, wanted) if wanted else compile.delete(subject)
    own = {"DBInstanceIdentifier"}
    return [(call.operation, {n: v for n, v in call.parameters.items() if n not in own}) for call in compiled]


def test_a_property_says_not_set_with_the_value_that_stands_for_it() -> None:
    declared = thing((Modify("modify", NAME, ("Key", "Class")),), Key=Property(wrap="K", unset=""), Class=Property())
    assert calls(declared, {"Key": "k"}, Key=None) == [("modify", {"Key": {"K": ""}})]
    with pytest.raises(Uncompilable, match="can't be removed"):
        calls(declared, {"Class": "c"}, Class=None)
    put = thing((Put("put", NAME, "Key", "Value"),), Key=Property(unset=""))
    assert calls(put, {"Key": "k"}, Key=None) == [("put", {"Value": ""})]


def test_a_call_that_sends_a_whole_leaves_out_what_is_not_set() -> None:
    names = ("Unit", "Period")
    declared = thing((Modify("put", NAME, names, together=(names,), omits=True),), Unit=Property(), Period=Property())
    assert calls(declared, {"Unit": "Count", "Period": 60}, Unit=None) == [("put", {"Period": 60})]


def test_a_switch_is_two_calls_without_a_value() -> None:
    declared = thing((Put("enable", NAME, "Enabled", clear="disable"),), Enabled=Property())
    assert calls(declared, {"Enabled": False}, Enabled=True) == [("enable", {})]
    assert calls(declared, {"Enabled": True}, Enabled=False) == [("disable", {})]


def test_clearing_may_need_arguments_of_its_own() -> None:
    how = Put("start", NAME, "Key", "KeyId", clear="stop", clear_arguments={"KeyId": "Key"})
    assert calls(thing((how,), Key=Property()), {"Key": "k"}, Key=None) == [("stop", {"KeyId": "k"})]


@pytest.mark.parametrize(("before", "after", "operation"), [(24, 48, "more"), (48, 24, "less"), (None, 24, "more")])
def test_a_number_is_raised_and_lowered_by_two_operations(before: Any, after: int, operation: str) -> None:
    declared = thing((Put("more", NAME, "Hours", "Hours", lower="less"),), Hours=Property())
    assert calls(declared, {"Hours": before}, Hours=after) == [(operation, {"Hours": after})]


def test_a_structure_is_changed_in_parts_of_the_size_that_a_call_takes() -> None:
    rows = (
        lambda value: [{"Key": k, "Value": v} for k, v in value.items()],
        lambda of: {r["Key"]: r["Value"] for r in of},
    )
    how = SetDiff(
        *("Settings", NAME, "put", "Rows", "reset", "Rows", ("Key",)),
        encode_remove=lambda items: [item["Key"] for item in items],
        add_replaces=True,
        remove_arguments={"All": "`false`"},
        size=2,
        rows=rows,
    )
    declared = thing((how,), Settings=Property())
    subject = Subject(
        *(declared, 1, "r", "n"),
        {"DBInstanceIdentifier": "orders", "Settings": {"a": "1", "b": "1", "c": "1", "d": "1"}},
    )
    compiled = compile.update(subject, {"Settings": {"d": "2", "e": "1", "f": "1"}})
    assert [(call.operation, call.parameters["Rows"], call.parameters.get("All")) for call in compiled] == [
        ("reset", ["a", "b"], False),
        ("reset", ["c"], False),
        ("put", [{"Key": "d", "Value": "2"}, {"Key": "e", "Value": "1"}], None),
        ("put", [{"Key": "f", "Value": "1"}], None),
    ]
    assert [call.sets["Settings"] for call in compiled] == [
        {"c": "1", "d": "1"},
        {"d": "1"},
        {"d": "2", "e": "1"},
        {"d": "2", "e": "1", "f": "1"},
    ]


def test_a_deletion_empties_first_what_aws_wants_empty() -> None:
    removal = Delete("delete", NAME, "All is lost.", Wait(until=("gone",)), clears=("Targets", "Others"))
    update = (Put("put", NAME, "Targets", "Targets", clear="remove"),)
    declared = thing(update, removal, Targets=Property(), Others=Property())
    assert calls(declared, {"Targets": ["a"]}) == [("remove", {}), ("delete", {})]
    first, last = compile.delete(Subject(declared, 1, "r", "n", {"DBInstanceIdentifier": "orders", "Targets": ["a"]}))
    assert (first.expects["Targets"], last.expects["Targets"]) == (["a"], None)


@pytest.mark.parametrize(
    ("consents", "sent"),
    [
        ({}, {"Skip": False, "Name": "orders-final"}),
        ({"snapshot": "orders-2026"}, {"Skip": False, "Name": "orders-2026"}),
        ({"no_snapshot": "It was a test."}, {"Skip": True}),
        ({"no_snapshot": " "}, {"Skip": False, "Name": "orders-final"}),
    ],
)
def test_a_deletion_takes_a_last_snapshot_unless_the_request_says_why_not(
    consents: dict[str, str], sent: dict[str, Any]
) -> None:
    removal = Delete("delete", {}, "All is lost.", Wait(until=("gone",)), snapshot=Snapshot("Name", "Skip"))
    subject = Subject(thing((), removal), 1, "r", "orders", {"DBInstanceIdentifier": "orders"})
    (call,) = compile.delete(subject, consents=consents)
    assert call.parameters == sent
    unsaid = replace(removal, snapshot=Snapshot("Name"))
    (call,) = compile.delete(replace(subject, native=thing((), unsaid)), consents=consents)
    assert call.parameters == {name: value for name, value in sent.items() if name == "Name"}

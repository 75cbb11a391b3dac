"""Which values of an import need a decision, and what is proposed for them."""

from typing import Any

import pytest

from apps.blueprints.decide import Group, Here, Row, rows
from apps.blueprints.networks import moved

OREGON = "us-west-2"


def asked(
    parameters: dict[str, Any] | None = None,
    mappings: dict[str, Any] | None = None,
    here: Here | None = None,
    **known: Any,
) -> dict[str, Row]:
    template = {
        "Metadata": {"Ringi": {"Environment": "prod", "Region": "ap-northeast-1", "Parameters": known}},
        "Parameters": {"Environment": {"Type": "String", "Default": "prod"}, **(parameters or {})},
        "Mappings": mappings or {},
    }
    return {row.name: row for row in rows(template, here or Here("dr", OREGON))}


def test_the_environment_itself_is_not_asked_for() -> None:
    assert asked() == {}


def test_what_is_outside_is_a_decision_unless_it_is_the_same_place() -> None:
    known = {"Key": {"Kind": "reference", "Type": "AWS::KMS::Key", "Attribute": "Arn", "Source": "arn:k"}}
    parameters = {"Key": {"Type": "String"}}
    row = asked(parameters, **known)["Key"]
    assert (row.group, row.proposed, row.type, row.attribute) == (Group.DECIDE, "", "AWS::KMS::Key", "Arn")
    row = asked(parameters, here=Here("stg", "ap-northeast-1", same=True), **known)["Key"]
    assert (row.group, row.proposed) == (Group.UNCHANGED, "arn:k")
    before = {("reference:AWS::KMS::Key", "arn:k"): "arn:other"}
    row = asked(parameters, here=Here("dr", OREGON, before=before), **known)["Key"]
    assert (row.group, row.proposed, row.why) == (Group.RULE, "arn:other", "Chosen so before.")


def test_a_zone_is_proposed_by_its_letter() -> None:
    known = {"ZoneC": {"Kind": "zone", "Source": "ap-northeast-1c"}}
    parameters = {"ZoneC": {"Type": "AWS::EC2::AvailabilityZone::Name"}}
    row = asked(parameters, **known)["ZoneC"]
    assert (row.group, row.proposed) == (Group.DECIDE, "us-west-2c")
    row = asked(parameters, here=Here("stg", "ap-northeast-1"), **known)["ZoneC"]
    assert (row.group, row.proposed) == (Group.UNCHANGED, "ap-northeast-1c")


@pytest.mark.parametrize(
    ("name", "taken", "group", "proposed"),
    [
        ("orders-prod", frozenset(), Group.RULE, "orders-dr"),
        ("orders-prod", frozenset({"orders-dr"}), Group.DECIDE, "orders-prod-dr"),
        ("product", frozenset(), Group.UNCHANGED, "product"),
        ("product", frozenset({"product"}), Group.DECIDE, "product-dr"),
    ],
)
def test_names_follow_the_environment_and_taken_ones_are_a_decision(
    name: str, taken: frozenset[str], group: Group, proposed: str
) -> None:
    mappings = {"RDSDBInstanceNames": {"prod": {"X": name}}}
    row = asked(mappings=mappings, here=Here("dr", OREGON, taken={"AWS::RDS::DBInstance": taken}))["X"]
    assert (row.group, row.proposed) == (group, proposed)


def test_names_of_buckets_are_always_a_decision_where_no_rule_makes_one() -> None:
    rows_ = asked(mappings={"S3BucketNames": {"prod": {"A": "models", "B": "models-prod"}}})
    assert (rows_["A"].group, rows_["A"].proposed) == (Group.DECIDE, "models-dr")
    assert (rows_["B"].group, rows_["B"].proposed) == (Group.RULE, "models-dr")


def test_a_network_that_overlaps_is_a_decision() -> None:
    mappings = {"EC2VPCNetworks": {"prod": {"X": "10.1.0.0/16"}}, "EC2SubnetNetworks": {"prod": {"Y": "10.1.1.0/24"}}}
    here = Here("dr", OREGON, networks=["10.0.0.0/8"])
    assert {name: row.group for name, row in asked(mappings=mappings, here=here).items()} == {
        "X": Group.DECIDE,
        "Y": Group.UNCHANGED,
    }
    assert asked(mappings=mappings)["X"].group is Group.UNCHANGED


def test_a_size_that_the_region_has_not_is_a_decision() -> None:
    mappings = {"EC2InstanceSizes": {"prod": {"JobInstanceType": "t3.micro", "OldInstanceType": "x9.none"}}}
    found = asked(mappings=mappings)
    assert found["JobInstanceType"].group is Group.UNCHANGED
    assert found["OldInstanceType"].group is Group.DECIDE
    assert "t3.micro" in found["OldInstanceType"].choices


def test_what_the_blueprint_has_for_the_environment_is_taken() -> None:
    mappings = {"EC2InstanceSizes": {"prod": {"JobInstanceType": "m6i.large"}, "dr": {"JobInstanceType": "t3.micro"}}}
    row = asked(mappings=mappings)["JobInstanceType"]
    assert (row.group, row.proposed) == (Group.RULE, "t3.micro")


def test_subnets_move_with_their_network_unless_somebody_chose_them() -> None:
    networks = {
        "vpc": ("10.1.0.0/16", "10.9.0.0/16"),
        "a": ("10.1.1.0/24", "10.1.1.0/24"),
        "b": ("10.1.2.0/24", "10.9.77.0/24"),
        "other": ("10.2.0.0/24", "10.2.0.0/24"),
    }
    assert moved(networks) == {"vpc": "10.9.0.0/16", "a": "10.9.1.0/24", "b": "10.9.77.0/24", "other": "10.2.0.0/24"}

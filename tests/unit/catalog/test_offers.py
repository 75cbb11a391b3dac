from collections.abc import Mapping
from typing import Any

import pytest

from apps.catalog.services import offers, redshift_rules
from apps.catalog.types import Beside

OFFERED = {"InstanceTypeOfferings": [{"Location": "ap-northeast-1a"}, {"Location": "ap-northeast-1c"}]}
ANSWERS: dict[str, dict[str, Any]] = {
    "describe_instance_type_offerings": OFFERED,
    "describe_subnets": {
        "Subnets": [
            {
                "SubnetId": "subnet-1",
                "AvailabilityZone": "ap-northeast-1d",
                "CidrBlock": "10.0.1.0/24",
                "VpcId": "vpc-1",
            }
        ]
    },
    "describe_images": {"Images": [{"Architecture": "x86_64"}]},
    "describe_instance_types": {"InstanceTypes": [{"ProcessorInfo": {"SupportedArchitectures": ["arm64"]}}]},
    "describe_orderable_db_instance_options": {"OrderableDBInstanceOptions": []},
}
SMALL = {"InstanceType": "t3.small", "ImageId": "ami-1", "AvailabilityZone": "ap-northeast-1a"}
DATABASE = {"Engine": "postgres", "EngineVersion": "16.4", "DBInstanceClass": "db.r6g.large"}


def found(judge: Any, before: dict[str, Any], after: dict[str, Any], **answers: Any) -> list[tuple[str, str]]:
    """What the judge says; it may ask nothing that isn't answered here."""

    def ask(operation: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**ANSWERS, **answers}[operation]

    return list(judge(ask, before, after, Beside()))


@pytest.mark.parametrize(
    ("before", "after", "answers", "said"),
    [
        (SMALL, {"InstanceType": "t4g.small"}, {}, "processors of the kind arm64"),
        (
            SMALL,
            {"InstanceType": "t4g.small", "AvailabilityZone": "ap-northeast-1d"},
            {},
            "isn't offered in ap-northeast-1d",
        ),
        ({}, {**SMALL, "AvailabilityZone": None, "SubnetId": "subnet-1"}, {}, "isn't offered in ap-northeast-1d"),
        (
            SMALL,
            {"InstanceType": "p5.48xlarge"},
            {"describe_instance_type_offerings": {"InstanceTypeOfferings": []}},
            "isn't offered in this region",
        ),
    ],
)
def test_what_is_not_offered_or_does_not_fit_is_said(
    before: dict[str, Any], after: dict[str, Any], answers: dict[str, Any], said: str
) -> None:
    [(name, sentence)] = found(offers.instance, before, {**before, **after}, **answers)
    assert (name, said in sentence) == ("InstanceType", True), sentence


GROUPS = {"describe_security_groups": {"SecurityGroups": [{"GroupId": "sg-2", "VpcId": "vpc-2"}]}}
INSIDE = {"InstanceType": "t3.small", "SubnetId": "subnet-1"}
OFFERED_THERE = {"describe_instance_type_offerings": {"InstanceTypeOfferings": [{"Location": "ap-northeast-1d"}]}}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("AvailabilityZone", "ap-northeast-1a", "subnet-1 is in ap-northeast-1d"),
        ("SecurityGroupIds", ["sg-2"], "sg-2 is of vpc-2, but subnet-1 of vpc-1"),
        ("PrivateIpAddress", "10.0.2.9", "10.0.1.0/24"),
        ("PrivateIpAddress", "10.0.1.3", "10.0.1.0/24"),
        ("PrivateIpAddress", "10.0.1.255", "10.0.1.0/24"),
    ],
)
def test_what_does_not_fit_the_subnet_is_said_at_its_property(name: str, value: Any, said: str) -> None:
    after = INSIDE | {name: value}
    offered = OFFERED if name == "AvailabilityZone" else OFFERED_THERE["describe_instance_type_offerings"]
    found_at = found(offers.instance, {}, after, **GROUPS, describe_instance_type_offerings=offered)
    [(at, sentence)] = found_at
    assert (at, said in sentence) == (name, True), sentence


@pytest.mark.parametrize("address", ["10.0.1.4", "10.0.1.254"])
def test_an_address_that_can_be_given_is_taken(address: str) -> None:
    assert not found(offers.instance, {}, INSIDE | {"PrivateIpAddress": address}, **OFFERED_THERE)


def test_a_type_that_is_never_optimized_for_ebs_is_said() -> None:
    types = {"InstanceTypes": [{"ProcessorInfo": {"SupportedArchitectures": ["x86_64"]}, "EbsInfo": UNSUPPORTED}]}
    after = {**SMALL, "EbsOptimized": True}
    [(name, _)] = found(offers.instance, {}, after, describe_instance_types=types)
    assert name == "EbsOptimized"


UNSUPPORTED = {"EbsOptimizedSupport": "unsupported"}


def test_nodes_of_redshift_are_offered_with_the_number_that_is_asked_for() -> None:
    options = {"describe_orderable_cluster_options": {"OrderableClusterOptions": [{"ClusterType": "multi-node"}]}}
    none: dict[str, Any] = {"describe_orderable_cluster_options": {"OrderableClusterOptions": []}}
    large, small = {"NodeType": "ra3.4xlarge", "NumberOfNodes": 2}, {"NodeType": "ra3.4xlarge", "NumberOfNodes": 1}
    assert not found(redshift_rules.offered, {}, large, **options)
    [(name, _)] = found(redshift_rules.offered, large, small, **options)
    assert name == "NumberOfNodes"
    [(name, _)] = found(redshift_rules.offered, {}, large, **none)
    assert name == "NodeType"
    assert not found(redshift_rules.offered, large, {**large, "Encrypted": True})


def test_an_image_that_is_no_longer_there_says_nothing() -> None:
    gone = {"describe_images": {"Images": []}}
    assert not found(offers.instance, SMALL, {**SMALL, "InstanceType": "t4g.small"}, **gone)


def test_nothing_is_asked_where_nothing_of_it_changes() -> None:
    def ask(operation: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        raise AssertionError(operation)

    assert not list(offers.instance(ask, SMALL, {**SMALL, "Tags": []}, Beside()))
    assert not list(offers.database(ask, DATABASE, {**DATABASE, "MultiAZ": True}, Beside()))


@pytest.mark.parametrize(
    ("desired", "named"),
    [({"EngineVersion": "16.5"}, "EngineVersion"), ({"DBInstanceClass": "db.x"}, "DBInstanceClass")],
)
def test_a_class_or_version_that_is_not_offered_is_said_at_its_place(desired: dict[str, str], named: str) -> None:
    [(name, _)] = found(offers.database, DATABASE, DATABASE | desired)
    assert name == named

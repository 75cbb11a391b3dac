from collections.abc import Mapping
from typing import Any

import pytest

from apps.catalog.services import networks
from apps.catalog.types import Beside

VPC = {"CidrBlock": "10.0.0.0/16", "CidrBlockAssociationSet": [{"CidrBlock": "100.64.0.0/20"}]}
TAKEN = {"SubnetId": "subnet-1", "CidrBlock": "10.0.1.0/24"}
NEW = object()


def said(block: Any, vpc: Any = "vpc-1", **beside: Any) -> list[str]:
    def ask(operation: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        assert vpc != NEW, "nobody can ask about what isn't there yet"
        return {"describe_vpcs": {"Vpcs": [VPC]}, "describe_subnets": {"Subnets": [TAKEN]}}[operation]

    found = networks.subnet(ask, {}, {"VpcId": vpc, "CidrBlock": block}, Beside(**beside))
    return [sentence for name, sentence in found if name == "CidrBlock"]


@pytest.mark.parametrize("block", ["10.0.2.0/24", "100.64.1.0/24", None, "not a network"])
def test_a_free_part_of_any_block_of_the_vpc_is_taken(block: Any) -> None:
    assert said(block) == []


def test_a_block_outside_of_the_vpc_is_refused_with_its_blocks() -> None:
    assert said("10.1.0.0/24") == [
        "10.1.0.0/24 is not inside of the VPC's 10.0.0.0/16 or 100.64.0.0/20. Choose a part of it."
    ]


def test_a_block_that_overlaps_a_sister_is_refused_with_her_name() -> None:
    assert said("10.0.0.0/22") == [
        "10.0.0.0/22 overlaps 10.0.1.0/24, which subnet-1 has. Choose another part of the VPC's block."
    ]
    assert said("10.0.0.0/22", gone=frozenset({"subnet-1"})) == []


def test_sisters_of_the_same_request_and_a_vpc_that_it_makes_count_too() -> None:
    made = {"CidrBlock": "10.7.0.0/16"}
    sisters = [{"VpcId": NEW, "CidrBlock": "10.7.1.0/24"}, {"VpcId": "vpc-2", "CidrBlock": "10.7.2.0/24"}]
    beside: dict[str, Any] = {"sisters": sisters, "named": lambda value: made if value is NEW else None}
    assert said("10.7.2.0/24", NEW, **beside) == []
    assert "another subnet of this request" in said("10.7.1.128/25", NEW, **beside)[0]
    assert "10.7.0.0/16" in said("10.8.0.0/24", NEW, **beside)[0]


@pytest.mark.parametrize(("block", "wrong"), [(f"10.0.0.0/{n}", n in (15, 29)) for n in (15, 16, 28, 29)])
def test_a_block_has_the_size_that_aws_takes(block: str, wrong: int) -> None:
    assert len(list(networks.refuse({}, {"CidrBlock": block}))) == wrong
    assert list(networks.refuse({"CidrBlock": block}, {"CidrBlock": block})) == []


def test_a_zone_that_the_account_has_not_is_refused_with_those_it_has() -> None:
    def ask(operation: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        assert operation == "describe_availability_zones"
        return {"AvailabilityZones": [{"ZoneName": "eu-west-1a"}, {"ZoneName": "eu-west-1-lon-1a"}]}

    def zones(before: Any, after: Any) -> list[tuple[str, str]]:
        return list(networks.zone(ask, before, after, Beside()))

    assert zones({}, {"AvailabilityZone": "eu-west-1-lon-1a"}) == zones({}, {}) == []
    [(name, sentence)] = zones({}, {"AvailabilityZone": "eu-west-1q"})
    assert (name, "Choose eu-west-1a or eu-west-1-lon-1a." in sentence) == ("AvailabilityZone", True)

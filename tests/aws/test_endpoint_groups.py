"""Rules of security groups at the endpoint, which keeps and refuses them as EC2 does."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from apps.sandbox.endpoint.server import Endpoint

pytestmark = pytest.mark.lab


@pytest.fixture(scope="module")
def ec2() -> Iterator[Any]:
    with Endpoint() as endpoint:
        keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
        yield boto3.client("ec2", region_name="ap-northeast-1", endpoint_url=endpoint.url, **keys)


@pytest.fixture
def group(ec2: Any, request: pytest.FixtureRequest) -> str:
    made: str = ec2.create_security_group(GroupName=str(id(request)), Description="Rules")["GroupId"]
    return made


def shown(ec2: Any, group: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissions"]
    return found


def opened(ec2: Any, group: str, **rule: Any) -> None:
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])


def tcp(**more: Any) -> dict[str, Any]:
    return {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/16"}]} | more


def test_networks_and_protocols_are_kept_in_one_form(ec2: Any, group: str) -> None:
    opened(ec2, group, **tcp(IpProtocol="6", IpRanges=[{"CidrIp": "10.0.7.1/16"}]))
    opened(ec2, group, **tcp(IpRanges=[], Ipv6Ranges=[{"CidrIpv6": "2001:DB8:0:0::/32"}]))
    (rule,) = shown(ec2, group)
    assert rule["IpProtocol"] == "tcp"
    assert [each["CidrIp"] for each in rule["IpRanges"]] == ["10.0.0.0/16"]
    assert [each["CidrIpv6"] for each in rule["Ipv6Ranges"]] == ["2001:db8::/32"]


def test_ports_of_every_protocol_are_all_of_them_whatever_is_said(ec2: Any, group: str) -> None:
    opened(ec2, group, **tcp(IpProtocol="-1", FromPort=22, ToPort=22))
    (rule,) = shown(ec2, group)
    assert "FromPort" not in rule
    assert rule["IpProtocol"] == "-1"


@pytest.mark.parametrize(
    "wrong",
    [
        {"FromPort": 8081, "ToPort": 8080},
        {"ToPort": 70_000},
        {"IpRanges": [{"CidrIp": "10.0.0.0/16", "Description": "für alle"}]},
    ],
    ids=["reversed", "beyond", "signs"],
)
def test_what_ec2_refuses_of_a_rule_is_refused(ec2: Any, group: str, wrong: dict[str, Any]) -> None:
    with pytest.raises(ClientError, match="InvalidParameterValue"):
        opened(ec2, group, **tcp(**wrong))
    assert shown(ec2, group) == []


def test_a_description_is_no_part_of_what_makes_a_rule(ec2: Any, group: str) -> None:
    opened(ec2, group, **tcp(IpRanges=[{"CidrIp": "10.0.0.0/16", "Description": "Old"}]))
    with pytest.raises(ClientError, match=r"InvalidPermission\.Duplicate"):
        opened(ec2, group, **tcp(IpRanges=[{"CidrIp": "10.0.0.0/16", "Description": "New"}]))
    for given, kept in (({"Description": "New"}, "New"), ({}, None)):
        ec2.update_security_group_rule_descriptions_ingress(
            GroupId=group, IpPermissions=[tcp(IpRanges=[{"CidrIp": "10.0.0.0/16"} | given])]
        )
        assert shown(ec2, group)[0]["IpRanges"][0].get("Description") == kept


def test_a_group_of_an_ipv6_network_has_two_ways_out(ec2: Any) -> None:
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16", AmazonProvidedIpv6CidrBlock=True)["Vpc"]["VpcId"]
    made = ec2.create_security_group(GroupName="six", Description="x", VpcId=vpc)["GroupId"]
    (rule,) = ec2.describe_security_groups(GroupIds=[made])["SecurityGroups"][0]["IpPermissionsEgress"]
    assert (rule["IpRanges"], rule["Ipv6Ranges"]) == ([{"CidrIp": "0.0.0.0/0"}], [{"CidrIpv6": "::/0"}])

from typing import Any

import pytest

from tests.aws.exercise import TOKYO, Exercise

TAGS = [{"Key": "Name", "Value": "models"}]
OTHER = [{"Key": "Name", "Value": "training"}, {"Key": "team", "Value": "ml"}]


@pytest.fixture
def gateway_id(client: Any) -> str:
    return str(client("ec2").create_internet_gateway()["InternetGateway"]["InternetGatewayId"])


@pytest.fixture
def table(client: Any, vpc: str) -> str:
    return str(client("ec2").create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"])


def test_a_vpc_lives(exercise: Exercise) -> None:
    exercise.live(
        "AWS::EC2::VPC",
        "models",
        {"CidrBlock": "10.20.0.0/16", "EnableDnsHostnames": True, "Tags": TAGS},
        {"EnableDnsHostnames": False, "EnableDnsSupport": False, "Tags": OTHER},
        {"EnableDnsSupport": "sometimes", "CidrBlock": "10.20.0.0/99"},
    )


def test_a_subnet_lives(exercise: Exercise, vpc: str) -> None:
    new = {"VpcId": vpc, "CidrBlock": "10.0.9.0/24", "AvailabilityZone": f"{TOKYO}a", "MapPublicIpOnLaunch": True}
    exercise.live(
        "AWS::EC2::Subnet", "a", new | {"Tags": TAGS}, {"MapPublicIpOnLaunch": False, "Tags": OTHER}, {"VpcId": 7}
    )


def test_an_internet_gateway_lives(exercise: Exercise) -> None:
    exercise.live("AWS::EC2::InternetGateway", "out", {"Tags": TAGS}, {"Tags": OTHER}, {"Tags": "Name=out"})


def test_a_gateway_is_attached_and_detached(exercise: Exercise, vpc: str, gateway_id: str) -> None:
    new = {"InternetGatewayId": gateway_id, "VpcId": vpc}
    exercise.live("AWS::EC2::VPCGatewayAttachment", "out", new, {}, {"VpcId": 7})


def test_a_route_table_lives(exercise: Exercise, vpc: str) -> None:
    exercise.live("AWS::EC2::RouteTable", "public", {"VpcId": vpc, "Tags": TAGS}, {"Tags": OTHER}, {"VpcId": 7})


def test_a_route_lives_and_leads_elsewhere(
    exercise: Exercise, client: Any, vpc: str, subnets: list[str], table: str, gateway_id: str
) -> None:
    ec2 = client("ec2")
    ec2.attach_internet_gateway(InternetGatewayId=gateway_id, VpcId=vpc)
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    nat = ec2.create_nat_gateway(SubnetId=subnets[0], AllocationId=address)["NatGateway"]["NatGatewayId"]
    new = {"RouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": gateway_id}
    exercise.live("AWS::EC2::Route", "out", new, {"NatGatewayId": nat, "GatewayId": None}, {"NatGatewayId": nat})


def test_a_subnet_is_associated_with_a_table(exercise: Exercise, subnets: list[str], table: str) -> None:
    new = {"RouteTableId": table, "SubnetId": subnets[0]}
    exercise.live("AWS::EC2::SubnetRouteTableAssociation", "a", new, {}, {"SubnetId": 7})


def test_an_address_lives(exercise: Exercise) -> None:
    exercise.live("AWS::EC2::EIP", "out", {"Tags": TAGS}, {"Tags": OTHER}, {"Tags": "Name=out"})


def test_a_nat_gateway_lives(exercise: Exercise, client: Any, subnets: list[str]) -> None:
    address = client("ec2").allocate_address(Domain="vpc")["AllocationId"]
    new = {"SubnetId": subnets[0], "AllocationId": address, "ConnectivityType": "public", "Tags": TAGS}
    exercise.live("AWS::EC2::NatGateway", "out", new, {"Tags": OTHER}, {"ConnectivityType": "half"})


def test_what_the_vpc_itself_routes_is_no_route_of_ours(exercise: Exercise, table: str) -> None:
    listed = [seen.identifier for seen in exercise.gateway.list("AWS::EC2::Route", TOKYO)]
    assert not [name for name in listed if name.startswith(table)]

"""Many resources are read in the calls of a list; what the list doesn't show is asked for by itself."""

from collections.abc import Iterator
from typing import Any

import pytest

from apps.aws.boto_gateway import BotoGateway
from apps.aws.gateway import Access
from apps.aws.sessions import ClientFactory
from tests.aws.conftest import TOKYO

GROUP = "AWS::EC2::SecurityGroup"
GONE = "sg-0123456789abcdef0"


@pytest.fixture
def asked(factory: ClientFactory, access: Access) -> Iterator[list[str]]:
    """The operations that the reading client sends."""
    found: list[str] = []
    events = factory.client(access, "ec2", TOKYO, mutating=False).meta.events
    note = lambda model, **_: found.append(model.name)  # noqa: E731
    events.register("before-call.ec2", note)
    yield found
    events.unregister("before-call.ec2", note)


@pytest.fixture
def groups(client: Any, subnets: list[str]) -> list[str]:
    ec2 = client("ec2")
    vpc = ec2.describe_subnets(SubnetIds=subnets[:1])["Subnets"][0]["VpcId"]
    return [ec2.create_security_group(GroupName=f"g{n}", Description="x", VpcId=vpc)["GroupId"] for n in range(12)]


def test_many_are_read_in_the_calls_of_a_list(gateway: BotoGateway, groups: list[str], asked: list[str]) -> None:
    found = gateway.read_many(GROUP, TOKYO, groups)
    assert set(found) == set(groups)
    assert asked == ["DescribeSecurityGroups"]
    assert found[groups[3]] == gateway.read(GROUP, TOKYO, groups[3])


def test_what_is_gone_is_asked_for_by_itself(gateway: BotoGateway, groups: list[str], asked: list[str]) -> None:
    found = gateway.read_many(GROUP, TOKYO, [*groups, GONE])
    assert set(found) == set(groups)
    assert asked == ["DescribeSecurityGroups"] * 2


def test_a_few_are_read_one_by_one(gateway: BotoGateway, groups: list[str], asked: list[str]) -> None:
    assert set(gateway.read_many(GROUP, TOKYO, groups[:2])) == set(groups[:2])
    assert asked == ["DescribeSecurityGroups"] * 2


def grow(client: Any, vpc: str, number: int) -> None:
    """One more subnet, a route table with ten routes, and an instance."""
    ec2 = client("ec2")
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{100 + number}.0/24")["Subnet"]["SubnetId"]
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    for route in range(10):
        ec2.create_route(RouteTableId=table, DestinationCidrBlock=f"192.168.{route}.0/24", GatewayId=gateway)
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
    ec2.run_instances(ImageId="ami-12c6146b", InstanceType="t3.small", MinCount=1, MaxCount=1, SubnetId=subnet)


ALONE = {"Instance": "DescribeInstanceAttribute"}  # its protection from termination stands nowhere else


@pytest.mark.parametrize("kind", ["Subnet", "RouteTable", "Route", "SubnetRouteTableAssociation", "Instance"])
def test_reading_all_of_a_type_takes_as_many_calls_however_many_there_are(
    gateway: BotoGateway, client: Any, vpc: str, asked: list[str], kind: str
) -> None:
    counts = []
    for number in range(3):
        asked.clear()
        seen = list(gateway.list(f"AWS::EC2::{kind}", TOKYO))
        counts.append((len(seen), len([name for name in asked if name != ALONE.get(kind)])))
        grow(client, vpc, number)
    assert counts[0][0] < counts[1][0] < counts[2][0]
    assert len({calls for _, calls in counts[1:]}) == 1, counts

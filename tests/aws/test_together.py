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

"""Logical names made from what a resource is called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.planning.logical import NAME, logical


@pytest.mark.parametrize(
    ("kind", "name", "taken", "wanted"),
    [
        ("AWS::EC2::VPC", "shop", (), "ShopVPC"),
        ("AWS::EC2::VPC", "shop", ("SHOPvpc", "ShopVPC2"), "ShopVPC3"),
        ("AWS::EC2::Subnet", "10.9.1.0/24", (), "Subnet"),
        ("AWS::EC2::Subnet", "new subnet 2", (), "Subnet2"),
        ("AWS::EC2::Subnet", "public-subnet-a", (), "PublicSubnetA"),
        ("AWS::RDS::DBInstance", "注文", (), "DBInstance"),
    ],
)
def test_it_says_the_name_and_the_kind(kind: str, name: str, taken: tuple[str, ...], wanted: str) -> None:
    assert logical(kind, name, taken) == wanted


@given(name=st.text(max_size=200), count=st.integers(1, 4))
def test_every_one_is_a_name_of_its_own(name: str, count: int) -> None:
    taken: list[str] = []
    for _ in range(count):
        taken.append(logical("AWS::ElasticLoadBalancingV2::LoadBalancer", name, taken))
    assert len({each.casefold() for each in taken}) == count
    assert all(NAME.fullmatch(each) for each in taken)

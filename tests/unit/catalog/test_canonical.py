"""Values that AWS spells in its own way are planned in that way."""

from typing import Any

import pytest

from apps.catalog.canonical import spelling
from apps.planning.plan import Output


@pytest.mark.parametrize(
    ("name", "given", "kept"),
    [
        ("CidrIpv6", "2001:DB8:0:0::/32", "2001:db8::/32"),
        ("CidrIp", "100.68.0.18/18", "100.68.0.0/18"),
        ("CidrIp", "10.0.0.1", "10.0.0.1"),
        ("CidrIp", "10.0.0.0/40", "10.0.0.0/40"),
        ("IpProtocol", "TCP", "tcp"),
        ("IpProtocol", "6", "tcp"),
        ("IpProtocol", "50", "50"),
        ("PreferredMaintenanceWindow", "Sun:03:00-Sun:04:00", "sun:03:00-sun:04:00"),
        ("Description", "2001:DB8::/32", "2001:DB8::/32"),
        ("Tags", [{"Key": "IpProtocol", "Value": "TCP"}], [{"Key": "IpProtocol", "Value": "TCP"}]),
        ("CidrBlock", Output(1, "CidrBlock"), Output(1, "CidrBlock")),
        (
            "SecurityGroupIngress",
            [{"IpProtocol": "TCP", "CidrIpv6": "2001:DB8::1/64", "FromPort": 1}],
            [{"IpProtocol": "tcp", "CidrIpv6": "2001:db8::/64", "FromPort": 1}],
        ),
    ],
)
def test_a_value_has_the_form_that_aws_keeps(name: str, given: Any, kept: Any) -> None:
    assert spelling(name, given) == kept
    assert spelling(name, kept) == kept

"""JSON values in words."""

import pytest

from apps.web.presenters.values import line, show


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "yes"),
        (0, "0"),
        ("", "(empty text)"),
        ({"Key": "owner", "Value": "orders"}, "owner = orders"),
        ({"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "10.0.0.0/8"}, "tcp 443, CidrIp 10.0.0.0/8"),
        ({"IpProtocol": "udp", "FromPort": 1, "ToPort": 9}, "udp 1 to 9"),
        ({"IpProtocol": "-1", "CidrIpv6": "::/0", "Description": "x"}, "all traffic, CidrIpv6 ::/0, Description x"),
        ([1, {"a": None}], "1, a not set"),
    ],
)
def test_a_value_is_said_in_words_without_leaving_anything_out(value: object, words: str) -> None:
    assert line(value) == words


def test_a_unit_follows_a_number() -> None:
    assert str(show(400, "GiB")) == "400 GiB"


@pytest.mark.parametrize("value", [None, [], {}])
def test_nothing_is_called_not_set(value: object) -> None:
    assert show(value).kind == "unset"


def test_a_large_structure_becomes_a_tree_of_its_members() -> None:
    shown = show(
        {"Rules": [{"Id": "expire", "Days": 30}], "Status": "Enabled", "Prefix": "a/rather/long/prefix/of/keys/"}
    )
    assert not shown.inline
    assert [name for name, _ in shown.members] == ["Rules", "Status", "Prefix"]


def test_the_order_of_members_makes_no_difference_and_that_of_items_does() -> None:
    assert show({"A": 1, "B": [1, {"C": 2, "D": 3}]}).ordered == show({"B": [1, {"D": 3, "C": 2}], "A": 1}).ordered
    assert show([1, 2]).ordered != show([2, 1]).ordered
    assert show({"A": None}).ordered != show({"A": "x"}).ordered

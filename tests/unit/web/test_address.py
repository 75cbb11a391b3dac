"""Whom a request comes from, whatever it claims."""

import pytest

from apps.web.address import client

PROXY = "10.0.0.5"


@pytest.mark.parametrize(
    ("forwarded", "proxies", "address"),
    [
        ("", 0, PROXY),
        ("203.0.113.9", 0, PROXY),
        ("203.0.113.9", 1, "203.0.113.9"),
        ("198.51.100.1, 203.0.113.9", 1, "203.0.113.9"),
        ("198.51.100.1,203.0.113.9 , 10.0.0.4", 2, "203.0.113.9"),
        ("203.0.113.9", 2, PROXY),
        ("", 1, PROXY),
        ("not an address", 1, PROXY),
        ("198.51.100.1, <script>", 1, PROXY),
        ("203.0.113.9:52100", 1, "203.0.113.9"),
        ("2001:DB8::1", 1, "2001:db8::1"),
        ("[2001:db8::1]:52100", 1, "2001:db8::1"),
        ("[2001:db8::1]", 1, "2001:db8::1"),
        (",,", 1, PROXY),
    ],
)
def test_only_what_our_proxies_added_is_believed(forwarded: str, proxies: int, address: str) -> None:
    assert client(PROXY, forwarded, proxies) == address

"""Blocks of addresses of an import: which overlap, and which move with the network that they lie in. Pure."""

import ipaddress
from collections.abc import Mapping


def overlap(one: str, other: str) -> bool:
    """Whether two blocks have an address in common; False where one of them is none."""
    try:
        return ipaddress.IPv4Network(one).overlaps(ipaddress.IPv4Network(other))
    except ValueError:
        return False


def moved(networks: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """Blocks that lie in one that was changed, moved with it: name -> (source, chosen) to name -> block.

    A block that somebody chose by hand stays.
    """
    changed = [(one, other) for one, other in networks.values() if one != other and _sizes_agree(one, other)]
    answer = {}
    for name, (source, chosen) in networks.items():
        outer = next(
            (each for each in changed if source == chosen and source != each[0] and inside(source, each[0])), None
        )
        answer[name] = _shifted(source, *outer) if outer else chosen
    return answer


def _sizes_agree(one: str, other: str) -> bool:
    return one.rpartition("/")[2] == other.rpartition("/")[2]


def inside(inner: str, outer: str) -> bool:
    """Whether a block is a part of another; False where one of them is none."""
    try:
        return ipaddress.IPv4Network(inner).subnet_of(ipaddress.IPv4Network(outer))
    except ValueError:
        return False


def offset(inner: str, outer: str) -> str:
    """The place of a block within another, as "+0.0.1.0/24"; "" where it is no part of it."""
    if not inside(inner, outer):
        return ""
    one, other = ipaddress.IPv4Network(inner), ipaddress.IPv4Network(outer)
    return f"+{ipaddress.IPv4Address(int(one.network_address) - int(other.network_address))}/{one.prefixlen}"


def _shifted(block: str, old: str, new: str) -> str:
    inner, before, after = (ipaddress.IPv4Network(each, strict=False) for each in (block, old, new))
    start = int(inner.network_address) - int(before.network_address) + int(after.network_address)
    return f"{ipaddress.IPv4Address(start)}/{inner.prefixlen}"

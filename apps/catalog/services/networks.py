"""Blocks of addresses: of which size they may be, and that a subnet lies in its VPC beside the others.

Sources: `botocore, ec2 CreateVpc` and `botocore, ec2 CreateSubnet`, on the sizes of blocks and that "a subnet CIDR
block must not overlap the CIDR block of an existing subnet in the VPC".
"""

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Network

from apps.catalog.types import Asking, Asks, Beside, Document, Json

Found = Iterator[tuple[str, str]]
WIDEST, NARROWEST = 16, 28


def block(text: Json) -> IPv4Network | None:
    """None where it is no IPv4 network, such as what only a run will know."""
    try:
        return IPv4Network(text, strict=False) if isinstance(text, str) else None
    except ValueError:
        return None


def refuse(before: Document, after: Document) -> Found:
    """A block that is chosen has from 16 to 65,536 addresses."""
    chosen = block(after.get("CidrBlock"))
    if chosen and after.get("CidrBlock") != before.get("CidrBlock") and not WIDEST <= chosen.prefixlen <= NARROWEST:
        yield "CidrBlock", f"A block is from /{WIDEST} to /{NARROWEST}; this is /{chosen.prefixlen}. Choose another."


def subnet(ask: Asking, before: Document, after: Document, beside: Beside) -> Found:
    """The block of a new subnet against its VPC's and those of its sisters, of which the request may make some."""
    chosen, vpc = block(after.get("CidrBlock")), after.get("VpcId")
    yield from zone(ask, before, after, beside)
    if chosen is None or before:
        return
    outer = _outer(ask, vpc, beside)
    if outer and not any(chosen.subnet_of(each) for each in outer):
        yield "CidrBlock", f"{chosen} is not inside of the VPC's {_listed(outer)}. Choose a part of it."
        return
    for name, taken in _taken(ask, vpc, beside):
        if taken and chosen.overlaps(taken):
            yield "CidrBlock", f"{chosen} overlaps {taken}, which {name} has. Choose another part of the VPC's block."


def zone(ask: Asking, before: Document, after: Document, beside: Beside) -> Found:
    """That the region has the zone of something new, for this account."""
    chosen = after.get("AvailabilityZone")
    if isinstance(chosen, str) and not before:
        known = [each["ZoneName"] for each in ask("describe_availability_zones", {})["AvailabilityZones"]]
        if chosen not in known:
            yield "AvailabilityZone", f"{chosen} is no zone that this account has here. Choose {' or '.join(known)}."


def _outer(ask: Asking, vpc: Json, beside: Beside) -> list[IPv4Network]:
    """The blocks of the VPC, which the request may make or AWS has."""
    made = beside.named(vpc)
    if made is not None or not isinstance(vpc, str):
        return _blocks([(made or {}).get("CidrBlock")])
    found = ask("describe_vpcs", {"Filters": [{"Name": "vpc-id", "Values": [vpc]}]})["Vpcs"]
    shown = [each for one in found for each in one.get("CidrBlockAssociationSet") or []]
    return _blocks([*(one.get("CidrBlock") for one in found), *(each.get("CidrBlock") for each in shown)])


def _taken(ask: Asking, vpc: Json, beside: Beside) -> Iterator[tuple[str, IPv4Network | None]]:
    for sister in beside.sisters:
        if sister.get("VpcId") == vpc:
            yield "another subnet of this request", block(sister.get("CidrBlock"))
    if isinstance(vpc, str):
        for each in ask("describe_subnets", {"Filters": [{"Name": "vpc-id", "Values": [vpc]}]})["Subnets"]:
            if each["SubnetId"] not in beside.gone:
                yield each["SubnetId"], block(each["CidrBlock"])


def _blocks(texts: Iterable[Json]) -> list[IPv4Network]:
    return list(dict.fromkeys(each for each in map(block, texts) if each))


def _listed(blocks: list[IPv4Network]) -> str:
    return " or ".join(map(str, blocks))


SUBNETS = Asks(("describe_availability_zones", "describe_vpcs", "describe_subnets"), subnet)
ZONES = Asks(("describe_availability_zones",), zone)

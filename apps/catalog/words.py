"""Structures of AWS that people call by a name of their own: the rule of a security group is "tcp 443"."""

from collections.abc import Mapping
from typing import Any

Json = Any
PORTS = ("IpProtocol", "FromPort", "ToPort")


def headed(value: Mapping[str, Json]) -> tuple[str, Mapping[str, Json]] | None:
    """What people say first of the value, and the members that this leaves out; None where it has no such name."""
    return _rule(value) if "IpProtocol" in value else None


def _rule(value: Mapping[str, Json]) -> tuple[str, Mapping[str, Json]]:
    first, last = value.get("FromPort"), value.get("ToPort")
    protocol = "all traffic" if str(value["IpProtocol"]) == "-1" else str(value["IpProtocol"])
    ports = "" if first is None and last is None else f" {first}" if first == last else f" {first} to {last}"
    return protocol + ports, {name: member for name, member in value.items() if name not in PORTS}

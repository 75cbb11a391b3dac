"""Rules of security groups as EC2 keeps them: canonical networks, and what it refuses.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpRange.html
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UpdateSecurityGroupRuleDescriptionsIngress.html
"""

import ipaddress
import re
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from moto.ec2.models.security_groups import SecurityGroupBackend, SecurityGroupRule
from moto.ec2.responses.security_groups import SecurityGroups

from apps.sandbox.endpoint.incoming import Incoming
from apps.sandbox.endpoint.wire import Failure

SIGNS = re.compile(r"[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]{0,255}")
PEERS = ("IpRanges", "Ipv6Ranges", "UserIdGroupPairs", "PrefixListIds")
NUMBERED = {"6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6"}


def permissions(incoming: Incoming) -> Failure | None:
    for permission in incoming.parameters.get("IpPermissions") or []:
        if found := ports(permission):
            return Failure("InvalidParameterValue", found)
        for peers in PEERS:
            for peer in permission.get(peers) or []:
                if not SIGNS.fullmatch(peer.get("Description") or ""):
                    return Failure("InvalidParameterValue", "Invalid rule description.")
    return None


def ports(permission: dict[str, Any]) -> str:
    """What is wrong with the ports of tcp and udp, or "": other protocols have all of them, whatever is said."""
    begin, end = permission.get("FromPort"), permission.get("ToPort")
    if named(permission.get("IpProtocol", "")) not in ("tcp", "udp"):
        return ""
    if begin is None or end is None:
        return "Invalid value for portRange. Must specify both from and to ports with TCP/UDP."
    if not 0 <= begin <= end <= 65_535:
        return f"Invalid TCP/UDP port range ({begin}:{end})"
    return ""


def named(protocol: str) -> str:
    return NUMBERED.get(protocol, protocol.lower())


def described(incoming: Incoming) -> Failure | None:
    """Of a new group."""
    for member in ("Description", "GroupName"):
        if not SIGNS.fullmatch(incoming.parameters.get(member) or ""):
            return Failure("InvalidParameterValue", f"Invalid security group {member}.")
    return None


def kept(range_: dict[str, str]) -> dict[str, str]:
    """A range with the network as AWS writes it."""
    networks = {name: value for name, value in range_.items() if name in ("CidrIp", "CidrIpv6") and "/" in value}
    return range_ | {name: str(ipaddress.ip_network(value, strict=False)) for name, value in networks.items()}


def canonical(read: Callable[..., Iterator[dict[str, Any]]]) -> Callable[..., Iterator[dict[str, Any]]]:
    @wraps(read)
    def wrapper(response: Any) -> Iterator[dict[str, Any]]:
        for given in read(response):
            ranges = [kept(each) if isinstance(each, dict) else each for each in given["ip_ranges"] or []]
            yield given | {"ip_ranges": ranges, "ip_protocol": named(given["ip_protocol"] or "")}

    return wrapper


def peer(rule: SecurityGroupRule) -> tuple[Any, ...]:
    """What makes a rule the same for AWS: not its description."""
    ports_of = () if rule.ip_protocol == "-1" else (rule.from_port, rule.to_port)
    group = rule.source_group.get("GroupId") or rule.source_group.get("GroupName")
    lists = (rule.prefix_list_id or {}).get("PrefixListId")
    return rule.ip_protocol, ports_of, rule.cidr_ipv4, rule.cidr_ipv6, group, lists


def equal(rule: SecurityGroupRule, other: object) -> bool:
    return isinstance(other, SecurityGroupRule) and peer(rule) == peer(other)


def describe(_: SecurityGroupBackend, given: SecurityGroupRule, rule: SecurityGroupRule) -> None:
    """The rule gets the description that was given, or none."""
    for members, said in ((rule.ip_range, given.ip_range), (rule.source_group, given.source_group)):
        if members:
            members.pop("Description", None)
            members.update({"Description": said["Description"]} if said.get("Description") else {})


def install() -> None:
    """Put the additions around moto's models; once per process."""
    if hasattr(SecurityGroups._process_rules_from_querystring, "__wrapped__"):
        return
    SecurityGroups._process_rules_from_querystring = canonical(SecurityGroups._process_rules_from_querystring)
    SecurityGroupRule.__eq__ = equal  # type: ignore[method-assign]
    SecurityGroupBackend._sg_update_description = describe  # type: ignore[method-assign]

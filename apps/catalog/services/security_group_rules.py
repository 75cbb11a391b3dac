"""What Amazon EC2 refuses of a security group's rules, or takes for another rule than the one that was written.

Sources: `botocore, ec2 IpPermission`, `IpRange` and `AuthorizeSecurityGroupIngress`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from apps.catalog.types import Document, Json

Rule = Mapping[str, Any]
LISTS = ("SecurityGroupIngress", "SecurityGroupEgress")
PORTED, ICMP, EVERY, HIGHEST = ("tcp", "udp"), ("icmp", "icmpv6"), "-1", 255
DESCRIPTION = re.compile(r"[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{0,255}")
PORTS, TYPES = range(65_536), range(-1, 256)


def refuse(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    for name in LISTS:
        rules, known = after.get(name) or [], before.get(name) or []
        for number, rule in enumerate(rules, 1):
            if rule not in known:
                yield from ((name, f"Rule {number}: {said}") for said in wrong(rule))
        yield from ((name, said) for said in twice(rules))


def wrong(rule: Rule) -> Iterator[str]:
    """What is wrong with one rule by itself."""
    protocol, ends = str(rule.get("IpProtocol", "")), (rule.get("FromPort"), rule.get("ToPort"))
    if protocol in PORTED:
        yield from _ports(protocol, ends)
    elif protocol in ICMP:
        yield from _types(ends)
    elif protocol != EVERY and not (protocol.isdecimal() and int(protocol) <= HIGHEST):
        yield f"{protocol} is no protocol: tcp, udp, icmp, icmpv6, -1 for every one, or a number from 0 to {HIGHEST}."
    elif ends != (None, None):
        yield (
            f"AWS opens every port for protocol {protocol}, whatever ports are given. Leave FromPort and ToPort out, "
            "or choose tcp or udp."
        )
    if not DESCRIPTION.fullmatch(str(rule.get("Description") or "")):
        yield "A description has at most 255 letters without accents, digits, spaces and ._-:/()#,@[]+=&;{}!$*."


def twice(rules: Sequence[Rule]) -> Iterator[str]:
    """Rules that are one for AWS, which refuses the second."""
    seen: dict[str, int] = {}
    for number, rule in enumerate(rules, 1):
        key = repr(sorted((name, str(value)) for name, value in rule.items() if name != "Description"))
        if key in seen:
            yield f"Rules {seen[key]} and {number} differ in nothing but their description. Keep one of them."
        seen.setdefault(key, number)


def _ports(protocol: str, ends: tuple[Json, Json]) -> Iterator[str]:
    if None in ends:
        yield f"{protocol} needs FromPort and ToPort: 0 and 65535 for every port."
    elif not all(end in PORTS for end in ends):
        yield f"Ports go from 0 to 65535; this says {ends[0]} to {ends[1]}."
    elif ends[0] > ends[1]:
        yield f"FromPort {ends[0]} is above ToPort {ends[1]}. Exchange them."


def _types(ends: tuple[Json, Json]) -> Iterator[str]:
    if None in ends:
        yield "ICMP needs its type as FromPort and its code as ToPort: -1 and -1 for everything."
    elif not all(end in TYPES for end in ends):
        yield f"Types and codes of ICMP go from -1 to 255; this says {ends[0]} and {ends[1]}."
    elif ends[0] == -1 != ends[1]:
        yield "Every type of ICMP (-1) goes with every code (-1) only."

"""The form in which AWS keeps what may be spelled in several ways, by the names that members have in every type.

A proposal is planned in this form, so that the plan, the calls and the waiting speak of what AWS will show.
"""

import ipaddress
from collections.abc import Callable, Mapping
from typing import Any

from apps.catalog.types import NativeType, Property

Json = Any
Form = Callable[[str], str]
PROTOCOLS = {"6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6"}


def network(text: str) -> str:
    """`botocore, ec2 IpRange, Ipv6Range, CreateVpc, CreateSubnet, CreateRoute`: AWS canonicalizes CIDR blocks."""
    if "/" not in text:
        return text
    try:
        return str(ipaddress.ip_network(text.strip(), strict=False))
    except ValueError:
        return text


def protocol(text: str) -> str:
    """`botocore, ec2 IpPermission`: a name (tcp, udp, icmp, icmpv6) or a number; AWS shows those four so."""
    return PROTOCOLS.get(text, text.lower())


def digits(text: str) -> str:
    """Numbers that the registry schemas write as texts and the API as numbers: AWS shows them without leading zeros."""
    return str(int(text)) if text.isascii() and text.isdigit() else text


FORMS: Mapping[str, Form] = {
    **dict.fromkeys(("TTL", "AllocatedStorage", "MinSize", "MaxSize", "DesiredCapacity", "Cooldown"), digits),
    **dict.fromkeys(("ObjectSizeGreaterThan", "ObjectSizeLessThan"), digits),
    **dict.fromkeys(("CidrIp", "CidrIpv6", "CidrBlock", "Ipv6CidrBlock", "Cidr"), network),
    **dict.fromkeys(("DestinationCidrBlock", "DestinationIpv6CidrBlock"), network),
    "IpProtocol": protocol,
    # https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html: answers have small letters
    **dict.fromkeys(("PreferredMaintenanceWindow", "PreferredBackupWindow", "SnapshotWindow"), str.lower),
}
# Lists inside of values that have no order, by the names of their members: those of which the registry schemas say so
# (insertionOrder), and networks, groups and the lists of a CORS rule, of which only some schemas do.
SETS = frozenset(
    {
        *("Subnets", "SubnetIds", "SecurityGroups", "SecurityGroupIds", "SourceSecurityGroups", "Groups", "Tags"),
        *("AllowedHeaders", "AllowedMethods", "AllowedOrigins", "ExposedHeaders", "TagFilters", "Dimensions"),
        *("Add", "Drop", "CredentialSpecs", "DependsOn", "Devices", "DnsSearchDomains", "DnsServers", "Environment"),
        *("DockerSecurityOptions", "ExtraHosts", "IgnoredExitCodes", "Links", "MountOptions", "Permissions"),
        *("PortMappings", "ResourceRequirements", "SecretOptions", "Secrets", "SystemControls", "Tmpfs", "Ulimits"),
        *("VolumesFrom", "ExcludedTagKeys", "IncludedTagKeys", "RegexValues", "TargetGroups", "Values"),
    }
)
# Members of policies that hold one value or a list of them, which mean the same; services answer with either.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
ONE_OR_MORE = frozenset(
    {"Action", "NotAction", "Resource", "NotResource", "AWS", "Service", "Federated", "CanonicalUser"}
)


def canonical(native: NativeType, name: str, value: Json) -> Json:
    """The value of a property in AWS's own form. What isn't JSON, such as a reference, stays as it is."""
    return formed(native.properties.get(name), spelling(name, value))


def formed(declared: Property | None, value: Json) -> Json:
    """The value as AWS shows it, by what its property declares."""
    return declared.form(value) if declared and declared.form and value is not None else value


def spelling(name: str, value: Json) -> Json:
    """The value of a property or member as AWS spells it, by its name."""
    if name.endswith("Tags"):
        return value
    if isinstance(value, Mapping):
        return {member: spelling(member, inner) for member, inner in value.items()}
    if isinstance(value, list):
        return [spelling(name, item) for item in value]
    return FORMS[name](value) if isinstance(value, str) and name in FORMS else value

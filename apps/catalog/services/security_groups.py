"""Security groups of Amazon EC2: one rule for each peer, as the registry schema has them."""

import re
from collections.abc import Mapping

from apps.catalog import exposure
from apps.catalog.lines import Lines, Together
from apps.catalog.services.security_group_rules import refuse
from apps.catalog.tags import TAGS, ec2_tags
from apps.catalog.types import (
    Convert,
    Create,
    Delete,
    Document,
    Json,
    NativeType,
    Property,
    Read,
    SetDiff,
    Wait,
    Within,
    online,
    replaces,
)

PROPAGATED = (
    "botocore, ec2 AuthorizeSecurityGroup{}: Rule changes are propagated to instances "
    "associated with the security group as quickly as possible."
)
PORTS = ("IpProtocol", "FromPort", "ToPort", "CidrIp", "CidrIpv6")
INGRESS = (*PORTS, "SourceSecurityGroupId", "SourceSecurityGroupOwnerId", "SourcePrefixListId")
EGRESS = (*PORTS, "DestinationSecurityGroupId", "DestinationPrefixListId")
PEERS = (
    ("IpRanges", "CidrIp", "CidrIp"),
    ("Ipv6Ranges", "CidrIpv6", "CidrIpv6"),
    ("PrefixListIds", "PrefixListId", "{way}PrefixListId"),
    ("UserIdGroupPairs", "GroupId", "{way}SecurityGroupId"),
)
OWNER = "SourceSecurityGroupOwnerId"


def rules(found: Json, way: str) -> Json:
    """IpPermissions, which group peers by port, as one rule for each peer, the form of the registry schema.

    A peer group of another account keeps its owner: incoming rules have a member for it, outgoing ones write
    "account/group". `found` is the group's `OwnerId` and its permissions.
    """
    answer = []
    for permission in found["Permissions"] or []:
        ports = {name: permission[name] for name in ("IpProtocol", "FromPort", "ToPort") if name in permission}
        for listed, member, shown in PEERS:
            for peer in permission.get(listed) or []:
                rule = ports | {shown.format(way=way): peer[member]}
                if peer.get("UserId", found["OwnerId"]) != found["OwnerId"]:
                    foreign = f"{peer['UserId']}/{peer[member]}"
                    rule |= {OWNER: peer["UserId"]} if way == "Source" else {shown.format(way=way): foreign}
                answer.append(rule | ({"Description": peer["Description"]} if peer.get("Description") else {}))
    return answer


def permissions(shown: Json, way: str) -> Json:
    """The inverse of `rules`: one permission for each rule."""
    answer = []
    for rule in shown:
        permission = {name: rule[name] for name in ("IpProtocol", "FromPort", "ToPort") if name in rule}
        for listed, member, form in PEERS:
            named = form.format(way=way)
            if named in rule:
                peer = {member: rule[named]}
                if listed == "UserIdGroupPairs":
                    peer |= _owned(rule, rule[named])
                permission[listed] = [peer | ({"Description": rule["Description"]} if rule.get("Description") else {})]
        answer.append(permission)
    return answer


def _owned(rule: Mapping[str, Json], named: Json) -> dict[str, Json]:
    """The owner of a peer group, where the rule says one."""
    account, _, group = named.rpartition("/") if isinstance(named, str) else ("", "", named)
    return {"UserId": account, "GroupId": group} if account else {"UserId": rule[OWNER]} if OWNER in rule else {}


PROTOCOLS = ("tcp", "udp", "icmp", "icmpv6", "-1")
PEER = "a block, an address, a group or a prefix list"
ADDRESS = re.compile(r"[0-9]+\.[^:]*")
FOREIGN = re.compile(r"([0-9]{12})/(.+)")


def peers(way: str) -> Together:
    """A rule's peer as one text: a block or address, a prefix list, a group, or "account/group"."""
    group, prefixes = f"{way}SecurityGroupId", f"{way}PrefixListId"

    def split(text: str) -> Document:
        if text.startswith("pl-"):
            return {prefixes: text}
        if way == "Source" and (found := FOREIGN.fullmatch(text)):
            return {group: found[2], OWNER: found[1]}
        if ADDRESS.fullmatch(text):
            return {"CidrIp": text if "/" in text else f"{text}/32"}
        if ":" in text:
            return {"CidrIpv6": text if "/" in text else f"{text}/128"}
        return {group: text}

    def join(rule: Document) -> Json:
        named = [name for name in ("CidrIp", "CidrIpv6", prefixes, group) if rule.get(name) is not None]
        if len(named) != 1 or (rule.get(OWNER) and named != [group]):
            return None
        return f"{rule[OWNER]}/{rule[group]}" if rule.get(OWNER) else rule[named[0]]

    owner = (OWNER,) if way == "Source" else ()
    return Together(way, PEER, ("CidrIp", "CidrIpv6", prefixes, group, *owner), group, split, join)


def port(number: int) -> Document:
    return {"IpProtocol": "tcp", "FromPort": number, "ToPort": number}


def table(way: str) -> Lines:
    named = {"HTTPS": 443, "HTTP": 80, "SSH": 22, "PostgreSQL": 5432, "MySQL": 3306}
    presets = {name: port(number) for name, number in named.items()} | {"All traffic": {"IpProtocol": "-1"}}
    columns = ("IpProtocol", "FromPort", "ToPort", way, "Description")
    return Lines(columns, peers(way), presets, {"IpProtocol": PROTOCOLS})


def ingress(found: Json) -> Json:
    return rules(found, "Source")


def egress(found: Json) -> Json:
    return rules(found, "Destination")


def ingress_sent(shown: Json) -> Json:
    return permissions(shown, "Source")


def egress_sent(shown: Json) -> Json:
    return permissions(shown, "Destination")


def rule_calls(name: str, direction: str, key: tuple[str, ...], encode: Convert) -> SetDiff:
    """What is opened comes before what is closed, so that no call that fails leaves less open than there was."""
    return SetDiff(
        property=name,
        arguments={"GroupId": "GroupId"},
        add=f"authorize_security_group_{direction}",
        add_argument="IpPermissions",
        remove=f"revoke_security_group_{direction}",
        remove_argument="IpPermissions",
        alter=f"update_security_group_rule_descriptions_{direction}",
        key=key,
        encode_add=encode,
        encode_remove=encode,
        adds_first=True,
    )


GROUP_CREATE_ONLY = "AWS::EC2::SecurityGroup registry schema: create-only property"
EVERYTHING_OUT = [{"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}]


def ways_out(vpc: Document) -> Document:
    """https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html: a second rule with IPv6"""
    six = [{"IpProtocol": "-1", "CidrIpv6": "::/0"}] if vpc.get("Ipv6CidrBlocks") else []
    return {"SecurityGroupEgress": [*EVERYTHING_OUT, *six]}


SECURITY_GROUP = NativeType(
    name="AWS::EC2::SecurityGroup",
    title="Security group",
    service="ec2",
    list=Read("describe_security_groups", items="SecurityGroups[]"),
    read=Read(
        "describe_security_groups",
        items="SecurityGroups[]",
        arguments={"GroupIds": "[id]"},
        missing=("InvalidGroup.NotFound", "InvalidGroupId.Malformed"),
    ),
    identifier="GroupId",
    label="GroupName",
    arn_template="arn:{partition}:ec2:{region}:{account}:security-group/{id}",
    properties={
        "GroupId": Property(editable=False),
        "GroupName": Property(replaces(GROUP_CREATE_ONLY)),
        "GroupDescription": Property(replaces(GROUP_CREATE_ONLY), read="Description", argument="Description"),
        "VpcId": Property(replaces(GROUP_CREATE_ONLY)),
        "SecurityGroupIngress": Property(
            online(PROPAGATED.format("Ingress")),
            read="{OwnerId: OwnerId, Permissions: IpPermissions}",
            decode=ingress,
            unordered=True,
            exposes=exposure.rules_opened,
            cuts=exposure.rules_closed,
            columns=(*INGRESS, "Description"),
            lines=table("Source"),
        ),
        "SecurityGroupEgress": Property(
            online(PROPAGATED.format("Egress")),
            read="{OwnerId: OwnerId, Permissions: IpPermissionsEgress}",
            decode=egress,
            unordered=True,
            cuts=exposure.rules_closed,
            columns=(*EGRESS, "Description"),
            lines=table("Destination"),
        ),
        "Tags": TAGS,
    },
    update=(
        rule_calls("SecurityGroupIngress", "ingress", INGRESS, ingress_sent),
        rule_calls("SecurityGroupEgress", "egress", EGRESS, egress_sent),
        ec2_tags("[GroupId]"),
    ),
    create=Create(
        "create_security_group",
        properties=("GroupName", "GroupDescription", "VpcId"),
        outputs={"GroupId": "GroupId"},
        tags=lambda rows: ("TagSpecifications", [{"ResourceType": "security-group", "Tags": rows}]),
        defaults={"SecurityGroupEgress": EVERYTHING_OUT},
        distinct=("GroupName", "VpcId"),
        within=Within("VpcId", "AWS::EC2::VPC", ways_out),
    ),
    delete=Delete(
        "delete_security_group",
        {"GroupId": "GroupId"},
        "The group's identifier is never given again; rules elsewhere that name it must be written anew.",
        Wait(until=("gone",), minutes=0.1, timeout_minutes=5),
        "https://docs.aws.amazon.com/vpc/latest/userguide/security-groups.html",
    ),
    first=("GroupName", "GroupDescription", "VpcId", "SecurityGroupIngress", "SecurityGroupEgress", "Tags"),
    refuse=refuse,
)

"""Elastic Load Balancing, version 2."""

from collections.abc import Iterator, Mapping

from apps.catalog.tags import TAGS, resource_tags
from apps.catalog.types import (
    Arguments,
    Batch,
    Convert,
    Document,
    Json,
    Modify,
    NativeType,
    Part,
    Property,
    Put,
    Read,
    interrupts,
    replaces,
)

SCHEMA = "AWS::ElasticLoadBalancingV2::{} registry schema: create-only property"
LISTENING = (
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-update-rules.html: "
    "clients of the former port or protocol can no longer connect"
)


def tags(arn: str) -> Part:
    together = Batch(20, "ResourceArns", "TagDescriptions", "ResourceArn")
    return Part("describe_tags", {"ResourceArns": arn}, {"Tags": "Tags"}, batch=together)


def tag_calls(arn: str) -> Json:
    return resource_tags({"ResourceArns": f"[{arn}]"}, "add_tags", "remove_tags")


def schema(type_name: str) -> str:
    return SCHEMA.format(type_name)


LB: Arguments = {"LoadBalancerArn": "LoadBalancerArn"}
LOAD_BALANCER = NativeType(
    name="AWS::ElasticLoadBalancingV2::LoadBalancer",
    title="Load balancer",
    service="elbv2",
    list=Read("describe_load_balancers", items="LoadBalancers[]"),
    read=Read(
        "describe_load_balancers",
        items="LoadBalancers[]",
        arguments={"LoadBalancerArns": "[id]"},
        missing=("LoadBalancerNotFound",),
    ),
    identifier="LoadBalancerArn",
    label="Name",
    arn="LoadBalancerArn",
    status="State.Code",
    settled=("active",),
    parts=(
        tags("LoadBalancerArn"),
        Part(
            "describe_load_balancer_attributes", LB, {"LoadBalancerAttributes": "Attributes[].{Key: Key, Value: Value}"}
        ),
    ),
    properties={
        "LoadBalancerArn": Property(editable=False),
        "Name": Property(replaces(schema("LoadBalancer")), read="LoadBalancerName"),
        "Scheme": Property(replaces(schema("LoadBalancer"))),
        "Type": Property(replaces(schema("LoadBalancer"))),
        "DNSName": Property(editable=False),
        "SecurityGroups": Property(unordered=True),
        "Subnets": Property(read="AvailabilityZones[].SubnetId", unordered=True),
        "IpAddressType": Property(),
        "LoadBalancerAttributes": Property(unordered=True, argument="Attributes"),
        "Tags": TAGS,
    },
    update=(
        Modify("set_security_groups", LB, ("SecurityGroups",)),
        Modify("set_subnets", LB, ("Subnets",)),
        Modify("set_ip_address_type", LB, ("IpAddressType",)),
        Put("modify_load_balancer_attributes", LB, "LoadBalancerAttributes", "Attributes"),
        tag_calls("LoadBalancerArn"),
    ),
    first=("SecurityGroups", "Subnets", "IpAddressType", "LoadBalancerAttributes", "Tags"),
    uncovered={
        "For network load balancers, which are not covered yet.": (
            *("EnablePrefixForIpv6SourceNat", "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"),
            "SubnetMappings",
        ),
        "Changed by calls of its own, which are not covered yet.": ("Ipv4IpamPoolId", "MinimumLoadBalancerCapacity"),
    },
)

TG: Arguments = {"TargetGroupArn": "TargetGroupArn"}
HEALTH = (
    "HealthCheckProtocol",
    "HealthCheckPort",
    "HealthCheckPath",
    "HealthCheckEnabled",
    "HealthCheckIntervalSeconds",
    "HealthCheckTimeoutSeconds",
    "HealthyThresholdCount",
    "UnhealthyThresholdCount",
    "Matcher",
)
UNITS = {"HealthCheckIntervalSeconds": "seconds", "HealthCheckTimeoutSeconds": "seconds"}
TARGET_GROUP = NativeType(
    name="AWS::ElasticLoadBalancingV2::TargetGroup",
    title="Target group",
    service="elbv2",
    list=Read("describe_target_groups", items="TargetGroups[]"),
    read=Read(
        "describe_target_groups",
        items="TargetGroups[]",
        arguments={"TargetGroupArns": "[id]"},
        missing=("TargetGroupNotFound",),
    ),
    identifier="TargetGroupArn",
    label="Name",
    arn="TargetGroupArn",
    parts=(
        tags("TargetGroupArn"),
        Part(
            "describe_target_group_attributes", TG, {"TargetGroupAttributes": "Attributes[].{Key: Key, Value: Value}"}
        ),
    ),
    properties={
        "TargetGroupArn": Property(editable=False),
        "Name": Property(replaces(schema("TargetGroup")), read="TargetGroupName"),
        "Port": Property(replaces(schema("TargetGroup"))),
        "Protocol": Property(replaces(schema("TargetGroup"))),
        "VpcId": Property(replaces(schema("TargetGroup"))),
        "TargetType": Property(replaces(schema("TargetGroup"))),
        **{name: Property(unit=UNITS.get(name, "")) for name in HEALTH},
        "TargetGroupAttributes": Property(unordered=True, argument="Attributes"),
        "Tags": TAGS,
    },
    update=(
        Modify("modify_target_group", TG, HEALTH),
        Put("modify_target_group_attributes", TG, "TargetGroupAttributes", "Attributes"),
        tag_calls("TargetGroupArn"),
    ),
    first=(*HEALTH, "TargetGroupAttributes", "Tags"),
    uncovered={
        "Registered by calls of its own, often by the services behind it.": ("Targets",),
        "Not covered yet.": ("TargetControlPort",),
    },
)


def listener_name(document: Mapping[str, Json]) -> str:
    """ "HTTPS:443 on web-prod": an ARN of a load balancer ends in app/<its name>/<its id>."""
    balancer = str(document.get("LoadBalancerArn", "")).split("/")
    protocol, port = document.get("Protocol"), document.get("Port")
    return f"{protocol}:{port} on {balancer[-2]}" if len(balancer) > 2 and protocol and port else ""


LOGINS = ("AuthenticateCognitoConfig", "AuthenticateOidcConfig")


def timed(actions: Json, kind: Convert) -> Json:
    """Actions with session time-outs of that kind: seconds are text in the registry schema, a number in the API."""
    return [members(action, LOGINS, lambda config: members(config, ("SessionTimeout",), kind)) for action in actions]


def members(value: Json, names: tuple[str, ...], kind: Convert) -> Json:
    """A structure with the named members converted; anything else, such as an output of another change, as it is."""
    if not isinstance(value, Mapping):
        return value
    return {name: kind(member) if name in names else member for name, member in value.items()}


def actions_shown(actions: Json) -> Json:
    return timed(actions, str)


def actions_sent(actions: Json) -> Json:
    return timed(actions, int)


def refuse(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    """What can't be sent as a number of seconds, and a secret, which nobody may read in a request."""
    actions = [action for action in after.get("DefaultActions") or [] if isinstance(action, Mapping)]
    for config in (action.get(name) for action in actions for name in LOGINS):
        if isinstance(config, Mapping):
            if not str(config.get("SessionTimeout", "1")).isdecimal():
                yield "DefaultActions", "SessionTimeout is a number of seconds. Write digits."
            if "ClientSecret" in config:
                yield "DefaultActions", "A secret can't stand here. Give UseExistingClientSecret: true instead."


LISTENER = NativeType(
    name="AWS::ElasticLoadBalancingV2::Listener",
    title="Listener",
    service="elbv2",
    list=Read(
        "describe_listeners",
        items="Listeners[]",
        arguments={"LoadBalancerArn": "parent.LoadBalancerArn"},
        within=LOAD_BALANCER.list,
    ),
    read=Read(
        "describe_listeners", items="Listeners[]", arguments={"ListenerArns": "[id]"}, missing=("ListenerNotFound",)
    ),
    identifier="ListenerArn",
    label="ListenerArn",
    called=listener_name,
    arn="ListenerArn",
    parts=(tags("ListenerArn"),),
    properties={
        "ListenerArn": Property(editable=False),
        "LoadBalancerArn": Property(replaces(schema("Listener"))),
        "Port": Property(interrupts(1, LISTENING)),
        "Protocol": Property(interrupts(1, LISTENING)),
        "SslPolicy": Property(),
        "Certificates": Property(),
        "DefaultActions": Property(decode=actions_shown, encode=actions_sent),
        "Tags": TAGS,
    },
    update=(
        Modify(
            "modify_listener",
            {"ListenerArn": "ListenerArn"},
            ("Port", "Protocol", "SslPolicy", "Certificates", "DefaultActions"),
        ),
        tag_calls("ListenerArn"),
    ),
    first=("Port", "Protocol", "SslPolicy", "Certificates", "DefaultActions", "Tags"),
    refuse=refuse,
    uncovered={
        "For network load balancers, which are not covered yet.": ("AlpnPolicy",),
        "Changed by calls of its own, which are not covered yet.": ("ListenerAttributes", "MutualAuthentication"),
    },
)

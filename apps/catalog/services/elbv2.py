"""Elastic Load Balancing, version 2."""

from collections.abc import Mapping

from apps.catalog import exposure
from apps.catalog.services import elbv2_actions, elbv2_rules
from apps.catalog.services.vpc import GATEWAY_FIRST
from apps.catalog.tags import TAGS, resource_tags
from apps.catalog.types import (
    Arguments,
    Batch,
    Create,
    Delete,
    Guard,
    Json,
    Modify,
    NativeType,
    Part,
    Property,
    Put,
    Read,
    Wait,
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


def rows(given: list[Json]) -> tuple[str, Json]:
    return "Tags", given


GONE = Wait(until=("gone",), minutes=0.1, timeout_minutes=5)


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
        "Name": Property(replaces(schema("LoadBalancer")), read="LoadBalancerName", limits=elbv2_rules.NAME),
        "Scheme": Property(replaces(schema("LoadBalancer")), exposes=exposure.faces_internet),
        "Type": Property(replaces(schema("LoadBalancer"))),
        "DNSName": Property(editable=False),
        "CanonicalHostedZoneID": Property(editable=False, read="CanonicalHostedZoneId"),
        "SecurityGroups": Property(unordered=True, cuts=exposure.removed("allowed")),
        "Subnets": Property(read="AvailabilityZones[].SubnetId", unordered=True, cuts=exposure.removed("served")),
        "IpAddressType": Property(),
        "LoadBalancerAttributes": Property(keys=elbv2_rules.keys, unordered=True, argument="Attributes", merges="Key"),
        "Tags": TAGS,
    },
    update=(
        Modify("set_security_groups", LB, ("SecurityGroups",)),
        Modify("set_subnets", LB, ("Subnets",)),
        Modify("set_ip_address_type", LB, ("IpAddressType",)),
        Put("modify_load_balancer_attributes", LB, "LoadBalancerAttributes", "Attributes"),
        tag_calls("LoadBalancerArn"),
    ),
    create=Create(
        "create_load_balancer",
        follows=GATEWAY_FIRST,
        properties=("Name", "Type", "Scheme", "Subnets", "SecurityGroups", "IpAddressType"),
        outputs={
            "LoadBalancerArn": "LoadBalancers[0].LoadBalancerArn",
            "DNSName": "LoadBalancers[0].DNSName",
            "CanonicalHostedZoneID": "LoadBalancers[0].CanonicalHostedZoneId",
        },
        tags=rows,
        distinct=("Name",),
        wait=Wait(until=("active",), failed=("failed",), minutes=3, timeout_minutes=15),
    ),
    delete=Delete(
        "delete_load_balancer",
        LB,
        "Its DNS name is never given again, and its listeners go with it.",
        GONE,
        "botocore, elbv2 DeleteLoadBalancer: Deleting a load balancer also deletes its listeners.",
        guard=Guard(
            "LoadBalancerAttributes",
            "LoadBalancerAttributes[?Key == 'deletion_protection.enabled'].Value | [0] == 'true'",
            "botocore, elbv2 DeleteLoadBalancer: You can't delete a load balancer if deletion protection is enabled.",
        ),
    ),
    first=(
        *("Name", "Type", "Scheme", "Subnets", "SecurityGroups"),
        *("IpAddressType", "LoadBalancerAttributes", "Tags"),
    ),
    refuse=elbv2_rules.refuse_balancer,
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
        "Name": Property(replaces(schema("TargetGroup")), read="TargetGroupName", limits=elbv2_rules.NAME),
        "Port": Property(replaces(schema("TargetGroup"))),
        "Protocol": Property(replaces(schema("TargetGroup"))),
        "VpcId": Property(replaces(schema("TargetGroup"))),
        "TargetType": Property(replaces(schema("TargetGroup"))),
        "ProtocolVersion": Property(replaces(schema("TargetGroup"))),
        "IpAddressType": Property(replaces(schema("TargetGroup"))),
        **{name: Property(unit=UNITS.get(name, "")) for name in HEALTH},
        "TargetGroupAttributes": Property(keys=elbv2_rules.keys, unordered=True, argument="Attributes", merges="Key"),
        "Tags": TAGS,
    },
    update=(
        Modify("modify_target_group", TG, HEALTH),
        Put("modify_target_group_attributes", TG, "TargetGroupAttributes", "Attributes"),
        tag_calls("TargetGroupArn"),
    ),
    create=Create(
        "create_target_group",
        properties=("Name", "Protocol", "ProtocolVersion", "Port", "VpcId", "TargetType", "IpAddressType", *HEALTH),
        outputs={"TargetGroupArn": "TargetGroups[0].TargetGroupArn"},
        tags=rows,
        distinct=("Name",),
    ),
    delete=Delete(
        "delete_target_group",
        TG,
        "Its targets are registered nowhere any more; they themselves go on running.",
        GONE,
        "botocore, elbv2 DeleteTargetGroup: Deleting a target group does not affect its registered targets.",
    ),
    first=(
        *("Name", "Protocol", "ProtocolVersion", "Port", "VpcId", "TargetType", "IpAddressType"),
        *(*HEALTH, "TargetGroupAttributes", "Tags"),
    ),
    refuse=elbv2_rules.refuse_target_group,
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
        "SslPolicy": Property(unset=""),
        "Certificates": Property(unset=[]),
        "DefaultActions": Property(decode=elbv2_actions.shown, encode=elbv2_actions.sent, form=elbv2_actions.actions),
        "Tags": TAGS,
    },
    update=(
        Modify(
            "modify_listener",
            {"ListenerArn": "ListenerArn"},
            ("Port", "Protocol", "SslPolicy", "Certificates", "DefaultActions"),
            adapt=elbv2_rules.plain,
        ),
        tag_calls("ListenerArn"),
    ),
    create=Create(
        "create_listener",
        properties=("LoadBalancerArn", "Port", "Protocol", "SslPolicy", "Certificates", "DefaultActions"),
        outputs={"ListenerArn": "Listeners[0].ListenerArn"},
        tags=rows,
        distinct=("LoadBalancerArn", "Port"),
    ),
    delete=Delete(
        "delete_listener",
        {"ListenerArn": "ListenerArn"},
        "Clients of its port can no longer connect, and its rules go with it.",
        GONE,
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/delete-listener.html: connections are "
        "closed when you delete a listener",
    ),
    first=("LoadBalancerArn", "Port", "Protocol", "SslPolicy", "Certificates", "DefaultActions", "Tags"),
    refuse=elbv2_rules.refuse_listener,
    uncovered={
        "For network load balancers, which are not covered yet.": ("AlpnPolicy",),
        "Changed by calls of its own, which are not covered yet.": ("ListenerAttributes", "MutualAuthentication"),
    },
)

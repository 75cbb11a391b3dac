"""What Elastic Load Balancing refuses of load balancers, target groups and listeners, which no schema says."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from apps.catalog.services import elbv2_actions
from apps.catalog.types import Document, Json

Found = Iterator[tuple[str, str]]
# botocore, elbv2 CreateLoadBalancer and CreateTargetGroup on Name
NAME: Mapping[str, Json] = {"pattern": "^(?!internal-)[a-zA-Z0-9]([a-zA-Z0-9-]{0,30}[a-zA-Z0-9])?$"}
PROTOCOLS = {"app": ("HTTP", "HTTPS"), "net": ("TCP", "TLS", "UDP", "TCP_UDP", "QUIC", "TCP_QUIC")}
SECURE = ("HTTPS", "TLS")
SAFE = ("SslPolicy", "Certificates")
# botocore, elbv2 LoadBalancerAttribute and TargetGroupAttribute: key -> its values, and how they are said
WHOLE = r"\d{1,6}"
ATTRIBUTES: Mapping[str, tuple[str, range | None, str]] = {
    ".enabled": ("true|false", None, "true or false"),
    "idle_timeout.timeout_seconds": (WHOLE, range(1, 4001), "1 to 4000"),
    "client_keep_alive.seconds": (WHOLE, range(60, 604_801), "60 to 604800"),
    "desync_mitigation_mode": ("monitor|defensive|strictest", None, "monitor, defensive or strictest"),
    "xff_header_processing.mode": ("append|preserve|remove", None, "append, preserve or remove"),
    "secondary_ips.auto_assigned.per_subnet": (WHOLE, range(8), "0 to 7"),
    "deregistration_delay.timeout_seconds": (WHOLE, range(3601), "0 to 3600"),
    "slow_start.duration_seconds": (r"0|[3-9]\d|[1-8]\d\d|900", None, "0, or 30 to 900"),
    "cookie.duration_seconds": (WHOLE, range(1, 604_801), "1 to 604800"),
    "algorithm.type": (
        "round_robin|least_outstanding_requests|weighted_random",
        None,
        "round_robin, least_outstanding_requests or weighted_random",
    ),
    "minimum_healthy_targets.percentage": (r"off|[1-9]\d?|100", None, "off, or 1 to 100"),
}
# Every key that `botocore, elbv2 LoadBalancerAttribute` and `TargetGroupAttribute` name.
KEYS: Mapping[str, frozenset[str]] = {
    "LoadBalancerAttributes": frozenset(
        {
            *("access_logs.s3.bucket", "access_logs.s3.enabled", "access_logs.s3.prefix"),
            *("client_keep_alive.seconds", "connection_logs.s3.bucket"),
            *("connection_logs.s3.enabled", "connection_logs.s3.prefix"),
            *("deletion_protection.enabled", "dns_record.client_routing_policy"),
            *("health_check_logs.s3.bucket", "health_check_logs.s3.enabled"),
            *("health_check_logs.s3.prefix", "idle_timeout.timeout_seconds"),
            *("ipv6.deny_all_igw_traffic", "load_balancing.cross_zone.enabled"),
            *("routing.http.desync_mitigation_mode",),
            *("routing.http.drop_invalid_header_fields.enabled",),
            *("routing.http.preserve_host_header.enabled",),
            *("routing.http.x_amzn_tls_version_and_cipher_suite.enabled",),
            *("routing.http.xff_client_port.enabled", "routing.http.xff_header_processing.mode"),
            *("routing.http2.enabled", "secondary_ips.auto_assigned.per_subnet"),
            *("waf.fail_open.enabled", "zonal_shift.config.enabled"),
        }
    ),
    "TargetGroupAttributes": frozenset(
        {
            *("deregistration_delay.connection_termination.enabled",),
            *("deregistration_delay.timeout_seconds", "lambda.multi_value_headers.enabled"),
            *("load_balancing.algorithm.anomaly_mitigation", "load_balancing.algorithm.type"),
            *("load_balancing.cross_zone.enabled", "preserve_client_ip.enabled"),
            *("proxy_protocol_v2.enabled", "slow_start.duration_seconds"),
            *("stickiness.app_cookie.cookie_name", "stickiness.app_cookie.duration_seconds"),
            *("stickiness.enabled", "stickiness.lb_cookie.duration_seconds", "stickiness.type"),
            *("target_failover.on_deregistration", "target_failover.on_unhealthy"),
            *("target_group_health.dns_failover.minimum_healthy_targets.count",),
            *("target_group_health.dns_failover.minimum_healthy_targets.percentage",),
            *("target_group_health.unhealthy_state_routing.minimum_healthy_targets.count",),
            *("target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage",),
            *("target_health_state.unhealthy.connection_termination.enabled",),
            *("target_health_state.unhealthy.draining_interval_seconds",),
        }
    ),
}
CROSS_ZONE = "load_balancing.cross_zone.enabled"
ADDRESSES = "secondary_ips.auto_assigned.per_subnet"


def keys(key: str) -> tuple[tuple[str, ...], str]:
    """The values that there are to choose from, and what may be given, in words."""
    pattern, numbers, said = next((rule for ending, rule in ATTRIBUTES.items() if key.endswith(ending)), ("", None, ""))
    if key == CROSS_ZONE:
        return ("true", "false", "use_load_balancer_configuration"), ""
    worded = pattern and numbers is None and re.fullmatch(r"[a-z_|]+", pattern)
    return (tuple(pattern.split("|")), "") if worded else ((), said)


def values(rows: Json) -> dict[str, str]:
    return {str(row.get("Key")): str(row.get("Value", "")) for row in rows or () if isinstance(row, Mapping)}


def attributes(name: str, before: Document, after: Document) -> Found:
    """Values that AWS refuses, among those that change."""
    old, new = values(before.get(name)), values(after.get(name))
    if any(not (isinstance(row, Mapping) and row.get("Key")) for row in after.get(name) or ()):
        yield name, "An attribute has a Key. Choose it, or take the row out."
    elif len(new) < len(after.get(name) or ()):
        yield name, "An attribute is there twice. Keep one of them."
    for key, value in new.items():
        if key not in KEYS[name] and old.get(key) != value and key:
            yield name, f"{key} is no attribute of it. Choose one of the list."
        rule = next((rule for ending, rule in ATTRIBUTES.items() if key.endswith(ending)), None)
        inherited = (
            key == CROSS_ZONE and value == "use_load_balancer_configuration" and name != "LoadBalancerAttributes"
        )
        if rule and old.get(key) != value and not inherited and not fits(value, rule[0], rule[1]):
            yield name, f"{key} is {rule[2]}."
    for ending in ("access_logs", "connection_logs", "health_check_logs"):
        if new.get(f"{ending}.s3.enabled") == "true" and not new.get(f"{ending}.s3.bucket"):
            yield name, f"{ending}.s3.enabled needs {ending}.s3.bucket. Name the bucket."


def fits(value: str, pattern: str, numbers: range | None) -> bool:
    return bool(re.fullmatch(pattern, value)) and (numbers is None or int(value) in numbers)


def refuse_balancer(before: Document, after: Document) -> Found:
    """`botocore, elbv2 ModifyLoadBalancerAttributes`: once set, secondary addresses can't be decreased."""
    name, subnets = "LoadBalancerAttributes", after.get("Subnets")
    yield from attributes(name, before, after)
    was, becomes = (values(document.get(name)).get(ADDRESSES, "") for document in (before, after))
    if was.isdecimal() and becomes.isdecimal() and int(becomes) < int(was):
        yield name, f"{ADDRESSES} can't be decreased: it is {was} now. Give as much or more."
    application = after.get("Type") in (None, "", "application")
    if application and isinstance(subnets, list) and subnets != before.get("Subnets") and len(subnets) == 1:
        yield "Subnets", "An application load balancer needs subnets in two zones or more. Choose another one as well."


def refuse_listener(before: Document, after: Document) -> Found:
    """`botocore, elbv2 CreateListener` and `ModifyListener`."""
    yield from elbv2_actions.refuse("DefaultActions", before, after)
    kind, protocol = balancer_kind(after.get("LoadBalancerArn")), after.get("Protocol")
    if kind == "gwy":
        yield from (
            (name, f"A gateway load balancer takes no {name}.") for name in ("Port", "Protocol") if after.get(name)
        )
        return
    for name in ("Port", "Protocol"):
        if not before and after.get(name) is None:
            yield name, f"{name} is needed for a new listener. Give it a value."
    if isinstance(protocol, str) and kind in PROTOCOLS and protocol not in PROTOCOLS[kind]:
        yield "Protocol", f"This load balancer takes {' or '.join(PROTOCOLS[kind])}."
    if isinstance(protocol, str) and any(before.get(name) != after.get(name) for name in ("Protocol", *SAFE)):
        yield from safe(before, after, protocol)


def balancer_kind(arn: Json) -> str:
    """ "app", "net" or "gwy"; "" while nobody knows."""
    parts = str(arn).split("/") if isinstance(arn, str) else []
    return parts[1] if len(parts) == 4 else ""


def safe(before: Document, after: Document, protocol: str) -> Found:
    """Certificates and policies belong to HTTPS and TLS."""
    if protocol not in SECURE:
        for name in SAFE:
            if after.get(name):
                yield name, f"{protocol} has no {name}: AWS removes it. Leave it empty."
        return
    if len(after.get("Certificates") or ()) != 1:
        yield "Certificates", f"{protocol} needs exactly one certificate. Name it."
    if before.get("Protocol") not in (None, *SECURE) and not after.get("SslPolicy"):
        yield "SslPolicy", f"A listener that becomes {protocol} needs a security policy. Choose one."


def plain(before: Document, after: Document, sent: Document) -> Document:
    """Without what AWS removes by itself when a listener is no longer HTTPS or TLS."""
    secure = after.get("Protocol") in (None, *SECURE)
    return sent if secure else {name: value for name, value in sent.items() if name not in SAFE}


def refuse_target_group(before: Document, after: Document) -> Found:
    """`botocore, elbv2 CreateTargetGroup` and `ModifyTargetGroup`.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/application-load-balancer-target.html on TCP.
    """
    yield from attributes("TargetGroupAttributes", before, after)
    function = after.get("TargetType") == "lambda"
    for name in ("Protocol", "Port", "VpcId") if not before else ():
        if function and after.get(name) is not None:
            yield name, f"A target group of functions takes no {name}. Leave it empty."
        if not function and after.get(name) in (None, ""):
            yield name, f"{name} is needed for a new target group. Give it a value."
    if not before and after.get("TargetType") == "alb" and after.get("Protocol") in ("HTTP", "HTTPS"):
        yield "Protocol", "A load balancer as a target is reached by TCP. Choose that."
    yield from health(before, after, function)


def health(before: Document, after: Document, function: bool) -> Found:
    changed = {name for name in after if after.get(name) != before.get(name)}
    if "HealthCheckEnabled" in changed and after.get("HealthCheckEnabled") is False and not function:
        yield "HealthCheckEnabled", "Only health checks of functions can be switched off. Leave this true."
    kind, check = after.get("Protocol"), after.get("HealthCheckProtocol")
    if "HealthCheckProtocol" in changed and check is not None:
        if check not in ("HTTP", "HTTPS", "TCP"):
            yield "HealthCheckProtocol", f"{check} is not for health checks. Choose HTTP, HTTPS or TCP."
        elif check == "TCP" and kind in ("HTTP", "HTTPS"):
            yield "HealthCheckProtocol", f"A target group of {kind} can't be checked by TCP. Choose HTTP or HTTPS."
    if {"HealthCheckIntervalSeconds", "HealthCheckTimeoutSeconds"} & changed:
        yield from timing(after, 35 if function else 30)
    path = after.get("HealthCheckPath")
    if "HealthCheckPath" in changed and isinstance(path, str) and not path.startswith("/"):
        yield "HealthCheckPath", "A path begins with /."
    if {"Matcher", "ProtocolVersion"} & changed and after.get("Matcher"):
        yield from matcher(after, after["Matcher"])


def timing(after: Document, default: int) -> Found:
    """https://github.com/terraform-linters/tflint-ruleset-aws/issues/404: what AWS answers.

    The `default` of an interval is that of `botocore, elbv2 CreateTargetGroup` on HealthCheckIntervalSeconds.
    """
    every, most = after.get("HealthCheckIntervalSeconds") or default, after.get("HealthCheckTimeoutSeconds")
    if isinstance(every, int) and isinstance(most, int) and every <= most:
        yield "HealthCheckTimeoutSeconds", f"The timeout must be below the interval of {every} seconds."


def matcher(after: Document, given: Mapping[str, Any]) -> Found:
    """`botocore, elbv2 Matcher`: codes by the protocol version, within its range."""
    grpc = after.get("ProtocolVersion") == "GRPC"
    own, other = ("GrpcCode", "HttpCode") if grpc else ("HttpCode", "GrpcCode")
    if given.get(other) is not None:
        yield "Matcher", f"A target group of {'GRPC' if grpc else 'HTTP'} is matched by {own}, not by {other}."
    codes = given.get(own)
    least, most = (0, 99) if grpc else (200, 499 if after.get("Protocol") in ("HTTP", "HTTPS", None) else 599)
    if isinstance(codes, str):
        numbers = [part.split("-") for part in codes.split(",")]
        known = all(all(n.isdecimal() and least <= int(n) <= most for n in pair) and len(pair) < 3 for pair in numbers)
        if not known:
            yield (
                "Matcher",
                f'{own} is codes from {least} to {most}, such as "{least},{least + 2}" or "{least}-{most}".',
            )

"""Listeners, rules and target groups as Elastic Load Balancing keeps and refuses them.

Both forms of a forward to one target group are shown: https://github.com/getmoto/moto/issues/4716
https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Action.html
https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RedirectActionConfig.html
https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RuleCondition.html
https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyListener.html
https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
A timeout that isn't below the interval: https://github.com/terraform-linters/tflint-ruleset-aws/issues/404
"""

import re
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from moto.backends import get_backend
from moto.elbv2.models import ELBv2Backend, FakeAction, FakeListener, FakeListenerRule

from apps.catalog.services.elbv2_rules import KEYS
from apps.sandbox.endpoint.incoming import Incoming
from apps.sandbox.endpoint.wire import Failure

Json = dict[str, Any]
KEPT = {"Protocol": "#{protocol}", "Port": "#{port}", "Host": "#{host}", "Path": "/#{path}", "Query": "#{query}"}
MOVES = ("Protocol", "Port", "Host", "Path")
ROUTING = {"forward", "redirect", "fixed-response"}
LONG = {"host-header": "HostHeaderConfig", "path-pattern": "PathPatternConfig"}
CODES = {"HttpCode": (200, 499), "GrpcCode": (0, 99)}


def backend(incoming: Incoming) -> Any:
    return get_backend("elbv2")[incoming.account][incoming.region]


def listener(incoming: Incoming) -> Failure | None:
    """Of CreateListener and ModifyListener."""
    asked, held = incoming.parameters, held_listener(incoming)
    protocol = asked.get("Protocol") or (held.protocol if held else None)
    stays = bool(held and held.protocol in {"HTTPS", "TLS"} and held.certificates)
    if protocol in {"HTTPS", "TLS"} and len(asked.get("Certificates") or []) != 1 and not stays:
        return refused("A certificate must be specified for HTTPS listeners", "ValidationError")
    if protocol not in {"HTTPS", "TLS"} and (asked.get("Certificates") or asked.get("SslPolicy")):
        return refused(f"Certificates and policies are not supported for {protocol} listeners")
    return next((refused(said) for said in actions(asked.get("DefaultActions") or [], protocol)), None)


def held_listener(incoming: Incoming) -> FakeListener | None:
    arn = incoming.parameters.get("ListenerArn")
    balancers = backend(incoming).load_balancers.values()
    return next((found for each in balancers for key, found in each.listeners.items() if key == arn), None)


def rule(incoming: Incoming) -> Failure | None:
    """Of CreateRule and ModifyRule."""
    return next((refused(said) for said in actions(incoming.parameters.get("Actions") or [], None)), None)


def refused(said: str, code: str = "InvalidLoadBalancerAction") -> Failure:
    return Failure(code, said)


def actions(given: list[Json], protocol: str | None) -> Iterator[str]:
    if not given:
        return
    if len(given) > 1 and len({each.get("Order") for each in given} - {None}) < len(given):
        yield "You must specify a unique order for each action"
    ordered = [each["Type"] for each in sorted(given, key=lambda each: each.get("Order") or 0)]
    if ordered[-1] not in ROUTING or ROUTING & set(ordered[:-1]):
        yield "The last action must be exactly one of forward, redirect and fixed-response"
    for each in given:
        groups = [group["TargetGroupArn"] for group in (each.get("ForwardConfig") or {}).get("TargetGroups") or []]
        if groups and each.get("TargetGroupArn") and groups != [each["TargetGroupArn"]]:
            yield "You can specify only one target group with TargetGroupArn and ForwardConfig, and the same"
        where = each.get("RedirectConfig") or {}
        if each["Type"] == "redirect" and all(where.get(name, KEPT[name]) == KEPT[name] for name in MOVES):
            yield "The redirect must modify at least one of protocol, port, host and path"
        if protocol == "HTTPS" and where.get("Protocol") == "HTTP":
            yield "Redirects from HTTPS to HTTP are not allowed"


def balancer(incoming: Incoming) -> Failure | None:
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html on both."""
    asked = incoming.parameters
    if not re.fullmatch(r"(?!internal-)(?!-)[A-Za-z0-9-]{1,32}(?<!-)", str(asked.get("Name", ""))):
        return refused(f"The load balancer name '{asked.get('Name')}' is not valid", "ValidationError")
    places = [*(asked.get("Subnets") or []), *(asked.get("SubnetMappings") or [])]
    if asked.get("Type", "application") == "application" and len(places) < 2:
        return refused("At least two subnets in two different Availability Zones must be specified", "ValidationError")
    return None


def target_group_attributes(incoming: Incoming) -> Failure | None:
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html"""
    for attribute in incoming.parameters.get("Attributes") or []:
        if attribute.get("Key") not in KEYS["TargetGroupAttributes"]:
            return refused(f"Target group attribute key '{attribute.get('Key')}' is not recognized", "ValidationError")
    return None


def target_group(incoming: Incoming) -> Failure | None:
    """Of CreateTargetGroup and ModifyTargetGroup."""
    asked = incoming.parameters
    held = backend(incoming).target_groups.get(asked.get("TargetGroupArn"))
    kind = asked.get("Protocol") or (held.protocol if held else None)
    every = asked.get("HealthCheckIntervalSeconds") or (held.health_check_interval_seconds if held else None) or 30
    most = asked.get("HealthCheckTimeoutSeconds") or (held.health_check_timeout_seconds if held else None)
    if most and int(every) <= int(most):
        return refused("Health check interval must be greater than the timeout.", "ValidationError")
    if asked.get("HealthCheckProtocol") == "TCP" and kind in {"HTTP", "HTTPS"}:
        return refused("TCP health checks are not supported for HTTP target groups", "InvalidConfigurationRequest")
    version = asked.get("ProtocolVersion") or (held.protocol_version if held else None)
    return next((refused(said, "ValidationError") for said in codes(asked.get("Matcher") or {}, version, kind)), None)


def codes(matcher: Json, version: str | None, kind: str | None) -> Iterator[str]:
    own = "GrpcCode" if version == "GRPC" else "HttpCode"
    if set(matcher) - {own}:
        yield f"The matcher of a {version or 'HTTP1'} target group must specify {own}"
    least, most = CODES[own]
    most = most if kind in {"HTTP", "HTTPS", None} else 599
    for part in matcher.get(own, "").split(","):
        ends = [int(end) for end in part.split("-") if end.isdigit()]
        if part and not all(least <= end <= most for end in ends):
            yield f"Health check matcher codes must be within {least} to {most}"


def filled(action: Json) -> Json:
    """An action as AWS shows it."""
    groups = (action.get("ForwardConfig") or {}).get("TargetGroups") or []
    if action.get("Type") == "forward" and not groups and action.get("TargetGroupArn"):
        return action | {"ForwardConfig": {"TargetGroups": [{"TargetGroupArn": action["TargetGroupArn"]}]}}
    if len(groups) == 1:
        return action | {"TargetGroupArn": groups[0]["TargetGroupArn"]}
    if action.get("RedirectConfig"):
        return action | {"RedirectConfig": KEPT | action["RedirectConfig"]}
    if action.get("FixedResponseConfig"):
        return action | {"FixedResponseConfig": {"ContentType": "text/plain"} | action["FixedResponseConfig"]}
    return action


def both(condition: Json) -> Json:
    """A condition as AWS shows it: the values of hosts and paths in both places."""
    name = LONG.get(condition.get("Field", ""), "")
    values = condition.get("Values") or (condition.get(name) or {}).get("Values")
    return condition | {"Values": values, name: {"Values": values}} if name and values else condition


def shown(init: Callable[..., None]) -> Callable[..., None]:
    @wraps(init)
    def wrapper(action: FakeAction, data: Json) -> None:
        init(action, filled(data))

    return wrapper


def conditioned(act: Callable[..., Any]) -> Callable[..., Any]:
    """A rule that is made or changed keeps its conditions so."""

    @wraps(act)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        found: FakeListenerRule = act(*args, **kwargs)
        found.conditions = [both(each) for each in found.conditions]
        return found

    return wrapper


def unsecured(act: Callable[..., FakeListener]) -> Callable[..., FakeListener]:
    """What is not HTTPS or TLS has neither certificate nor policy, and loses them when it becomes so."""

    @wraps(act)
    def wrapper(*args: Any, **kwargs: Any) -> FakeListener:
        found = act(*args, **kwargs)
        if found.protocol not in {"HTTPS", "TLS"}:
            found.certificate, found.certificates, found.ssl_policy = None, [], None
        return found

    return wrapper


def install() -> None:
    """Put the additions around moto's models; once per process."""
    if hasattr(FakeAction.__init__, "__wrapped__"):
        return
    FakeAction.__init__ = shown(FakeAction.__init__)  # type: ignore[method-assign]
    ELBv2Backend.create_rule = conditioned(ELBv2Backend.create_rule)  # type: ignore[method-assign]
    ELBv2Backend.modify_rule = conditioned(ELBv2Backend.modify_rule)  # type: ignore[method-assign]
    ELBv2Backend.create_listener = unsecured(ELBv2Backend.create_listener)  # type: ignore[method-assign]
    ELBv2Backend.modify_listener = unsecured(ELBv2Backend.modify_listener)  # type: ignore[method-assign]

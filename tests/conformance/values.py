"""Hypothesis strategies for values that a registry schema accepts."""

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import regex
from hypothesis import strategies as st

from apps.catalog import faults, shape
from apps.catalog.registry import native
from apps.catalog.services import s3_lifecycle, scaling
from tests.conformance.offences import TOKYO

DEPTH = 4
WORDS = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=3, max_size=12)
NETWORKS = {
    "ipv4-network": st.sampled_from(["10.0.0.0/8", "192.168.1.0/24", "0.0.0.0/0"]),
    "ipv6-network": st.sampled_from(["::/0", "2001:db8::/32"]),
}


def _policies(**members: Any) -> st.SearchStrategy[Any]:
    actions = st.sampled_from(["s3:GetObject", "es:ESHttpGet", "elasticfilesystem:ClientMount", "sts:AssumeRole"])
    statement = {"Effect": st.sampled_from(["Allow", "Deny"]), "Action": actions, **members}
    statements = st.lists(st.fixed_dictionaries(statement), min_size=1, max_size=2, unique_by=repr)
    return st.fixed_dictionaries({"Version": st.just("2012-10-17"), "Statement": statements})


EVERYTHING = st.just("*")
PRINCIPALS = st.sampled_from(["*", {"AWS": "arn:aws:iam::111122223333:root"}, {"Service": "ec2.amazonaws.com"}])
POLICIES = {
    "identity": _policies(Resource=EVERYTHING),
    "resource": _policies(Resource=EVERYTHING, Principal=PRINCIPALS),
    "resource_ecr": _policies(Principal=PRINCIPALS),
    "trust": _policies(Principal=PRINCIPALS, Action=st.just("sts:AssumeRole")),
}


@cache
def of_property(type_name: str, name: str, engine: str = "") -> st.SearchStrategy[Any]:
    known = shape.shapes(type_name, TOKYO, {"Engine": engine} if engine else {})[name]
    if known.choices and "enum" not in known.schema:
        return st.sampled_from(known.choices)
    if known.policy:
        return POLICIES[known.policy]
    declared = native(type_name)
    columns = declared.properties[name].columns if declared else ()
    drawn = _values(known.schema, known.schema.get("definitions", {}), DEPTH)
    fitted = drawn.map(lambda value: FITTED.get(name, _only)(value, columns))
    return fitted.filter(lambda value: not shape.faults(known, value))


def _only(value: Any, columns: tuple[str, ...]) -> Any:
    """With the members that a form asks for, where a type says which."""
    if isinstance(value, list):
        return [_only(item, columns) for item in value]
    return {k: v for k, v in value.items() if k in columns} if columns and isinstance(value, dict) else value


def _rules(value: Any, columns: tuple[str, ...]) -> Any:
    """Lifecycle rules without what our own rules refuse."""
    rules = [{k: v for k, v in rule.items() if k not in s3_lifecycle.OLD} for rule in value.get("Rules", [])]
    return {"Rules": [{**_acting(rule), "Id": f"rule {n}"} for n, rule in enumerate(rules)]}


def _acting(rule: dict[str, Any]) -> dict[str, Any]:
    """With one expiration, and dates as S3 has them."""
    moves = [{"StorageClass": each["StorageClass"], "TransitionDate": DATE} for each in rule.get("Transitions", [])]
    once = [name for name in ("ExpirationInDays", "ExpirationDate", "ExpiredObjectDeleteMarker") if name in rule]
    kept = {name: value for name, value in rule.items() if name not in once[1:]}
    kept |= {"ExpirationDate": DATE} if "ExpirationDate" in kept else {}
    kept |= {"Transitions": moves} if moves else {}
    return kept if any(kept.get(name) for name in s3_lifecycle.ACTIONS) else {**kept, "ExpirationInDays": 7}


DATE = "2027-01-31T00:00:00Z"


def _archive(value: Any, columns: tuple[str, ...]) -> Any:
    return {"S3Bucket": "code", "S3Key": "main.zip"}


def _text(value: Any, columns: tuple[str, ...]) -> Any:
    selection = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 1 + len(repr(value))}
    rule = {"rulePriority": 1, "description": "old", "selection": selection, "action": {"type": "expire"}}
    return {"LifecyclePolicyText": json.dumps({"rules": [rule]})}


def _containers(value: Any, columns: tuple[str, ...]) -> Any:
    """What botocore requires inside, and the registry schema doesn't, left out."""
    return _only(value, ("Name", "Image", "Cpu", "Memory", "Essential", "Command", "User", "PortMappings", "Secrets"))


TARGETS = {
    "TargetGroupArn": "arn:aws:elasticloadbalancing:ap-northeast-1:111111111111:targetgroup/web/31c402bf7eabd2a6"
}
ACTIONS = (
    {"Type": "forward", **TARGETS},
    {"Type": "forward", "ForwardConfig": {"TargetGroups": [{**TARGETS, "Weight": 3}]}},
    {"Type": "redirect", "RedirectConfig": {"Port": "8443", "StatusCode": "HTTP_302"}},
    {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503", "MessageBody": "Later."}},
)


def _actions(value: Any, columns: tuple[str, ...]) -> Any:
    """One of those that AWS takes alone: the rules between their members are no schema's."""
    return [ACTIONS[len(repr(value)) % len(ACTIONS)]]


def _path(value: Any, columns: tuple[str, ...]) -> Any:
    return f"/{value}"


def _matcher(value: Any, columns: tuple[str, ...]) -> Any:
    return {"HttpCode": str(200 + len(repr(value)) % 300)}


def _ported(value: Any, columns: tuple[str, ...]) -> Any:
    """Rules of groups with ports and networks: other peers have to be there."""
    networks = ({"CidrIp": "10.0.0.0/8"}, {"CidrIp": "192.168.1.0/24"})
    return [
        {"IpProtocol": "tcp", "FromPort": 80 + n, "ToPort": 90 + n, **networks[len(repr(rule)) % 2]}
        for n, rule in enumerate(value)
    ]


def _one_rule(value: Any, columns: tuple[str, ...]) -> Any:
    """A bucket has one rule of encryption."""
    return {name: rules[:1] for name, rules in value.items()}


def _policies_of_ending(value: Any, columns: tuple[str, ...]) -> Any:
    return [scaling.POLICIES[len(repr(value)) % len(scaling.POLICIES)]]


QUEUE = "arn:aws:sqs:ap-northeast-1:111111111111:other"


def _redrive(value: Any, columns: tuple[str, ...]) -> Any:
    return {"deadLetterTargetArn": QUEUE, "maxReceiveCount": 1 + len(repr(value))}


def _redrive_allowed(value: Any, columns: tuple[str, ...]) -> Any:
    kinds = ({"redrivePermission": "denyAll"}, {"redrivePermission": "byQueue", "sourceQueueArns": [QUEUE]})
    return kinds[len(repr(value)) % len(kinds)]


def _pattern(value: Any, columns: tuple[str, ...]) -> Any:
    return {name: each if isinstance(each, list) else [each] for name, each in value.items()}


def _targets(value: Any, columns: tuple[str, ...]) -> Any:
    """Targets of a rule are named by ARNs, those of a target group are not."""
    return [{**each, "Arn": QUEUE} if "Arn" in each else each for each in _only(value, columns)]


CONDITIONS = (
    {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/api/*"]}},
    {"Field": "host-header", "Values": ["www.example.org"]},
    {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-Old", "Values": ["1", "2"]}},
    {"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "v", "Value": "1"}]}},
)


def _conditions(value: Any, columns: tuple[str, ...]) -> Any:
    return list(CONDITIONS[len(repr(value)) % len(CONDITIONS) :])


def _launched(value: Any, columns: tuple[str, ...]) -> Any:
    named = {"LaunchTemplateId", "LaunchTemplateName"} & set(value)
    return {"LaunchTemplateId": "lt-0a1b2c3d4e5f60718", "Version": "$Latest"} if named else value


def _attributes(*choices: tuple[str, str]) -> Any:
    """Some of these keys with a value that fits: AWS knows no others."""
    rows = [{"Key": key, "Value": value} for key, value in choices]
    return lambda value, columns: rows[len(repr(value)) % len(rows) :]


def _schedule(value: Any, columns: tuple[str, ...]) -> Any:
    return f"rate({2 + len(value)} minutes)" if len(value) % 2 else "cron(0 10 * * ? *)"


def _zone(value: Any, columns: tuple[str, ...]) -> Any:
    """Zones of the region in which plans are made here."""
    return [f"{TOKYO}a"] if isinstance(value, list) else f"{TOKYO}c"


FITTED = {
    **dict.fromkeys(shape.ZONES, _zone),
    "TerminationPolicies": _policies_of_ending,
    "RedrivePolicy": _redrive,
    "RedriveAllowPolicy": _redrive_allowed,
    "EventPattern": _pattern,
    "Targets": _targets,
    "Conditions": _conditions,
    "BucketEncryption": _one_rule,
    **dict.fromkeys(("SecurityGroupIngress", "SecurityGroupEgress"), _ported),
    **dict.fromkeys(("Actions", "DefaultActions"), _actions),
    "HealthCheckPath": _path,
    "Matcher": _matcher,
    "ContainerDefinitions": _containers,
    "LaunchTemplate": _launched,
    "ScheduleExpression": _schedule,
    "LoadBalancerAttributes": _attributes(
        ("idle_timeout.timeout_seconds", "120"),
        ("deletion_protection.enabled", "true"),
        ("routing.http2.enabled", "false"),
    ),
    "TargetGroupAttributes": _attributes(
        ("deregistration_delay.timeout_seconds", "30"),
        ("stickiness.enabled", "true"),
        ("slow_start.duration_seconds", "60"),
    ),
    s3_lifecycle.NAME: _rules,
    "Code": _archive,
    "LifecyclePolicy": _text,
}


def _values(raw: Mapping[str, Any], definitions: Mapping[str, Any], depth: int) -> st.SearchStrategy[Any]:
    whole = {**definitions.get(str(raw.get("$ref", "")).removeprefix("#/definitions/"), {}), **raw}
    if "enum" in whole:
        return st.sampled_from(whole["enum"])
    match whole.get("type"):
        case "boolean":
            return st.booleans()
        case "integer" | "number":
            return st.integers(whole.get("minimum", 0), whole.get("maximum", 10_000))
        case "array":
            item = _values(whole["items"], definitions, depth - 1)
            return st.lists(item, min_size=max(1, whole.get("minItems", 0)), max_size=3, unique_by=repr)
        case "object" | [*_] if whole.get("properties"):
            return _structures(whole, definitions, depth)
        case "object" | [*_]:
            return st.dictionaries(WORDS, WORDS | st.lists(WORDS, min_size=1, max_size=2), min_size=1, max_size=2)
        case _:
            return _texts(whole)


def _texts(whole: Mapping[str, Any]) -> st.SearchStrategy[str]:
    if whole.get("format") in NETWORKS:
        return NETWORKS[whole["format"]]
    pattern = whole.get("pattern", "")
    if not pattern or "\\p{" in pattern:
        return WORDS.map(lambda word: word.ljust(whole.get("minLength", 0), "x")[: whole.get("maxLength", 40)])
    drawn: st.SearchStrategy[str] = st.from_regex(re.compile(pattern, re.ASCII), fullmatch=True)
    return drawn.filter(lambda text: text.isascii() and bool(regex.search(pattern, text)))


def _structures(whole: Mapping[str, Any], definitions: Mapping[str, Any], depth: int) -> st.SearchStrategy[Any]:
    members = whole.get("properties", {})
    needed = set(whole.get("required", ()))
    choose = [name for name in whole.get("requiredXor", ()) if name in members]
    free = [name for name in members if name not in needed and name not in choose] if depth > 0 else []

    @st.composite
    def structure(draw: Any) -> dict[str, Any]:
        names = {*needed, *draw(st.lists(st.sampled_from(free), max_size=3) if free else st.just([]))}
        names |= {draw(st.sampled_from(choose))} if choose else set()
        return {name: draw(_values(members[name], definitions, depth - 1)) for name in sorted(names)}

    return structure().filter(lambda value: not faults.faults({**whole, "definitions": definitions}, value))

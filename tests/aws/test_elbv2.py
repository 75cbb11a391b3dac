import re
from typing import Any

import pytest

from tests.aws.exercise import TOKYO, Exercise

BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
TARGETS = "AWS::ElasticLoadBalancingV2::TargetGroup"
LISTENER = "AWS::ElasticLoadBalancingV2::Listener"


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    return f"web-{abs(hash(request.node.name)) % 10**8}"


@pytest.fixture
def balancer(client: Any, subnets: list[str], groups: list[str], name: str) -> str:
    made = client("elbv2").create_load_balancer(Name=name, Subnets=subnets, SecurityGroups=groups[:1])
    return str(made["LoadBalancers"][0]["LoadBalancerArn"])


@pytest.fixture
def targets(client: Any, vpc: str, name: str) -> str:
    made = client("elbv2").create_target_group(
        Name=name, Protocol="HTTP", Port=8080, VpcId=vpc, HealthCheckPath="/health", TargetType="instance"
    )
    return str(made["TargetGroups"][0]["TargetGroupArn"])


@pytest.fixture
def listener(client: Any, balancer: str, targets: str) -> str:
    made = client("elbv2").create_listener(
        LoadBalancerArn=balancer,
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": targets}],
    )
    return str(made["Listeners"][0]["ListenerArn"])


@pytest.mark.parametrize("kind", [BALANCER, TARGETS, LISTENER])
def test_resources_are_listed_as_they_are_read(
    exercise: Exercise, kind: str, balancer: str, targets: str, listener: str
) -> None:
    identifier = {BALANCER: balancer, TARGETS: targets, LISTENER: listener}[kind]
    listed = {seen.identifier: seen for seen in exercise.gateway.list(kind, TOKYO)}
    assert listed[identifier] == exercise.read(kind, identifier)
    assert listed[identifier].arn == identifier


@pytest.mark.parametrize("kind", [BALANCER, TARGETS, LISTENER])
def test_tags_are_changed_and_set_back(
    exercise: Exercise, kind: str, balancer: str, targets: str, listener: str
) -> None:
    seen = exercise.read(kind, {BALANCER: balancer, TARGETS: targets, LISTENER: listener}[kind])
    exercise.change(seen, Tags=[{"Key": "env", "Value": "prod"}])


def test_a_balancer_is_changed_and_set_back(
    exercise: Exercise, balancer: str, groups: list[str], subnets: list[str], client: Any
) -> None:
    seen = exercise.read(BALANCER, balancer)
    assert sorted(seen.document["Subnets"]) == sorted(subnets)
    exercise.change(seen, SecurityGroups=groups)
    exercise.change(seen, SecurityGroups=groups[1:])


def test_attributes_of_a_balancer_are_changed_and_set_back(exercise: Exercise, balancer: str, client: Any) -> None:
    client("elbv2").modify_load_balancer_attributes(
        LoadBalancerArn=balancer, Attributes=[{"Key": "idle_timeout.timeout_seconds", "Value": "60"}]
    )
    seen = exercise.read(BALANCER, balancer)
    attributes = {row["Key"]: row["Value"] for row in seen.document["LoadBalancerAttributes"]}
    changed = attributes | {"idle_timeout.timeout_seconds": "120"}
    exercise.change(seen, LoadBalancerAttributes=[{"Key": k, "Value": v} for k, v in changed.items()])


@pytest.mark.parametrize(
    "desired",
    [
        {"HealthCheckPath": "/ready"},
        {"HealthCheckIntervalSeconds": 10, "HealthCheckTimeoutSeconds": 3},
        {"HealthyThresholdCount": 2, "UnhealthyThresholdCount": 4},
        {"HealthCheckProtocol": "HTTPS"},
        {"Matcher": {"HttpCode": "200-299"}},
    ],
)
def test_health_checks_are_changed_and_set_back(exercise: Exercise, targets: str, desired: dict[str, Any]) -> None:
    exercise.change(exercise.read(TARGETS, targets), **desired)


def test_attributes_of_a_target_group_are_changed_and_set_back(exercise: Exercise, targets: str) -> None:
    seen = exercise.read(TARGETS, targets)
    attributes = {row["Key"]: row["Value"] for row in seen.document["TargetGroupAttributes"]}
    changed = attributes | {"deregistration_delay.timeout_seconds": "30"}
    exercise.change(seen, TargetGroupAttributes=[{"Key": k, "Value": v} for k, v in changed.items()])


def test_a_listener_is_changed_and_set_back(exercise: Exercise, listener: str) -> None:
    seen = exercise.read(LISTENER, listener)
    assert re.fullmatch(r"HTTP:[0-9]+ on [a-z0-9-]+", seen.name), seen.name
    exercise.change(seen, Port=8080)
    fixed = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503", "ContentType": "text/plain"}}
    exercise.change(seen, DefaultActions=[fixed])


def test_a_load_balancer_lives(exercise: Exercise, subnets: list[str], groups: list[str], name: str) -> None:
    new = {"Name": name, "Type": "application", "Scheme": "internal", "Subnets": subnets, "SecurityGroups": groups[:1]}
    exercise.live(
        BALANCER, name, new | {"Tags": [{"Key": "a", "Value": "b"}]}, {"SecurityGroups": groups}, {"Scheme": 7}
    )


def test_a_target_group_lives(exercise: Exercise, vpc: str, name: str) -> None:
    new = {"Name": name, "Protocol": "HTTP", "Port": 80, "VpcId": vpc, "TargetType": "ip", "HealthCheckPath": "/up"}
    exercise.live(TARGETS, name, new, {"HealthCheckPath": "/health"}, {"Port": "http"})


def test_a_listener_lives(exercise: Exercise, balancer: str, targets: str) -> None:
    forward = [{"Type": "forward", "TargetGroupArn": targets}]
    new = {"LoadBalancerArn": balancer, "Port": 8080, "Protocol": "HTTP", "DefaultActions": forward}
    exercise.live(LISTENER, "http", new, {"Port": 8081}, {"Port": "http"})


def test_a_rule_lives_and_moves(exercise: Exercise, listener: str, targets: str) -> None:
    new = {
        "ListenerArn": listener,
        "Priority": 10,
        "Conditions": [{"Field": "path-pattern", "Values": ["/api/*"]}],
        "Actions": [{"Type": "forward", "TargetGroupArn": targets}],
    }
    changed = {"Priority": 20, "Conditions": [{"Field": "path-pattern", "Values": ["/v2/*"]}]}
    exercise.live("AWS::ElasticLoadBalancingV2::ListenerRule", "api", new, changed, {"Priority": "first"})

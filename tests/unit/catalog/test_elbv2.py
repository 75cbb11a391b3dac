from typing import Any

import pytest

from apps.catalog.services import elbv2_actions
from apps.planning.plan import Output
from tests.unit.catalog.conftest import Planned, Refused

LISTENER, GROUP = "AWS::ElasticLoadBalancingV2::Listener", "AWS::ElasticLoadBalancingV2::TargetGroup"
BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
ARN = "arn:aws:elasticloadbalancing:ap-northeast-1:111111111111:loadbalancer/app/web/0a1b2c3d4e5f6071"
FORWARD = {"Type": "forward", "TargetGroupArn": "arn:t"}
NOW = {
    "ListenerArn": "arn:x",
    "LoadBalancerArn": ARN,
    "Protocol": "HTTPS",
    "Port": 443,
    "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
    "Certificates": [{"CertificateArn": "arn:c"}],
    "DefaultActions": [FORWARD],
}
PLAIN = {"ListenerArn": "arn:x", "LoadBalancerArn": ARN, "Protocol": "HTTP", "Port": 80, "DefaultActions": [FORWARD]}
TARGETS = {
    "TargetGroupArn": "arn:t",
    "TargetType": "instance",
    "Protocol": "HTTP",
    "ProtocolVersion": "HTTP1",
    "HealthCheckEnabled": True,
    "HealthCheckProtocol": "HTTP",
    "HealthCheckIntervalSeconds": 30,
    "HealthCheckTimeoutSeconds": 5,
    "Matcher": {"HttpCode": "200"},
}
OIDC = {
    **dict.fromkeys(("Issuer", "AuthorizationEndpoint", "TokenEndpoint", "UserInfoEndpoint"), "https://login.test"),
    "ClientId": "ringi",
}


def login(**more: Any) -> list[dict[str, Any]]:
    whole = elbv2_actions.LOGIN | OIDC | more
    return [{"Type": "authenticate-oidc", "Order": 1, "AuthenticateOidcConfig": whole}, FORWARD | {"Order": 2}]


def redirect(**config: Any) -> dict[str, Any]:
    return {"Type": "redirect", "RedirectConfig": {"StatusCode": "HTTP_301", **config}}


def group(arn: str, **more: Any) -> dict[str, Any]:
    return {"TargetGroupArn": arn, **more}


def shared(*groups: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"Type": "forward", "ForwardConfig": {"TargetGroups": list(groups)}, **more}


def test_a_session_time_out_is_sent_as_the_number_that_the_api_takes(planned: Planned) -> None:
    wanted = login(SessionTimeout="3600", UseExistingClientSecret=True)
    [call] = planned(LISTENER, NOW, DefaultActions=wanted)
    assert call.parameters["DefaultActions"][0]["AuthenticateOidcConfig"]["SessionTimeout"] == 3600
    assert call.sets == {"DefaultActions": wanted}


def test_an_action_that_only_the_run_will_know_is_let_through(refused: Refused) -> None:
    wanted = [{"$output": {"change": 7, "attribute": "Action"}}]
    assert "doesn't give one" in refused(LISTENER, NOW, DefaultActions=wanted)[""]


@pytest.mark.parametrize("more", [{"ClientSecret": "hunter2"}, {"SessionTimeout": "an hour"}])
def test_a_secret_or_a_word_for_a_number_is_refused(refused: Refused, more: dict[str, str]) -> None:
    found = refused(LISTENER, NOW, DefaultActions=login(**more))
    assert set(found) == {"DefaultActions"}
    assert "hunter2" not in found["DefaultActions"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (FORWARD | {"Order": 1}, FORWARD),
        (FORWARD | shared(group("arn:t", Weight=1), Order=1), FORWARD),
        (shared(group("arn:t")), FORWARD),
        (
            shared(group(Output(1, "TargetGroupArn"))),
            {"Type": "forward", "TargetGroupArn": Output(1, "TargetGroupArn")},
        ),
        (
            shared(group("arn:t", Weight=5)),
            {
                "Type": "forward",
                "ForwardConfig": {
                    "TargetGroups": [group("arn:t", Weight=5)],
                    "TargetGroupStickinessConfig": {"Enabled": False},
                },
            },
        ),
        (
            redirect(Protocol="HTTPS", Port="443"),
            redirect(Protocol="HTTPS", Port="443", Host="#{host}", Path="/#{path}", Query="#{query}"),
        ),
        (
            {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}},
            {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503", "ContentType": "text/plain"}},
        ),
        (Output(1, "Action"), Output(1, "Action")),
    ],
)
def test_an_action_has_the_form_that_aws_keeps(given: Any, kept: Any) -> None:
    assert elbv2_actions.actions([given]) == [kept]
    assert elbv2_actions.actions([kept]) == [kept]


def test_a_condition_has_its_longer_form_only() -> None:
    long = {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/api/*"]}}
    both = long | {"Values": ["/api/*"]}
    assert elbv2_actions.conditions([both, {"Field": "path-pattern", "Values": ["/api/*"]}]) == [long, long]
    other = {"Field": "path-pattern", "Values": ["/"], "PathPatternConfig": {"Values": ["/api/*"]}}
    assert elbv2_actions.conditions([other]) == [other]


@pytest.mark.parametrize(
    ("document", "desired", "said"),
    [
        (NOW, {"DefaultActions": [redirect()]}, "go round for ever"),
        (NOW, {"DefaultActions": [redirect(Protocol="HTTP", Port="80")]}, "doesn't redirect HTTPS to HTTP"),
        (PLAIN, {"DefaultActions": [redirect(Port="70000")]}, "1 to 65535"),
        (PLAIN, {"DefaultActions": [redirect(Path="api")]}, "begins with /"),
        (PLAIN, {"DefaultActions": [shared(group("arn:a"), group("arn:b"), TargetGroupArn="arn:a")]}, "another target"),
        (PLAIN, {"DefaultActions": [shared(group("arn:a"), group("arn:a"))]}, "twice"),
        (PLAIN, {"DefaultActions": [shared(group("arn:a", Weight=1000), group("arn:b"))]}, "0 to 999"),
        (PLAIN, {"DefaultActions": [FORWARD | {"FixedResponseConfig": {"StatusCode": "200"}}]}, "takes no Fixed"),
        (PLAIN, {"DefaultActions": [{"Type": "redirect"}]}, "needs RedirectConfig"),
        (PLAIN, {"DefaultActions": [FORWARD, redirect(Port="81")]}, "Order each"),
        (PLAIN, {"DefaultActions": login(UseExistingClientSecret=True)}, "HTTPS listeners only"),
        (NOW, {"DefaultActions": login(UseExistingClientSecret=True)[:1]}, "The last action"),
        (PLAIN, {"Certificates": [{"CertificateArn": "arn:c"}]}, "HTTP has no Certificates"),
        (PLAIN, {"Protocol": "HTTPS"}, "exactly one certificate"),
        (NOW, {"Protocol": "HTTP"}, "HTTP has no"),
        (NOW, {"Protocol": "TCP"}, "HTTP or HTTPS"),
        (NOW, {"Certificates": []}, "exactly one certificate"),
    ],
)
def test_what_aws_refuses_of_a_listener_is_refused_at_its_place(
    refused: Refused, document: dict[str, Any], desired: dict[str, Any], said: str
) -> None:
    found = refused(LISTENER, document, **desired)
    assert any(said in sentence for sentence in found.values()), found


def test_a_listener_that_becomes_plain_loses_its_certificate_as_the_plan_says(planned: Planned) -> None:
    [call] = planned(LISTENER, NOW, Protocol="HTTP", Port=80, Certificates=[], SslPolicy=None)
    assert call.parameters == {"ListenerArn": "arn:x", "Protocol": "HTTP", "Port": 80}
    assert call.sets == {"Protocol": "HTTP", "Port": 80, "Certificates": [], "SslPolicy": None}


@pytest.mark.parametrize(
    ("more", "desired", "named"),
    [
        ({}, {"Matcher": {"GrpcCode": "12"}}, "Matcher"),
        ({"ProtocolVersion": "GRPC", "Matcher": {"GrpcCode": "12"}}, {"Matcher": {"HttpCode": "200"}}, "Matcher"),
        ({}, {"Matcher": {"HttpCode": "199"}}, "Matcher"),
        ({}, {"Matcher": {"HttpCode": "200-500"}}, "Matcher"),
        ({}, {"Matcher": {"HttpCode": "ok"}}, "Matcher"),
        ({}, {"HealthCheckTimeoutSeconds": 30}, "HealthCheckTimeoutSeconds"),
        ({}, {"HealthCheckProtocol": "TCP"}, "HealthCheckProtocol"),
        ({"Protocol": "TCP"}, {"HealthCheckProtocol": "UDP"}, "HealthCheckProtocol"),
        ({}, {"HealthCheckEnabled": False}, "HealthCheckEnabled"),
        ({}, {"HealthCheckPath": "up"}, "HealthCheckPath"),
        ({}, {"TargetGroupAttributes": [{"Key": "stickiness.enabled", "Value": "yes"}]}, "TargetGroupAttributes"),
        (
            {},
            {"TargetGroupAttributes": [{"Key": "slow_start.duration_seconds", "Value": "29"}]},
            "TargetGroupAttributes",
        ),
    ],
)
def test_what_aws_refuses_of_a_target_group_is_refused_at_its_place(
    refused: Refused, more: dict[str, Any], desired: dict[str, Any], named: str
) -> None:
    assert set(refused(GROUP, TARGETS | more, **desired)) == {named}


@pytest.mark.parametrize("code", ["200", "200,202", "200-299", "404,499"])
def test_a_matcher_takes_codes_lists_and_ranges(planned: Planned, code: str) -> None:
    [call] = planned(GROUP, TARGETS | {"Matcher": {"HttpCode": "201"}}, Matcher={"HttpCode": code})
    assert call.parameters["Matcher"] == {"HttpCode": code}


@pytest.mark.parametrize(
    ("desired", "named"),
    [
        ({"LoadBalancerAttributes": [{"Key": "access_logs.s3.enabled", "Value": "true"}]}, "LoadBalancerAttributes"),
        ({"LoadBalancerAttributes": [{"Key": "deletion_protection.enabled", "Value": ""}]}, "LoadBalancerAttributes"),
        ({"LoadBalancerAttributes": [{"Key": "idle_timeout.timeout_seconds", "Value": "0"}]}, "LoadBalancerAttributes"),
        ({"Subnets": ["subnet-1"]}, "Subnets"),
        ({"SecurityGroups": []}, "SecurityGroups"),
    ],
)
def test_what_aws_refuses_of_a_balancer_is_refused_at_its_place(
    refused: Refused, desired: dict[str, Any], named: str
) -> None:
    document = {"LoadBalancerArn": "arn:x", "Type": "application", "Subnets": ["subnet-1", "subnet-2"]}
    assert set(refused(BALANCER, document | {"SecurityGroups": ["sg-1"]}, **desired)) == {named}

"""Load balancing at the endpoint: what it shows of what it was given, and what it refuses."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from apps.sandbox.endpoint.server import Endpoint

pytestmark = pytest.mark.lab
ONCE = Config(retries={"total_max_attempts": 1, "mode": "standard"})
SAME = {"Protocol": "#{protocol}", "Host": "#{host}", "Port": "#{port}", "Path": "/#{path}", "Query": "#{query}"}
MOVED = {"Type": "redirect", "RedirectConfig": {"Port": "81", "StatusCode": "HTTP_301"}}


@pytest.fixture(scope="module")
def running() -> Iterator[Endpoint]:
    with Endpoint() as endpoint:
        yield endpoint


def client(endpoint: Endpoint, service: str) -> Any:
    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    return boto3.client(service, region_name="ap-northeast-1", endpoint_url=endpoint.url, config=ONCE, **keys)


@pytest.fixture
def elb(running: Endpoint) -> Any:
    running.reset()
    return client(running, "elbv2")


@pytest.fixture
def balancer(running: Endpoint, elb: Any) -> str:
    subnets = [each["SubnetId"] for each in client(running, "ec2").describe_subnets()["Subnets"][:2]]
    return str(elb.create_load_balancer(Name="web", Subnets=subnets)["LoadBalancers"][0]["LoadBalancerArn"])


def targets(elb: Any, name: str = "web", **more: Any) -> str:
    vpc = "vpc-0a1b2c3d"
    given = {"Name": name, "Protocol": "HTTP", "Port": 80, "VpcId": vpc, **more}
    return str(elb.create_target_group(**given)["TargetGroups"][0]["TargetGroupArn"])


def listening(elb: Any, balancer: str, *actions: dict[str, Any], **more: Any) -> dict[str, Any]:
    given = {"LoadBalancerArn": balancer, "Port": 80, "Protocol": "HTTP", "DefaultActions": list(actions), **more}
    made: dict[str, Any] = elb.create_listener(**given)["Listeners"][0]
    return made


def refused(call: Any, *args: Any, **arguments: Any) -> str:
    with pytest.raises(ClientError) as raised:
        call(*args, **arguments)
    return str(raised.value.response["Error"]["Message"])


@pytest.fixture
def group(running: Endpoint, elb: Any) -> str:
    vpc = client(running, "ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
    return targets(elb, VpcId=vpc)


def test_a_forward_is_shown_in_both_forms(elb: Any, balancer: str, group: str) -> None:
    long = {"TargetGroups": [{"TargetGroupArn": group, "Weight": 1}], "TargetGroupStickinessConfig": {"Enabled": False}}
    made = listening(elb, balancer, {"Type": "forward", "TargetGroupArn": group})
    assert made["DefaultActions"] == [{"Type": "forward", "TargetGroupArn": group, "ForwardConfig": long}]


def test_a_redirect_is_shown_with_what_it_keeps(elb: Any, balancer: str) -> None:
    [action] = listening(elb, balancer, MOVED)["DefaultActions"]
    assert action["RedirectConfig"] == SAME | MOVED["RedirectConfig"]


def test_a_condition_is_shown_in_both_forms(elb: Any, balancer: str) -> None:
    listener = listening(elb, balancer, MOVED)["ListenerArn"]
    short = {"Field": "path-pattern", "Values": ["/api/*"]}
    [rule] = elb.create_rule(ListenerArn=listener, Priority=1, Conditions=[short], Actions=[MOVED])["Rules"]
    assert rule["Conditions"] == [short | {"PathPatternConfig": {"Values": ["/api/*"]}}]


@pytest.mark.parametrize(
    ("actions", "more", "said"),
    [
        ([{"Type": "redirect", "RedirectConfig": {"StatusCode": "HTTP_301"}}], {}, "at least one of"),
        ([MOVED, MOVED], {}, "unique order"),
        ([MOVED], {"Protocol": "HTTPS"}, "certificate"),
        (
            [MOVED],
            {"Certificates": [{"CertificateArn": "arn:aws:acm:ap-northeast-1:1:certificate/x"}]},
            "not supported",
        ),
    ],
)
def test_a_listener_is_refused(elb: Any, balancer: str, actions: Any, more: dict[str, Any], said: str) -> None:
    assert said in refused(listening, elb, balancer, *actions, **more)


def test_a_removed_target_group_that_is_still_named_is_refused(elb: Any, balancer: str, group: str) -> None:
    other = {"TargetGroups": [{"TargetGroupArn": group.replace("/web/", "/old/")}]}
    action = {"Type": "forward", "TargetGroupArn": group, "ForwardConfig": other}
    assert "only one target group" in refused(listening, elb, balancer, action)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"Matcher": {"GrpcCode": "12"}}, "must specify HttpCode"),
        ({"ProtocolVersion": "GRPC", "Matcher": {"HttpCode": "200"}}, "must specify GrpcCode"),
        ({"Matcher": {"HttpCode": "500"}}, "within 200 to 499"),
        ({"HealthCheckIntervalSeconds": 5, "HealthCheckTimeoutSeconds": 5}, "greater than the timeout"),
        ({"HealthCheckProtocol": "TCP"}, "not supported"),
    ],
)
def test_a_target_group_is_refused(elb: Any, more: dict[str, Any], said: str) -> None:
    assert said in refused(targets, elb, **more)

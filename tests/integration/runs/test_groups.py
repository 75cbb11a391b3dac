"""Security groups over HTTP against an endpoint that keeps and refuses rules as EC2 does."""

from typing import Any

import pytest

from apps.environments.models import Environment
from apps.people.models import User
from apps.runs.states import RunState
from tests.integration import flow
from tests.integration.endpoint import executed
from tests.integration.estate import GROUP, TOKYO

People = dict[str, User]
IN, OUT = "SecurityGroupIngress", "SecurityGroupEgress"


def rule(port: int, **more: Any) -> dict[str, Any]:
    return {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "CidrIp": "10.0.0.0/16"} | more


def created(rules: list[dict[str, Any]], vpc: str, **more: Any) -> flow.DraftInput:
    desired = {"GroupName": "api", "GroupDescription": "API", "VpcId": vpc, IN: rules} | more
    return flow.DraftInput("create", GROUP, TOKYO, "", "api", desired)


def edited(group: str, rules: list[dict[str, Any]]) -> flow.DraftInput:
    return flow.DraftInput("update", GROUP, TOKYO, group, "api", {IN: rules})


def vpc_of(ec2: Any) -> str:
    found: str = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    return found


def shown(ec2: Any) -> dict[str, Any]:
    wanted = [{"Name": "group-name", "Values": ["api"]}]
    found: dict[str, Any] = ec2.describe_security_groups(Filters=wanted)["SecurityGroups"][0]
    return found


def operations(run: Any) -> list[str]:
    return list(run.steps.values_list("operation", flat=True))


def test_a_group_in_an_ipv6_network_is_open_to_nobody_whom_the_plan_does_not_name(
    people: People, prod: Environment, real: Any
):
    ec2 = real.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16", AmazonProvidedIpv6CidrBlock=True)["Vpc"]["VpcId"]
    out = [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "10.9.0.0/16"}]

    executed(people, prod, real, created([rule(443)], vpc, **{OUT: out}))

    (left,) = shown(ec2)["IpPermissionsEgress"]
    assert (left["FromPort"], left["IpRanges"], left["Ipv6Ranges"]) == (443, [{"CidrIp": "10.9.0.0/16"}], [])


def test_rules_that_are_spelled_otherwise_are_planned_and_done_as_aws_keeps_them(
    people: People, prod: Environment, real: Any
):
    ec2 = real.client("ec2")
    six = {"IpProtocol": "TCP", "FromPort": 443, "ToPort": 443, "CidrIpv6": "2001:DB8:0:0::/32"}
    run = executed(people, prod, real, created([rule(80, CidrIp="10.0.7.1/16"), six], vpc_of(ec2)))
    assert "2001:db8::/32" in run.revision.canonical
    assert "10.0.0.0/16" in run.revision.canonical
    assert {p["FromPort"] for p in shown(ec2)["IpPermissions"]} == {80, 443}


def test_another_description_takes_nothing_away(people: People, prod: Environment, real: Any):
    ec2 = real.client("ec2")
    executed(people, prod, real, created([rule(80, Description="Old"), rule(443, Description="Old")], vpc_of(ec2)))
    group = shown(ec2)["GroupId"]
    run = executed(people, prod, real, edited(group, [rule(80, Description="New"), rule(443)]))
    assert operations(run) == ["update_security_group_rule_descriptions_ingress"]
    said = {p["FromPort"]: p["IpRanges"][0].get("Description") for p in shown(ec2)["IpPermissions"]}
    assert said == {80: "New", 443: None}


def test_what_is_opened_comes_before_what_is_closed_so_that_nothing_is_lost_half_way(
    people: People, prod: Environment, real: Any, strict: Any
):
    ec2 = real.client("ec2")
    executed(people, prod, real, created([rule(80)], vpc_of(ec2)))
    group = shown(ec2)["GroupId"]
    strict.lab(faults=[{"kind": "denied", "service": "ec2", "operation": "AuthorizeSecurityGroupIngress"}])

    run = flow.pump(flow.started(people, prod, real, edited(group, [rule(81)])), real)

    assert run.state == RunState.FAILED
    assert [p["FromPort"] for p in shown(ec2)["IpPermissions"]] == [80]
    strict.lab(faults=[])
    run = executed(people, prod, real, edited(group, [rule(81)]))
    assert operations(run) == ["authorize_security_group_ingress", "revoke_security_group_ingress"]
    assert [p["FromPort"] for p in shown(ec2)["IpPermissions"]] == [81]


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ([rule(22, IpProtocol="-1")], "AWS opens every port for protocol -1"),
        ([rule(22, IpProtocol="50")], "AWS opens every port for protocol 50"),
        ([{"IpProtocol": "tcp", "CidrIp": "10.0.0.0/16"}], "tcp needs FromPort and ToPort"),
        ([rule(443, ToPort=80)], "FromPort 443 is above ToPort 80"),
        ([rule(443, ToPort=70_000)], "Ports go from 0 to 65535"),
        ([rule(443, Description="für alle")], "A description has at most"),
        ([rule(80, Description="a"), rule(80, Description="b")], "Rules 1 and 2 differ in nothing but"),
        ([{"IpProtocol": "icmp", "CidrIp": "10.0.0.0/16"}], "ICMP needs its type"),
        ([rule(-1, IpProtocol="icmp", ToPort=3)], "Every type of ICMP"),
        ([rule(80, CidrIp="10.0.0.1")], "This must be a network"),
    ],
)
def test_a_rule_that_aws_refuses_or_reads_otherwise_is_refused_before_anyone_reviews_it(
    people: People, prod: Environment, real: Any, rules: list[dict[str, Any]], said: str
):
    vpc = vpc_of(real.client("ec2"))
    request = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod, created(rules, vpc)), real)
    assert request.state == "draft"
    assert said in " ".join(problem["sentence"] for problem in request.problems)

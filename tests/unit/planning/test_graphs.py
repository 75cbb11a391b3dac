"""Requests whose changes use each other in any way: every plan is in an order that works, and none waits for itself."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.aws.validate import validate_plan
from apps.planning import codec
from apps.planning.build import build
from apps.planning.plan import Action, Call, Observation, Output, Plan, PlanRefused, Proposal, Target

TOKYO = "ap-northeast-1"
VPC, SUBNET, GROUP = "AWS::EC2::VPC", "AWS::EC2::Subnet", "AWS::EC2::SecurityGroup"
TABLE, BALANCER = "AWS::EC2::RouteTable", "AWS::ElasticLoadBalancingV2::LoadBalancer"
KINDS = (SUBNET, GROUP, TABLE, BALANCER)


@st.composite
def sets(draw: Any) -> list[Proposal]:
    """A network and what is in it, in any order; groups let each other in, in circles too."""
    kinds = draw(st.permutations([VPC, *draw(st.lists(st.sampled_from(KINDS), min_size=2, max_size=9))]))
    ordinals = {kind: [n for n, each in enumerate(kinds, 1) if each == kind] for kind in {*KINDS, VPC}}
    vpc = Output(ordinals[VPC][0], "VpcId")
    return [proposal(n, kind, desired(draw, n, kind, vpc, ordinals)) for n, kind in enumerate(kinds, 1)]


def proposal(ordinal: int, kind: str, wanted: dict[str, Any]) -> Proposal:
    return Proposal(ordinal, Action.CREATE, kind, TOKYO, "", f"new {ordinal}", codec.encoded(wanted))


def desired(draw: Any, number: int, kind: str, vpc: Output, ordinals: dict[str, list[int]]) -> dict[str, Any]:
    def some(of: str) -> list[int]:
        return draw(st.lists(st.sampled_from(ordinals[of]), unique=True)) if ordinals[of] else []

    match kind:
        case "AWS::EC2::VPC":
            return {"CidrBlock": "10.0.0.0/16"}
        case "AWS::EC2::Subnet":
            return {"VpcId": vpc, "CidrBlock": f"10.0.{number}.0/24"}
        case "AWS::EC2::SecurityGroup":
            rule = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80}
            rules = [rule | {"SourceSecurityGroupId": Output(n, "GroupId")} for n in some(GROUP)]
            made = {"GroupName": f"g{number}", "GroupDescription": "x", "VpcId": vpc}
            return made | ({"SecurityGroupIngress": rules} if rules else {})
        case "AWS::ElasticLoadBalancingV2::LoadBalancer":
            there = [f"subnet-0123456789abcdef{n}" for n in range(2)]
            subnets = [*(Output(n, "SubnetId") for n in some(SUBNET)), *there]
            groups = [Output(n, "GroupId") for n in some(GROUP)]
            return {"Name": f"lb{number}", "Subnets": subnets} | ({"SecurityGroups": groups} if groups else {})
        case _:
            return {"VpcId": vpc}


def before(plan: Plan, call: Call) -> set[str]:
    """The keys of the calls that are done when this one begins."""
    calls, found, todo = {each.key: each for each in plan.calls}, set[str](), [*call.after]
    while todo:
        key = todo.pop()
        if key not in found:
            found.add(key)
            todo += calls[key].after
    return found


def used(value: Any) -> set[Output]:
    if isinstance(value, Output):
        return {value}
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return {found for each in inner for found in used(each)}


@settings(max_examples=60, deadline=None, derandomize=True)
@given(proposals=sets())
def test_what_a_call_uses_is_there_before_it(proposals: list[Proposal]) -> None:
    plan = build(Target("prod", "111111111111"), proposals, {})
    assert validate_plan(plan) == []
    assert codec.parse(codec.canonical(plan)) == plan
    givers = {
        (change.ordinal, name): call.key for change in plan.changes for call in change.calls for name in call.outputs
    }
    for call in plan.calls:
        done = before(plan, call)
        assert call.key not in done
        assert {givers[each.change, each.attribute] for each in used(call.parameters)} <= done
    assert [change.ordinal for change in plan.changes if not change.calls] == []


def test_what_can_not_be_untangled_is_refused_and_not_planned() -> None:
    first = {"GroupName": "a", "GroupDescription": "x", "VpcId": Output(2, "VpcId")}
    second = {"VpcId": Output(3, "VpcId"), "CidrBlock": "10.0.1.0/24"}
    proposals = [proposal(1, GROUP, first), proposal(2, SUBNET, second)]
    with pytest.raises(PlanRefused) as refused:
        build(Target("prod", "111111111111"), proposals, {})
    assert {problem.code for problem in refused.value.problems} == {"dangling"}


def test_groups_that_let_each_other_in_are_made_before_their_rules() -> None:
    def group(number: int, other: int) -> Proposal:
        rule = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "SourceSecurityGroupId": Output(other, "GroupId")}
        made = {"GroupName": f"g{number}", "GroupDescription": "x", "VpcId": "vpc-0123456789abcdef0"}
        return proposal(number, GROUP, made | {"SecurityGroupIngress": [rule]})

    plan = build(Target("prod", "111111111111"), [group(1, 2), group(2, 1)], {})
    made = {call.key for call in plan.calls if call.operation == "create_security_group"}
    opened = [call for call in plan.calls if call.operation == "authorize_security_group_ingress"]
    assert (len(made), len(opened)) == (2, 2)
    assert all(made <= before(plan, call) for call in opened)


@pytest.mark.parametrize("deleted", [False, True])
def test_what_needs_a_way_to_the_internet_is_made_behind_it_and_goes_before_it(deleted: bool) -> None:
    balancer = {"Name": "web", "Subnets": ["subnet-1", "subnet-2"], "LoadBalancerArn": "arn:web"}
    attached = {"VpcId": "vpc-1", "InternetGatewayId": "igw-1"}
    kinds = ((BALANCER, balancer), ("AWS::EC2::VPCGatewayAttachment", attached))
    if deleted:
        seen = {
            n: Observation(kind, TOKYO, f"i{n}", f"i{n}", f"arn:{n}", "active", has)
            for n, (kind, has) in enumerate(kinds, 1)
        }
        asked = [Proposal(n, Action.DELETE, kind, TOKYO, f"i{n}", f"i{n}", {}) for n, (kind, _) in enumerate(kinds, 1)]
        plan = build(Target("prod", "111111111111"), asked, seen)
    else:
        balancer.pop("LoadBalancerArn")
        plan = build(Target("prod", "111111111111"), [proposal(n, *each) for n, each in enumerate(kinds, 1)], {})
    first, then = (
        ("delete_load_balancer", "detach_internet_gateway")
        if deleted
        else ("attach_internet_gateway", "create_load_balancer")
    )
    calls = {call.operation: call for call in plan.calls}
    assert calls[first].key in calls[then].after

"""Values outside the schema are refused at planning, with the declarations of the catalogue."""

from typing import Any

import pytest

from apps.planning.build import build
from apps.planning.plan import Action, Observation, PlanRefused, Proposal, Target

TOKYO = "ap-northeast-1"
PROD = Target("prod", "111111111111")
GROUP, BUCKET, BALANCER = "AWS::EC2::SecurityGroup", "AWS::S3::Bucket", "AWS::ElasticLoadBalancingV2::LoadBalancer"
RULE = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "10.0.0.0/8"}


def problems(proposal: Proposal, seen: Observation | None = None) -> list[tuple[str, str]]:
    with pytest.raises(PlanRefused) as refusal:
        build(PROD, [proposal], {1: seen})
    assert all(problem.sentence.endswith(".") for problem in refusal.value.problems)
    return [(problem.property, problem.code) for problem in refusal.value.problems]


def created(type_name: str, **desired: Any) -> Proposal:
    return Proposal(1, Action.CREATE, type_name, TOKYO, "", "new", desired)


@pytest.mark.parametrize(
    ("desired", "found"),
    [
        ({}, [("GroupDescription", "required"), ("GroupName", "required")]),
        ({"GroupName": "", "GroupDescription": "For the API"}, [("GroupName", "required")]),
        (
            {"GroupName": "api", "GroupDescription": "For the API", "SecurityGroupEgress": [RULE]},
            [("VpcId", "required")],
        ),
        (
            {"GroupName": "api", "GroupDescription": "For the API", "SecurityGroupIngress": [{"CidrIp": "x"}]},
            [("SecurityGroupIngress", "schema"), ("SecurityGroupIngress", "schema")],
        ),
        ({"GroupName": "api", "GroupDescription": 7}, [("GroupDescription", "schema")]),
    ],
)
def test_a_new_resource_with_missing_or_wrong_values_is_refused(
    desired: dict[str, Any], found: list[tuple[str, str]]
) -> None:
    assert problems(created(GROUP, **desired)) == found


def test_a_bucket_needs_its_name() -> None:
    assert problems(created(BUCKET, Tags=[{"Key": "env", "Value": "prod"}])) == [("BucketName", "required")]


def test_a_changed_value_outside_the_schema_is_refused_and_an_untouched_one_is_not() -> None:
    document = {"LoadBalancerArn": "arn:x", "IpAddressType": "quadstack", "Tags": []}
    seen = Observation(BALANCER, TOKYO, "arn:x", "web", "arn:x", "active", document)
    proposal = Proposal(1, Action.UPDATE, BALANCER, TOKYO, "arn:x", "web", {"IpAddressType": "pentastack"})
    assert problems(proposal, seen) == [("IpAddressType", "schema")]
    tagged = {"IpAddressType": "quadstack", "Tags": [{"Key": "env", "Value": "prod"}]}
    plan = build(PROD, [Proposal(1, Action.UPDATE, BALANCER, TOKYO, "arn:x", "web", tagged)], {1: seen})
    assert [call.operation for call in plan.calls] == ["add_tags"]


def test_an_emptied_list_means_not_set_whatever_its_least_length() -> None:
    listener = "AWS::ElasticLoadBalancingV2::Listener"
    document = {"ListenerArn": "arn:x", "Tags": [{"Key": "env", "Value": "prod"}]}
    seen = Observation(listener, TOKYO, "arn:x", "web", "arn:x", "", document)
    plan = build(PROD, [Proposal(1, Action.UPDATE, listener, TOKYO, "arn:x", "web", {"Tags": []})], {1: seen})
    assert [call.operation for call in plan.calls] == ["remove_tags"]


def test_a_value_that_only_the_run_will_know_is_not_judged() -> None:
    seen = Observation(BALANCER, TOKYO, "arn:x", "web", "arn:x", "active", {"LoadBalancerArn": "arn:x"})
    groups = [{"$output": {"change": 1, "attribute": "GroupId"}}]
    group = created(GROUP, GroupName="api", GroupDescription="For the API")
    balancer = Proposal(2, Action.UPDATE, BALANCER, TOKYO, "arn:x", "web", {"SecurityGroups": groups})
    assert build(PROD, [group, balancer], {2: seen}).call("2.1").after == ("1.1",)


KEPT = {"Key": " kept ", "Value": "so"}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}], "a is there twice"),
        ([{"Key": f"k{n}", "Value": ""} for n in range(51)], "50 tags at most"),
        ([{"Key": "a ", "Value": "1"}], "begins or ends with a space"),
        ([{"Key": "a", "Value": " 1"}], "begins or ends with a space"),
        ([{"Key": "a" * 129, "Value": "1"}], "1 to 128"),
        ([{"Key": "", "Value": "1"}], "1 to 128"),
        ([{"Key": "a", "Value": "1" * 257}], "256"),
    ],
)
def test_tags_that_aws_refuses_or_nobody_sees_are_refused(rows: list[dict[str, str]], said: str) -> None:
    seen = Observation(GROUP, TOKYO, "sg-1", "api", "", "", {"GroupId": "sg-1", "Tags": [KEPT]})
    with pytest.raises(PlanRefused) as refusal:
        build(PROD, [Proposal(1, Action.UPDATE, GROUP, TOKYO, "sg-1", "api", {"Tags": rows})], {1: seen})
    [problem] = refusal.value.problems
    assert said in problem.sentence


def test_a_tag_that_is_there_stays_as_it_is() -> None:
    seen = Observation(GROUP, TOKYO, "sg-1", "api", "", "", {"GroupId": "sg-1", "Tags": [KEPT]})
    wanted = {"Tags": [KEPT, {"Key": "env", "Value": "prod"}]}
    [call] = build(PROD, [Proposal(1, Action.UPDATE, GROUP, TOKYO, "sg-1", "api", wanted)], {1: seen}).calls
    assert call.parameters["Tags"] == [{"Key": "env", "Value": "prod"}]

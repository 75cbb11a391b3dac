from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from apps.catalog.types import EffectKind
from apps.planning.build import build, moved
from apps.planning.plan import (
    Action,
    Call,
    Change,
    Output,
    Plan,
    PlanRefused,
    Problem,
    Proposal,
    Repeat,
    SecretRef,
    Slot,
    Target,
)

PROD = Target("prod", "111111111111")
TOKYO = "ap-northeast-1"
RULE = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "10.0.0.0/8"}
OLD_RULE = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "CidrIp": "10.0.0.0/8"}
EVERYWHERE = {"IpProtocol": "-1", "FromPort": -1, "ToPort": -1, "CidrIp": "0.0.0.0/0"}


def asks(seen: Any, ordinal: int = 1, action: Action = Action.UPDATE, **desired: Any) -> Proposal:
    return Proposal(ordinal, action, seen.type, TOKYO, seen.identifier, seen.name, desired)


@pytest.fixture
def plan(types: Any) -> Callable[..., Plan]:
    def planned(seen: Any, action: Action = Action.UPDATE, **desired: Any) -> Plan:
        return build(PROD, [asks(seen, action=action, **desired)], {1: seen}, types)

    return planned


@pytest.fixture
def refused(types: Any) -> Callable[..., list[tuple[str, str]]]:
    def problems(seen: Any, action: Action = Action.UPDATE, **desired: Any) -> list[tuple[str, str]]:
        with pytest.raises(PlanRefused) as refusal:
            build(PROD, [asks(seen, action=action, **desired)], {1: seen}, types)
        assert all(problem.sentence.endswith(".") for problem in refusal.value.problems)
        return [(problem.property, problem.code) for problem in refusal.value.problems]

    return problems


def called(plan: Plan) -> list[tuple[str, Mapping[str, Any]]]:
    return [(call.operation, call.parameters) for call in plan.calls]


def test_a_modify_call_carries_only_what_changed(plan: Any, database: Any) -> None:
    [(operation, parameters)] = called(plan(database, DBInstanceClass="db.m6g.xlarge", Engine="postgres"))
    assert operation == "modify_db_instance"
    assert parameters == {
        "DBInstanceIdentifier": "orders",
        "ApplyImmediately": True,
        "DBInstanceClass": "db.m6g.xlarge",
    }


def test_properties_that_go_together_are_sent_whole_and_expected(plan: Any, database: Any) -> None:
    [call] = plan(database, AllocatedStorage="200").calls
    assert call.parameters["AllocatedStorage"] == 200
    assert call.parameters["StorageType"] == "gp3"
    assert "Iops" not in call.parameters
    assert call.expects == {"AllocatedStorage": "100", "StorageType": "gp3"}
    assert call.sets == {"AllocatedStorage": "200", "StorageType": "gp3"}


def test_a_difference_carries_effect_and_why_it_stays(plan: Any, database: Any) -> None:
    [change] = plan(database, DBInstanceClass="db.m6g.xlarge", AllocatedStorage="200").changes
    assert {d.property: (d.before, d.after) for d in change.differences} == {
        "DBInstanceClass": ("db.m6g.large", "db.m6g.xlarge"),
        "AllocatedStorage": ("100", "200"),
    }
    assert change.effect.kind is EffectKind.INTERRUPTS
    assert change.differences[1].irreversible == "Storage can't shrink."
    assert change.minutes == 10


def test_a_call_waits_at_least_as_long_as_declared(plan: Any, database: Any) -> None:
    [call] = plan(database, StorageType="io2").calls
    assert call.wait is not None
    assert (call.wait.until, call.wait.minutes, call.leaves_status) == (("available",), 2, "available")


def test_calls_of_one_change_run_in_sequence_and_expect_what_the_earlier_ones_set(plan: Any, database: Any) -> None:
    tags = [{"Key": "env", "Value": "prod"}]
    modify, untag = plan(database, StorageType="io2", Tags=tags).calls
    assert (modify.after, untag.after) == ((), (modify.key,))
    assert modify.expects["StorageType"] == "gp3"
    assert untag.expects["StorageType"] == "io2"
    assert untag.expects["Tags"] == modify.expects["Tags"] == database.document["Tags"]
    assert untag.parameters["TagKeys"] == ["team"]
    assert untag.sets == {"Tags": tags}


def test_a_tag_with_another_value_is_only_added(plan: Any, database: Any) -> None:
    tags = [{"Key": "team", "Value": "payments"}, {"Key": "env", "Value": "prod"}]
    [call] = plan(database, Tags=tags).calls
    assert call.operation == "add_tags_to_resource"
    assert call.parameters["Tags"] == [{"Key": "team", "Value": "payments"}]
    assert call.repeat is Repeat.ADDITIVE


def test_a_running_instance_is_stopped_changed_and_started(plan: Any, instance: Any) -> None:
    calls = plan(instance, InstanceType="t3.large", EbsOptimized=True, DisableApiTermination=True).calls
    assert [(c.operation, c.expects_status, c.leaves_status) for c in calls] == [
        ("modify_instance_attribute", "", ""),
        ("stop_instances", "running", "stopped"),
        ("modify_instance_attribute", "stopped", ""),
        ("modify_instance_attribute", "stopped", ""),
        ("start_instances", "stopped", "running"),
    ]
    assert calls[0].parameters == {"InstanceId": "i-1", "DisableApiTermination": {"Value": True}}
    assert calls[1].parameters == {"InstanceIds": ["i-1"]}
    assert [c.expects["InstanceType"] for c in calls] == ["t3.small"] * 3 + ["t3.large"] * 2
    assert [c.after for c in calls] == [(), ("1.1",), ("1.2",), ("1.3",), ("1.4",)]


def test_a_stopped_instance_stays_stopped(plan: Any, instance: Any) -> None:
    [call] = plan(replace(instance, status="stopped"), InstanceType="t3.large").calls
    assert call.operation == "modify_instance_attribute"


def test_rules_are_removed_and_then_added(plan: Any, group: Any) -> None:
    revoke, authorize = plan(group, SecurityGroupIngress=[RULE]).calls
    assert revoke.operation == "revoke_security_group_ingress"
    assert revoke.sets == {"SecurityGroupIngress": []}
    assert authorize.expects == {"SecurityGroupIngress": []}
    assert authorize.sets == {"SecurityGroupIngress": [RULE]}
    assert authorize.parameters["IpPermissions"][0]["FromPort"] == 443


def test_a_put_sends_the_whole_property_and_clears_with_its_own_operation(plan: Any, bucket: Any) -> None:
    assert called(plan(bucket, VersioningConfiguration={"Status": "Enabled"}, PublicAccessBlockConfiguration=None)) == [
        ("put_bucket_versioning", {"Bucket": "models", "VersioningConfiguration": {"Status": "Enabled"}}),
        ("delete_public_access_block", {"Bucket": "models"}),
    ]


def test_a_create_tags_its_resource_and_lets_later_calls_use_its_output(types: Any) -> None:
    desired = {
        "GroupName": "api",
        "GroupDescription": "API",
        "SecurityGroupIngress": [RULE],
        "SecurityGroupEgress": [],
        "Tags": [{"Key": "env", "Value": "prod"}],
    }
    proposal = Proposal(1, Action.CREATE, "AWS::EC2::SecurityGroup", TOKYO, "", "api", desired)
    [change] = build(PROD, [proposal], {}, types).changes
    create, authorize, revoke = change.calls
    assert create.parameters == {
        "GroupName": "api",
        "Description": "API",
        "TagSpecifications": [
            {
                "ResourceType": "security-group",
                "Tags": [{"Key": "env", "Value": "prod"}, {"Key": "ringi:request", "Value": Slot("request")}],
            }
        ],
    }
    assert create.repeat is Repeat.NAMED
    assert create.outputs == {"GroupId": "GroupId"}
    assert authorize.parameters["GroupId"] == revoke.parameters["GroupId"] == Output(1, "GroupId")
    assert revoke.operation == "revoke_security_group_egress"
    assert authorize.after == ("1.1",)
    assert change.identifier == ""


def test_a_create_that_names_its_resource_knows_the_identifier(types: Any) -> None:
    proposal = Proposal(1, Action.CREATE, "AWS::S3::Bucket", TOKYO, "", "logs", {"BucketName": "logs"})
    [change] = build(PROD, [proposal], {1: None}, types).changes
    assert change.identifier == "logs"
    assert change.calls[0].repeat is Repeat.ONCE


def test_a_delete_expects_the_whole_document_and_says_what_is_lost(plan: Any, group: Any) -> None:
    [change] = plan(group, action=Action.DELETE).changes
    [call] = change.calls
    assert change.irreversible == "Its rules are lost."
    assert call.expects == group.document
    assert call.leaves_status == "gone"
    assert {d.property for d in change.differences} == set(group.document)


def test_a_change_that_uses_an_output_waits_for_the_call_that_gives_it(types: Any, database: Any) -> None:
    created = Proposal(
        1, Action.CREATE, "AWS::EC2::SecurityGroup", TOKYO, "", "api", {"GroupName": "api", "GroupDescription": "API"}
    )
    groups = [{"$output": {"change": 1, "attribute": "GroupId"}}]
    plan = build(PROD, [created, asks(database, 2, VPCSecurityGroups=groups)], {2: database}, types)
    assert plan.call("2.1").after == ("1.1",)
    assert plan.call("2.1").parameters["VpcSecurityGroupIds"] == [Output(1, "GroupId")]


def test_an_output_that_nothing_gives_is_refused(refused: Any, database: Any) -> None:
    groups = [{"$output": {"change": 7, "attribute": "GroupId"}}]
    assert refused(database, VPCSecurityGroups=groups) == [("", "dangling")]


def test_independent_changes_do_not_wait_for_each_other(types: Any, database: Any, instance: Any) -> None:
    proposals = [asks(database, 1, StorageType="io2"), asks(instance, 2, DisableApiTermination=True)]
    plan = build(PROD, proposals, {1: database, 2: instance}, types)
    assert [call.after for call in plan.calls] == [(), ()]


@pytest.mark.parametrize(
    ("desired", "found"),
    [
        ({"StorageType": "gp3"}, [("", "nothing")]),
        ({"VPCSecurityGroups": ["sg-2", "sg-1"], "AllocatedStorage": 100}, [("", "nothing")]),
        ({"Colour": "red"}, [("Colour", "not_covered")]),
        ({"DBInstanceArn": "arn:x"}, [("DBInstanceArn", "read_only")]),
        ({"Engine": "mysql"}, [("Engine", "replacement")]),
        ({"AllocatedStorage": "50"}, [("AllocatedStorage", "only")]),
        ({"MasterUserPassword": "hunter2"}, [("MasterUserPassword", "plain_secret")]),
        ({"StorageType": {"$secret": {"reference": "arn:x"}}}, [("StorageType", "misplaced_secret")]),
        ({"StorageType": {"$slot": {"name": "token"}}}, [("StorageType", "value")]),
        ({"StorageType": {"$ref": "x"}}, [("StorageType", "value")]),
        ({"Iops": 2**60}, [("Iops", "value")]),
        ({"Iops": float("nan")}, [("Iops", "value")]),
        ({"StorageType": None}, [("StorageType", "uncompilable")]),
        ({"Engine": "mysql", "AllocatedStorage": 1}, [("Engine", "replacement"), ("AllocatedStorage", "only")]),
    ],
)
def test_what_cannot_be_done_is_refused_at_its_property(
    refused: Any, database: Any, desired: Mapping[str, Any], found: list[tuple[str, str]]
) -> None:
    assert refused(database, **desired) == found


def test_a_secret_by_reference_is_planned_as_a_reference(plan: Any, database: Any) -> None:
    [call] = plan(database, MasterUserPassword="{{resolve:ssm-secure:/db:3}}").calls
    assert call.parameters["MasterUserPassword"] == SecretRef("{{resolve:ssm-secure:/db:3}}")


def test_a_busy_resource_is_refused(refused: Any, database: Any) -> None:
    assert refused(replace(database, status="modifying"), StorageType="io2") == [("", "status")]


def test_a_property_that_could_not_be_read_is_refused(refused: Any, database: Any) -> None:
    seen = replace(database, unread={"StorageType": "AccessDenied."})
    assert refused(seen, AllocatedStorage="200") == [("StorageType", "unread")]


def test_a_resource_that_is_gone_is_refused(types: Any, database: Any) -> None:
    with pytest.raises(PlanRefused) as refusal:
        build(PROD, [asks(database, StorageType="io2")], {1: None}, types)
    assert [p.code for p in refusal.value.problems] == ["gone"]


def test_a_create_of_something_that_exists_is_refused(refused: Any, bucket: Any) -> None:
    assert refused(bucket, action=Action.CREATE, BucketName="models") == [("", "exists")]


@pytest.mark.parametrize("action", [Action.DELETE, Action.CREATE])
def test_actions_that_the_type_does_not_offer_are_refused(types: Any, database: Any, action: Action) -> None:
    seen = None if action is Action.CREATE else database
    with pytest.raises(PlanRefused):
        build(PROD, [asks(database, action=action)], {1: seen}, types)


def test_all_problems_of_all_changes_are_reported_at_once(types: Any, database: Any, instance: Any) -> None:
    proposals = [
        asks(database, 1, Colour="red", Engine="mysql"),
        asks(instance, 2, InstanceType="t3.small"),
        asks(database, 3, StorageType="io2"),
        Proposal(4, Action.UPDATE, "AWS::Nothing::AtAll", TOKYO, "x", "x", {}),
    ]
    with pytest.raises(PlanRefused) as refusal:
        build(PROD, proposals, {1: database, 2: instance, 3: database}, types)
    assert {(p.ordinal, p.code) for p in refusal.value.problems} == {
        (1, "not_covered"),
        (1, "replacement"),
        (2, "nothing"),
        (3, "twice"),
        (4, "type"),
    }


def test_an_empty_request_is_refused(types: Any) -> None:
    with pytest.raises(PlanRefused) as refusal:
        build(PROD, [], {}, types)
    assert refusal.value.problems == (Problem(0, "", "empty", "The request changes nothing yet. Add a change first."),)


def test_what_moved_since_the_proposal_is_named(types: Any, database: Any) -> None:
    base = {"StorageType": "gp2", "AllocatedStorage": 100, "VPCSecurityGroups": ["sg-2", "sg-1"], "Iops": None}
    assert moved(base, database, types) == ("StorageType",)


def test_calls_are_listed_behind_what_they_wait_for_and_else_as_proposed() -> None:
    def change(ordinal: int, *after: str) -> Change:
        call = Call(f"{ordinal}.1", "ec2", "delete_vpc", TOKYO, {}, Repeat.ABSOLUTE, "", after=after)
        return Change(ordinal, Action.DELETE, "AWS::EC2::VPC", TOKYO, "x", "x", (), (call,))

    plan = Plan(PROD, (change(1, "4.1", "3.1"), change(2), change(3, "4.1"), change(4)))
    assert [call.key for call in plan.calls] == ["2.1", "4.1", "3.1", "1.1"]


def problems(*wanted: tuple[str, dict[str, Any]]) -> list[tuple[int, str, str]]:
    """What a request that creates these is refused for, as (ordinal, property, code)."""
    proposals = [
        Proposal(n, Action.CREATE, kind, TOKYO, "", f"new {n}", has) for n, (kind, has) in enumerate(wanted, 1)
    ]
    try:
        build(PROD, proposals, {})
    except PlanRefused as refusal:
        return [(each.ordinal, each.property, each.code) for each in refusal.problems]
    return []


def test_new_resources_that_aws_would_know_by_one_name_are_refused() -> None:
    def targets(name: str, port: int) -> tuple[str, dict[str, Any]]:
        kind = "AWS::ElasticLoadBalancingV2::TargetGroup"
        return kind, {"Name": name, "Protocol": "HTTP", "Port": port, "VpcId": "vpc-1"}

    assert problems(targets("web", 80), targets("api", 80)) == []
    assert problems(targets("web", 80), targets("web", 81)) == [(2, "Name", "twin")]
    bucket = ("AWS::S3::Bucket", {"BucketName": "models-1"})
    assert problems(bucket, bucket) == [(2, "", "twin")]


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("AWS::EC2::Subnet", {"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/24", "AvailabilityZone": "us-east-1a"}),
        ("AWS::EC2::Volume", {"Size": 8, "VolumeType": "gp3", "AvailabilityZone": "us-east-1a"}),
    ],
)
def test_a_zone_of_another_region_is_refused(kind: str, values: dict[str, Any]) -> None:
    assert problems((kind, values)) == [(1, "AvailabilityZone", "zone")]
    assert problems((kind, values | {"AvailabilityZone": f"{TOKYO}d"})) == []

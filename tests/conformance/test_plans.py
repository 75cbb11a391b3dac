"""Whatever value the schema accepts, of whatever property: every call of the plan is one that botocore would send."""

import json
import os
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from apps.aws import permissions, shapes
from apps.aws.validate import validate_plan
from apps.catalog.registry import TYPES, native
from apps.catalog.services import route53
from apps.catalog.shape import naming, required
from apps.catalog.types import NativeType
from apps.planning import codec
from apps.planning.build import Types, build
from apps.planning.plan import Action, Observation, Plan, PlanRefused, Proposal, Target
from tests.conformance.offences import TOKYO, changeable
from tests.conformance.values import of_property

ARN = "arn:aws:test:ap-northeast-1:111111111111:thing/x"
# What a resource has before: its identity, and what its own rules need to know.
DOCUMENTS: dict[str, dict[str, Any]] = {
    "AWS::CloudWatch::Alarm": {"EvaluationPeriods": 10_000},
    "AWS::Events::Rule": {"Name": "nightly", "EventBusName": "default", "EventPattern": {"source": ["aws.ec2"]}},
    "AWS::DynamoDB::Table": {
        "BillingMode": "PROVISIONED",
        "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
        "TimeToLiveSpecification": {"Enabled": True, "AttributeName": "Until"},
    },
    "AWS::EC2::KeyPair": {"KeyPairId": "key-1"},
    "AWS::EC2::Volume": {"VolumeType": "gp3"},
    "AWS::EFS::FileSystem": {"ThroughputMode": "provisioned", "ProvisionedThroughputInMibps": 64},
    "AWS::RDS::DBInstance": {
        "DBInstanceIdentifier": "orders",
        "DBInstanceArn": ARN,
        "Engine": "sqlserver-se",
        "EngineVersion": "0.0",
        "StorageType": "gp3",
        "AllocatedStorage": "1",
        "Iops": 1,
    },
    "AWS::RDS::DBCluster": {"DBClusterIdentifier": "ledger", "Engine": "aurora-postgresql", "EngineVersion": "0.0"},
    "AWS::RDS::DBSubnetGroup": {"DBSubnetGroupDescription": "inner", "SubnetIds": ["subnet-1", "subnet-2"]},
    "AWS::Redshift::Cluster": {"ClusterIdentifier": "features", "NodeType": "ra3.large", "NumberOfNodes": 2},
    "AWS::ElasticLoadBalancingV2::ListenerRule": {"RuleArn": ARN, "ListenerArn": ARN},
    "AWS::Redshift::ClusterSubnetGroup": {"Description": "inner", "SubnetIds": ["subnet-1"]},
    "AWS::SNS::Topic": {"FifoTopic": True},
    "AWS::Route53::RecordSet": {
        **dict.fromkeys(route53.ROUTING),
        "HostedZoneId": "Z1",
        "Name": "www.example.org",
        "Type": "A",
        "SetIdentifier": "blue",
        "TTL": "300",
        "ResourceRecords": ["192.0.2.1"],
        "AliasTarget": None,
    },
    "AWS::Route53::RecordSet.AliasTarget": {"TTL": None, "ResourceRecords": None},
    "AWS::SSM::Parameter": {"Value": "10", "Type": "String"},
    "AWS::SQS::Queue": {"FifoQueue": True, "DeduplicationScope": "messageGroup"},
}
# What a new resource needs by the rules of its type.
NEW: dict[str, dict[str, Any]] = {
    "AWS::CloudWatch::Alarm": {"MetricName": "CPUUtilization", "EvaluationPeriods": 10_000},
    "AWS::Events::Rule": {"EventPattern": {"source": ["aws.ec2"]}},
    "AWS::RDS::DBInstance": {
        "Engine": "postgres",
        "DBInstanceClass": "db.m6g.large",
        "AllocatedStorage": "20",
        "MasterUsername": "orders",
    },
    "AWS::DynamoDB::Table": {
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "Id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "Id", "AttributeType": "S"}],
    },
    "AWS::Kinesis::Stream": {"ShardCount": 1},
    "AWS::EC2::KeyPair": {"PublicKeyMaterial": "ssh-ed25519 AAAA"},
    "AWS::EC2::Volume": {"VolumeType": "gp3", "Size": 20},
    "AWS::ElastiCache::ReplicationGroup": {"CacheNodeType": "cache.m7g.large", "Engine": "valkey"},
    "AWS::Lambda::Function": {
        "Code": {"S3Bucket": "code", "S3Key": "main.zip"},
        "Runtime": "python3.13",
        "Handler": "main.handler",
        "PackageType": "Zip",
    },
    "AWS::RDS::DBCluster": {"Engine": "aurora-postgresql", "MasterUsername": "ledger"},
    "AWS::Route53::RecordSet": {
        "HostedZoneId": "Z1",
        "TTL": "300",
        "ResourceRecords": ["192.0.2.1"],
        "SetIdentifier": "blue",
        "AliasTarget": None,
    },
    "AWS::Redshift::Cluster": {"ClusterType": "multi-node", "NumberOfNodes": 2},
}


def before(declared: NativeType) -> dict[str, Any]:
    """The document before: whatever identifies the resource or stands in an argument, and what is said above."""
    given = [getattr(each, "arguments", {}) for each in (*declared.update, declared.delete)]
    words = re.findall(r"[A-Z]\w+", " ".join([declared.identifier, *(e for one in given for e in one.values())]))
    return {name: ARN for name in words if name in declared.properties} | DOCUMENTS.get(declared.name, {})


def statuses(declared: NativeType) -> tuple[str, ...]:
    """Those in which the calls differ: where the status decides what surrounds them, all; else one."""
    depends = any(getattr(update, "around", None) for update in declared.update)
    return (declared.settled if depends else declared.settled[:1]) or ("",)


STATUSES = [(declared, status) for declared in TYPES for status in statuses(declared)]
CASES = [
    (declared, status, name)
    for declared, status in STATUSES
    for name, how in declared.properties.items()
    if changeable(how)
]
SAID_OTHERWISE = {"NumberOfNodes"}  # one node is a cluster of the type single-node
EXAMPLES = int(os.environ.get("RINGI_EXAMPLES", "2"))
OUR_OWN_RULES = {"nothing", "refused", "only", "tags"}  # a value that the type refuses, or that is there already
MANY = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


def updated(declared: NativeType, status: str, desired: dict[str, Any], types: Types = native) -> Plan:
    special = {k: v for name in desired for k, v in DOCUMENTS.get(f"{declared.name}.{name}", {}).items()}
    seen = Observation(declared.name, TOKYO, "x", "x", ARN, status, before(declared) | special)
    proposal = Proposal(1, Action.UPDATE, declared.name, TOKYO, "x", "x", desired)
    return build(Target("prod", "111111111111"), [proposal], {1: seen}, types)


@pytest.mark.parametrize(
    ("declared", "status", "name"), CASES, ids=[f"{d.name}.{name} {status}".strip() for d, status, name in CASES]
)
@MANY
@given(data=st.data())
def test_every_call_for_a_value_fits_botocore(declared: NativeType, status: str, name: str, data: Any) -> None:
    value = data.draw(of_property(declared.name, name, before(declared).get("Engine", "")))
    try:
        plan = updated(declared, status, {name: value})
    except PlanRefused as refused:
        if not {problem.code for problem in refused.problems} <= OUR_OWN_RULES:
            raise
        assume(False)
    assert validate_plan(plan) == []
    assert plan.calls
    assert name in SAID_OTHERWISE or dropped(plan.changes[0].differences[0].after, plan) == []
    assert called(plan) <= permissions.writes(declared)


def called(plan: Plan) -> set[str]:
    """The actions that the write role must be allowed."""
    models = {shapes.operation(call.service, call.operation) for call in plan.calls}
    return {permissions.action(plan.calls[0].service, model.name) for model in models if model}


def dropped(value: Any, plan: Plan) -> list[str]:
    """The texts and numbers of a value that no call carries: lost on the way."""
    sent = [text for call in plan.calls for text in [*leaves(codec.encoded(call.parameters)), *names(call.parameters)]]
    found = {text: any(text in each or json.dumps(text)[1:-1] in each for each in sent) for text in leaves(value)}
    return [text for text, carried in found.items() if not carried]


def names(value: Any) -> list[str]:
    """The names of all members in a tree: some services take tags as one structure."""
    if isinstance(value, dict):
        return [*value, *(name for member in value.values() for name in names(member))]
    return [name for item in value for name in names(item)] if isinstance(value, list | tuple) else []


def leaves(value: Any) -> list[str]:
    """The texts and numbers in a tree."""
    if isinstance(value, dict):
        return [text for member in value.values() for text in leaves(member)]
    if isinstance(value, list | tuple):
        return [text for item in value for text in leaves(item)]
    return [] if value is None or isinstance(value, bool) else [str(value)]


@pytest.mark.parametrize("declared", [d for d in TYPES if d.create], ids=lambda declared: declared.name)
@MANY
@given(data=st.data())
def test_every_call_for_a_new_resource_fits_botocore(declared: NativeType, data: Any) -> None:
    assert declared.create is not None
    needed = {*required(declared.name, TOKYO), *naming(declared)}
    settable = {n for n, how in declared.properties.items() if changeable(how)} | set(declared.create.properties)
    chosen = needed | set(data.draw(st.lists(st.sampled_from(sorted(settable)), max_size=5)))
    desired = {name: data.draw(of_property(declared.name, name)) for name in sorted(chosen)} | NEW.get(
        declared.name, {}
    )
    proposal = Proposal(1, Action.CREATE, declared.name, TOKYO, "", "new", desired)
    try:
        plan = build(Target("prod", "111111111111"), [proposal], {})
    except PlanRefused as refused:
        if not {problem.code for problem in refused.problems} <= OUR_OWN_RULES | {"required"}:
            raise
        assume(False)
    assert validate_plan(plan) == []
    assert plan.calls[0].operation == declared.create.operation
    assert called(plan) <= permissions.writes(declared)


@pytest.mark.parametrize("declared", [d for d in TYPES if d.delete], ids=lambda declared: declared.name)
def test_every_call_of_a_deletion_fits_botocore(declared: NativeType) -> None:
    seen = Observation(declared.name, TOKYO, "x", "x", ARN, (*declared.settled, "")[0], before(declared))
    proposal = Proposal(1, Action.DELETE, declared.name, TOKYO, "x", "x", {})
    assert validate_plan(build(Target("prod", "111111111111"), [proposal], {1: seen})) == []


def test_a_wrong_declaration_gives_a_call_that_does_not_fit(calls_that_do_not_fit: list[str]) -> None:
    declared = native("AWS::RDS::DBInstance")
    assert declared is not None
    wrong = replace(declared.properties["AllocatedStorage"], encode=None)
    broken = replace(declared, properties={**declared.properties, "AllocatedStorage": wrong})
    plan = updated(declared, "available", {"AllocatedStorage": "20"}, lambda name: broken)
    [problem] = validate_plan(plan)
    assert "AllocatedStorage has the wrong type" in problem.sentence
    assert calls_that_do_not_fit == [problem.sentence]
    calls_that_do_not_fit.clear()

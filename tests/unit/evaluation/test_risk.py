"""Which facts make a plan risky: the table, each with its reason, and nothing else."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from apps.evaluation.risk import MANY, TABLE, Fact, Known, Level, facts, level
from apps.evaluation.speed import speed, topic
from apps.planning.plan import Action, Proposal
from tests.conformance.documents import DOCUMENTS
from tests.unit.evaluation.test_speed import DATABASE, GROUP, INSTANCE, MACHINE, RDS, TOKYO, planned, seen, update

NOTHING = Known(production=False, users={}, failures={})
BUCKET, ROLE, CLUSTER = "AWS::S3::Bucket", "AWS::IAM::Role", "AWS::Redshift::Cluster"
OPEN = [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0"}]
INSIDE = [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "10.0.0.0/8"}]


def trust(principal: Any) -> dict[str, Any]:
    allowed = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal}
    return {"Version": "2012-10-17", "Statement": [allowed]}


OURS, THEIRS = ({"AWS": f"arn:aws:iam::{number * 12}:root"} for number in "12")
ROLE_SEEN = {
    "RoleName": "jobs", "RoleId": "AROA", "Arn": "arn:aws:iam::111111111111:role/jobs",
    "AssumeRolePolicyDocument": trust(OURS), "ManagedPolicyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
}  # fmt: skip


def risky(*pairs: Any, known: Known = NOTHING) -> list[tuple[str, str]]:
    return [(fact.fact, str(fact.level)) for fact in facts(planned(*pairs), known)]


def delete(observed: Any, **consents: str) -> Any:
    name = observed.identifier
    return Proposal(1, Action.DELETE, observed.type, TOKYO, name, name, {}, {}, consents), observed


def database(**more: Any) -> Any:
    return seen(RDS, "orders", "available", **{**DATABASE, **more})


def group(rules: Any) -> Any:
    return seen(GROUP, "sg-1", "", GroupId="sg-1", SecurityGroupIngress=rules, VpcId="vpc-1")


CASES = {
    "tags": (lambda: [update(database(Tags=[]), Tags=[{"Key": "a", "Value": "b"}])], []),
    "backups": (lambda: [update(database(), BackupRetentionPeriod=14)], []),
    "another class": (lambda: [update(database(), DBInstanceClass="db.r6g.xlarge")], ["interrupts"]),
    "storage": (lambda: [update(database(), AllocatedStorage="200")], ["irreversible"]),
    "an instance is stopped": (
        lambda: [update(seen(INSTANCE, "i-1", "running", **MACHINE), InstanceType="m6i.xlarge")],
        ["interrupts"],
    ),
    "opened to everybody": (lambda: [update(group([]), SecurityGroupIngress=OPEN)], ["exposes"]),
    "opened inside": (lambda: [update(group([]), SecurityGroupIngress=INSIDE)], []),
    "closed": (lambda: [update(group(OPEN), SecurityGroupIngress=[])], ["interrupts"]),
    "deleted with a snapshot": (lambda: [delete(database())], ["store", "irreversible"]),
    "deleted without": (lambda: [delete(database(), no_snapshot="It is a copy.")], ["loses", "irreversible"]),
    "a group deleted": (lambda: [delete(group(INSIDE))], ["deletes", "irreversible"]),
    "trusted by another account": (
        lambda: [update(seen(ROLE, "jobs", "", **ROLE_SEEN), AssumeRolePolicyDocument=trust(THEIRS))],
        ["widens"],
    ),
    "another managed policy": (
        lambda: [
            update(
                seen(ROLE, "jobs", "", **ROLE_SEEN),
                ManagedPolicyArns=[*ROLE_SEEN["ManagedPolicyArns"], "arn:aws:iam::aws:policy/AdministratorAccess"],
            )
        ],
        ["widens"],
    ),
}


# Minutes of the longest chain and out of service, as the types declare them for each wait.
MINUTES = {
    "tags": (0, 0),
    "backups": (3, 0),
    "another class": (10, 10),
    "storage": (3, 0),
    "an instance is stopped": (4, 4),
    "opened to everybody": (0, 0),
    "opened inside": (0, 0),
    "closed": (0, 0),
    "deleted with a snapshot": (10, 0),
    "deleted without": (10, 0),
    "a group deleted": (0.1, 0),
    "trusted by another account": (0, 0),
    "another managed policy": (0, 0),
}
CREATED = {
    "AWS::EC2::NatGateway": (2, []),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": (3, ["exposes"]),
    "AWS::RDS::DBInstance": (15, []),
    "AWS::Redshift::Cluster": (60, []),
    "AWS::EC2::VPC": (0.1, []),
    "AWS::EC2::Volume": (0.5, []),
    "AWS::DynamoDB::Table": (1, []),
    "AWS::EFS::FileSystem": (1, []),
    "AWS::SQS::Queue": (0, []),
    "AWS::S3::Bucket": (0, []),
    "AWS::ElastiCache::ReplicationGroup": (10, []),
    "AWS::EC2::Instance": (5, []),
}


@pytest.mark.parametrize("name", CASES)
def test_minutes_are_those_that_the_types_declare(name: str) -> None:
    made, _ = CASES[name]
    found = speed(planned(*made()), {})
    stops = max((each.minutes for each in found.interruptions), default=0)
    assert (found.minutes, stops) == MINUTES[name]
    assert {each.runs for each in found.calls} == {0}


@pytest.mark.parametrize("name", CREATED)
def test_what_is_new_takes_its_time_and_risks_what_it_opens(name: str) -> None:
    document, (minutes, expected) = DOCUMENTS[name], CREATED[name]
    if "exposes" in expected:
        document = document | {"Scheme": "internet-facing"}
    plan = planned((Proposal(1, Action.CREATE, name, TOKYO, "", "new", document), None))
    assert speed(plan, {}).minutes == minutes
    assert [fact.fact for fact in facts(plan, NOTHING)] == expected


@pytest.mark.parametrize("name", CASES)
def test_facts_are_found(name: str) -> None:
    made, expected = CASES[name]
    for production in (False, True):
        found = risky(*made(), known=replace(NOTHING, production=production))
        assert {fact for fact, _ in found} == set(expected)
        column = "production" if production else "level"
        assert all(getattr(TABLE[fact], column) == each for fact, each in found)


def test_the_level_is_the_highest_of_the_facts_and_low_without() -> None:
    assert level([]) is Level.LOW
    found = facts(planned(update(database(), DBInstanceClass="db.r6g.xlarge", AllocatedStorage="200")), NOTHING)
    assert level(found) is Level.MEDIUM
    opened = facts(planned(update(group([]), SecurityGroupIngress=OPEN)), NOTHING)
    assert level([*found, *opened]) is Level.HIGH


def test_every_fact_says_why() -> None:
    plan = planned(update(group([]), SecurityGroupIngress=OPEN))
    assert facts(plan, NOTHING) == [
        Fact(1, "exposes", Level.HIGH, "SecurityGroupIngress: Lets everybody in: tcp 22 of 0.0.0.0/0.")
    ]


def test_many_users_and_earlier_failures_count() -> None:
    plan = planned(update(database(Tags=[]), Tags=[{"Key": "a", "Value": "b"}]))
    named = topic(plan.changes[0], plan.changes[0].calls[0])
    few = facts(plan, Known(True, {1: MANY - 1}, {}))
    many = facts(plan, Known(True, {1: MANY}, {named: 2}))
    assert few == []
    assert [(fact.fact, fact.reason) for fact in many] == [
        ("dependents", f"{MANY} resources use orders."),
        ("failed", "add_tags_to_resource failed 2 times in the last 90 days."),
    ]


def test_the_documents_show_the_table() -> None:
    text = (Path(__file__).parents[3] / "docs" / "speed-and-risk.md").read_text()
    for row in TABLE.values():
        assert f"| {row.words} | {row.level} | {row.production} |" in text


def test_every_row_of_the_table_is_no_milder_in_production() -> None:
    order = list(Level)
    assert all(order.index(row.production) >= order.index(row.level) for row in TABLE.values())

"""How long runs take: medians where there are enough, rules of thumb where not, and the longest chain."""

from dataclasses import replace
from typing import Any

import pytest

from apps.catalog.registry import BY_NAME
from apps.evaluation.speed import Expected, Interruption, speed, topic
from apps.planning.build import build
from apps.planning.plan import Action, Observation, Plan, Proposal, Target

TOKYO = "ap-northeast-1"
RDS, INSTANCE, GROUP, NAT = (
    "AWS::RDS::DBInstance", "AWS::EC2::Instance", "AWS::EC2::SecurityGroup", "AWS::EC2::NatGateway",
)  # fmt: skip
DATABASE = {
    "DBInstanceIdentifier": "orders", "DBInstanceArn": "arn:aws:rds:ap-northeast-1:111111111111:db:orders",
    "DBInstanceClass": "db.r6g.large", "Engine": "postgres", "EngineVersion": "16.4", "AllocatedStorage": "100",
    "StorageType": "gp3", "BackupRetentionPeriod": 7,
}  # fmt: skip
MACHINE = {"InstanceId": "i-1", "InstanceType": "m6i.large", "ImageId": "ami-1", "SubnetId": "subnet-1"}


def seen(type_name: str, identifier: str, status: str, **document: Any) -> Observation:
    return Observation(type_name, TOKYO, identifier, identifier, f"arn:aws:x:::{identifier}", status, document)


def planned(*pairs: tuple[Proposal, Observation | None]) -> Plan:
    proposals = [replace(proposal, ordinal=n) for n, (proposal, _) in enumerate(pairs, 1)]
    observed = {n: each for n, (_, each) in enumerate(pairs, 1)}
    return build(Target("prod", "111111111111"), proposals, observed, BY_NAME.get)


def update(observed: Observation, **desired: Any) -> tuple[Proposal, Observation]:
    return Proposal(1, Action.UPDATE, observed.type, TOKYO, observed.identifier, observed.name, desired), observed


def resized() -> Plan:
    return planned(
        update(seen(RDS, "orders", "available", **DATABASE), DBInstanceClass="db.r6g.xlarge"),
        update(seen(INSTANCE, "i-1", "running", **MACHINE), InstanceType="m6i.xlarge"),
    )


def test_a_rule_of_thumb_stands_until_there_are_five() -> None:
    plan = resized()
    database = plan.changes[0]
    named = topic(database, database.calls[0])
    assert named == f"{RDS} modify_db_instance DBInstanceClass"
    thumb = database.calls[0].wait
    assert thumb
    assert speed(plan, {named: [60.0] * 4}).calls[0] == Expected("1.1", thumb.minutes, 0)
    assert speed(plan, {named: [60.0, 120.0, 600.0, 240.0, 60.0]}).calls[0] == Expected("1.1", 2.0, 5)


def test_what_runs_side_by_side_counts_once() -> None:
    plan = resized()
    found = speed(plan, {})
    chains = [sum(call.wait.minutes for call in change.calls if call.wait) for change in plan.changes]
    assert found.minutes == max(chains) < sum(chains)
    assert found.path == tuple(call.key for call in plan.changes[chains.index(max(chains))].calls)


def test_an_interruption_is_from_stop_to_start_and_as_declared_elsewhere() -> None:
    plan = resized()
    database, machine = plan.changes
    keys = [topic(machine, call) for call in machine.calls]
    samples = {name: [60.0 * n] * 6 for n, name in enumerate(keys, 1)}
    assert speed(plan, samples).interruptions == (
        Interruption(1, float(database.effect.minutes), 0),
        Interruption(2, 1.0 + 2.0 + 3.0, 6),
    )


def test_a_change_of_tags_interrupts_nothing_and_takes_no_time() -> None:
    plan = planned(update(seen(GROUP, "sg-1", "", GroupId="sg-1", Tags=[]), Tags=[{"Key": "a", "Value": "b"}]))
    found = speed(plan, {})
    assert (found.minutes, found.interruptions) == (0.0, ())


@pytest.mark.parametrize("count", [1, 7])
def test_creations_are_alike_whatever_is_set(count: int) -> None:
    tags = [{"Key": f"k{n}", "Value": "v"} for n in range(count)]
    desired = {"SubnetId": "subnet-1", "ConnectivityType": "private", "Tags": tags}
    plan = planned((Proposal(1, Action.CREATE, NAT, TOKYO, "", "nat", desired), None))
    assert topic(plan.changes[0], plan.changes[0].calls[0]) == f"{NAT} create_nat_gateway"

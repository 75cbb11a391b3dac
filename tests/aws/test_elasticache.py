from typing import Any

import pytest

from apps.planning.plan import Action, Observation, PlanRefused
from tests.aws.exercise import TOKYO, Exercise

GROUP = "AWS::ElastiCache::ReplicationGroup"
NOT_EXERCISED = {
    GROUP: {
        **dict.fromkeys(("EngineVersion", "CacheParameterGroupName"), "moto doesn't show it"),
        **dict.fromkeys(("SecurityGroupIds", "PreferredMaintenanceWindow"), "moto doesn't show it"),
        **dict.fromkeys(("SnapshotWindow", "AutoMinorVersionUpgrade"), "moto ignores it on update"),
        "ReplicasPerNodeGroup": "moto lacks the calls",
        "deletion": "a group of moto is deleting for ever; see the endpoint's tests",
    }
}
NEW: dict[str, Any] = {
    "ReplicationGroupId": "sessions",
    "ReplicationGroupDescription": "Sessions of the shop",
    "Engine": "valkey",
    "CacheNodeType": "cache.m7g.large",
    "ReplicasPerNodeGroup": 1,
    "AutomaticFailoverEnabled": True,
    "AtRestEncryptionEnabled": True,
    "TransitEncryptionEnabled": True,
    "SnapshotRetentionLimit": 7,
    "Tags": [{"Key": "env", "Value": "prod"}],
}


def test_a_group_is_created_changed_and_set_back(exercise: Exercise) -> None:
    made = exercise.create(GROUP, "sessions", **NEW)
    assert {name: made.document[name] for name in NEW} == NEW
    assert (made.document["NumNodeGroups"], made.document["Port"]) == (1, 6379)
    exercise.change(
        made,
        ReplicationGroupDescription="Sessions",
        CacheNodeType="cache.m7g.xlarge",
        MultiAZEnabled=True,
        SnapshotRetentionLimit=14,
        Tags=[{"Key": "env", "Value": "stg"}, {"Key": "team", "Value": "shop"}],
    )
    [listed] = exercise.gateway.list(GROUP, TOKYO)
    assert listed == exercise.read(GROUP, "sessions")


def seen(**more: Any) -> Observation:
    return Observation(GROUP, TOKYO, "sessions", "sessions", "arn", "available", NEW | more)


@pytest.mark.parametrize(("wanted", "operation"), [(3, "increase_replica_count"), (0, "decrease_replica_count")])
def test_replicas_are_added_and_taken_away_by_two_operations(exercise: Exercise, wanted: int, operation: str) -> None:
    [call] = exercise.plan(seen(AutomaticFailoverEnabled=False), ReplicasPerNodeGroup=wanted).calls
    assert call.operation == operation
    assert call.parameters["NewReplicaCount"] == wanted


@pytest.mark.parametrize(
    ("document", "wrong"),
    [
        ({"AutomaticFailoverEnabled": False}, {"MultiAZEnabled": True}),
        ({"AutomaticFailoverEnabled": False, "ReplicasPerNodeGroup": 0}, {"AutomaticFailoverEnabled": True}),
        ({}, {"SnapshotRetentionLimit": 36}),
        ({}, {"Engine": "redis"}),
    ],
)
def test_a_change_is_refused_for(exercise: Exercise, document: dict[str, Any], wrong: dict[str, Any]) -> None:
    with pytest.raises(PlanRefused) as refused:
        exercise.plan(seen(**document), **wrong)
    assert [problem.property for problem in refused.value.problems] == [*wrong]


def test_a_new_group_says_its_engine_and_node_type(exercise: Exercise) -> None:
    values = {"ReplicationGroupId": "empty", "ReplicationGroupDescription": "Nothing"}
    with pytest.raises(PlanRefused) as refused:
        exercise.create(GROUP, "empty", **values)
    assert [problem.property for problem in refused.value.problems] == ["CacheNodeType", "Engine"]


def test_deleting_a_group_takes_a_last_snapshot(exercise: Exercise) -> None:
    [call] = exercise.plan(seen(), Action.DELETE).calls
    assert call.parameters == {"ReplicationGroupId": "sessions", "FinalSnapshotIdentifier": "sessions-final"}

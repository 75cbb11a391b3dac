from typing import Any

import pytest

from apps.planning.plan import PlanRefused
from tests.aws.exercise import TOKYO, Exercise

CLUSTER = "AWS::RDS::DBCluster"
NOT_EXERCISED = {
    CLUSTER: {
        "EnableIAMDatabaseAuthentication": "moto ignores it on update",
        "EnableHttpEndpoint": "moto lacks the calls",
    }
}
NEW: dict[str, Any] = {
    "DBClusterIdentifier": "ledger",
    "Engine": "aurora-postgresql",
    "EngineVersion": "15.4",
    "MasterUsername": "ledger",
    "ManageMasterUserPassword": True,
    "DatabaseName": "ledger",
    "BackupRetentionPeriod": 7,
    "StorageEncrypted": True,
    "Tags": [{"Key": "env", "Value": "prod"}],
}


def test_a_cluster_lives(exercise: Exercise) -> None:
    exercise.live(
        CLUSTER,
        "ledger",
        NEW,
        {
            "BackupRetentionPeriod": 14,
            "PreferredBackupWindow": "02:00-03:00",
            "PreferredMaintenanceWindow": "sun:05:00-sun:06:00",
            "DeletionProtection": True,
            "CopyTagsToSnapshot": True,
            "Tags": [{"Key": "env", "Value": "stg"}, {"Key": "team", "Value": "shop"}],
        },
        {"BackupRetentionPeriod": 36, "EngineVersion": "14.1", "ManageMasterUserPassword": False},
    )


def test_a_major_upgrade_of_a_cluster_is_executed_with_its_consent(exercise: Exercise, groups: list[str]) -> None:
    made = exercise.create(CLUSTER, "upgraded", **NEW | {"DBClusterIdentifier": "upgraded"})
    plan = exercise.plan(
        made,
        EngineVersion="16.4",
        ServerlessV2ScalingConfiguration={"MinCapacity": 0.5, "MaxCapacity": 8},
        VpcSecurityGroupIds=groups,
    )
    assert plan.calls[0].parameters["AllowMajorVersionUpgrade"] is True
    exercise.run(plan)
    [listed] = [seen for seen in exercise.gateway.list(CLUSTER, TOKYO) if seen.identifier == "upgraded"]
    assert listed == exercise.read(CLUSTER, "upgraded")
    assert listed.document["EngineVersion"] == "16.4"
    assert sorted(listed.document["VpcSecurityGroupIds"]) == sorted(groups)


def test_a_new_cluster_says_its_engine_and_its_first_user(exercise: Exercise) -> None:
    with pytest.raises(PlanRefused) as refused:
        exercise.create(CLUSTER, "empty", DBClusterIdentifier="empty", ManageMasterUserPassword=False)
    named = [problem.property for problem in refused.value.problems]
    assert named == ["Engine", "MasterUsername", "ManageMasterUserPassword"]

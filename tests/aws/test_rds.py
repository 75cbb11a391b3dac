from typing import Any

import pytest

from tests.aws.exercise import TOKYO, Exercise

DATABASE = "AWS::RDS::DBInstance"


@pytest.fixture
def database(client: Any, request: pytest.FixtureRequest) -> str:
    rds = client("rds")
    name = f"orders-{abs(hash(request.node.name)) % 10**8}"
    rds.create_db_instance(
        DBInstanceIdentifier=name,
        DBInstanceClass="db.m6g.large",
        Engine="postgres",
        EngineVersion="15.4",
        AllocatedStorage=100,
        StorageType="gp3",
        MasterUsername="orders",
        ManageMasterUserPassword=True,
        BackupRetentionPeriod=7,
        PubliclyAccessible=False,
        Tags=[{"Key": "env", "Value": "prod"}],
    )
    return name


def test_instances_are_listed_as_they_are_read(exercise: Exercise, database: str) -> None:
    listed = {seen.identifier: seen for seen in exercise.gateway.list(DATABASE, TOKYO)}
    assert listed[database] == exercise.read(DATABASE, database)
    assert listed[database].status == "available"
    assert listed[database].document["Tags"] == [{"Key": "env", "Value": "prod"}]


@pytest.mark.parametrize(
    "desired",
    [
        {"DBInstanceClass": "db.m6g.xlarge"},
        {"MultiAZ": True},
        {"BackupRetentionPeriod": 14},
        {"StorageType": "gp2"},
        {"PreferredBackupWindow": "02:00-03:00"},
        {"PreferredMaintenanceWindow": "sun:05:00-sun:06:00"},
        {"DeletionProtection": True},
        {"AutoMinorVersionUpgrade": False},
        {"CopyTagsToSnapshot": True},
        {"PubliclyAccessible": True},
        {"EnableIAMDatabaseAuthentication": True},
        {"Tags": [{"Key": "env", "Value": "stg"}, {"Key": "team", "Value": "orders"}]},
        {"DBInstanceClass": "db.r6g.large", "MultiAZ": True, "Tags": []},
    ],
)
def test_an_instance_is_changed_and_set_back(exercise: Exercise, database: str, desired: dict[str, Any]) -> None:
    exercise.change(exercise.read(DATABASE, database), **desired)


def test_the_groups_of_an_instance_are_changed(exercise: Exercise, database: str, groups: list[str]) -> None:
    exercise.run(exercise.plan(exercise.read(DATABASE, database), VPCSecurityGroups=groups))
    changed = exercise.read(DATABASE, database)
    assert sorted(changed.document["VPCSecurityGroups"]) == sorted(groups)
    exercise.change(changed, VPCSecurityGroups=groups[:1])


def test_storage_grows_for_good(exercise: Exercise, database: str) -> None:
    plan = exercise.plan(exercise.read(DATABASE, database), AllocatedStorage="200", EngineVersion="16.1")
    assert all(difference.irreversible for difference in plan.changes[0].differences)
    exercise.run(plan)
    assert exercise.read(DATABASE, database).document["AllocatedStorage"] == "200"


def test_small_gp3_storage_grows_without_its_fixed_performance(exercise: Exercise, database: str) -> None:
    seen = exercise.read(DATABASE, database)
    plan = exercise.plan(seen, AllocatedStorage="150")
    assert "Iops" not in plan.calls[0].parameters
    assert "StorageThroughput" not in plan.calls[0].parameters
    exercise.run(plan)
    assert exercise.read(DATABASE, database).document["AllocatedStorage"] == "150"


def test_provisioned_storage_is_sent_with_its_size(exercise: Exercise, database: str) -> None:
    plan = exercise.plan(exercise.read(DATABASE, database), StorageType="io1", Iops=1000)
    assert {plan.calls[0].parameters[name] for name in ("AllocatedStorage", "Iops")} == {100, 1000}
    exercise.run(plan)
    changed = exercise.read(DATABASE, database).document
    assert (changed["StorageType"], changed["Iops"]) == ("io1", 1000)


def test_a_major_upgrade_is_executed_with_its_consent(exercise: Exercise, database: str) -> None:
    plan = exercise.plan(exercise.read(DATABASE, database), EngineVersion="16.1")
    assert plan.calls[0].parameters["AllowMajorVersionUpgrade"] is True
    exercise.run(plan)
    assert exercise.read(DATABASE, database).document["EngineVersion"] == "16.1"


def test_many_properties_are_one_call(exercise: Exercise, database: str) -> None:
    seen = exercise.read(DATABASE, database)
    [call] = exercise.plan(seen, DBInstanceClass="db.m6g.xlarge", MultiAZ=True, BackupRetentionPeriod=1).calls
    assert call.operation == "modify_db_instance"
    assert call.parameters["ApplyImmediately"] is True

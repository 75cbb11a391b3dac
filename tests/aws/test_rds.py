from typing import Any

import pytest

from apps.planning.build import build
from apps.planning.plan import Action, PlanRefused, Proposal
from tests.aws.exercise import TARGET, TOKYO, Exercise, checked

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


def test_an_instance_lives_with_a_password_that_nobody_sees(exercise: Exercise) -> None:
    exercise.live(
        DATABASE,
        "billing",
        {
            "DBInstanceIdentifier": "billing",
            "Engine": "postgres",
            "EngineVersion": "16.4",
            "DBInstanceClass": "db.m6g.large",
            "AllocatedStorage": "100",
            "StorageType": "gp3",
            "MasterUsername": "billing",
            "ManageMasterUserPassword": True,
            "BackupRetentionPeriod": 7,
            "StorageEncrypted": True,
            "Tags": [{"Key": "env", "Value": "prod"}],
        },
        {"BackupRetentionPeriod": 14},
        {"DBInstanceIdentifier": "other", "BackupRetentionPeriod": 36, "ManageMasterUserPassword": False},
    )


def test_deleting_an_instance_takes_a_last_snapshot(exercise: Exercise, client: Any, database: str) -> None:
    exercise.delete(exercise.read(DATABASE, database))
    kept = client("rds").describe_db_snapshots(DBInstanceIdentifier=database)["DBSnapshots"]
    assert f"{database}-final" in {snapshot["DBSnapshotIdentifier"] for snapshot in kept}


NEW = {
    "DBInstanceIdentifier": "new",
    "Engine": "postgres",
    "DBInstanceClass": "db.m6g.large",
    "AllocatedStorage": "100",
    "MasterUsername": "orders",
}


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"MasterUsername": None}, "MasterUsername"),
        ({"ManageMasterUserPassword": False}, "ManageMasterUserPassword"),
        ({"MultiAZ": True, "AvailabilityZone": "ap-northeast-1a"}, "AvailabilityZone"),
        ({"StorageType": "gp3", "Iops": 4000}, "Iops"),
        ({"DBInstanceIdentifier": "Orders"}, "DBInstanceIdentifier"),
    ],
)
def test_a_new_instance_is_refused_for(exercise: Exercise, values: dict[str, Any], named: str) -> None:
    with pytest.raises(PlanRefused) as refused:
        exercise.create(DATABASE, "new", **{**NEW, **values})
    assert [problem.property for problem in refused.value.problems] == [named]


def test_a_new_instance_may_name_the_performance_that_small_storage_has(exercise: Exercise) -> None:
    shown = {"StorageType": "gp3", "Iops": 3000, "StorageThroughput": 125}
    proposal = Proposal(1, Action.CREATE, DATABASE, TOKYO, "", "new", NEW | shown)
    [call] = checked(build(TARGET, [proposal], {})).calls
    assert not {"Iops", "StorageThroughput"} & set(call.parameters)
    assert call.parameters["ManageMasterUserPassword"] is True

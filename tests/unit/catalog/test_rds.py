from typing import Any

import pytest

from tests.unit.catalog.conftest import Planned, Refused, plan

RDS = "AWS::RDS::DBInstance"
STORAGE = {"StorageType", "Iops", "AllocatedStorage", "StorageThroughput"}


def database(**more: Any) -> dict[str, Any]:
    """A PostgreSQL instance on small gp3 storage, as AWS shows it: with the performance that it can't change."""
    return {
        "DBInstanceIdentifier": "orders",
        "DBInstanceArn": "arn:aws:rds:ap-northeast-1:111111111111:db:orders",
        "Engine": "postgres",
        "EngineVersion": "15.4",
        "StorageType": "gp3",
        "AllocatedStorage": "100",
        "Iops": 3000,
        "StorageThroughput": 125,
        **more,
    }


LARGE = {"AllocatedStorage": "500", "Iops": 12000, "StorageThroughput": 500}
IO1 = {"StorageType": "io1", "Iops": 2000, "StorageThroughput": None}


@pytest.mark.parametrize(
    ("document", "desired", "sent"),
    [
        (database(), {"AllocatedStorage": "200"}, {"StorageType": "gp3", "AllocatedStorage": 200}),
        (
            database(**LARGE),
            {"AllocatedStorage": "600"},
            {"StorageType": "gp3", "AllocatedStorage": 600, "Iops": 12000},
        ),
        (
            database(**LARGE),
            {"StorageThroughput": 600},
            {"StorageType": "gp3", "AllocatedStorage": 500, "Iops": 12000, "StorageThroughput": 600},
        ),
        (
            database(),
            {"AllocatedStorage": "400", "Iops": 12000},
            {"StorageType": "gp3", "AllocatedStorage": 400, "Iops": 12000},
        ),
        (
            database(),
            {"StorageType": "io1", "Iops": 2000},
            {"StorageType": "io1", "AllocatedStorage": 100, "Iops": 2000},
        ),
        (database(**IO1), {"StorageType": "gp3"}, {"StorageType": "gp3", "AllocatedStorage": 100}),
        (database(**IO1), {"StorageType": "gp2"}, {"StorageType": "gp2", "AllocatedStorage": 100}),
        (
            database(Engine="oracle-se2", EngineVersion="19.0", AllocatedStorage="250", Iops=12000),
            {"AllocatedStorage": "300"},
            {"StorageType": "gp3", "AllocatedStorage": 300, "Iops": 12000},
        ),
        (
            database(Engine="sqlserver-se", EngineVersion="15.00.4236.7.v1"),
            {"Iops": 4000},
            {"StorageType": "gp3", "AllocatedStorage": 100, "Iops": 4000},
        ),
    ],
)
def test_storage_is_sent_with_what_aws_asks_for_and_nothing_that_it_refuses(
    planned: Planned, document: dict[str, Any], desired: dict[str, Any], sent: dict[str, Any]
) -> None:
    [call] = planned(RDS, document, **desired)
    assert {name: value for name, value in call.parameters.items() if name in STORAGE} == sent


def test_what_is_not_sent_along_is_neither_expected_nor_set(planned: Planned) -> None:
    [call] = planned(RDS, database(), AllocatedStorage="200")
    assert set(call.sets) == {"AllocatedStorage", "StorageType"}
    assert set(call.expects) == {"AllocatedStorage", "StorageType", "PendingModifiedValues"}


@pytest.mark.parametrize(
    ("document", "desired", "wrong"),
    [
        (database(), {"Iops": 4000}, {"Iops"}),
        (database(), {"StorageThroughput": 200}, {"StorageThroughput"}),
        (database(), {"AllocatedStorage": "400"}, {"Iops"}),
        (database(), {"AllocatedStorage": "400", "Iops": 3500}, {"Iops"}),
        (database(**IO1), {"StorageThroughput": 200}, {"StorageThroughput"}),
        (database(StorageType="gp2", Iops=None, StorageThroughput=None), {"StorageType": "io2"}, {"Iops"}),
        (database(), {"AllocatedStorage": "99"}, {"AllocatedStorage"}),
    ],
)
def test_storage_that_aws_would_refuse_is_refused_at_its_property(
    refused: Refused, document: dict[str, Any], desired: dict[str, Any], wrong: set[str]
) -> None:
    assert set(refused(RDS, document, **desired)) == wrong


@pytest.mark.parametrize(
    ("engine", "old", "new", "major"),
    [
        ("postgres", "15.4", "15.8", False),
        ("postgres", "15.4", "16.1", True),
        ("mysql", "8.0.35", "8.0.36", False),
        ("mysql", "8.0.35", "8.4.3", True),
        ("mariadb", "10.6.16", "10.11.6", True),
        ("oracle-se2", "19.0.0.0.ru-2024-01.rur-2024-01.r1", "21.0.0.0.ru-2024-01.rur-2024-01.r1", True),
        ("sqlserver-se", "15.00.4236.7.v1", "16.00.4095.4.v1", True),
    ],
)
def test_a_major_upgrade_is_sent_with_its_consent(
    planned: Planned, engine: str, old: str, new: str, major: bool
) -> None:
    [call] = planned(RDS, database(Engine=engine, EngineVersion=old), EngineVersion=new)
    assert call.parameters["EngineVersion"] == new
    assert call.parameters.get("AllowMajorVersionUpgrade", False) is major


def test_no_other_change_allows_a_major_upgrade(planned: Planned) -> None:
    [call] = planned(RDS, database(), MultiAZ=True)
    assert "AllowMajorVersionUpgrade" not in call.parameters


@pytest.mark.parametrize(
    ("engine", "old", "new"),
    [
        ("postgres", "15.4", "14.9"),
        ("postgres", "15.10", "15.9"),
        ("postgres", "15.4", "16"),
        ("mysql", "8.0.35", "8.4"),
    ],
)
def test_an_older_or_incomplete_version_is_refused(refused: Refused, engine: str, old: str, new: str) -> None:
    document = database(Engine=engine, EngineVersion=old)
    assert set(refused(RDS, document, EngineVersion=new)) == {"EngineVersion"}


@pytest.mark.parametrize(
    ("before", "after", "kind", "minutes"),
    [(0, 7, "interrupts", 1), (7, 0, "interrupts", 1), (3, 5, "online", 0), (5, 1, "online", 0)],
)
def test_only_switching_backups_on_or_off_interrupts(before: int, after: int, kind: str, minutes: int) -> None:
    made = plan(RDS, database(BackupRetentionPeriod=before), {"BackupRetentionPeriod": after})
    [difference] = made.changes[0].differences
    assert (difference.effect.kind, difference.effect.minutes) == (kind, minutes)


@pytest.mark.parametrize(
    ("document", "desired", "named"),
    [
        (database(), {"MaxAllocatedStorage": 100}, "MaxAllocatedStorage"),
        (database(MaxAllocatedStorage=150), {"AllocatedStorage": "150"}, "MaxAllocatedStorage"),
        (database(EngineVersion="16.4-R2"), {"EngineVersion": "16.4"}, "EngineVersion"),
        (database(EngineVersion="16.4-R2"), {"EngineVersion": "16.4-R1"}, "EngineVersion"),
        (
            database(Engine="oracle-se2", EngineVersion="19.0.0.0.ru-2024-07.rur-2024-07.r1"),
            {"EngineVersion": "19.0.0.0.ru-2024-01.rur-2024-01.r1"},
            "EngineVersion",
        ),
        (database(VPCSecurityGroups=["sg-1"]), {"VPCSecurityGroups": []}, "VPCSecurityGroups"),
        (database(), {"PreferredBackupWindow": "23:50-00:10"}, "PreferredBackupWindow"),
        (
            database(PreferredBackupWindow="23:30-00:30"),
            {"PreferredMaintenanceWindow": "tue:00:00-tue:00:30"},
            "PreferredBackupWindow",
        ),
        (database(), {"PreferredMaintenanceWindow": "sun:23:50-mon:00:10"}, "PreferredMaintenanceWindow"),
    ],
)
def test_what_aws_refuses_is_refused_at_its_place(
    refused: Refused, document: dict[str, Any], desired: dict[str, Any], named: str
) -> None:
    assert set(refused(RDS, document, **desired)) == {named}


@pytest.mark.parametrize("window", ["03:00-03:30", "23:00-00:00", "00:30-01:00"])
def test_windows_that_follow_one_another_do_not_overlap(planned: Planned, window: str) -> None:
    now = database(PreferredMaintenanceWindow="sun:00:00-sun:00:30")
    assert planned(RDS, now, PreferredBackupWindow=window)[0].parameters["PreferredBackupWindow"] == window


@pytest.mark.parametrize("off", [None, 0])
def test_storage_that_no_longer_grows_may_grow_to_what_it_is(planned: Planned, off: Any) -> None:
    [call] = planned(RDS, database(MaxAllocatedStorage=200), MaxAllocatedStorage=off)
    assert (call.parameters["MaxAllocatedStorage"], call.sets) == (100, {"MaxAllocatedStorage": None})

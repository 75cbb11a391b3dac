"""Statuses that let through what AWS lets through, over HTTP."""

from typing import Any

import pytest
from moto.rds.models import rds_backends

from apps.environments.models import Environment
from apps.people.models import User
from tests.integration import flow
from tests.integration.endpoint import ACCOUNT, executed
from tests.integration.estate import RDS, TOKYO

People = dict[str, User]


@pytest.fixture
def name(real: Any) -> str:
    real.client("rds").create_db_instance(
        DBInstanceIdentifier="orders", DBInstanceClass="db.r6g.large", Engine="postgres", EngineVersion="16.4",
        AllocatedStorage=100, MasterUsername="ringi", ManageMasterUserPassword=True,
    )  # fmt: skip
    return "orders"


def become(name: str, status: str) -> None:
    rds_backends[ACCOUNT][TOKYO].databases[name].status = status


def change(name: str, **desired: Any) -> flow.DraftInput:
    return flow.DraftInput("update", RDS, TOKYO, name, name, desired)


def shown(real: Any, name: str) -> dict[str, Any]:
    found: dict[str, Any] = real.client("rds").describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]
    return found


def test_full_storage_is_cured_by_growing_it(people: People, prod: Environment, real: Any, name: str):
    become(name, "storage-full")
    run = executed(people, prod, real, change(name, AllocatedStorage="200"))
    assert "storage-full" not in run.revision.canonical.partition('"failed":')[2].partition("]")[0]
    assert (shown(real, name)["AllocatedStorage"], shown(real, name)["DBInstanceStatus"]) == (200, "available")


def test_a_wait_ends_with_the_storage_that_is_being_optimized(
    people: People, prod: Environment, real: Any, strict: Any, name: str
):
    run = flow.started(people, prod, real, change(name, AllocatedStorage="200"))
    strict.lab(settle={"rds": 3600})
    flow.once(run, real)
    strict.settle()
    assert flow.pump(run, real).state == "succeeded"
    assert shown(real, name)["DBInstanceStatus"] == "storage-optimization"
    strict.lab(settle={"rds": 0})


@pytest.mark.parametrize(
    ("status", "desired", "admitted"),
    [
        ("storage-full", {"BackupRetentionPeriod": 9}, "AllocatedStorage"),
        ("storage-optimization", {"AllocatedStorage": "400"}, "BackupRetentionPeriod"),
        ("stopped", {"AllocatedStorage": "400"}, ""),
    ],
)
def test_what_a_status_does_not_admit_is_refused_with_what_it_does(
    people: People, prod: Environment, real: Any, name: str, status: str, desired: dict[str, Any], admitted: str
):
    become(name, status)
    request = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod, change(name, **desired)), real)
    (problem,) = request.problems
    assert problem["code"] == "status"
    assert status in problem["sentence"]
    assert admitted in problem["sentence"]


def test_a_database_whose_storage_is_optimized_takes_other_changes(
    people: People, prod: Environment, real: Any, name: str
):
    become(name, "storage-optimization")
    executed(people, prod, real, change(name, BackupRetentionPeriod=9))
    assert shown(real, name)["BackupRetentionPeriod"] == 9


def gone(name: str, **consents: str) -> flow.DraftInput:
    return flow.DraftInput("delete", RDS, TOKYO, name, name, {}, consents=consents)


def test_a_failed_database_is_deleted_without_a_last_snapshot(people: People, prod: Environment, real: Any, name: str):
    become(name, "failed")
    request = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod, gone(name)), real)
    (problem,) = request.problems
    assert "takes no last snapshot" in problem["sentence"]
    executed(people, prod, real, gone(name, no_snapshot="It can't be repaired."))
    assert real.client("rds").describe_db_instances()["DBInstances"] == []


def test_a_status_that_does_not_end_by_itself_is_refused_with_what_helps(
    people: People, prod: Environment, real: Any, name: str
):
    become(name, "stopped")
    request = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod, gone(name)), real)
    (problem,) = request.problems
    assert "available or failed" in problem["sentence"]
    assert problem["sentence"].endswith("Start it, then propose again; AWS starts it by itself after seven days.")

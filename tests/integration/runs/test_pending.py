"""A call does no more than it says: what AWS holds back is seen, and what waits for a reboot is not called done."""

from typing import Any

from apps.environments.models import Environment
from apps.people.models import User
from apps.planning import codec
from apps.runs.states import RunState
from tests.integration import flow
from tests.integration.endpoint import executed
from tests.integration.estate import RDS, TOKYO

CLUSTER = "AWS::Redshift::Cluster"
People = dict[str, User]


def database(rds: Any, name: str, **more: Any) -> str:
    rds.create_db_instance(
        DBInstanceIdentifier=name, DBInstanceClass="db.r6g.large", Engine="postgres", EngineVersion="16.4",
        AllocatedStorage=100, MasterUsername="ringi", ManageMasterUserPassword=True, **more,
    )  # fmt: skip
    return name


def backups(name: str, **more: Any) -> flow.DraftInput:
    return flow.DraftInput("update", RDS, TOKYO, name, name, {"BackupRetentionPeriod": 9} | more)


def hold(rds: Any, name: str) -> None:
    rds.modify_db_instance(DBInstanceIdentifier=name, DBInstanceClass="db.r6g.4xlarge", ApplyImmediately=False)


def test_a_class_that_waits_for_the_window_is_not_carried_out_unseen(people: People, prod: Environment, real: Any):
    rds = real.client("rds")
    hold(rds, name := database(rds, "held", PreferredMaintenanceWindow="sun:03:00-sun:04:00"))

    request = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod, backups(name)), real)

    (problem,) = request.problems
    assert (problem["property"], problem["code"]) == ("DBInstanceClass", "pending")
    assert "db.r6g.4xlarge" in problem["sentence"]
    assert "sun:03:00-sun:04:00" in problem["sentence"]

    run = executed(people, prod, real, backups(name, DBInstanceClass="db.r6g.4xlarge"))
    (change,) = codec.parse(run.revision.canonical).changes
    assert {each.property for each in change.differences} == {"BackupRetentionPeriod", "DBInstanceClass"}


def test_a_class_that_came_to_wait_after_the_approval_stops_the_run(people: People, prod: Environment, real: Any):
    rds = real.client("rds")
    run = flow.started(people, prod, real, backups(name := database(rds, "late")))
    hold(rds, name)

    run = flow.pump(run, real)

    assert run.state == RunState.FAILED
    assert [row["property"] for row in run.drift] == ["PendingModifiedValues"]
    shown = rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]
    assert (shown["DBInstanceClass"], shown["BackupRetentionPeriod"]) == ("db.r6g.large", 1)


def test_another_parameter_group_is_in_effect_when_the_run_has_ended(people: People, prod: Environment, real: Any):
    rds, redshift = real.client("rds"), real.client("redshift")
    name = database(rds, "tuned")
    rds.create_db_parameter_group(DBParameterGroupName="tuned", DBParameterGroupFamily="postgres16", Description="x")
    redshift.create_cluster(
        ClusterIdentifier="tuned", NodeType="ra3.xlplus", ClusterType="multi-node", NumberOfNodes=2, DBName="ml",
        MasterUsername="ringi", MasterUserPassword="Only-for-tests-1",
    )  # fmt: skip
    redshift.create_cluster_parameter_group(
        ParameterGroupName="tuned", ParameterGroupFamily="redshift-1.0", Description="x"
    )

    run = executed(
        people, prod, real,
        flow.DraftInput("update", RDS, TOKYO, name, name, {"DBParameterGroupName": "tuned"}),
        flow.DraftInput("update", CLUSTER, TOKYO, "tuned", "tuned", {"ClusterParameterGroupName": "tuned"}),
    )  # fmt: skip

    assert list(run.steps.values_list("operation", flat=True)) == [
        *("modify_db_instance", "reboot_db_instance", "modify_cluster", "reboot_cluster")
    ]
    assert not run.steps.exclude(state="done").exists()
    (group,) = rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]["DBParameterGroups"]
    (other,) = redshift.describe_clusters(ClusterIdentifier="tuned")["Clusters"][0]["ClusterParameterGroups"]
    assert {group["ParameterApplyStatus"], other["ParameterApplyStatus"]} == {"in-sync"}

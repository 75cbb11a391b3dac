from typing import Any

import pytest

from apps.planning.build import build
from apps.planning.plan import Action, Observation, PlanRefused, Proposal
from tests.aws.exercise import TARGET, TOKYO, Exercise, checked

CLUSTER, SUBNETS = "AWS::Redshift::Cluster", "AWS::Redshift::ClusterSubnetGroup"
PARAMETERS = "AWS::Redshift::ClusterParameterGroup"
NOT_EXERCISED = {
    CLUSTER: {"ManageMasterPassword": "moto takes it and doesn't show the secret"},
    SUBNETS: {"Description": "moto lacks the call", "SubnetIds": "moto lacks the call"},
    PARAMETERS: {"Parameters": "moto lacks the calls"},
}


@pytest.fixture
def cluster(client: Any, request: pytest.FixtureRequest) -> str:
    redshift = client("redshift")
    name = f"features-{abs(hash(request.node.name)) % 10**8}"
    redshift.create_cluster(
        ClusterIdentifier=name,
        ClusterType="multi-node",
        NodeType="ra3.xlplus",
        NumberOfNodes=2,
        DBName="features",
        MasterUsername="features",
        MasterUserPassword="Only-for-tests-1",
        Tags=[{"Key": "env", "Value": "prod"}],
    )
    return name


def test_clusters_are_listed_as_they_are_read(exercise: Exercise, cluster: str) -> None:
    listed = {seen.identifier: seen for seen in exercise.gateway.list(CLUSTER, TOKYO)}
    assert listed[cluster] == exercise.read(CLUSTER, cluster)
    assert listed[cluster].status == "available"
    assert listed[cluster].arn == f"arn:aws:redshift:{TOKYO}:111111111111:cluster:{cluster}"


@pytest.mark.parametrize(
    "desired",
    [
        {"NodeType": "ra3.4xlarge"},
        {"NumberOfNodes": 4},
        {"NodeType": "ra3.4xlarge", "NumberOfNodes": 3},
        {"AutomatedSnapshotRetentionPeriod": 7},
        {"PreferredMaintenanceWindow": "sun:05:00-sun:06:00"},
        {"AllowVersionUpgrade": False},
        {"Encrypted": True},
        {"PubliclyAccessible": True},
        {"NumberOfNodes": 1},
        {"NodeType": "ra3.4xlarge", "NumberOfNodes": 1},
        {"Tags": [{"Key": "env", "Value": "stg"}, {"Key": "team", "Value": "ml"}]},
        {"NumberOfNodes": 3, "Tags": []},
    ],
)
def test_a_cluster_is_changed_and_set_back(exercise: Exercise, cluster: str, desired: dict[str, Any]) -> None:
    exercise.change(exercise.read(CLUSTER, cluster), **desired)


def test_the_size_of_a_cluster_is_sent_whole(exercise: Exercise, cluster: str) -> None:
    [call] = exercise.plan(exercise.read(CLUSTER, cluster), NumberOfNodes=4).calls
    assert {name: call.parameters[name] for name in ("ClusterType", "NodeType", "NumberOfNodes")} == {
        "ClusterType": "multi-node",
        "NodeType": "ra3.xlplus",
        "NumberOfNodes": 4,
    }


def test_a_cluster_of_one_node_grows(exercise: Exercise, cluster: str) -> None:
    exercise.run(exercise.plan(exercise.read(CLUSTER, cluster), NumberOfNodes=1))
    single = exercise.read(CLUSTER, cluster)
    assert (single.document["ClusterType"], single.document["NumberOfNodes"]) == ("single-node", 1)
    grown = exercise.change(single, NumberOfNodes=2)
    assert grown.document["ClusterType"] == "multi-node"


def test_the_groups_of_a_cluster_are_changed(exercise: Exercise, cluster: str, groups: list[str]) -> None:
    exercise.run(exercise.plan(exercise.read(CLUSTER, cluster), VpcSecurityGroupIds=groups))
    exercise.change(exercise.read(CLUSTER, cluster), VpcSecurityGroupIds=groups[:1])


def test_a_cluster_lives_with_a_password_that_nobody_sees(exercise: Exercise) -> None:
    exercise.live(
        CLUSTER,
        "warehouse",
        {
            "ClusterIdentifier": "warehouse",
            "DBName": "sales",
            "MasterUsername": "sales",
            "NodeType": "ra3.xlplus",
            "NumberOfNodes": 2,
            "ClusterType": "multi-node",
            "Encrypted": True,
            "AutomatedSnapshotRetentionPeriod": 7,
            "Tags": [{"Key": "env", "Value": "prod"}],
        },
        {"NumberOfNodes": 3},
        {"ClusterIdentifier": "other", "ClusterType": "single-node", "ManageMasterPassword": False},
    )


SMALL = {
    "ClusterIdentifier": "small",
    "DBName": "dev",
    "MasterUsername": "dev",
    "NodeType": "ra3.large",
    "NumberOfNodes": 1,
}


def test_a_new_cluster_of_one_node_is_given_no_number(exercise: Exercise) -> None:
    proposal = Proposal(1, Action.CREATE, CLUSTER, TOKYO, "", "small", SMALL | {"ClusterType": "single-node"})
    [call] = checked(build(TARGET, [proposal], {})).calls
    assert call.parameters["ClusterType"] == "single-node"
    assert call.parameters["ManageMasterPassword"] is True
    assert not {"NumberOfNodes", "MasterUserPassword"} & set(call.parameters)


@pytest.mark.parametrize("wrong", [{"ClusterType": "multi-node"}, {"ManageMasterPassword": False}])
def test_a_new_cluster_is_refused_for(exercise: Exercise, wrong: dict[str, Any]) -> None:
    with pytest.raises(PlanRefused) as refused:
        exercise.create(CLUSTER, "small", **SMALL | {"ClusterType": "single-node"} | wrong)
    assert [problem.property for problem in refused.value.problems] == [*wrong]


def test_deleting_a_cluster_takes_a_last_snapshot(exercise: Exercise, client: Any, cluster: str) -> None:
    exercise.delete(exercise.read(CLUSTER, cluster))
    kept = client("redshift").describe_cluster_snapshots(SnapshotIdentifier=f"{cluster}-final")["Snapshots"]
    assert [snapshot["ClusterIdentifier"] for snapshot in kept] == [cluster]


def test_a_subnet_group_lives(exercise: Exercise, subnets: list[str]) -> None:
    exercise.live(
        SUBNETS,
        "inner",
        {
            "ClusterSubnetGroupName": "inner",
            "Description": "Where warehouses are",
            "SubnetIds": subnets,
            "Tags": [{"Key": "env", "Value": "prod"}],
        },
        {"Tags": [{"Key": "env", "Value": "stg"}, {"Key": "team", "Value": "ml"}]},
        {"ClusterSubnetGroupName": "Inner", "SubnetIds": [{"Ref": "other"}]},
    )


def test_a_parameter_group_lives(exercise: Exercise) -> None:
    exercise.live(
        PARAMETERS,
        "sales",
        {
            "ParameterGroupName": "sales",
            "ParameterGroupFamily": "redshift-1.0",
            "Description": "Sales",
            "Tags": [{"Key": "env", "Value": "prod"}],
        },
        {"Tags": []},
        {"ParameterGroupName": "Sales", "Parameters": {"require_ssl": "true"}},
    )


def test_parameters_are_set_and_go_back_to_their_default_by_two_calls(exercise: Exercise) -> None:
    document = {"ParameterGroupName": "sales", "Parameters": rows(require_ssl="true", datestyle="ISO")}
    seen = Observation(PARAMETERS, TOKYO, "sales", "sales", "arn", "", document)
    reset, modify = exercise.plan(seen, Parameters=rows(require_ssl="false")).calls
    assert reset.parameters["Parameters"] == [{"ParameterName": "datestyle"}]
    assert reset.parameters["ResetAllParameters"] is False
    assert modify.parameters["Parameters"] == rows(require_ssl="false")


def rows(**values: str) -> list[dict[str, str]]:
    return [{"ParameterName": name, "ParameterValue": value} for name, value in values.items()]

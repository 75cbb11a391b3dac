from typing import Any

import pytest

from tests.aws.exercise import TOKYO, Exercise

CLUSTER = "AWS::Redshift::Cluster"


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

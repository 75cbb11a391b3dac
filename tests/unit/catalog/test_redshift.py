from typing import Any

import pytest

from tests.unit.catalog.conftest import Planned, Refused

REDSHIFT = "AWS::Redshift::Cluster"
SIZE = {"ClusterType", "NodeType", "NumberOfNodes"}


def cluster(nodes: int) -> dict[str, Any]:
    kind = "multi-node" if nodes > 1 else "single-node"
    return {"ClusterIdentifier": "x", "ClusterType": kind, "NodeType": "ra3.xlplus", "NumberOfNodes": nodes}


@pytest.mark.parametrize(
    ("nodes", "desired", "sent"),
    [
        (2, {"NumberOfNodes": 4}, {"ClusterType": "multi-node", "NodeType": "ra3.xlplus", "NumberOfNodes": 4}),
        (1, {"NumberOfNodes": 2}, {"ClusterType": "multi-node", "NodeType": "ra3.xlplus", "NumberOfNodes": 2}),
        (2, {"NumberOfNodes": 1}, {"ClusterType": "single-node", "NodeType": "ra3.xlplus"}),
        (1, {"NodeType": "ra3.4xlarge"}, {"ClusterType": "single-node", "NodeType": "ra3.4xlarge"}),
        (2, {"AllowVersionUpgrade": False}, {}),
    ],
)
def test_the_cluster_type_follows_the_number_of_nodes(
    planned: Planned, nodes: int, desired: dict[str, Any], sent: dict[str, Any]
) -> None:
    [call] = planned(REDSHIFT, cluster(nodes), **desired)
    assert {name: value for name, value in call.parameters.items() if name in SIZE} == sent


def test_one_node_is_what_the_call_sets_though_it_does_not_say_so(planned: Planned) -> None:
    [call] = planned(REDSHIFT, cluster(2), NumberOfNodes=1)
    assert call.sets == {"NumberOfNodes": 1, "NodeType": "ra3.xlplus"}
    assert call.expects == {"NumberOfNodes": 2, "NodeType": "ra3.xlplus"}


def test_nobody_sets_the_cluster_type_by_itself(refused: Refused) -> None:
    assert set(refused(REDSHIFT, cluster(2), ClusterType="single-node")) == {"ClusterType"}


def test_tags_are_changed_under_the_arn(planned: Planned) -> None:
    old, new = [{"Key": "team", "Value": "ml"}], [{"Key": "env", "Value": "prod"}]
    remove, add = planned(REDSHIFT, cluster(2) | {"Tags": old}, Tags=new)
    arn = "arn:aws:test:ap-northeast-1:111111111111:x"
    assert (remove.operation, remove.parameters) == ("delete_tags", {"ResourceName": arn, "TagKeys": ["team"]})
    assert (add.operation, add.parameters) == ("create_tags", {"ResourceName": arn, "Tags": new})

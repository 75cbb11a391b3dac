from typing import Any

from apps.planning.plan import Observation
from tests.aws.exercise import TOKYO, Exercise

NODEGROUP = "AWS::EKS::Nodegroup"
NOT_EXERCISED = {
    NODEGROUP: dict.fromkeys(("ScalingConfig", "Labels", "Taints", "Version", "Tags"), "moto lacks its update")
}
ROLE = "arn:aws:iam::111111111111:role/nodes"


def test_a_node_group_lives(exercise: Exercise, client: Any, subnets: list[str]) -> None:
    client("eks").create_cluster(name="shop", roleArn=ROLE, resourcesVpcConfig={"subnetIds": subnets})
    exercise.live(
        NODEGROUP,
        "workers",
        {
            "ClusterName": "shop",
            "NodegroupName": "workers",
            "NodeRole": ROLE,
            "Subnets": subnets,
            "InstanceTypes": ["m7g.large"],
            "ScalingConfig": {"MinSize": 1, "MaxSize": 3, "DesiredSize": 2},
            "Labels": {"team": "shop"},
            "Tags": [{"Key": "env", "Value": "prod"}],
        },
        {},
        {"ScalingConfig": {"MinSize": "few"}, "Labels": "team"},
    )


def test_labels_and_taints_are_added_and_removed(exercise: Exercise) -> None:
    taint = {"Key": "gpu", "Value": "yes", "Effect": "NO_SCHEDULE"}
    named = {"ClusterName": "shop", "NodegroupName": "workers", "Id": "shop/workers"}
    document = {**named, "Labels": {"team": "shop", "old": "yes"}, "Taints": [taint]}
    seen = Observation(NODEGROUP, TOKYO, "shop/workers", "workers", "arn", "ACTIVE", document)
    [call] = exercise.plan(seen, Labels={"team": "search"}, Taints=[{**taint, "Key": "arm"}]).calls
    assert call.parameters["labels"] == {"addOrUpdateLabels": {"team": "search"}, "removeLabels": ["old"]}
    assert [each["key"] for each in call.parameters["taints"]["addOrUpdateTaints"]] == ["arm"]
    assert [each["key"] for each in call.parameters["taints"]["removeTaints"]] == ["gpu"]

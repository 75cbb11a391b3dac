from typing import Any

import pytest

from apps.catalog.hidden import HIDDEN
from apps.planning.plan import PlanRefused
from tests.aws.exercise import TOKYO, Exercise

CLUSTER, TASK, SERVICE = (f"AWS::ECS::{kind}" for kind in ("Cluster", "TaskDefinition", "Service"))
PROD, STG = [{"Key": "env", "Value": "prod"}], [{"Key": "env", "Value": "stg"}]
WEB = {
    "Name": "web",
    "Image": "web:1",
    "Cpu": 256,
    "Memory": 512,
    "Essential": True,
    "PortMappings": [{"ContainerPort": 8080, "Protocol": "tcp"}],
    "LogConfiguration": {"LogDriver": "awslogs", "Options": {"awslogs-group": "/web"}},
}
FAMILY = {"Family": "web", "NetworkMode": "awsvpc", "Cpu": "256", "Memory": "512"}


def test_a_cluster_lives(exercise: Exercise) -> None:
    exercise.live(
        CLUSTER,
        "shop",
        {"ClusterName": "shop", "ClusterSettings": [{"Name": "containerInsights", "Value": "disabled"}], "Tags": PROD},
        {
            "ClusterSettings": [{"Name": "containerInsights", "Value": "enabled"}],
            "CapacityProviders": ["FARGATE"],
            "DefaultCapacityProviderStrategy": [{"CapacityProvider": "FARGATE", "Weight": 1, "Base": 0}],
            "Tags": STG,
        },
        {"ClusterSettings": "enabled", "CapacityProviders": 3},
    )


def test_a_task_definition_lives(exercise: Exercise) -> None:
    exercise.live(
        TASK,
        "web",
        {**FAMILY, "ContainerDefinitions": [WEB], "Tags": PROD},
        {"Tags": STG},
        {"Cpu": ["much"], "ContainerDefinitions": []},
    )


def test_the_variables_of_a_container_are_named_and_not_read(exercise: Exercise, client: Any) -> None:
    container = {"name": "x", "image": "x:1", "memory": 64, "environment": [{"name": "TOKEN", "value": "do not show"}]}
    client("ecs").register_task_definition(family="secretive", containerDefinitions=[container])
    [seen] = [each for each in exercise.gateway.list(TASK, TOKYO) if each.name == "secretive"]
    assert seen.document["ContainerDefinitions"][0]["Environment"] == [{"Name": "TOKEN", "Value": HIDDEN}]
    with pytest.raises(PlanRefused, match="values are not read"):
        exercise.create(TASK, "x", Family="x", ContainerDefinitions=seen.document["ContainerDefinitions"])


def test_a_service_lives_and_rolls_another_revision_out(exercise: Exercise, client: Any) -> None:
    ecs = client("ecs")
    cluster = ecs.create_cluster(clusterName="services")["cluster"]["clusterArn"]
    container = {"name": "web", "image": "web:1", "memory": 64}
    first, second = (
        ecs.register_task_definition(family="web", containerDefinitions=[container])["taskDefinition"][
            "taskDefinitionArn"
        ]
        for _ in range(2)
    )
    exercise.live(
        SERVICE,
        "web",
        {"ServiceName": "web", "Cluster": cluster, "TaskDefinition": first, "DesiredCount": 2, "Tags": PROD},
        {"TaskDefinition": second, "DesiredCount": 3, "Tags": STG},
        {"DesiredCount": "many", "LaunchType": "FARGATE"},
    )

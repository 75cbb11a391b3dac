"""Amazon ECS: clusters, task definitions and services."""

from collections.abc import Iterator
from typing import Any

from apps.catalog import camel, hidden
from apps.catalog.tags import from_rows, resource_tags, to_rows
from apps.catalog.types import (
    Arguments,
    Create,
    Delete,
    Document,
    Json,
    Lookup,
    Modify,
    NativeType,
    Property,
    Read,
    SetDiff,
    Wait,
    online,
    replaces,
)

CREATE_ONLY = "AWS::ECS::{} registry schema: create-only property"
GONE = Wait(until=("gone",), minutes=1, timeout_minutes=30)
TAGS = Property(unordered=True, read="tags", decode=from_rows("key", "value"))
INCLUDE = "['SETTINGS', 'TAGS', 'CONFIGURATIONS']"


def argument(name: str) -> str:
    return name[:1].lower() + name[1:]


def prop(name: str, **more: Any) -> Property:
    """A property whose name and members begin with a small letter in the API."""
    known = {"read": argument(name), "argument": argument(name), "decode": camel.shown, "encode": camel.sent}
    return Property(**{**known, **more})


def tagging() -> SetDiff:
    return resource_tags(
        {"resourceArn": "arn"},
        "tag_resource",
        "untag_resource",
        add_argument="tags",
        remove_argument="tagKeys",
        encode_add=to_rows("key", "value"),
    )


def created_tags(rows: list[Json]) -> tuple[str, Json]:
    return "tags", to_rows("key", "value")(rows)


def both(before: Document, after: Document, arguments: Document) -> Document:
    """The call takes the providers and their strategy, an empty one where there is none."""
    return {argument(name): [] for name in PROVIDERS} | dict(arguments)


def refuse_strategy(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    """Source: `botocore, ecs CapacityProviderStrategyItem`: the provider is required."""
    for name in ("DefaultCapacityProviderStrategy", "CapacityProviderStrategy"):
        if any(not item.get("CapacityProvider") for item in after.get(name) or []):
            yield name, "Each item names its capacity provider. Choose one."


def refuse_service(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    """Source: `botocore, ecs AwsVpcConfiguration`: the subnets are required."""
    yield from refuse_strategy(before, after)
    for inner in (after.get("NetworkConfiguration") or {}).values():
        if not inner.get("Subnets"):
            yield "NetworkConfiguration", "A service in a network has subnets. Choose one at least."


PROVIDERS = ("CapacityProviders", "DefaultCapacityProviderStrategy")
CLUSTER = NativeType(
    name="AWS::ECS::Cluster",
    title="ECS cluster",
    service="ecs",
    list=Read(
        "list_clusters",
        items="clusterArns[]",
        lookup=Lookup("describe_clusters", "clusters", "clusters[?status != 'INACTIVE']", 100, {"include": INCLUDE}),
    ),
    read=Read(
        "describe_clusters",
        items="clusters[?status != 'INACTIVE']",
        arguments={"clusters": "[id]", "include": INCLUDE},
        missing=("ClusterNotFoundException",),
    ),
    identifier="ClusterName",
    label="ClusterName",
    arn="Arn",
    properties={
        "ClusterName": prop("ClusterName", effect=replaces(CREATE_ONLY.format("Cluster"))),
        "Arn": Property(read="clusterArn", editable=False),
        "ClusterSettings": prop("ClusterSettings", read="settings", argument="settings", unordered=True),
        "CapacityProviders": prop("CapacityProviders", unordered=True, unset=[]),
        "DefaultCapacityProviderStrategy": prop("DefaultCapacityProviderStrategy", unordered=True, unset=[]),
        "Tags": TAGS,
    },
    update=(
        Modify("update_cluster", {"cluster": "ClusterName"}, ("ClusterSettings",)),
        Modify(
            "put_cluster_capacity_providers",
            {"cluster": "ClusterName"},
            PROVIDERS,
            together=(PROVIDERS,),
            adapt=both,
        ),
        tagging(),
    ),
    create=Create(
        "create_cluster",
        properties=("ClusterName", "ClusterSettings", *PROVIDERS),
        outputs={"Arn": "cluster.clusterArn"},
        tags=created_tags,
        unique=True,
    ),
    delete=Delete(
        "delete_cluster",
        {"cluster": "ClusterName"},
        "AWS refuses while services or tasks run in it.",
        GONE,
        "botocore, ecs DeleteCluster: Deletes the specified cluster.",
    ),
    first=("ClusterName", "ClusterSettings", *PROVIDERS, "Tags"),
    refuse=refuse_strategy,
    uncovered={"Not covered yet.": ("Configuration",)},
)

FIXED = (
    *("Family", "ContainerDefinitions", "Cpu", "Memory", "NetworkMode", "RequiresCompatibilities"),
    *("ExecutionRoleArn", "TaskRoleArn", "RuntimePlatform", "Volumes", "EphemeralStorage", "PlacementConstraints"),
)


def containers(found: Json) -> Json:
    """The containers, without what their variables hold."""
    return [_hidden(each) for each in camel.shown(found)]


def _hidden(container: Json) -> Json:
    variables = [{"Name": each["Name"], "Value": hidden.HIDDEN} for each in container.get("Environment") or []]
    return {name: member for name, member in {**container, "Environment": variables}.items() if member not in ([], {})}


def whole(found: Json) -> Json:
    """With what AWS shows for what nobody gave: essential, and no share of the processor.

    Source: `botocore, ecs ContainerDefinition` on essential and cpu.
    """
    if not isinstance(found, list):
        return found
    return [_whole(each) if isinstance(each, dict) else each for each in found]


def _whole(container: dict[str, Json]) -> dict[str, Json]:
    kept = {name: member for name, member in container.items() if name != "Cpu" or str(member) != "0"}
    return {**kept, "Essential": container.get("Essential", True)}


def refuse_task(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    """Source: `botocore, ecs RegisterTaskDefinition` on ContainerDefinitions."""
    yield from hidden.refuse(before, after, "ContainerDefinitions")
    if after.get("EphemeralStorage", {"SizeInGiB": 21}).get("SizeInGiB") is None:
        yield "EphemeralStorage", "It has a size. Give one, or leave it out."
    if not before.get("TaskDefinitionArn"):
        for name in ("Family", "ContainerDefinitions"):
            if not after.get(name):
                yield name, f"A task definition has {name}. Give it."


TASK_DEFINITION = NativeType(
    name="AWS::ECS::TaskDefinition",
    title="ECS task definition",
    service="ecs",
    list=Read(
        "list_task_definition_families",
        items="families[]",
        arguments={"status": "'ACTIVE'"},
        lookup=Lookup(
            "describe_task_definition",
            "taskDefinition",
            "[merge(taskDefinition, {tags: tags})]",
            arguments={"include": "['TAGS']"},
        ),
    ),
    read=Read(
        "describe_task_definition",
        items="[merge(taskDefinition, {tags: tags})][?status == 'ACTIVE']",
        arguments={"taskDefinition": "id", "include": "['TAGS']"},
        missing=("ClientException",),
    ),
    identifier="TaskDefinitionArn",
    label="Family",
    arn="TaskDefinitionArn",
    properties={
        "TaskDefinitionArn": Property(read="taskDefinitionArn", editable=False),
        **{name: prop(name, effect=replaces(CREATE_ONLY.format("TaskDefinition"))) for name in FIXED},
        "ContainerDefinitions": prop(
            "ContainerDefinitions",
            effect=replaces(CREATE_ONLY.format("TaskDefinition")),
            decode=containers,
            form=whole,
            secret=True,
            help=f"A change registers the next revision of the family. {hidden.HELP}",
        ),
        "Volumes": prop(
            "Volumes",
            effect=replaces(CREATE_ONLY.format("TaskDefinition")),
            columns=("Name", "Host"),
            help="Volumes of the host; those of EFS and FSx are not covered yet.",
        ),
        "Tags": TAGS,
    },
    update=(tagging(),),
    create=Create(
        "register_task_definition",
        properties=FIXED,
        outputs={"TaskDefinitionArn": "taskDefinition.taskDefinitionArn"},
        tags=created_tags,
    ),
    delete=Delete(
        "deregister_task_definition",
        {"taskDefinition": "TaskDefinitionArn"},
        "Nothing new can be started from it; what runs goes on.",
        GONE,
        "botocore, ecs DeregisterTaskDefinition: Existing tasks and services that reference an INACTIVE task "
        "definition continue to run without disruption.",
    ),
    first=(*FIXED, "Tags"),
    refers={"ExecutionRoleArn": "AWS::IAM::Role.Arn", "TaskRoleArn": "AWS::IAM::Role.Arn"},
    refuse=refuse_task,
)

OF_SERVICE: Arguments = {"cluster": "Cluster", "service": "ServiceArn"}
ROLLING = "(deployments[?rolloutState == 'IN_PROGRESS'] | [0]) && 'DEPLOYING' || status"
STEADY = Wait(until=("ACTIVE",), minutes=5, timeout_minutes=120)
DEPLOYED = online("botocore, ecs UpdateService: If a new task definition revision is specified, the service deploys it")
SETTINGS = (
    *("TaskDefinition", "DesiredCount", "NetworkConfiguration", "LoadBalancers", "HealthCheckGracePeriodSeconds"),
    *("CapacityProviderStrategy", "PlatformVersion", "EnableExecuteCommand", "EnableECSManagedTags"),
)
CHOSEN = ("ServiceName", "Cluster", "LaunchType", "SchedulingStrategy")
SERVICE = NativeType(
    name="AWS::ECS::Service",
    title="ECS service",
    service="ecs",
    list=Read(
        "list_services",
        items="serviceArns[]",
        arguments={"cluster": "parent", "maxResults": "`100`"},
        within=Read("list_clusters", items="clusterArns[]"),
        lookup=Lookup(
            "describe_services",
            "services",
            "services[?status != 'INACTIVE']",
            10,
            {"cluster": "parent", "include": "['TAGS']"},
        ),
    ),
    read=Read(
        "describe_services",
        items="services[?status != 'INACTIVE']",
        arguments={"services": "[ids[0]]", "cluster": "ids[1]", "include": "['TAGS']"},
        missing=("ClusterNotFoundException", "ServiceNotFoundException"),
    ),
    identifier="join('|', [ServiceArn, Cluster])",
    label="ServiceName",
    arn="ServiceArn",
    status=ROLLING,
    settled=("ACTIVE",),
    properties={
        "ServiceArn": Property(read="serviceArn", editable=False),
        **{name: prop(name, effect=replaces(CREATE_ONLY.format("Service"))) for name in CHOSEN},
        "Cluster": prop("Cluster", effect=replaces(CREATE_ONLY.format("Service")), read="clusterArn", help="Its ARN."),
        "LaunchType": prop("LaunchType", editable=False, help="Chosen when the service is created."),
        **{name: prop(name) for name in SETTINGS},
        "TaskDefinition": prop("TaskDefinition", help="Its ARN. Another revision is rolled out task by task."),
        "Tags": TAGS,
    },
    update=(Modify("update_service", OF_SERVICE, SETTINGS, wait=STEADY), tagging()),
    create=Create(
        "create_service",
        properties=(*CHOSEN, *SETTINGS),
        outputs={"ServiceArn": "service.serviceArn", "Cluster": "service.clusterArn"},
        tags=created_tags,
        wait=STEADY,
    ),
    delete=Delete(
        "delete_service",
        {**OF_SERVICE, "force": "`true`"},
        "All of its tasks are stopped.",
        Wait(until=("gone", "DRAINING"), minutes=2, timeout_minutes=60),
        "botocore, ecs DeleteService: Deletes a specified service within a cluster.",
    ),
    first=(*CHOSEN, *SETTINGS, "Tags"),
    refuse=refuse_service,
    refers={
        "Cluster": "AWS::ECS::Cluster.Arn",
        "TaskDefinition": "AWS::ECS::TaskDefinition.TaskDefinitionArn",
        "LoadBalancers/*/TargetGroupArn": "AWS::ElasticLoadBalancingV2::TargetGroup.TargetGroupArn",
        "NetworkConfiguration/AwsvpcConfiguration/Subnets/*": "AWS::EC2::Subnet.SubnetId",
        "NetworkConfiguration/AwsvpcConfiguration/SecurityGroups/*": "AWS::EC2::SecurityGroup.GroupId",
    },
    uncovered={
        "Not covered yet.": (
            *("AvailabilityZoneRebalancing", "DeploymentConfiguration", "DeploymentController"),
            *("PlacementConstraints", "PlacementStrategies", "PropagateTags", "ServiceRegistries"),
            "VpcLatticeConfigurations",
        ),
    },
)

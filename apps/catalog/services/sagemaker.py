"""Amazon SageMaker inference: models, endpoint configurations and endpoints.

A new version of a model is a model and a configuration of new names, and an endpoint that is given the configuration:
one request deploys it, and another one that names the old configuration takes it back.
SageMaker says that something isn't there with a ValidationException, and its ARNs end in the name in lower case, under
which it is found as well.
"""

from collections.abc import Iterator
from typing import Any

from apps.catalog import hidden
from apps.catalog.tags import TAGS, resource_tags
from apps.catalog.types import (
    Create,
    Cure,
    Delete,
    Document,
    Json,
    Lookup,
    Modify,
    NativeType,
    Part,
    Property,
    Read,
    Wait,
    online,
    replaces,
)

CREATE_ONLY = "AWS::SageMaker::{} registry schema: create-only property"
MISSING = ("ValidationException",)
GONE = Wait(until=("gone",), minutes=0.1, timeout_minutes=10)
SERVING = Wait(
    until=("InService",), failed=("Failed", "UpdateRollbackFailed", "OutOfService"), minutes=10, timeout_minutes=180
)


def tags_of(arn: str) -> tuple[Part, Any]:
    """How tags are read and changed."""
    return (
        Part("list_tags", {"ResourceArn": arn}, {"Tags": "Tags"}),
        resource_tags({"ResourceArn": arn}, "add_tags", "delete_tags"),
    )


def fixed(kind: str, *names: str, **more: Property) -> dict[str, Property]:
    return {name: more.get(name) or Property(replaces(CREATE_ONLY.format(kind))) for name in names}


def container(shown: Json) -> Json:
    if "Environment" not in shown:
        return shown
    return {**shown, "Environment": hidden.values(shown["Environment"])}


def containers(shown: Json) -> Json:
    return [container(each) for each in shown]


def refuse(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    """Source: `botocore, sagemaker CreateModel`: one primary container or several."""
    yield from hidden.refuse(before, after, "PrimaryContainer", "Containers")
    if after.get("PrimaryContainer") and after.get("Containers"):
        yield "Containers", "A model has one primary container, or several containers. Leave one of the two out."


def refuse_config(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    """Source: `botocore, sagemaker CreateEndpointConfig`, where the registry schema says less."""
    for name in ("ProductionVariants", "ShadowProductionVariants"):
        for variant in after.get(name) or []:
            if variant.get("InstanceType") is None and variant.get("ServerlessConfig") is None:
                yield name, "A variant runs on instances or is serverless: give its InstanceType or ServerlessConfig."
            if "RoutingStrategy" not in variant.get("RoutingConfig", {"RoutingStrategy": ""}):
                yield name, "RoutingConfig says its RoutingStrategy. Choose one, or leave it out."


MODEL_TAGS, MODEL_TAGGING = tags_of("ModelArn")
OF_MODEL = ("ModelName", "PrimaryContainer", "Containers", "ExecutionRoleArn", "VpcConfig", "EnableNetworkIsolation")
MODEL = NativeType(
    name="AWS::SageMaker::Model",
    title="SageMaker model",
    service="sagemaker",
    list=Read("list_models", items="Models[].ModelName", lookup=Lookup("describe_model", "ModelName", "[@]")),
    read=Read("describe_model", items="[@]", arguments={"ModelName": "path[-1]"}, missing=MISSING),
    identifier="ModelArn",
    label="ModelName",
    arn="ModelArn",
    parts=(MODEL_TAGS,),
    properties={
        "ModelArn": Property(editable=False),
        **fixed(
            "Model",
            *OF_MODEL,
            PrimaryContainer=Property(
                replaces(CREATE_ONLY.format("Model")),
                decode=container,
                secret=True,
                help=f"The image and its model. {hidden.HELP}",
            ),
            Containers=Property(
                replaces(CREATE_ONLY.format("Model")), decode=containers, secret=True, help=hidden.HELP
            ),
        ),
        "Tags": TAGS,
    },
    update=(MODEL_TAGGING,),
    create=Create(
        "create_model",
        properties=OF_MODEL,
        outputs={"ModelArn": "ModelArn"},
        tags=lambda rows: ("Tags", rows),
        unique=True,
    ),
    delete=Delete(
        "delete_model",
        {"ModelName": "ModelName"},
        "Configurations that name the model can't be deployed any more; its artifacts stay in S3.",
        GONE,
        "botocore, sagemaker DeleteModel: It does not delete model artifacts, inference code, or the IAM role",
    ),
    first=(*OF_MODEL, "Tags"),
    refers={
        "VpcConfig/Subnets/*": "AWS::EC2::Subnet.SubnetId",
        "VpcConfig/SecurityGroupIds/*": "AWS::EC2::SecurityGroup.GroupId",
    },
    refuse=refuse,
)

CONFIG_TAGS, CONFIG_TAGGING = tags_of("EndpointConfigArn")
OF_CONFIG = (
    *("EndpointConfigName", "ProductionVariants", "ShadowProductionVariants", "DataCaptureConfig", "KmsKeyId"),
    *("AsyncInferenceConfig", "ExecutionRoleArn", "VpcConfig", "EnableNetworkIsolation"),
)
ENDPOINT_CONFIG = NativeType(
    name="AWS::SageMaker::EndpointConfig",
    title="SageMaker endpoint configuration",
    service="sagemaker",
    list=Read(
        "list_endpoint_configs",
        items="EndpointConfigs[].EndpointConfigName",
        lookup=Lookup("describe_endpoint_config", "EndpointConfigName", "[@]"),
    ),
    read=Read("describe_endpoint_config", items="[@]", arguments={"EndpointConfigName": "path[-1]"}, missing=MISSING),
    identifier="EndpointConfigArn",
    label="EndpointConfigName",
    arn="EndpointConfigArn",
    parts=(CONFIG_TAGS,),
    properties={
        "EndpointConfigArn": Property(editable=False),
        **fixed("EndpointConfig", *OF_CONFIG),
        "Tags": TAGS,
    },
    update=(CONFIG_TAGGING,),
    create=Create(
        "create_endpoint_config",
        properties=OF_CONFIG,
        outputs={"EndpointConfigArn": "EndpointConfigArn"},
        tags=lambda rows: ("Tags", rows),
        unique=True,
    ),
    delete=Delete(
        "delete_endpoint_config",
        {"EndpointConfigName": "EndpointConfigName"},
        "No endpoint can be given the configuration, or taken back to it, any more.",
        GONE,
        "botocore, sagemaker DeleteEndpointConfig: It does not delete endpoints created using the configuration.",
    ),
    first=(*OF_CONFIG, "Tags"),
    refuse=refuse_config,
    refers={"ProductionVariants/*/ModelName": "AWS::SageMaker::Model.ModelName"},
)

ONLY_GOES = Cure(
    "All that can be done is to delete it and to create it anew.",
    "botocore, sagemaker DescribeEndpoint: DeleteEndpoint is the only operation that can be performed on a failed "
    "endpoint.",
)
ENDPOINT_TAGS, ENDPOINT_TAGGING = tags_of("EndpointArn")
DEPLOYED = online(
    "botocore, sagemaker UpdateEndpoint: SageMaker shifts endpoint traffic to the new instances with the updated "
    "endpoint configuration and then deletes the old instances using the previous EndpointConfig (there is no "
    "availability loss)."
)
ENDPOINT = NativeType(
    name="AWS::SageMaker::Endpoint",
    title="SageMaker endpoint",
    service="sagemaker",
    list=Read(
        "list_endpoints",
        items="Endpoints[].EndpointName",
        lookup=Lookup("describe_endpoint", "EndpointName", "[@]"),
    ),
    read=Read("describe_endpoint", items="[@]", arguments={"EndpointName": "path[-1]"}, missing=MISSING),
    identifier="EndpointArn",
    label="EndpointName",
    arn="EndpointArn",
    status="EndpointStatus",
    settled=("InService",),
    cures={"Failed": ONLY_GOES},
    parts=(ENDPOINT_TAGS,),
    properties={
        "EndpointArn": Property(editable=False),
        **fixed("Endpoint", "EndpointName"),
        "EndpointConfigName": Property(DEPLOYED, help="The configuration to deploy; the old one takes it back."),
        "Tags": TAGS,
    },
    update=(
        Modify(
            "update_endpoint",
            {"EndpointName": "EndpointName"},
            ("EndpointConfigName",),
            always={"RetainDeploymentConfig": True},
            wait=SERVING,
        ),
        ENDPOINT_TAGGING,
    ),
    create=Create(
        "create_endpoint",
        properties=("EndpointName", "EndpointConfigName"),
        outputs={"EndpointArn": "EndpointArn"},
        tags=lambda rows: ("Tags", rows),
        unique=True,
        wait=SERVING,
    ),
    delete=Delete(
        "delete_endpoint",
        {"EndpointName": "EndpointName"},
        "Nobody gets answers from it any more; models and configurations stay.",
        Wait(until=("gone",), minutes=2, timeout_minutes=60),
        "botocore, sagemaker DeleteEndpoint: SageMaker frees up all of the resources that were deployed when the "
        "endpoint was created.",
        admits={"Failed": ONLY_GOES.source},
    ),
    first=("EndpointName", "EndpointConfigName", "Tags"),
    uncovered={"How a deployment shifts traffic stays as it was the last time.": ("DeploymentConfig",)},
    refers={"EndpointConfigName": "AWS::SageMaker::EndpointConfig.EndpointConfigName"},
)

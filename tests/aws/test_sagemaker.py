from typing import Any

import pytest

from apps.catalog.hidden import HIDDEN
from apps.planning.plan import PlanRefused
from tests.aws.exercise import TOKYO, Exercise

MODEL, CONFIG, ENDPOINT = (f"AWS::SageMaker::{kind}" for kind in ("Model", "EndpointConfig", "Endpoint"))
NOT_EXERCISED = {
    MODEL: {"Tags": "moto adds a second row of a key"},
    CONFIG: {"Tags": "moto adds a second row of a key"},
    ENDPOINT: {"EndpointConfigName": "moto lacks update_endpoint, which the lab has"},
}
ROLE = "arn:aws:iam::111111111111:role/inference"
IMAGE = "111111111111.dkr.ecr.ap-northeast-1.amazonaws.com/ranker:2"
PROD, MORE = [{"Key": "env", "Value": "prod"}], [{"Key": "env", "Value": "prod"}, {"Key": "team", "Value": "search"}]


def variant(model: str) -> dict[str, Any]:
    return {"VariantName": "all", "ModelName": model, "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}


@pytest.fixture
def configured(client: Any) -> str:
    """A configuration of a model, which AWS has."""
    sagemaker = client("sagemaker")
    if "ranker-1" not in {model["ModelName"] for model in sagemaker.list_models()["Models"]}:
        sagemaker.create_model(ModelName="ranker-1", ExecutionRoleArn=ROLE, PrimaryContainer={"Image": IMAGE})
        sagemaker.create_endpoint_config(EndpointConfigName="ranker-1", ProductionVariants=[variant("ranker-1")])
    return "ranker-1"


def test_a_model_lives(exercise: Exercise) -> None:
    exercise.live(
        MODEL,
        "ranker-2",
        {
            "ModelName": "ranker-2",
            "ExecutionRoleArn": ROLE,
            "PrimaryContainer": {"Image": IMAGE, "ModelDataUrl": "s3://models/ranker-2.tar.gz"},
            "Tags": PROD,
        },
        {"Tags": MORE},
        {"EnableNetworkIsolation": "perhaps", "ExecutionRoleArn": 3},
    )


def test_the_variables_of_a_container_are_named_and_not_read(exercise: Exercise, client: Any) -> None:
    container = {"Image": IMAGE, "Environment": {"TOKEN": "do not show"}}
    client("sagemaker").create_model(ModelName="secretive", ExecutionRoleArn=ROLE, PrimaryContainer=container)
    [seen] = [each for each in exercise.gateway.list(MODEL, TOKYO) if each.name == "secretive"]
    assert seen.document["PrimaryContainer"]["Environment"] == {"TOKEN": HIDDEN}
    copied = {name: seen.document[name] for name in ("PrimaryContainer", "ExecutionRoleArn")}
    with pytest.raises(PlanRefused, match="values are not read"):
        exercise.create(MODEL, "copy", ModelName="copy", **copied)


def test_an_endpoint_configuration_lives(exercise: Exercise, configured: str) -> None:
    exercise.live(
        CONFIG,
        "ranker-2",
        {"EndpointConfigName": "ranker-2", "ProductionVariants": [variant(configured)], "Tags": PROD},
        {"Tags": MORE},
        {"ProductionVariants": [{"ModelName": configured}], "KmsKeyId": 3},
    )


def test_an_endpoint_lives(exercise: Exercise, configured: str) -> None:
    exercise.live(
        ENDPOINT,
        "ranker",
        {"EndpointName": "ranker", "EndpointConfigName": configured, "Tags": PROD},
        {"Tags": MORE},
        {"EndpointConfigName": 3},
    )

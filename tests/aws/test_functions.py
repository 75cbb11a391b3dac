"""Functions, and the repositories of the images that they may run."""

import io
import zipfile
from typing import Any

import pytest

from apps.catalog.hidden import HIDDEN
from apps.catalog.texts import text
from apps.planning import diff
from apps.planning.plan import PlanRefused
from tests.aws.exercise import TOKYO, Exercise

FUNCTION, REPOSITORY = "AWS::Lambda::Function", "AWS::ECR::Repository"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
PROD, STG = [{"Key": "env", "Value": "prod"}], [{"Key": "env", "Value": "stg"}]


@pytest.fixture
def role(client: Any) -> str:
    iam = client("iam")
    if "functions" not in {each["RoleName"] for each in iam.list_roles()["Roles"]}:
        iam.create_role(RoleName="functions", AssumeRolePolicyDocument=text(TRUST))
    return str(iam.get_role(RoleName="functions")["Role"]["Arn"])


@pytest.fixture
def archive(client: Any) -> dict[str, str]:
    """Where an archive with a handler lies."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as files:
        files.writestr("main.py", "def handler(event, context): return event")
    s3 = client("s3")
    s3.create_bucket(Bucket="functions-code", CreateBucketConfiguration={"LocationConstraint": TOKYO})
    s3.put_object(Bucket="functions-code", Key="main.zip", Body=packed.getvalue())
    return {"S3Bucket": "functions-code", "S3Key": "main.zip"}


def test_a_function_lives(exercise: Exercise, role: str, archive: dict[str, str], client: Any) -> None:
    told = {"FunctionName": "orders", "Runtime": "python3.12", "Handler": "main.handler", "Role": role, "Tags": PROD}
    made = exercise.create(FUNCTION, "orders", Code=archive, MemorySize=256, **told)
    declared = exercise.types(FUNCTION)
    assert declared
    assert diff.differing(declared, made.document, {**told, "MemorySize": 256}) == ()
    client("lambda").update_function_configuration(
        FunctionName="orders", Environment={"Variables": {"TOKEN": "do not show"}}
    )
    exercise.change(
        exercise.read(FUNCTION, "orders"),
        MemorySize=512,
        Timeout=30,
        Description="Takes orders.",
        Runtime="python3.13",
        ReservedConcurrentExecutions=5,
        Tags=STG,
    )
    exercise.run(exercise.plan(exercise.read(FUNCTION, "orders"), Code=archive))
    seen = exercise.read(FUNCTION, "orders")
    assert seen.document["Environment"] == {"Variables": {"TOKEN": HIDDEN}}
    for wrong in ({"MemorySize": 1}, {"Code": {"ZipFile": "code"}}, {"Code": {"S3Key": "main.zip"}}, {"Timeout": 9999}):
        with pytest.raises(PlanRefused):
            exercise.plan(seen, **wrong)
    exercise.delete(seen)


def test_a_function_of_an_archive_needs_a_handler_and_one_of_an_image_is_said_to_be_one(exercise: Exercise) -> None:
    role = "arn:aws:iam::111111111111:role/functions"
    with pytest.raises(PlanRefused, match="needs its Handler"):
        exercise.create(FUNCTION, "x", FunctionName="x", Role=role, Code={"S3Bucket": "code", "S3Key": "x.zip"})
    with pytest.raises(PlanRefused, match="Image for an image"):
        exercise.create(FUNCTION, "x", FunctionName="x", Role=role, Code={"ImageUri": "x:1"})


def test_a_repository_lives(exercise: Exercise) -> None:
    principal = {"AWS": "arn:aws:iam::111111111111:root"}
    pull = {"Sid": "pull", "Effect": "Allow", "Principal": principal, "Action": "ecr:BatchGetImage"}
    exercise.live(
        REPOSITORY,
        "ranker",
        {
            "RepositoryName": "ranker",
            "ImageTagMutability": "MUTABLE",
            "ImageScanningConfiguration": {"ScanOnPush": False},
            "EncryptionConfiguration": {"EncryptionType": "AES256"},
            "Tags": PROD,
        },
        {
            "ImageTagMutability": "IMMUTABLE",
            "ImageScanningConfiguration": {"ScanOnPush": True},
            "RepositoryPolicyText": {"Version": "2012-10-17", "Statement": [pull]},
            "Tags": STG,
        },
        {"ImageTagMutability": "SOMETIMES", "LifecyclePolicy": {"LifecyclePolicyText": "text"}},
    )

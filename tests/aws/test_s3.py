from typing import Any

import pytest

from apps.aws.gateway import AwsError
from tests.aws.exercise import TOKYO, Exercise

BUCKET = "AWS::S3::Bucket"
BLOCK = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")


@pytest.fixture
def bucket(client: Any, request: pytest.FixtureRequest) -> str:
    name = f"ringi-{abs(hash(request.node.name)) % 10**8}"
    client("s3").create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": TOKYO})
    return name


def encryption(algorithm: str) -> dict[str, Any]:
    rule = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": algorithm}, "BucketKeyEnabled": False}
    return {"ServerSideEncryptionConfiguration": [rule]}


def test_buckets_are_listed_as_they_are_read(exercise: Exercise, bucket: str) -> None:
    listed = {seen.identifier: seen for seen in exercise.gateway.list(BUCKET, TOKYO)}
    assert listed[bucket] == exercise.read(BUCKET, bucket)
    assert bucket not in {seen.identifier for seen in exercise.gateway.list(BUCKET, "us-west-2")}


@pytest.mark.parametrize(
    "desired",
    [
        {"BucketEncryption": encryption("AES256")},
        {"PublicAccessBlockConfiguration": dict.fromkeys(BLOCK, True)},
        {"Tags": [{"Key": "env", "Value": "prod"}]},
        {"BucketEncryption": encryption("aws:kms"), "Tags": [{"Key": "team", "Value": "ml"}]},
    ],
)
def test_a_bucket_is_changed_and_set_back(exercise: Exercise, bucket: str, desired: dict[str, Any]) -> None:
    exercise.change(exercise.read(BUCKET, bucket), **desired)


def test_versioning_can_be_suspended_but_not_removed(exercise: Exercise, bucket: str) -> None:
    exercise.run(exercise.plan(exercise.read(BUCKET, bucket), VersioningConfiguration={"Status": "Enabled"}))
    exercise.change(exercise.read(BUCKET, bucket), VersioningConfiguration={"Status": "Suspended"})


def test_a_bucket_is_created_with_what_follows_and_deleted(exercise: Exercise) -> None:
    made = exercise.create(
        BUCKET,
        "ringi-checkpoints",
        BucketName="ringi-checkpoints",
        VersioningConfiguration={"Status": "Enabled"},
        BucketEncryption=encryption("AES256"),
        PublicAccessBlockConfiguration=dict.fromkeys(BLOCK, True),
        Tags=[{"Key": "env", "Value": "prod"}],
    )
    assert made.arn == "arn:aws:s3:::ringi-checkpoints"
    assert made.document["PublicAccessBlockConfiguration"] == dict.fromkeys(BLOCK, True)
    exercise.delete(made)


def test_a_bucket_with_objects_is_not_deleted(exercise: Exercise, client: Any, bucket: str) -> None:
    client("s3").put_object(Bucket=bucket, Key="model", Body=b"x")
    with pytest.raises(AwsError, match="not empty"):
        exercise.delete(exercise.read(BUCKET, bucket))

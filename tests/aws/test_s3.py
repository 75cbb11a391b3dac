from typing import Any

import pytest

from apps.aws.boto_gateway import BotoGateway
from apps.aws.gateway import Access, AwsError
from apps.aws.sessions import ClientFactory
from apps.planning.build import build
from apps.planning.plan import Action, Proposal, Repeat
from tests.aws.exercise import TARGET, TOKYO, Exercise, checked

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


@pytest.mark.parametrize(("region", "code"), [(TOKYO, "BucketAlreadyOwnedByYou"), ("us-east-1", "")])
def test_a_repeated_creation_by_the_owner_makes_no_second_bucket(
    exercise: Exercise, access: Access, factory: ClientFactory, region: str, code: str
) -> None:
    """Outside us-east-1 S3 says so, inside it says yes and changes nothing but the ACL (botocore, s3 CreateBucket)."""
    name = f"ringi-repeated-{region}"
    proposal = Proposal(1, Action.CREATE, BUCKET, region, "", name, {"BucketName": name})
    plan = checked(build(TARGET, [proposal], {}))
    [call] = plan.calls
    assert call.repeat is Repeat.NAMED
    gateway = BotoGateway(factory, access, mutating=True)
    said = []
    for _ in range(2):
        try:
            gateway.execute(call.service, call.operation, call.region, call.parameters, call.outputs)
            said.append("")
        except AwsError as error:
            said.append(error.code)
    assert said == ["", code]
    assert [seen.identifier for seen in gateway.list(BUCKET, region)].count(name) == 1


def test_a_bucket_with_objects_is_not_deleted(exercise: Exercise, client: Any, bucket: str) -> None:
    client("s3").put_object(Bucket=bucket, Key="model", Body=b"x")
    with pytest.raises(AwsError, match="not empty"):
        exercise.delete(exercise.read(BUCKET, bucket))

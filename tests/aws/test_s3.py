from typing import Any

import pytest

from apps.aws.boto_gateway import BotoGateway
from apps.aws.gateway import Access, AwsError
from apps.aws.sessions import ClientFactory
from apps.catalog.services import s3_lifecycle
from apps.planning import diff
from apps.planning.build import build
from apps.planning.plan import Action, PlanRefused, Proposal, Repeat
from tests.aws.exercise import TARGET, TOKYO, Exercise, checked

BUCKET, POLICY = "AWS::S3::Bucket", "AWS::S3::BucketPolicy"
NOT_EXERCISED = {BUCKET: {"LifecycleConfiguration": "moto forgets the sizes of objects in a rule"}}
BLOCK = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
CORS = {
    "AllowedMethods": ["GET", "PUT"],
    "AllowedOrigins": ["https://shop.example.com"],
    "AllowedHeaders": ["*"],
    "ExposedHeaders": ["ETag"],
    "MaxAge": 300,
}
LOGS = {"Id": "logs", "Status": "Enabled", "Prefix": "logs/", "ExpirationInDays": 90}
MODELS = {
    "Id": "models",
    "Status": "Enabled",
    "Prefix": "models/",
    "TagFilters": [{"Key": "kind", "Value": "checkpoint"}],
    "Transitions": [{"StorageClass": "GLACIER", "TransitionInDays": 30}],
    "NoncurrentVersionTransitions": [{"StorageClass": "GLACIER", "TransitionInDays": 7}],
    "NoncurrentVersionExpiration": {"NoncurrentDays": 60},
}


@pytest.fixture
def bucket(client: Any, request: pytest.FixtureRequest) -> str:
    name = f"ringi-{abs(hash(request.node.name)) % 10**8}"
    s3 = client("s3")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": TOKYO})
    dsse = {
        "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms:dsse"}, "BucketKeyEnabled": False}]
    }
    s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration=dsse)
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
        {"OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]}},
        {"CorsConfiguration": {"CorsRules": [CORS]}},
        {"LifecycleConfiguration": {"Rules": [LOGS, MODELS]}},
        {"Tags": [{"Key": "env", "Value": "prod"}]},
        {"BucketEncryption": encryption("aws:kms"), "Tags": [{"Key": "team", "Value": "ml"}]},
    ],
)
def test_a_bucket_is_changed_and_set_back(exercise: Exercise, bucket: str, desired: dict[str, Any]) -> None:
    exercise.change(exercise.read(BUCKET, bucket), **desired)


@pytest.mark.parametrize(
    "rule",
    [
        LOGS,
        MODELS | {"ObjectSizeGreaterThan": "1000000"},
        {"Id": "all", "Status": "Enabled", "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}},
        {"Id": "tag", "Status": "Disabled", "TagFilters": MODELS["TagFilters"], "ExpirationInDays": 1},
        {"Id": "big", "Status": "Enabled", "ObjectSizeGreaterThan": 5, "ExpiredObjectDeleteMarker": True},
    ],
    ids=lambda rule: rule["Id"],
)
def test_a_lifecycle_rule_is_read_as_it_is_sent(rule: dict[str, Any]) -> None:
    assert diff.same(s3_lifecycle.shown(s3_lifecycle.sent({"Rules": [rule]})), {"Rules": [rule]})


@pytest.mark.parametrize(
    "configuration",
    [
        {"Rules": [{"Status": "Enabled", "ExpirationInDays": 1}]},
        {"Rules": [LOGS], "TransitionDefaultMinimumObjectSize": "varies_by_storage_class"},
        {"Rules": [LOGS | {"NoncurrentVersionExpirationInDays": 3}]},
        {"Rules": [LOGS | {"ObjectSizeLessThan": "much"}]},
        {"Rules": []},
    ],
)
def test_a_lifecycle_that_would_not_be_read_as_it_is_written_is_refused(
    exercise: Exercise, bucket: str, configuration: dict[str, Any]
) -> None:
    with pytest.raises(PlanRefused) as refused:
        exercise.plan(exercise.read(BUCKET, bucket), LifecycleConfiguration=configuration)
    assert {problem.property for problem in refused.value.problems} == {"LifecycleConfiguration"}


@pytest.mark.parametrize("rules", [[], [{}], [{"ObjectOwnership": "ObjectWriter"}] * 2])
def test_a_bucket_has_one_rule_of_ownership(exercise: Exercise, bucket: str, rules: list[Any]) -> None:
    with pytest.raises(PlanRefused) as refused:
        exercise.plan(exercise.read(BUCKET, bucket), OwnershipControls={"Rules": rules})
    assert {problem.property for problem in refused.value.problems} == {"OwnershipControls"}


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


def statement(bucket: str, *actions: str) -> dict[str, Any]:
    allowed = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::222222222222:root"}, "Action": list(actions)}
    return {"Version": "2012-10-17", "Statement": [{**allowed, "Resource": f"arn:aws:s3:::{bucket}/*"}]}


def test_a_bucket_policy_lives(exercise: Exercise, bucket: str) -> None:
    exercise.live(
        POLICY,
        bucket,
        {"Bucket": bucket, "PolicyDocument": statement(bucket, "s3:GetObject")},
        {"PolicyDocument": statement(bucket, "s3:GetObject", "s3:PutObject")},
        {"PolicyDocument": "{}"},
    )


def test_only_buckets_with_a_policy_have_one(exercise: Exercise, client: Any, bucket: str) -> None:
    client("s3").create_bucket(Bucket="ringi-shared", CreateBucketConfiguration={"LocationConstraint": TOKYO})
    made = exercise.create(
        POLICY, "ringi-shared", Bucket="ringi-shared", PolicyDocument=statement("ringi-shared", "s3:*")
    )
    listed = {seen.identifier: seen for seen in exercise.gateway.list(POLICY, TOKYO)}
    assert bucket not in listed
    assert listed["ringi-shared"] == made

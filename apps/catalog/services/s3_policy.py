"""Amazon S3: who may use a bucket."""

from collections.abc import Iterator

from apps.catalog import exposure, texts
from apps.catalog.services.s3 import BUCKET
from apps.catalog.types import (
    Arguments,
    Create,
    Delete,
    Document,
    Modify,
    NativeType,
    Part,
    Property,
    Wait,
    online,
    replaces,
)

POLICY = "AWS::S3::BucketPolicy registry schema: {} property"
OF_BUCKET: Arguments = {"Bucket": "Bucket"}


def refuse(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    return texts.refuse(before, after, "PolicyDocument")


BUCKET_POLICY = NativeType(
    name="AWS::S3::BucketPolicy",
    title="S3 bucket policy",
    service="s3",
    list=BUCKET.list,
    read=BUCKET.read,
    identifier="Bucket",
    label="Bucket",
    parts=(Part("get_bucket_policy", OF_BUCKET, {"PolicyDocument": "Policy"}),),
    properties={
        "Bucket": Property(replaces(POLICY.format("create-only")), read="Name"),
        "PolicyDocument": Property(
            online(POLICY.format("mutable")),
            argument="Policy",
            decode=texts.structure,
            encode=texts.text,
            exposes=exposure.policy_opened,
            help="Requests are judged by it a moment after it is changed.",
        ),
    },
    update=(Modify("put_bucket_policy", OF_BUCKET, ("PolicyDocument",)),),
    create=Create("put_bucket_policy", properties=("Bucket", "PolicyDocument"), outputs={}, unique=True),
    delete=Delete(
        "delete_bucket_policy",
        OF_BUCKET,
        "What the policy allowed is refused from then on, and what it denied may be allowed by others.",
        Wait(until=("gone",), minutes=0.1, timeout_minutes=5),
        "botocore, s3 DeleteBucketPolicy: Deletes the policy of a specified bucket.",
    ),
    first=("Bucket", "PolicyDocument"),
    refers={"Bucket": "AWS::S3::Bucket.BucketName"},
    refuse=refuse,
)

"""Amazon S3."""

from collections.abc import Mapping

from apps.catalog.tags import TAGS
from apps.catalog.types import (
    Arguments,
    Create,
    Delete,
    Json,
    NativeType,
    Part,
    Property,
    Put,
    Read,
    Wait,
    online,
    replaces,
)

BUCKET_NAME: Arguments = {"Bucket": "BucketName"}
CREATE_ONLY = "AWS::S3::Bucket registry schema: create-only property"


def location(region: str) -> Mapping[str, Json]:
    """us-east-1 is the one region that must not be named (S3 API reference, CreateBucket, LocationConstraint)."""
    return {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}


def encryption_shown(rules: Json) -> Json:
    """S3 says ApplyServerSideEncryptionByDefault where the registry schema says ServerSideEncryptionByDefault."""
    return {"ServerSideEncryptionConfiguration": [renamed(r, SENT, DOCUMENT) for r in rules]} if rules else None


def encryption_sent(value: Json) -> Json:
    return {"Rules": [renamed(rule, DOCUMENT, SENT) for rule in value["ServerSideEncryptionConfiguration"]]}


SENT, DOCUMENT = "ApplyServerSideEncryptionByDefault", "ServerSideEncryptionByDefault"


def renamed(rule: Json, old: str, new: str) -> Json:
    return {(new if name == old else name): value for name, value in rule.items()}


def read(operation: str, name: str, expression: str, *absent: str) -> Part:
    return Part(operation, BUCKET_NAME, {name: expression}, absent)


def put(name: str, operation: str, argument: str, clear: str = "", encode: Json = None) -> Put:
    return Put(operation, BUCKET_NAME, name, argument, encode=encode, clear=clear)


BUCKET = NativeType(
    name="AWS::S3::Bucket",
    title="S3 bucket",
    service="s3",
    list=Read("list_buckets", items="Buckets[]", arguments={"BucketRegion": "region"}),
    read=Read(
        "list_buckets",
        items="Buckets[]",
        arguments={"Prefix": "id", "BucketRegion": "region"},
        missing=("NoSuchBucket", "404"),
    ),
    identifier="BucketName",
    label="BucketName",
    arn_template="arn:{partition}:s3:::{id}",
    parts=(
        read("get_bucket_versioning", "VersioningConfiguration", "Status && {Status: Status}"),
        read(
            "get_bucket_encryption",
            "BucketEncryption",
            "ServerSideEncryptionConfiguration.Rules",
            "ServerSideEncryptionConfigurationNotFoundError",
        ),
        read(
            "get_public_access_block",
            "PublicAccessBlockConfiguration",
            "PublicAccessBlockConfiguration",
            "NoSuchPublicAccessBlockConfiguration",
        ),
        read("get_bucket_tagging", "Tags", "TagSet", "NoSuchTagSet"),
    ),
    properties={
        "BucketName": Property(replaces(CREATE_ONLY), read="Name", argument="Bucket"),
        "VersioningConfiguration": Property(
            help="Enabled keeps every version of an object; Suspended keeps those there are.",
        ),
        "BucketEncryption": Property(decode=encryption_shown, encode=encryption_sent),
        "PublicAccessBlockConfiguration": Property(online("https://docs.aws.amazon.com/AmazonS3/latest/userguide/")),
        "Tags": TAGS,
    },
    update=(
        put("VersioningConfiguration", "put_bucket_versioning", "VersioningConfiguration"),
        put(
            "BucketEncryption", "put_bucket_encryption", "ServerSideEncryptionConfiguration", "delete_bucket_encryption"
        ),
        put(
            "PublicAccessBlockConfiguration",
            "put_public_access_block",
            "PublicAccessBlockConfiguration",
            "delete_public_access_block",
        ),
        put("Tags", "put_bucket_tagging", "Tagging", "delete_bucket_tagging", lambda rows: {"TagSet": rows}),
    ),
    create=Create(
        "create_bucket",
        properties=("BucketName",),
        outputs={},
        region_arguments=location,
        already_exists=("BucketAlreadyExists", "BucketAlreadyOwnedByYou"),
        unique=True,
    ),
    delete=Delete(
        "delete_bucket",
        BUCKET_NAME,
        "The bucket's name is free for anybody afterwards, and may not be had again.",
        Wait(until=("gone",), minutes=0.1, timeout_minutes=5),
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/delete-bucket.html",
    ),
    first=("BucketName", "VersioningConfiguration", "BucketEncryption", "PublicAccessBlockConfiguration", "Tags"),
    stateful=True,
    uncovered={
        "Not covered yet.": (
            *("AbacStatus", "AccelerateConfiguration", "AnalyticsConfigurations", "CorsConfiguration"),
            *("IntelligentTieringConfigurations", "InventoryConfigurations", "LifecycleConfiguration"),
            *("LoggingConfiguration", "MetadataConfiguration", "MetadataTableConfiguration", "MetricsConfigurations"),
            *("NotificationConfiguration", "ObjectLockConfiguration", "ObjectLockEnabled", "OwnershipControls"),
            *("ReplicationConfiguration", "WebsiteConfiguration"),
        ),
    },
)

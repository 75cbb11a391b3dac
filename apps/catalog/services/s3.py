"""Amazon S3."""

from collections.abc import Iterator, Mapping

from apps.catalog import exposure
from apps.catalog.services import s3_lifecycle
from apps.catalog.tags import TAGS
from apps.catalog.types import (
    Arguments,
    Create,
    Delete,
    Document,
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
MUTABLE = "AWS::S3::Bucket registry schema: mutable property"


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


CORS = {"ID": "Id", "ExposeHeaders": "ExposedHeaders", "MaxAgeSeconds": "MaxAge"}  # in the API: in the schema


def cors_shown(rules: Json) -> Json:
    return {"CorsRules": [{CORS.get(name, name): value for name, value in rule.items()} for rule in rules]}


def cors_sent(value: Json) -> Json:
    names = {shown: sent for sent, shown in CORS.items()}
    return {
        "CORSRules": [{names.get(name, name): value for name, value in rule.items()} for rule in value["CorsRules"]]
    }


def refuse(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    """`botocore, s3 PutBucketOwnershipControls`: the setting is one rule, whose member is required."""
    yield from s3_lifecycle.refuse(before, after)
    rules = (after.get("OwnershipControls") or {}).get("Rules")
    if rules is not None and [set(rule) for rule in rules] != [{"ObjectOwnership"}]:
        yield "OwnershipControls", "A bucket has one rule of ownership, which names ObjectOwnership. Write that."


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
        read(
            "get_bucket_lifecycle_configuration",
            "LifecycleConfiguration",
            f"{{Rules: Rules, {s3_lifecycle.SIZE}: {s3_lifecycle.SIZE}}}",
            "NoSuchLifecycleConfiguration",
        ),
        read("get_bucket_cors", "CorsConfiguration", "CORSRules", "NoSuchCORSConfiguration"),
        read(
            "get_bucket_ownership_controls", "OwnershipControls", "OwnershipControls", "OwnershipControlsNotFoundError"
        ),
        Part(
            "get_bucket_tagging",
            BUCKET_NAME,
            {"Tags": "TagSet", "SystemTags": "TagSet[?starts_with(Key, 'aws:')]"},
            ("NoSuchTagSet",),
        ),
    ),
    properties={
        "BucketName": Property(replaces(CREATE_ONLY), read="Name", argument="Bucket"),
        "VersioningConfiguration": Property(
            help="Enabled keeps every version of an object; Suspended keeps those there are.",
        ),
        "BucketEncryption": Property(decode=encryption_shown, encode=encryption_sent),
        "PublicAccessBlockConfiguration": Property(
            online("https://docs.aws.amazon.com/AmazonS3/latest/userguide/"), exposes=exposure.unblocked
        ),
        "OwnershipControls": Property(
            online(MUTABLE), help="BucketOwnerEnforced switches access control lists off, also those of objects."
        ),
        "LifecycleConfiguration": Property(
            online(s3_lifecycle.SOURCE),
            decode=s3_lifecycle.shown,
            encode=s3_lifecycle.sent,
            irreversible="Objects that a rule lets expire are deleted.",
        ),
        "CorsConfiguration": Property(online(MUTABLE), decode=cors_shown, encode=cors_sent),
        "SystemTags": Property(
            editable=False, state=True, unordered=True, help="Tags that AWS has put there, such as CloudFormation's."
        ),
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
        put(
            "OwnershipControls",
            "put_bucket_ownership_controls",
            "OwnershipControls",
            "delete_bucket_ownership_controls",
        ),
        put(
            "LifecycleConfiguration",
            "put_bucket_lifecycle_configuration",
            "LifecycleConfiguration",
            "delete_bucket_lifecycle",
        ),
        put("CorsConfiguration", "put_bucket_cors", "CORSConfiguration", "delete_bucket_cors"),
        Put(
            "put_bucket_tagging",
            BUCKET_NAME,
            "Tags",
            "Tagging",
            encode=lambda rows: {"TagSet": rows},
            clear="delete_bucket_tagging",
            keeps="SystemTags",
        ),
    ),
    create=Create(
        "create_bucket",
        properties=("BucketName",),
        outputs={},
        region_arguments=location,
        unique=True,
    ),
    delete=Delete(
        "delete_bucket",
        BUCKET_NAME,
        "The bucket's name is free for anybody afterwards, and may not be had again.",
        Wait(until=("gone",), minutes=0.1, timeout_minutes=5),
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/delete-bucket.html",
    ),
    first=(
        *("BucketName", "VersioningConfiguration", "BucketEncryption", "PublicAccessBlockConfiguration"),
        *("LifecycleConfiguration", "OwnershipControls", "CorsConfiguration", "Tags"),
    ),
    stateful=True,
    refuse=refuse,
    uncovered={
        "Not covered yet.": (
            *("AbacStatus", "AccelerateConfiguration", "AnalyticsConfigurations"),
            *("IntelligentTieringConfigurations", "InventoryConfigurations"),
            *("LoggingConfiguration", "MetadataConfiguration", "MetadataTableConfiguration", "MetricsConfigurations"),
            *("NotificationConfiguration", "ObjectLockConfiguration", "ObjectLockEnabled"),
            *("ReplicationConfiguration", "WebsiteConfiguration"),
        ),
    },
)

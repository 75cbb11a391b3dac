"""Amazon S3."""

import re
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


def whole_encryption(value: Json) -> Json:
    """AWS fills in BucketKeyEnabled (`botocore, s3 ServerSideEncryptionRule`: by default, it is not enabled)."""
    rules = value.get("ServerSideEncryptionConfiguration") if isinstance(value, Mapping) else None
    if not isinstance(rules, list):
        return value
    filled = [{"BucketKeyEnabled": False, **rule} if isinstance(rule, Mapping) else rule for rule in rules]
    return {**value, "ServerSideEncryptionConfiguration": filled}


def whole_block(value: Json) -> Json:
    """A call replaces all four settings; those that it leaves out are off."""
    return {**dict.fromkeys(BLOCKS, False), **value} if isinstance(value, Mapping) else value


BLOCKS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
NAMING = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"
BEGINNINGS = ("xn--", "sthree-", "amzn-s3-demo-")
ENDINGS = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")


def wrong_name(name: str) -> Iterator[str]:
    """NAMING"""
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", name):
        yield "A bucket's name has 3 to 63 small letters, digits, dots and hyphens; its ends are letters or digits."
    elif ".." in name or re.fullmatch(r"\d+(\.\d+){3}", name):
        yield "A bucket's name has no two dots in a row, and is no IP address."
    elif name.startswith(BEGINNINGS) or name.endswith(ENDINGS):
        yield f"AWS keeps names that begin with {', '.join(BEGINNINGS)} or end with {', '.join(ENDINGS)} for itself."


def wrong_encryption(after: Document) -> Iterator[tuple[str, str]]:
    """A bucket has one rule (`botocore, s3 PutBucketEncryption`), and AES256 takes no key."""
    rules = (after.get("BucketEncryption") or {}).get("ServerSideEncryptionConfiguration") or ()
    if rules and (len(rules) != 1 or not rules[0].get(DOCUMENT)):
        yield "BucketEncryption", f"A bucket has one rule of encryption, which says {DOCUMENT}. Write that."
    elif rules and rules[0][DOCUMENT].get("SSEAlgorithm") == "AES256" and rules[0][DOCUMENT].get("KMSMasterKeyID"):
        yield "BucketEncryption", "AES256 is encryption by S3's own keys. Leave KMSMasterKeyID out, or choose aws:kms."


def refuse(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    """`botocore, s3 PutBucketOwnershipControls`: the setting is one rule, whose member is required."""
    yield from s3_lifecycle.refuse(before, after)
    name = after.get("BucketName")
    if isinstance(name, str) and name != before.get("BucketName"):
        yield from (("BucketName", said) for said in wrong_name(name))
    if before.get("BucketEncryption") != after.get("BucketEncryption"):
        yield from wrong_encryption(after)
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
        "BucketEncryption": Property(
            decode=encryption_shown,
            encode=encryption_sent,
            form=whole_encryption,
            help="Every bucket is encrypted: by S3's own keys (AES256) or by those of KMS.",
        ),
        "PublicAccessBlockConfiguration": Property(
            online("https://docs.aws.amazon.com/AmazonS3/latest/userguide/"),
            exposes=exposure.unblocked,
            form=whole_block,
        ),
        "OwnershipControls": Property(
            online(MUTABLE), help="BucketOwnerEnforced switches access control lists off, also those of objects."
        ),
        "LifecycleConfiguration": Property(
            online(s3_lifecycle.SOURCE),
            decode=s3_lifecycle.shown,
            encode=s3_lifecycle.sent,
            form=s3_lifecycle.whole,
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
        put("BucketEncryption", "put_bucket_encryption", "ServerSideEncryptionConfiguration"),
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

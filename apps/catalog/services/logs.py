"""Amazon CloudWatch Logs."""

from apps.catalog.tags import from_map, resource_tags, to_map
from apps.catalog.types import (
    Arguments,
    Create,
    Delete,
    NativeType,
    Part,
    Property,
    Put,
    Read,
    Wait,
    online,
    replaces,
)

CREATE_ONLY = "AWS::Logs::LogGroup registry schema: create-only property"
RETENTION = (
    "botocore, logs PutRetentionPolicy: CloudWatch Logs doesn't immediately delete log events when they reach their "
    "retention setting. It typically takes up to 72 hours after that before log events are deleted"
)
ENCRYPTED = (
    "botocore, logs AssociateKmsKey: Only the log events ingested after the key is associated are encrypted with that "
    "key."
)
GROUP: Arguments = {"logGroupName": "LogGroupName"}
GONE = Wait(until=("gone",), minutes=0.1, timeout_minutes=5)

LOG_GROUP = NativeType(
    name="AWS::Logs::LogGroup",
    title="Log group",
    service="logs",
    list=Read("describe_log_groups", items="logGroups[]"),
    read=Read("describe_log_groups", items="logGroups[]", arguments={"logGroupNamePrefix": "id"}),
    identifier="LogGroupName",
    label="LogGroupName",
    arn_template="arn:{partition}:logs:{region}:{account}:log-group:{id}",
    parts=(Part("list_tags_for_resource", {"resourceArn": "arn"}, {"Tags": "tags"}),),
    properties={
        "LogGroupName": Property(replaces(CREATE_ONLY), read="logGroupName", argument="logGroupName"),
        "Arn": Property(read="logGroupArn", editable=False),
        "RetentionInDays": Property(
            online(RETENTION),
            read="retentionInDays",
            unit="days",
            help="Not set: events are kept for ever.",
            irreversible="Events that are older than a shorter time are deleted.",
            shortens=True,
        ),
        "KmsKeyId": Property(online(ENCRYPTED), read="kmsKeyId", argument="kmsKeyId", help="The ARN of the key."),
        "LogGroupClass": Property(
            read="logGroupClass",
            argument="logGroupClass",
            editable=False,
            help="Chosen when the log group is created: the API has no call that changes it.",
        ),
        "Tags": Property(unordered=True, decode=from_map),
    },
    update=(
        Put("put_retention_policy", GROUP, "RetentionInDays", "retentionInDays", clear="delete_retention_policy"),
        Put("associate_kms_key", GROUP, "KmsKeyId", "kmsKeyId", clear="disassociate_kms_key"),
        resource_tags(
            {"resourceArn": "arn"},
            "tag_resource",
            "untag_resource",
            add_argument="tags",
            remove_argument="tagKeys",
            encode_add=to_map,
        ),
    ),
    create=Create(
        "create_log_group",
        properties=("LogGroupName", "KmsKeyId", "LogGroupClass"),
        outputs={},
        tags=lambda rows: ("tags", to_map(rows)),
        unique=True,
    ),
    delete=Delete(
        "delete_log_group",
        GROUP,
        "All log events in it are lost.",
        GONE,
        "botocore, logs DeleteLogGroup: permanently deletes all the archived log events",
    ),
    first=("LogGroupName", "RetentionInDays", "KmsKeyId", "LogGroupClass", "Tags"),
    stateful=True,
    uncovered={
        "Changed by calls of its own, which are not covered yet.": (
            *("BearerTokenAuthenticationEnabled", "DataProtectionPolicy", "DeletionProtectionEnabled"),
            *("FieldIndexPolicies", "ResourcePolicyDocument"),
        ),
    },
)

"""Amazon Kinesis: data streams."""

from collections.abc import Iterator

from apps.catalog.tags import resource_tags, to_map
from apps.catalog.types import (
    Arguments,
    Create,
    Delete,
    Document,
    Json,
    Lookup,
    NativeType,
    Part,
    Property,
    Put,
    Read,
    SetDiff,
    Wait,
    online,
    replaces,
)

CREATE_ONLY = "AWS::Kinesis::Stream registry schema: create-only property"
STREAM_NAME: Arguments = {"StreamName": "Name"}
SUMMARY = "[StreamDescriptionSummary]"
ACTIVE = Wait(until=("ACTIVE",), minutes=2, timeout_minutes=60)


def encryption(value: Json) -> Json:
    return value if value.get("EncryptionType") == "KMS" else None


def key(value: Json) -> Json:
    return value["KeyId"]


def adapt(values: Document, arguments: Document) -> Document:
    """A stream on demand has as many shards as it needs."""
    on_demand = (values.get("StreamModeDetails") or {}).get("StreamMode") == "ON_DEMAND"
    return {name: value for name, value in arguments.items() if not (on_demand and name == "ShardCount")}


def refuse(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    """Source: `botocore, kinesis UpdateShardCount`: only for streams in provisioned mode, at most twice as many shards
    as there are, and not fewer than half of them."""
    mode = (after.get("StreamModeDetails") or {}).get("StreamMode", "PROVISIONED")
    now, wanted = before.get("ShardCount"), after.get("ShardCount")
    if wanted != now and mode == "ON_DEMAND":
        yield "ShardCount", "A stream on demand has no fixed number of shards. Leave it out."
    elif before and isinstance(now, int) and isinstance(wanted, int) and not now / 2 <= wanted <= now * 2:
        yield "ShardCount", f"In one step from half to twice as many: {-(-now // 2)} to {now * 2}. Go in several steps."
    if "Arn" not in before and mode == "PROVISIONED" and wanted is None:
        yield "ShardCount", "A provisioned stream needs a number of shards. Give one, or choose ON_DEMAND."


STREAM = NativeType(
    name="AWS::Kinesis::Stream",
    title="Kinesis stream",
    service="kinesis",
    list=Read("list_streams", items="StreamNames[]", lookup=Lookup("describe_stream_summary", "StreamName", SUMMARY)),
    read=Read(
        "describe_stream_summary",
        items=SUMMARY,
        arguments={"StreamName": "id"},
        missing=("ResourceNotFoundException",),
    ),
    identifier="Name",
    label="Name",
    arn="Arn",
    status="StreamStatus",
    settled=("ACTIVE",),
    parts=(Part("list_tags_for_stream", STREAM_NAME, {"Tags": "Tags"}),),
    properties={
        "Name": Property(replaces(CREATE_ONLY), read="StreamName", argument="StreamName"),
        "Arn": Property(read="StreamARN", editable=False),
        "StreamModeDetails": Property(
            online("botocore, kinesis UpdateStreamMode: Updates the capacity mode of the data stream.")
        ),
        "ShardCount": Property(
            online(
                "botocore, kinesis UpdateShardCount: You can continue to read and write data to your stream while its "
                "status is UPDATING."
            ),
            read="OpenShardCount",
        ),
        "RetentionPeriodHours": Property(
            online("botocore, kinesis DecreaseStreamRetentionPeriod: This operation may result in lost data."),
            irreversible="Records that are older than a shorter time are lost.",
            shortens=True,
            unit="hours",
            limits={"minimum": 24, "maximum": 8760},
        ),
        "StreamEncryption": Property(
            online("botocore, kinesis StartStreamEncryption: You can continue to read and write data to your stream"),
            read="{EncryptionType: EncryptionType, KeyId: KeyId}",
            decode=encryption,
        ),
        "DesiredShardLevelMetrics": Property(read="EnhancedMonitoring[0].ShardLevelMetrics", unordered=True),
        "Tags": Property(unordered=True),
    },
    update=(
        Put("update_stream_mode", {"StreamARN": "Arn"}, "StreamModeDetails", "StreamModeDetails", wait=ACTIVE),
        Put(
            "update_shard_count",
            {**STREAM_NAME, "ScalingType": "'UNIFORM_SCALING'"},
            "ShardCount",
            "TargetShardCount",
            wait=ACTIVE,
        ),
        Put(
            "increase_stream_retention_period",
            STREAM_NAME,
            "RetentionPeriodHours",
            "RetentionPeriodHours",
            lower="decrease_stream_retention_period",
            wait=ACTIVE,
        ),
        Put(
            "start_stream_encryption",
            {**STREAM_NAME, "EncryptionType": "'KMS'"},
            "StreamEncryption",
            "KeyId",
            encode=key,
            clear="stop_stream_encryption",
            clear_arguments={"KeyId": "StreamEncryption.KeyId"},
            wait=ACTIVE,
        ),
        SetDiff(
            property="DesiredShardLevelMetrics",
            arguments=STREAM_NAME,
            add="enable_enhanced_monitoring",
            add_argument="ShardLevelMetrics",
            remove="disable_enhanced_monitoring",
            remove_argument="ShardLevelMetrics",
        ),
        resource_tags(STREAM_NAME, "add_tags_to_stream", "remove_tags_from_stream", encode_add=to_map),
    ),
    create=Create(
        "create_stream",
        properties=("Name", "ShardCount", "StreamModeDetails"),
        outputs={},
        tags=lambda rows: ("Tags", to_map(rows)),
        defaults={"RetentionPeriodHours": 24},
        unique=True,
        adapt=adapt,
        wait=ACTIVE,
    ),
    delete=Delete(
        "delete_stream",
        STREAM_NAME,
        "All records in the stream are lost.",
        Wait(until=("gone",), minutes=1, timeout_minutes=30),
        "botocore, kinesis DeleteStream: Deletes a Kinesis data stream and all its shards and data.",
    ),
    first=(
        *("Name", "StreamModeDetails", "ShardCount", "RetentionPeriodHours", "StreamEncryption"),
        *("DesiredShardLevelMetrics", "Tags"),
    ),
    stateful=True,
    refuse=refuse,
    uncovered={"Not covered yet.": ("MaxRecordSizeInKiB", "RecordDistributionStrategy")},
)

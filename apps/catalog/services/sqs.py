"""Amazon SQS: queues, whose settings are one map of texts."""

from collections.abc import Iterator, Mapping
from typing import Any

from apps.catalog import texts
from apps.catalog.tags import from_map, resource_tags, to_map
from apps.catalog.types import (
    Arguments,
    Create,
    Delete,
    Document,
    Json,
    Modify,
    NativeType,
    Part,
    Property,
    Read,
    Wait,
    online,
    replaces,
)

QUEUE_URL: Arguments = {"QueueUrl": "QueueUrl"}
CREATE_ONLY = "AWS::SQS::Queue registry schema: create-only property"
CHANGED = online(
    "botocore, sqs SetQueueAttributes: When you change a queue's attributes, the change can take up to 60 seconds for "
    "most of the attributes to propagate throughout the Amazon SQS system."
)
EXPIRED = online(
    "botocore, sqs SetQueueAttributes: Changes made to the MessageRetentionPeriod attribute can take up to 15 minutes "
    "and will impact existing messages in the queue potentially causing them to be expired and deleted"
)
PERMISSIONS = ("allowAll", "denyAll", "byQueue")
FIFO_ONLY = ("ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit")


def true(value: Json) -> Json:
    return str(value).lower() == "true"


def boolean(value: Json) -> Json:
    return "true" if value else "false"


def attribute(name: str, **more: Any) -> Property:
    """A setting, which stands in the map of all of them."""
    return Property(**{"effect": CHANGED, "argument": "Attributes", "wrap": name, **more})


def number(name: str, unit: str, **more: Any) -> Property:
    return attribute(name, decode=int, encode=str, unit=unit, **more)


ATTRIBUTES = {
    "VisibilityTimeout": number("VisibilityTimeout", "seconds"),
    "MessageRetentionPeriod": number(
        "MessageRetentionPeriod",
        "seconds",
        effect=EXPIRED,
        irreversible="Messages that are older than a shorter period are deleted.",
        shortens=True,
    ),
    "ReceiveMessageWaitTimeSeconds": number("ReceiveMessageWaitTimeSeconds", "seconds"),
    "DelaySeconds": number("DelaySeconds", "seconds"),
    "MaximumMessageSize": number("MaximumMessageSize", "bytes"),
    "RedrivePolicy": attribute("RedrivePolicy", decode=texts.structure, encode=texts.text, unset=""),
    "RedriveAllowPolicy": attribute("RedriveAllowPolicy", decode=texts.structure, encode=texts.text, unset=""),
    "KmsMasterKeyId": attribute("KmsMasterKeyId", unset=""),
    "KmsDataKeyReusePeriodSeconds": number("KmsDataKeyReusePeriodSeconds", "seconds"),
    "SqsManagedSseEnabled": attribute("SqsManagedSseEnabled", decode=true, encode=boolean),
    "ContentBasedDeduplication": attribute("ContentBasedDeduplication", decode=true, encode=boolean),
    "DeduplicationScope": attribute("DeduplicationScope", limits={"enum": ["messageGroup", "queue"]}),
    "FifoThroughputLimit": attribute("FifoThroughputLimit", limits={"enum": ["perQueue", "perMessageGroupId"]}),
}


def standard(value: Json) -> Json:
    """A standard queue is shown without the setting."""
    return None if value is False else value


def fifo(value: Json) -> Json:
    """AWS knows the setting for FIFO queues only, and there always as true."""
    return {"FifoQueue": "true"} if value else {}


def redriven(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    """Sources: `botocore, sqs SetQueueAttributes` on both, and
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue.html."""
    policy, allowed = after.get("RedrivePolicy"), after.get("RedriveAllowPolicy")
    if isinstance(policy, Mapping) and policy != before.get("RedrivePolicy"):
        if not policy.get("deadLetterTargetArn") or set(policy) - {"deadLetterTargetArn", "maxReceiveCount"}:
            yield "RedrivePolicy", "It names a deadLetterTargetArn and a maxReceiveCount, and nothing else."
        elif not str(policy.get("maxReceiveCount")).isdecimal() or not 1 <= int(policy["maxReceiveCount"]) <= 1000:
            yield "RedrivePolicy", "maxReceiveCount is a number from 1 to 1000. Write one."
    if isinstance(allowed, Mapping) and allowed != before.get("RedriveAllowPolicy"):
        sources = allowed.get("sourceQueueArns")
        if allowed.get("redrivePermission") not in PERMISSIONS or set(allowed) - {
            "redrivePermission",
            "sourceQueueArns",
        }:
            yield "RedriveAllowPolicy", f"redrivePermission is one of {', '.join(PERMISSIONS)}. Choose one."
        elif (allowed["redrivePermission"] == "byQueue") != bool(sources) or len(sources or ()) > 10:
            yield "RedriveAllowPolicy", "sourceQueueArns are one to ten queues with byQueue, and none otherwise."


def refuse(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    """Sources: `botocore, sqs CreateQueue` on QueueName, on the attributes of FIFO queues and on encryption."""
    yield from texts.refuse(before, after, "RedrivePolicy", "RedriveAllowPolicy")
    yield from redriven(before, after)
    named = isinstance(after.get("QueueName"), str) and after["QueueName"].endswith(".fifo")
    if not before and named != bool(after.get("FifoQueue")):
        yield "QueueName", "The name of a FIFO queue ends in .fifo, and no other name does. Change one of the two."
    for name in FIFO_ONLY if not after.get("FifoQueue") else ():
        if after.get(name) is not None and after.get(name) != before.get(name):
            yield name, f"Only FIFO queues have {name}. Leave it out."
    if after.get("FifoThroughputLimit") == "perMessageGroupId" and after.get("DeduplicationScope") != "messageGroup":
        yield "FifoThroughputLimit", "perMessageGroupId needs the DeduplicationScope messageGroup. Set both."
    keys = {name: after.get(name) for name in ("KmsMasterKeyId", "SqsManagedSseEnabled")}
    if all(keys.values()) and any(value != before.get(name) for name, value in keys.items()):
        yield "SqsManagedSseEnabled", "A queue has one encryption. Set it to false, or leave KmsMasterKeyId out."


QUEUES = Read("list_queues", items="QueueUrls[].{QueueUrl: @}", arguments={"MaxResults": "`1000`"})
QUEUE = NativeType(
    name="AWS::SQS::Queue",
    title="SQS queue",
    service="sqs",
    list=QUEUES,
    read=QUEUES,
    identifier="QueueUrl",
    label="QueueName",
    arn="Arn",
    arn_template="arn:{partition}:sqs:{region}:{account}:{QueueName}",
    parts=(
        Part(
            "get_queue_attributes",
            {**QUEUE_URL, "AttributeNames": "['All']"},
            {
                **{name: f"Attributes.{name}" for name in ATTRIBUTES},
                "Arn": "Attributes.QueueArn",
                "FifoQueue": "Attributes.FifoQueue",
            },
        ),
        Part("list_queue_tags", QUEUE_URL, {"Tags": "Tags"}),
    ),
    properties={
        "QueueUrl": Property(editable=False),
        "QueueName": Property(
            replaces(CREATE_ONLY),
            read="QueueUrl",
            decode=lambda url: url.rsplit("/", 1)[-1],
            limits={"pattern": r"^[A-Za-z0-9_-]{1,80}(\.fifo)?$", "maxLength": 80},
        ),
        "Arn": Property(editable=False),
        "FifoQueue": Property(replaces(CREATE_ONLY), argument="Attributes", decode=true, encode=fifo, form=standard),
        **ATTRIBUTES,
        "Tags": Property(unordered=True, decode=from_map),
    },
    update=(
        Modify("set_queue_attributes", QUEUE_URL, tuple(ATTRIBUTES)),
        resource_tags(QUEUE_URL, "tag_queue", "untag_queue", encode_add=to_map),
    ),
    create=Create(
        "create_queue",
        properties=("QueueName", "FifoQueue", *ATTRIBUTES),
        outputs={"QueueUrl": "QueueUrl"},
        tags=lambda rows: ("tags", to_map(rows)),
        unique=True,
    ),
    delete=Delete(
        "delete_queue",
        QUEUE_URL,
        "The messages in the queue are lost, and its name is free again after a minute only.",
        Wait(until=("gone",), minutes=1, timeout_minutes=10),
        "botocore, sqs DeleteQueue: When you delete a queue, any messages in the queue are no longer available.",
    ),
    first=("QueueName", "FifoQueue", *ATTRIBUTES),
    stateful=True,
    refers={"RedrivePolicy/deadLetterTargetArn": "AWS::SQS::Queue.Arn"},
    refuse=refuse,
)

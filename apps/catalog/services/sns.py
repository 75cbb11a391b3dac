"""Amazon SNS: topics, whose settings are texts that are changed one by one."""

from collections.abc import Iterator
from typing import Any

from apps.catalog.tags import TAGS, resource_tags
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
    Wait,
    replaces,
)

TOPIC_ARN: Arguments = {"TopicArn": "TopicArn"}
CREATE_ONLY = "AWS::SNS::Topic registry schema: create-only property"
FIFO_ONLY = ("ContentBasedDeduplication", "FifoThroughputScope")


def true(value: Json) -> Json:
    return str(value).lower() == "true"


def boolean(value: Json) -> Json:
    return "true" if value else "false"


def attribute(name: str, **more: Any) -> Property:
    """A setting, which stands in one map when the topic is created."""
    return Property(argument="Attributes", wrap=name, **more)


ATTRIBUTES = {
    "DisplayName": attribute("DisplayName", unset="", decode=lambda text: text or None),
    "KmsMasterKeyId": attribute("KmsMasterKeyId", unset="", decode=lambda text: text or None),
    "SignatureVersion": attribute("SignatureVersion", limits={"enum": ["1", "2"]}),
    "TracingConfig": attribute("TracingConfig", limits={"enum": ["PassThrough", "Active"]}),
    "MaximumMessageSize": attribute("MaximumMessageSize", decode=int, encode=str, unit="bytes"),
    "ContentBasedDeduplication": attribute("ContentBasedDeduplication", decode=true, encode=boolean),
    "FifoThroughputScope": attribute("FifoThroughputScope", limits={"enum": ["Topic", "MessageGroup"]}),
}


def standard(value: Json) -> Json:
    """A standard topic is shown without the setting."""
    return None if value is False else value


def fifo(value: Json) -> Json:
    """The setting is sent for FIFO topics only, as a standard topic is one that has none."""
    return {"FifoTopic": "true"} if value else {}


def refuse(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    """Sources: `botocore, sns CreateTopic` on Name and on the attributes that apply only to FIFO topics."""
    named = isinstance(after.get("TopicName"), str) and after["TopicName"].endswith(".fifo")
    if not before and named != bool(after.get("FifoTopic")):
        yield "TopicName", "The name of a FIFO topic ends in .fifo, and no other name does. Change one of the two."
    for name in FIFO_ONLY if not after.get("FifoTopic") else ():
        if after.get(name) is not None and after.get(name) != before.get(name):
            yield name, f"Only FIFO topics have {name}. Leave it out."


TOPIC = NativeType(
    name="AWS::SNS::Topic",
    title="SNS topic",
    service="sns",
    list=Read(
        "list_topics",
        items="Topics[].TopicArn",
        lookup=Lookup("get_topic_attributes", "TopicArn", "[Attributes]"),
    ),
    read=Read("get_topic_attributes", items="[Attributes]", arguments={"TopicArn": "id"}, missing=("NotFound",)),
    identifier="TopicArn",
    label="TopicName",
    arn="TopicArn",
    parts=(Part("list_tags_for_resource", {"ResourceArn": "TopicArn"}, {"Tags": "Tags"}),),
    properties={
        "TopicArn": Property(editable=False),
        "TopicName": Property(
            replaces(CREATE_ONLY),
            read="TopicArn",
            decode=lambda arn: arn.rsplit(":", 1)[-1],
            argument="Name",
            limits={"pattern": r"^[A-Za-z0-9_-]{1,256}(\.fifo)?$", "maxLength": 256},
        ),
        "FifoTopic": Property(replaces(CREATE_ONLY), argument="Attributes", decode=true, encode=fifo, form=standard),
        **ATTRIBUTES,
        "Tags": TAGS,
    },
    update=(
        *(
            Put("set_topic_attributes", {**TOPIC_ARN, "AttributeName": f"'{name}'"}, name, "AttributeValue")
            for name in ATTRIBUTES
        ),
        resource_tags({"ResourceArn": "TopicArn"}, "tag_resource", "untag_resource"),
    ),
    create=Create(
        "create_topic",
        properties=("TopicName", "FifoTopic", *ATTRIBUTES),
        outputs={"TopicArn": "TopicArn"},
        tags=lambda rows: ("Tags", rows),
        unique=True,
    ),
    delete=Delete(
        "delete_topic",
        TOPIC_ARN,
        "All its subscriptions are deleted with it, and messages that are under way may not arrive.",
        Wait(until=("gone",), minutes=0.1, timeout_minutes=5),
        "botocore, sns DeleteTopic: Deleting a topic might prevent some messages previously sent to the topic from "
        "being delivered to subscribers.",
    ),
    first=("TopicName", "FifoTopic", *ATTRIBUTES, "Tags"),
    refuse=refuse,
    uncovered={
        "Subscriptions have an owner and a confirmation of their own, and are not covered yet.": ("Subscription",),
        "Changed by calls of its own, which are not covered yet.": ("DataProtectionPolicy", "DeliveryStatusLogging"),
        "Taking it back deletes the archive, and it is not covered yet.": ("ArchivePolicy",),
    },
)

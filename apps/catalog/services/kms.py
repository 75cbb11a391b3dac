"""AWS KMS: the keys that people manage; those of AWS's own services are left out.

A key that waits for its deletion counts as gone: nothing can be done with it but to cancel the deletion, in AWS.
"""

from collections.abc import Iterator

from apps.catalog import exposure, texts
from apps.catalog.tags import from_rows, resource_tags, to_rows
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
    interrupts,
    online,
)

KEY_ID: Arguments = {"KeyId": "KeyId"}
POLICY_OF: Arguments = {**KEY_ID, "PolicyName": "'default'"}
OURS = "[KeyMetadata][?KeyManager == 'CUSTOMER' && KeyState != 'PendingDeletion']"
SETTLED = ("Enabled", "Disabled")
FIXED = {
    "KeySpec": "You can't change the KeySpec after the KMS key is created.",
    "KeyUsage": "You can't change the KeyUsage value after the KMS key is created.",
    "MultiRegion": "You cannot change this value after you create the KMS key.",
}


def enabled(state: Json) -> Json:
    return state != "Disabled"


def to_tags(rows: Json) -> Json:
    return to_rows("TagKey", "TagValue")(rows)


def refuse(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    """Sources: `botocore, kms EnableKeyRotation` (symmetric keys only, of keys that are enabled) and PutKeyPolicy."""
    yield from texts.refuse(before, after, "KeyPolicy")
    rotated, was = after.get("EnableKeyRotation"), before.get("EnableKeyRotation")
    if rotated and not was and after.get("KeySpec", "SYMMETRIC_DEFAULT") != "SYMMETRIC_DEFAULT":
        yield "EnableKeyRotation", "Only symmetric encryption keys rotate by themselves. Leave it out."
    if rotated != was and before and not before.get("Enabled", True) and not after.get("Enabled", True):
        yield "EnableKeyRotation", "The rotation of a disabled key can't be changed. Enable the key as well."


KEY = NativeType(
    name="AWS::KMS::Key",
    title="KMS key",
    service="kms",
    list=Read("list_keys", items="Keys[].KeyId", lookup=Lookup("describe_key", "KeyId", OURS)),
    read=Read("describe_key", items=OURS, arguments={"KeyId": "id"}, missing=("NotFoundException",)),
    identifier="KeyId",
    label="Description",
    arn="Arn",
    status="KeyState",
    settled=SETTLED,
    parts=(
        Part("get_key_policy", POLICY_OF, {"KeyPolicy": "Policy"}),
        Part(
            "get_key_rotation_status",
            KEY_ID,
            {"EnableKeyRotation": "KeyRotationEnabled"},
            absent=("UnsupportedOperationException",),
        ),
        Part("list_resource_tags", KEY_ID, {"Tags": "Tags"}),
    ),
    properties={
        "KeyId": Property(editable=False),
        "Arn": Property(editable=False),
        "Description": Property(unset=""),
        "Enabled": Property(
            interrupts(
                5, "botocore, kms DisableKey: This change temporarily prevents use of the KMS key for cryptographic"
            ),
            harmless=lambda before, after: bool(after),
            read="KeyState",
            decode=enabled,
            help="Whatever is encrypted under a disabled key can't be read until it is enabled again.",
        ),
        "EnableKeyRotation": Property(online("botocore, kms EnableKeyRotation: Enables automatic rotation")),
        "KeyPolicy": Property(
            argument="Policy",
            decode=texts.structure,
            encode=texts.text,
            exposes=exposure.policy_opened,
            help="Keep a statement that lets the account's administrators change the policy, or nobody can any more.",
        ),
        **{name: Property(editable=False, help=f"AWS: {said}") for name, said in FIXED.items()},
        "Tags": Property(unordered=True, decode=from_rows("TagKey", "TagValue")),
    },
    update=(
        Put("enable_key", KEY_ID, "Enabled", clear="disable_key"),
        Put("enable_key_rotation", KEY_ID, "EnableKeyRotation", clear="disable_key_rotation"),
        Put("update_key_description", KEY_ID, "Description", "Description"),
        Put("put_key_policy", POLICY_OF, "KeyPolicy", "Policy"),
        resource_tags(KEY_ID, "tag_resource", "untag_resource", encode_add=to_tags),
    ),
    create=Create(
        "create_key",
        properties=("Description", "KeyPolicy", *FIXED),
        outputs={"KeyId": "KeyMetadata.KeyId", "Arn": "KeyMetadata.Arn"},
        tags=lambda rows: ("Tags", to_tags(rows)),
        defaults={"Enabled": True, "EnableKeyRotation": False},
    ),
    delete=Delete(
        "schedule_key_deletion",
        KEY_ID,
        "After 30 days, in which it can be cancelled in AWS, nothing that was encrypted under the key can be read.",
        Wait(until=("gone",), minutes=0.1, timeout_minutes=10),
        "botocore, kms ScheduleKeyDeletion: all data that was encrypted under the KMS key is unrecoverable",
    ),
    first=("Description", "Enabled", "EnableKeyRotation", "KeyPolicy", *FIXED, "Tags"),
    stateful=True,
    refuse=refuse,
    uncovered={"Keys with key material of one's own are not covered yet.": ("Origin",)},
)

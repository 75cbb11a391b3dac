"""Amazon EFS: file systems."""

from collections.abc import Iterator
from dataclasses import replace

from apps.catalog import exposure, texts
from apps.catalog.tags import resource_tags
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
    Put,
    Read,
    Wait,
    online,
    replaces,
)

CREATE_ONLY = "AWS::EFS::FileSystem registry schema: create-only property"
MUTABLE = "AWS::EFS::FileSystem registry schema: mutable property"
FILE_SYSTEM: Arguments = {"FileSystemId": "FileSystemId"}
SETTLED = Wait(until=("available",), failed=("error",), minutes=1, timeout_minutes=30)


def own(tags: Json) -> Json:
    """Without those that AWS keeps for itself, such as the one of its default backups."""
    return [tag for tag in tags if not tag["Key"].startswith("aws:")]


def switched(policy: Json) -> Json:
    """A backup policy that is about to be on or off, as if it were already."""
    return {"Status": "ENABLED" if policy["Status"] in ("ENABLED", "ENABLING") else "DISABLED"}


def adapt(before: Document, after: Document, arguments: Document) -> Document:
    """The throughput goes with the mode that has one, and with no other (`botocore, efs UpdateFileSystem`)."""
    mode, throughput = after.get("ThroughputMode"), after.get("ProvisionedThroughputInMibps")
    return {"ThroughputMode": mode} | ({"ProvisionedThroughputInMibps": throughput} if mode == "provisioned" else {})


def refuse(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    """Sources: `botocore, efs UpdateFileSystem` and `efs CreateFileSystem` on each of them."""
    yield from texts.refuse(before, after, "FileSystemPolicy")
    given = after.get("ProvisionedThroughputInMibps")
    changed = given is not None and given != before.get("ProvisionedThroughputInMibps")
    if after.get("ThroughputMode") == "provisioned" and given is None:
        yield "ProvisionedThroughputInMibps", "Provisioned throughput is given as a number. Give one."
    if after.get("ThroughputMode") != "provisioned" and changed:
        yield "ProvisionedThroughputInMibps", "Only with the throughput mode provisioned. Leave it out."


FIXED = {
    "Encrypted": Property(replaces(CREATE_ONLY)),
    "KmsKeyId": Property(replaces(CREATE_ONLY)),
    "PerformanceMode": Property(replaces(CREATE_ONLY)),
    "AvailabilityZoneName": Property(replaces(CREATE_ONLY), help="For a file system in one zone only."),
}
THROUGHPUT = {
    "ThroughputMode": Property(online(MUTABLE)),
    "ProvisionedThroughputInMibps": Property(online(MUTABLE), unit="MiB/s"),
}

FILE_SYSTEM_TYPE = NativeType(
    name="AWS::EFS::FileSystem",
    title="EFS file system",
    service="efs",
    list=Read("describe_file_systems", items="FileSystems[]"),
    read=Read(
        "describe_file_systems",
        items="FileSystems[]",
        arguments={"FileSystemId": "id"},
        missing=("FileSystemNotFound",),
    ),
    identifier="FileSystemId",
    label="FileSystemTags[?Key == 'Name'].Value | [0]",
    arn="Arn",
    status="LifeCycleState",
    settled=("available",),
    parts=(
        Part("describe_lifecycle_configuration", FILE_SYSTEM, {"LifecyclePolicies": "LifecyclePolicies"}),
        Part("describe_backup_policy", FILE_SYSTEM, {"BackupPolicy": "BackupPolicy"}, ("PolicyNotFound",)),
        Part("describe_file_system_policy", FILE_SYSTEM, {"FileSystemPolicy": "Policy"}, ("PolicyNotFound",)),
    ),
    properties={
        "FileSystemId": Property(editable=False),
        "Arn": Property(read="FileSystemArn", editable=False),
        **THROUGHPUT,
        "LifecyclePolicies": Property(
            online(MUTABLE), unordered=True, unset=[], help="When files move to cheaper storage. One transition each."
        ),
        "BackupPolicy": Property(online(MUTABLE), decode=switched),
        "FileSystemPolicy": Property(
            online(MUTABLE), decode=texts.structure, encode=texts.text, exposes=exposure.policy_opened
        ),
        **FIXED,
        "FileSystemTags": Property(read="Tags", argument="Tags", decode=own, unordered=True),
    },
    update=(
        Modify("update_file_system", FILE_SYSTEM, tuple(THROUGHPUT), omits=True, adapt=adapt, wait=SETTLED),
        Put("put_lifecycle_configuration", FILE_SYSTEM, "LifecyclePolicies", "LifecyclePolicies"),
        Put("put_backup_policy", FILE_SYSTEM, "BackupPolicy", "BackupPolicy"),
        Put(
            "put_file_system_policy",
            FILE_SYSTEM,
            "FileSystemPolicy",
            "Policy",
            clear="delete_file_system_policy",
        ),
        replace(
            resource_tags({"ResourceId": "FileSystemId"}, "tag_resource", "untag_resource"), property="FileSystemTags"
        ),
    ),
    create=Create(
        "create_file_system",
        properties=(*FIXED, *THROUGHPUT, "FileSystemTags"),
        outputs={"FileSystemId": "FileSystemId", "Arn": "FileSystemArn"},
        token="CreationToken",
        wait=SETTLED,
    ),
    delete=Delete(
        "delete_file_system",
        FILE_SYSTEM,
        "All files are lost but for backups.",
        Wait(until=("gone",), minutes=1, timeout_minutes=30),
        "botocore, efs DeleteFileSystem: Deletes a file system, permanently severing access to its contents.",
    ),
    first=(
        *THROUGHPUT,
        *("LifecyclePolicies", "BackupPolicy", "FileSystemPolicy", "Encrypted", "KmsKeyId", "FileSystemTags"),
    ),
    stateful=True,
    refuse=refuse,
    uncovered={
        "Belongs to a replication, which is not covered yet.": ("FileSystemProtection", "ReplicationConfiguration"),
    },
)

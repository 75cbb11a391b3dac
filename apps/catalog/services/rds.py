"""Amazon RDS."""

from collections.abc import Iterator

from apps.catalog.tags import resource_tags
from apps.catalog.types import (
    Document,
    Json,
    Modify,
    NativeType,
    Only,
    Property,
    Read,
    Wait,
    interrupts,
    online,
    reboots,
    replaces,
)

MODIFY = "botocore, rds ModifyDBInstance: "
CREATE_ONLY = "AWS::RDS::DBInstance registry schema: create-only property"
STORAGE_GUIDE = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html#gp3-storage"
STORAGE = ("StorageType", "Iops", "AllocatedStorage", "StorageThroughput")
GP3_FIXED_BELOW = {"mysql": 400, "mariadb": 400, "postgres": 400, "db2": 400, "oracle": 200}  # GiB, see STORAGE_GUIDE
GP3_LEAST_IOPS = 12_000  # from that size on, see STORAGE_GUIDE
MAJOR_PARTS = {"mysql": 2, "mariadb": 2}  # of a version; the other engines have one
DAY = "(mon|tue|wed|thu|fri|sat|sun)"
TIME = "([01][0-9]|2[0-3]):[0-5][0-9]"


def number(value: Json) -> Json:
    return None if value is None else int(value)


def text(value: Json) -> Json:
    return None if value is None else str(value)


EDITED = {
    "DBInstanceClass": Property(
        interrupts(10, MODIFY + "If you modify the DB instance class, an outage occurs during the change.")
    ),
    "AllocatedStorage": Property(
        online(MODIFY + "The new amount of storage in gibibytes (GiB) to allocate for the DB instance."),
        decode=text,
        encode=number,
        only=Only.INCREASE,
        irreversible="Storage can grow but never shrink.",
        unit="GiB",
        limits={"pattern": "^[1-9][0-9]{0,5}$"},
    ),
    "EngineVersion": Property(
        interrupts(15, MODIFY + "Changing this parameter results in an outage"),
        irreversible="An engine can be upgraded but not taken back to an older version.",
        limits={"pattern": r"^[0-9]+(\.[0-9A-Za-z-]+)+$"},
        help="The whole version, such as 16.4.",
    ),
    "MultiAZ": Property(
        online(
            MODIFY + "Specifies whether the DB instance is a Multi-AZ deployment. "
            "Changing this parameter doesn't result in an outage."
        )
    ),
    "BackupRetentionPeriod": Property(
        interrupts(1, MODIFY + "Enabling and disabling backups can result in a brief I/O suspension"),
        harmless=lambda before, after: whole(before) > 0 and whole(after) > 0,
        help="Days that automated backups are kept; 0 switches them off.",
        unit="days",
        limits={"maximum": 35},
    ),
    "StorageType": Property(
        online(
            MODIFY + "During the migration, the DB instance is available for use, "
            "but might experience performance degradation."
        ),
        limits={"enum": ["gp2", "gp3", "io1", "io2", "standard"]},
    ),
    "Iops": Property(unit="operations/s", limits={"minimum": 0}),
    "StorageThroughput": Property(unit="MiB/s", limits={"minimum": 0}),
    "MaxAllocatedStorage": Property(unit="GiB", limits={"minimum": 0}),
    "VPCSecurityGroups": Property(
        read="VpcSecurityGroups[].VpcSecurityGroupId", argument="VpcSecurityGroupIds", unordered=True
    ),
    "DBParameterGroupName": Property(
        reboots(5, MODIFY + "In this case, the DB instance isn't rebooted automatically"),
        read="DBParameterGroups[0].DBParameterGroupName",
    ),
    "PreferredBackupWindow": Property(
        help="Daily time in UTC, hh24:mi-hh24:mi, at least 30 minutes.", limits={"pattern": f"^{TIME}-{TIME}$"}
    ),
    "PreferredMaintenanceWindow": Property(
        online(
            MODIFY + "Changing this parameter doesn't result in an outage, except in the following situation, "
            "and the change is asynchronously applied as soon as possible."
        ),
        help="Weekly time in UTC, ddd:hh24:mi-ddd:hh24:mi. A window that is now lets a pending reboot happen now.",
        limits={"pattern": f"^{DAY}:{TIME}-{DAY}:{TIME}$"},
    ),
    "DeletionProtection": Property(),
    "AutoMinorVersionUpgrade": Property(
        online(
            MODIFY + "If any of the preceding conditions isn't met, Amazon RDS applies the change as soon as possible "
            "and doesn't cause an outage."
        ),
        help="Minor versions are then installed in the maintenance window, with an outage.",
    ),
    "CopyTagsToSnapshot": Property(),
    "PubliclyAccessible": Property(),
    "EnableIAMDatabaseAuthentication": Property(read="IAMDatabaseAuthenticationEnabled"),
}
SHOWN = {
    "DBInstanceIdentifier": Property(replaces(CREATE_ONLY)),
    "DBInstanceArn": Property(editable=False),
    "Engine": Property(replaces("AWS::RDS::DBInstance registry schema: conditionally create-only property")),
    "MasterUsername": Property(replaces(CREATE_ONLY)),
    "DBSubnetGroupName": Property(replaces(CREATE_ONLY), read="DBSubnetGroup.DBSubnetGroupName"),
    "StorageEncrypted": Property(replaces(CREATE_ONLY)),
    "KmsKeyId": Property(replaces(CREATE_ONLY)),
    "AvailabilityZone": Property(replaces("AWS::RDS::DBInstance registry schema: conditionally create-only property")),
}


def whole(value: Json) -> int:
    """A number that may be written as text; 0 for none."""
    return int(value) if str(value or "").isdecimal() else 0


def family(engine: Json) -> str:
    """The engine without its edition: "oracle" for "oracle-se2"."""
    return str(engine or "").split("-")[0]


def tunable(document: Document) -> bool:
    """Whether AWS takes IOPS and throughput for this storage (STORAGE_GUIDE); small gp3 has a fixed performance."""
    kind = document.get("StorageType")
    if kind == "gp3":
        least = GP3_FIXED_BELOW.get(family(document.get("Engine")), 0)
        return whole(document.get("AllocatedStorage")) >= least
    return kind in ("io1", "io2")


def major(document: Document) -> list[str]:
    parts = str(document.get("EngineVersion") or "").split(".")
    return parts[: MAJOR_PARTS.get(family(document.get("Engine")), 1)]


def adapt(before: Document, after: Document, arguments: Document) -> Document:
    """Without performance that this storage doesn't take, and with the consent that a major upgrade needs."""
    dropped = set() if tunable(after) else {"Iops", "StorageThroughput"}
    if before.get("StorageThroughput") == after.get("StorageThroughput"):
        dropped.add("StorageThroughput")
    sent = {name: value for name, value in arguments.items() if name not in dropped}
    return sent if major(before) == major(after) else sent | {"AllowMajorVersionUpgrade": True}


def refuse(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    if any(before.get(name) != after.get(name) for name in STORAGE):
        yield from refuse_storage(before, after)
    if before.get("EngineVersion") not in (None, after.get("EngineVersion")):
        yield from refuse_version(before, after)


def refuse_storage(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    """Sources: STORAGE_GUIDE and `botocore, rds ModifyDBInstance` on StorageType, Iops and AllocatedStorage."""
    kind, size = after.get("StorageType"), after.get("AllocatedStorage")
    for name in ("Iops", "StorageThroughput"):
        given = after.get(name) is not None and before.get(name) != after.get(name)
        if given and (not tunable(after) or (name == "StorageThroughput" and kind != "gp3")):
            yield name, f"{kind} storage of {size} GiB takes no {name}. Leave it as it is."
    if tunable(after) and not whole(after.get("Iops")):
        yield "Iops", f"{kind} storage of {size} GiB needs Iops. Give a number."
    striped = kind == "gp3" and family(after.get("Engine")) in GP3_FIXED_BELOW
    if striped and tunable(after) and 0 < whole(after.get("Iops")) < GP3_LEAST_IOPS:
        yield "Iops", f"gp3 storage of {size} GiB has at least {GP3_LEAST_IOPS} Iops. Give as many or more."


def refuse_version(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    """AWS completes a version that is only a major one, so that nobody could say whether the run did as approved."""
    old, new = (versioned(document) for document in (before, after))
    if len(new) <= len(major(after)):
        yield "EngineVersion", "Give the whole version, with its minor number: AWS would choose one by itself."
    elif new < old:
        yield "EngineVersion", f"The engine runs {before['EngineVersion']} and can't go back. Give a later version."


def versioned(document: Document) -> list[int]:
    """The leading numbers of a version: [16, 4] for "16.4" and for "16.4-R1"."""
    parts = str(document.get("EngineVersion") or "").split("-")[0].split(".")
    return [int(part) for part in parts if part.isdecimal()]


DB_INSTANCE = NativeType(
    name="AWS::RDS::DBInstance",
    title="RDS instance",
    service="rds",
    list=Read("describe_db_instances", items="DBInstances[]"),
    read=Read(
        "describe_db_instances",
        items="DBInstances[]",
        arguments={"DBInstanceIdentifier": "id"},
        missing=("DBInstanceNotFound", "DBInstanceNotFoundFault"),
    ),
    identifier="DBInstanceIdentifier",
    label="DBInstanceIdentifier",
    arn="DBInstanceArn",
    status="DBInstanceStatus",
    settled=("available",),
    properties=EDITED | SHOWN | {"Tags": Property(read="TagList", unordered=True)},
    update=(
        Modify(
            "modify_db_instance",
            {"DBInstanceIdentifier": "DBInstanceIdentifier"},
            tuple(EDITED),
            always={"ApplyImmediately": True},
            together=(STORAGE,),
            adapt=adapt,
            wait=Wait(
                until=("available",),
                failed=("failed", "storage-full", "incompatible-parameters", "incompatible-network"),
                minutes=3,
                timeout_minutes=120,
            ),
        ),
        resource_tags({"ResourceName": "DBInstanceArn"}, "add_tags_to_resource", "remove_tags_from_resource"),
    ),
    first=(*EDITED, "Tags"),
    stateful=True,
    refers={"VPCSecurityGroups/*": "AWS::EC2::SecurityGroup.GroupId"},
    refuse=refuse,
    uncovered={
        "Belongs to a restore, a replica or a cluster, which are not covered yet.": (
            "AutomaticBackupReplicationRegion",
            "AutomaticBackupReplicationRetentionPeriod",
            "DBClusterSnapshotIdentifier",
            "PromotionTier",
            "ReplicaMode",
            "SourceDBClusterIdentifier",
        ),
        "Belongs to a directory or a credential, which are not covered yet.": (
            *("Domain", "DomainAuthSecretArn", "DomainDnsIps", "DomainFqdn", "DomainIAMRoleName", "DomainOu"),
            *("ManageMasterUserPassword", "MasterUserSecret"),
        ),
        "Changed by calls of its own, which are not covered yet.": (
            "AdditionalStorageVolumes",
            "AssociatedRoles",
            "EnableCloudwatchLogsExports",
            "ProcessorFeatures",
        ),
        "Not covered yet.": (
            *("CACertificateIdentifier", "DatabaseInsightsMode", "DedicatedLogVolume", "EnablePerformanceInsights"),
            *("EngineLifecycleSupport", "LicenseModel", "MonitoringInterval", "MonitoringRoleArn", "NetworkType"),
            *("OptionGroupName", "PerformanceInsightsKMSKeyId", "PerformanceInsightsRetentionPeriod", "Port"),
        ),
        "EC2-Classic is gone from AWS.": ("DBSecurityGroups",),
    },
)

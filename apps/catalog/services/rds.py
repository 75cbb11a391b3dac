"""Amazon RDS."""

from apps.catalog import exposure
from apps.catalog.services import offers
from apps.catalog.services.rds_rules import STORAGE, adapt, create, refuse, whole
from apps.catalog.services.vpc import GATEWAY_FIRST
from apps.catalog.tags import resource_tags
from apps.catalog.types import (
    Create,
    Cure,
    Delete,
    Guard,
    Json,
    Modify,
    NativeType,
    Only,
    Pending,
    Property,
    Read,
    Snapshot,
    Then,
    Wait,
    interrupts,
    online,
    reboots,
    replaces,
)

MODIFY = "botocore, rds ModifyDBInstance: "
CREATE_ONLY = "AWS::RDS::DBInstance registry schema: create-only property"
DAY = "(mon|tue|wed|thu|fri|sat|sun)"
TIME = "([01][0-9]|2[0-3]):[0-5][0-9]"


def number(value: Json) -> Json:
    return None if value is None else int(value)


def text(value: Json) -> Json:
    return None if value is None else str(value)


def coming(values: Json) -> Json:
    """Pending values by the names of the document, without a password, even if AWS should not mask it."""
    named = {PENDING_AS.get(name, name): value for name, value in values.items()}
    return named | ({"MasterUserPassword": "****"} if "MasterUserPassword" in named else {})


PENDING_AS = {"IAMDatabaseAuthenticationEnabled": "EnableIAMDatabaseAuthentication"}
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
        only=Only.LATER,
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
        irreversible="Automated backups that are older than a shorter time are deleted.",
        shortens=True,
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
    "MaxAllocatedStorage": Property(
        unit="GiB",
        limits={"minimum": 0},
        unset=0,
        form=lambda value: value if whole(value) or not isinstance(value, int | str) else None,
        help="How far storage may grow by itself; empty switches that off.",
    ),
    "VPCSecurityGroups": Property(
        read="VpcSecurityGroups[].VpcSecurityGroupId",
        argument="VpcSecurityGroupIds",
        unordered=True,
        cuts=exposure.removed("allowed"),
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
    "PubliclyAccessible": Property(exposes=exposure.made_public, cuts=exposure.made_private),
    "EnableIAMDatabaseAuthentication": Property(read="IAMDatabaseAuthenticationEnabled"),
}
PENDING = Property(
    read="PendingModifiedValues",
    decode=coming,
    editable=False,
    state=True,
    help="What AWS has accepted and carries out in the maintenance window, or with the next change.",
)
STATE = {
    "PendingModifiedValues": PENDING,
    "DBParameterGroupStatus": Property(
        read="DBParameterGroups[0].ParameterApplyStatus",
        editable=False,
        state=True,
        help="in-sync, or pending-reboot when the values of the group take effect at the next reboot.",
    ),
}
REBOOT = Then(
    ("DBParameterGroupName",),
    "reboot_db_instance",
    {"DBInstanceIdentifier": "DBInstanceIdentifier"},
    {"DBParameterGroupStatus": "in-sync"},
    Wait(
        until=("available", "storage-optimization"),
        failed=("failed", "incompatible-parameters"),
        minutes=5,
        timeout_minutes=60,
    ),
)
SHOWN = {
    "DBInstanceIdentifier": Property(
        replaces(CREATE_ONLY),
        limits={"pattern": "^[a-z](-?[a-z0-9]){0,62}$"},
        help="RDS keeps names in small letters.",
    ),
    "DBInstanceArn": Property(editable=False),
    "Engine": Property(replaces("AWS::RDS::DBInstance registry schema: conditionally create-only property")),
    "DBName": Property(replaces(CREATE_ONLY), help="The first database in the instance."),
    "MasterUsername": Property(replaces(CREATE_ONLY)),
    "ManageMasterUserPassword": Property(
        read="MasterUserSecret && `true`",
        editable=False,
        help="Secrets Manager holds the password of every instance that is created here; fixed after that.",
    ),
    "DBSubnetGroupName": Property(replaces(CREATE_ONLY), read="DBSubnetGroup.DBSubnetGroupName"),
    "StorageEncrypted": Property(replaces(CREATE_ONLY)),
    "KmsKeyId": Property(replaces(CREATE_ONLY)),
    "AvailabilityZone": Property(replaces("AWS::RDS::DBInstance registry schema: conditionally create-only property")),
}
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html: what each status means and allows
ADMITS = {
    "storage-full": ("AllocatedStorage", "MaxAllocatedStorage", "StorageType", "Iops", "StorageThroughput"),
    "storage-optimization": (*(name for name in EDITED if name not in STORAGE), "Tags"),
}
FAILED = ("failed", "storage-full", "incompatible-parameters", "incompatible-network")
BROKEN = ("failed", "incompatible-restore", "incompatible-network")
ONLY_WITHOUT = (
    "botocore, rds DeleteDBInstance: When a DB instance is in a failure state and has a status of failed, "
    "incompatible-restore, or incompatible-network, you can only delete it when you skip creation of the final "
    "snapshot with the SkipFinalSnapshot parameter."
)
MONITORING = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html"
ONLY_GOES = Cure("It can't be repaired: restore its data into a new one and delete it.", MONITORING)
CURES = {
    "stopped": Cure(
        "Start it, then propose again; AWS starts it by itself after seven days.",
        "botocore, rds StopDBInstance: The instance restarts automatically after 7 days.",
    ),
    "incompatible-parameters": Cure(
        "Give its parameter group values that it can start with, and reboot it.", MONITORING
    ),
    "failed": ONLY_GOES,
    "incompatible-restore": ONLY_GOES,
    "inaccessible-encryption-credentials-recoverable": Cure("Let RDS use its KMS key again, and start it.", MONITORING),
}


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
    admits=ADMITS,
    cures=CURES,
    properties=EDITED | SHOWN | STATE | {"Tags": Property(read="TagList", unordered=True)},
    update=(
        Modify(
            "modify_db_instance",
            {"DBInstanceIdentifier": "DBInstanceIdentifier"},
            tuple(EDITED),
            always={"ApplyImmediately": True},
            together=(STORAGE,),
            adapt=adapt,
            then=REBOOT,
            wait=Wait(
                until=("available", "storage-optimization"),
                failed=FAILED,
                minutes=3,
                timeout_minutes=120,
            ),
        ),
        resource_tags({"ResourceName": "DBInstanceArn"}, "add_tags_to_resource", "remove_tags_from_resource"),
    ),
    create=Create(
        "create_db_instance",
        follows=GATEWAY_FIRST,
        properties=(*(name for name in SHOWN if name != "DBInstanceArn"), *EDITED),
        outputs={"DBInstanceArn": "DBInstance.DBInstanceArn"},
        tags=lambda rows: ("Tags", rows),
        unique=True,
        adapt=create,
        wait=Wait(until=("available",), failed=FAILED, minutes=10, timeout_minutes=120),
    ),
    delete=Delete(
        "delete_db_instance",
        {"DBInstanceIdentifier": "DBInstanceIdentifier"},
        "The data is lost but for snapshots, and the automated backups go with the instance.",
        Wait(until=("gone",), minutes=10, timeout_minutes=180),
        "botocore, rds DeleteDBInstance: When you delete a DB instance, all automated backups for that instance are "
        "deleted and can't be recovered.",
        snapshot=Snapshot("FinalDBSnapshotIdentifier", "SkipFinalSnapshot", never=BROKEN),
        admits=dict.fromkeys(BROKEN, ONLY_WITHOUT),
        guard=Guard(
            "DeletionProtection",
            "DeletionProtection",
            "botocore, rds ModifyDBInstance: The database can't be deleted when deletion protection is enabled.",
        ),
    ),
    first=("DBInstanceIdentifier", "Engine", *EDITED, "Tags"),
    stateful=True,
    pending=Pending("PendingModifiedValues", ("modify_db_instance",)),
    asks=offers.DATABASES,
    lags="https://github.com/aws/aws-sdk-js/issues/1505",
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
            "MasterUserSecret",
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

"""Amazon RDS: clusters of Aurora."""

from collections.abc import Iterator

from apps.catalog import exposure
from apps.catalog.services import rds_windows
from apps.catalog.services.rds import DAY, PENDING, TIME
from apps.catalog.services.rds_rules import major, refuse_version
from apps.catalog.tags import resource_tags
from apps.catalog.types import (
    Arguments,
    Create,
    Cure,
    Delete,
    Document,
    Guard,
    Modify,
    NativeType,
    Only,
    Pending,
    Property,
    Put,
    Read,
    Snapshot,
    Wait,
    interrupts,
    online,
    replaces,
)

CREATE_ONLY = "AWS::RDS::DBCluster registry schema: create-only property"
CONDITIONALLY = "AWS::RDS::DBCluster registry schema: conditionally create-only property"
MUTABLE = "AWS::RDS::DBCluster registry schema: mutable property"
CLUSTER: Arguments = {"DBClusterIdentifier": "DBClusterIdentifier"}
SETTLED = Wait(
    until=("available",), failed=("inaccessible-encryption-credentials",), minutes=5, timeout_minutes=120
)  # fmt: skip


def adapt(before: Document, after: Document, arguments: Document) -> Document:
    """With the consent that a major upgrade needs."""
    return arguments if major(before) == major(after) else {**arguments, "AllowMajorVersionUpgrade": True}


def scaled(capacity: Document) -> Iterator[tuple[str, str]]:
    """Source: `botocore, rds ServerlessV2ScalingConfiguration` on each of them."""
    least, most, idle = (capacity.get(name) for name in ("MinCapacity", "MaxCapacity", "SecondsUntilAutoPause"))
    for name, value, lowest in (("MinCapacity", least, 0), ("MaxCapacity", most, 1)):
        if isinstance(value, int | float) and (value * 2 % 1 or not lowest <= value <= 256):
            yield SCALING, f"{name} is from {lowest} to 256, in steps of a half."
    if isinstance(least, int | float) and isinstance(most, int | float) and least > most:
        yield SCALING, "MinCapacity is above MaxCapacity. Change one of the two."
    if idle is not None and least != 0:
        yield SCALING, "Only what may go down to 0 pauses. Set MinCapacity to 0, or leave SecondsUntilAutoPause out."
    elif isinstance(idle, int) and not 300 <= idle <= 86_400:
        yield SCALING, "SecondsUntilAutoPause is from 300 to 86,400."


def refuse(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    """Sources: `botocore, rds CreateDBCluster` on each of them; versions as those of instances."""
    for name in ("Engine", "MasterUsername") if not before.get("DBClusterIdentifier") else ():
        if not after.get(name):
            yield name, f"{name} is needed for a new cluster. Give it a value."
    if after.get("ManageMasterUserPassword") is False:
        yield "ManageMasterUserPassword", "Secrets Manager holds the password. Leave this true."
    yield from rds_windows.refuse(after)
    if after.get(SCALING) != before.get(SCALING):
        yield from scaled(after.get(SCALING) or {})
    if before.get("EngineVersion") not in (None, after.get("EngineVersion")):
        yield from refuse_version(before, after)


SCALING = "ServerlessV2ScalingConfiguration"
EDITED = {
    "EngineVersion": Property(
        interrupts(15, "botocore, rds ModifyDBCluster: Changing this parameter results in an outage."),
        only=Only.LATER,
        irreversible="An engine can be upgraded but not taken back to an older version.",
        limits={"pattern": r"^[0-9]+(\.[0-9A-Za-z_-]+)+$"},
        help="The whole version, such as 16.4 or 8.0.mysql_aurora.3.08.0.",
    ),
    "ServerlessV2ScalingConfiguration": Property(online(MUTABLE), help="For members of the class db.serverless."),
    "BackupRetentionPeriod": Property(
        online(MUTABLE),
        irreversible="Automated backups that are older than a shorter time are deleted.",
        shortens=True,
        unit="days",
    ),
    "PreferredBackupWindow": Property(
        help="Daily time in UTC, hh24:mi-hh24:mi, at least 30 minutes.", limits={"pattern": f"^{TIME}-{TIME}$"}
    ),
    "PreferredMaintenanceWindow": Property(
        help="Weekly time in UTC, ddd:hh24:mi-ddd:hh24:mi.", limits={"pattern": f"^{DAY}:{TIME}-{DAY}:{TIME}$"}
    ),
    "DBClusterParameterGroupName": Property(
        online(
            "botocore, rds CreateDBClusterParameterGroup: When you associate a new DB cluster parameter group with a "
            "running Aurora DB cluster, reboot the DB instances in the DB cluster without failover for the new DB "
            "cluster parameter group and associated settings to take effect.",
        ),
        pends="Static parameters of the new group take effect when the instances of the cluster are rebooted.",
        read="DBClusterParameterGroup",
    ),
    "VpcSecurityGroupIds": Property(
        read="VpcSecurityGroups[].VpcSecurityGroupId", unordered=True, cuts=exposure.removed("allowed")
    ),
    "DeletionProtection": Property(),
    "CopyTagsToSnapshot": Property(),
    "EnableIAMDatabaseAuthentication": Property(read="IAMDatabaseAuthenticationEnabled"),
}
FIXED = {
    "DBClusterIdentifier": Property(
        replaces(CREATE_ONLY),
        limits={"pattern": "^[a-z](-?[a-z0-9]){0,62}$"},
        help="RDS keeps names in small letters.",
    ),
    "Engine": Property(replaces(CONDITIONALLY), help="Such as aurora-postgresql or aurora-mysql."),
    "DatabaseName": Property(replaces(CREATE_ONLY), help="The first database in the cluster."),
    "MasterUsername": Property(replaces(CONDITIONALLY)),
    "ManageMasterUserPassword": Property(
        read="MasterUserSecret && `true`",
        editable=False,
        help="Secrets Manager holds the password of every cluster that is created here; fixed after that.",
    ),
    "DBSubnetGroupName": Property(replaces(CREATE_ONLY), read="DBSubnetGroup"),
    "StorageEncrypted": Property(replaces(CREATE_ONLY)),
    "KmsKeyId": Property(replaces(CREATE_ONLY)),
    "EngineMode": Property(replaces(CREATE_ONLY)),
}

STOPPED = Cure(
    "Start it, then propose again; AWS starts it by itself after seven days.",
    "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-cluster-stop-start.html",
)
DB_CLUSTER = NativeType(
    name="AWS::RDS::DBCluster",
    title="RDS cluster",
    service="rds",
    list=Read("describe_db_clusters", items="DBClusters[]"),
    read=Read(
        "describe_db_clusters",
        items="DBClusters[]",
        arguments={"DBClusterIdentifier": "id"},
        missing=("DBClusterNotFoundFault",),
    ),
    identifier="DBClusterIdentifier",
    label="DBClusterIdentifier",
    arn="DBClusterArn",
    status="Status",
    settled=("available",),
    cures={"stopped": STOPPED},
    properties=EDITED
    | FIXED
    | {
        "EnableHttpEndpoint": Property(read="HttpEndpointEnabled", help="The Data API of Aurora."),
        "DBClusterArn": Property(editable=False),
        "PendingModifiedValues": PENDING,
        "Tags": Property(read="TagList", unordered=True),
    },
    update=(
        Modify(
            "modify_db_cluster",
            CLUSTER,
            tuple(EDITED),
            always={"ApplyImmediately": True},
            adapt=adapt,
            wait=SETTLED,
        ),
        Put(
            "enable_http_endpoint",
            {"ResourceArn": "DBClusterArn"},
            property="EnableHttpEndpoint",
            clear="disable_http_endpoint",
        ),
        resource_tags({"ResourceName": "DBClusterArn"}, "add_tags_to_resource", "remove_tags_from_resource"),
    ),
    create=Create(
        "create_db_cluster",
        properties=(*FIXED, *EDITED),
        outputs={"DBClusterArn": "DBCluster.DBClusterArn"},
        tags=lambda rows: ("Tags", rows),
        defaults={"EnableHttpEndpoint": False},
        unique=True,
        adapt=lambda values, arguments: {**arguments, "ManageMasterUserPassword": True},
        wait=SETTLED,
    ),
    delete=Delete(
        "delete_db_cluster",
        CLUSTER,
        "The data is lost but for snapshots, and the automated backups go with the cluster. Its instances go first.",
        Wait(until=("gone",), minutes=10, timeout_minutes=180),
        "botocore, rds DeleteDBCluster: When you delete a DB cluster, all automated backups for that DB cluster are "
        "deleted and can't be recovered.",
        snapshot=Snapshot("FinalDBSnapshotIdentifier", "SkipFinalSnapshot"),
        guard=Guard(
            "DeletionProtection",
            "DeletionProtection",
            "botocore, rds ModifyDBCluster: The database can't be deleted when deletion protection is enabled.",
        ),
    ),
    first=(
        "DBClusterIdentifier",
        "Engine",
        "MasterUsername",
        "DBSubnetGroupName",
        *EDITED,
        "EnableHttpEndpoint",
        "Tags",
    ),
    stateful=True,
    pending=Pending("PendingModifiedValues", ("modify_db_cluster",)),
    lags="https://github.com/aws/aws-sdk-js/issues/1505",
    refers={"VpcSecurityGroupIds/*": "AWS::EC2::SecurityGroup.GroupId"},
    refuse=refuse,
    uncovered={
        "For Multi-AZ clusters and Aurora Serverless v1, which are not covered yet.": (
            *("AllocatedStorage", "AutoMinorVersionUpgrade", "DBClusterInstanceClass", "Iops", "ScalingConfiguration"),
        ),
        "Belongs to a global cluster or a replica, which are not covered yet.": (
            *("EnableGlobalWriteForwarding", "EnableLocalWriteForwarding", "GlobalClusterIdentifier"),
            "ReplicationSourceIdentifier",
        ),
        "Belongs to a directory or a credential, which are not covered yet.": (
            *("Domain", "DomainIAMRoleName", "MasterUserSecret"),
        ),
        "Changed by calls of its own, which are not covered yet.": ("AssociatedRoles", "EnableCloudwatchLogsExports"),
        "AWS doesn't show it when it is the default.": ("StorageType",),
        "Not covered yet.": (
            *("AvailabilityZones", "BacktrackWindow", "DatabaseInsightsMode", "EngineLifecycleSupport"),
            *("MonitoringInterval", "MonitoringRoleArn", "NetworkType", "PerformanceInsightsEnabled"),
            *("PerformanceInsightsKmsKeyId", "PerformanceInsightsRetentionPeriod", "Port"),
        ),
        "Set by AWS, although the registry schema doesn't say so.": ("ReadEndpoint",),
    },
)

"""Amazon RDS."""

from apps.catalog.tags import resource_tags
from apps.catalog.types import (
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


def number(value: Json) -> Json:
    return None if value is None else int(value)


def text(value: Json) -> Json:
    return None if value is None else str(value)


EDITED = {
    "DBInstanceClass": Property(
        interrupts(10, MODIFY + "If you modify the DB instance class, an outage occurs during the change.")
    ),
    "AllocatedStorage": Property(
        online("botocore, rds ModifyDBInstance: For the valid values for allocated storage for each engine"),
        decode=text,
        encode=number,
        only=Only.INCREASE,
        irreversible="Storage can grow but never shrink.",
        unit="GiB",
    ),
    "EngineVersion": Property(
        interrupts(15, MODIFY + "Changing this parameter results in an outage"),
        irreversible="An engine can be upgraded but not taken back to an older version.",
    ),
    "MultiAZ": Property(),
    "BackupRetentionPeriod": Property(
        interrupts(
            1,
            MODIFY + "An outage occurs if you change from 0 to a non-zero value or from a non-zero value to 0",
        ),
        unit="days",
    ),
    "StorageType": Property(),
    "Iops": Property(unit="operations/s"),
    "StorageThroughput": Property(unit="MiB/s"),
    "MaxAllocatedStorage": Property(unit="GiB"),
    "VPCSecurityGroups": Property(
        read="VpcSecurityGroups[].VpcSecurityGroupId", argument="VpcSecurityGroupIds", unordered=True
    ),
    "DBParameterGroupName": Property(
        reboots(5, MODIFY + "your DB instance isn't rebooted automatically"),
        read="DBParameterGroups[0].DBParameterGroupName",
    ),
    "PreferredBackupWindow": Property(help="Daily time in UTC, hh24:mi-hh24:mi, at least 30 minutes."),
    "PreferredMaintenanceWindow": Property(help="Weekly time in UTC, ddd:hh24:mi-ddd:hh24:mi."),
    "DeletionProtection": Property(),
    "AutoMinorVersionUpgrade": Property(),
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
    "AvailabilityZone": Property(replaces(CREATE_ONLY)),
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
    properties=EDITED | SHOWN | {"Tags": Property(read="TagList", unordered=True)},
    update=(
        Modify(
            "modify_db_instance",
            {"DBInstanceIdentifier": "DBInstanceIdentifier"},
            tuple(EDITED),
            always={"ApplyImmediately": True},
            together=(("StorageType", "Iops", "AllocatedStorage"),),
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
)

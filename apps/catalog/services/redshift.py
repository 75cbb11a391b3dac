"""Amazon Redshift."""

from apps.catalog import exposure
from apps.catalog.services import redshift_rules
from apps.catalog.services.redshift_rules import cluster_type
from apps.catalog.tags import TAGS, resource_tags
from apps.catalog.types import (
    Create,
    Cure,
    Delete,
    Document,
    Modify,
    NativeType,
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

RESIZE = (
    "botocore, redshift ModifyCluster: When you submit your cluster resize request, "
    "your existing cluster goes into a read-only mode."
)
CREATE_ONLY = "AWS::Redshift::Cluster registry schema: create-only property"
SIZE = ("NodeType", "NumberOfNodes")
DAY = "([Mm]on|[Tt]ue|[Ww]ed|[Tt]hu|[Ff]ri|[Ss]at|[Ss]un)"
TIME = "([01][0-9]|2[0-3]):[0-5][0-9]"


def adapt(before: Document, after: Document, arguments: Document) -> Document:
    """The cluster type follows from the number of nodes, which a single-node cluster is not given.

    https://docs.aws.amazon.com/redshift/latest/APIReference/API_CreateCluster.html on NumberOfNodes.
    """
    if not set(SIZE) & set(arguments):
        return arguments
    kind = cluster_type(after.get("NumberOfNodes"))
    kept = {n: value for n, value in arguments.items() if kind == "multi-node" or n != "NumberOfNodes"}
    return kept | {"ClusterType": kind}


def create(values: Document, arguments: Document) -> Document:
    """With the type of the cluster, and a password that nobody sees."""
    return {**adapt({}, values, arguments), "ManageMasterPassword": True}


EDITED = {
    "NodeType": Property(interrupts(25, RESIZE)),
    "NumberOfNodes": Property(interrupts(15, RESIZE), unit="nodes", limits={"minimum": 1, "maximum": 100}),
    "AutomatedSnapshotRetentionPeriod": Property(
        online(
            "botocore, redshift ModifyCluster: existing automated snapshots that fall outside of the new retention "
            "period will be immediately deleted."
        ),
        irreversible="Automated snapshots that are older than a shorter time are deleted.",
        shortens=True,
        unit="days",
        limits={"minimum": 0, "maximum": 35},
    ),
    "PreferredMaintenanceWindow": Property(
        help="Weekly time in UTC, ddd:hh24:mi-ddd:hh24:mi.", limits={"pattern": f"^{DAY}:{TIME}-{DAY}:{TIME}$"}
    ),
    "AllowVersionUpgrade": Property(),
    "Encrypted": Property(
        interrupts(
            60,
            "https://docs.aws.amazon.com/redshift/latest/mgmt/changing-cluster-encryption.html: "
            "the cluster is read-only while its data is encrypted",
        )
    ),
    "VpcSecurityGroupIds": Property(
        read="VpcSecurityGroups[].VpcSecurityGroupId", unordered=True, cuts=exposure.removed("allowed")
    ),
    "ClusterParameterGroupName": Property(
        reboots(5, "botocore, redshift ModifyCluster: This change is applied only after the cluster is rebooted."),
        read="ClusterParameterGroups[0].ParameterGroupName",
    ),
    "PubliclyAccessible": Property(exposes=exposure.made_public, cuts=exposure.made_private),
    "EnhancedVpcRouting": Property(online("AWS::Redshift::Cluster registry schema: mutable property")),
}
STATE = {
    "PendingModifiedValues": Property(
        editable=False, state=True, help="What AWS has accepted and carries out later, such as a new version."
    ),
    "ClusterParameterGroupStatus": Property(
        read="ClusterParameterGroups[0].ParameterApplyStatus",
        editable=False,
        state=True,
        help="in-sync, or pending-reboot when the values of the group take effect at the next reboot.",
    ),
}
REBOOT = Then(
    ("ClusterParameterGroupName",),
    "reboot_cluster",
    {"ClusterIdentifier": "ClusterIdentifier"},
    {"ClusterParameterGroupStatus": "in-sync"},
    Wait(until=("available",), failed=("hardware-failure",), minutes=5, timeout_minutes=60),
)
SHOWN = {
    "ClusterIdentifier": Property(replaces(CREATE_ONLY), limits={"pattern": "^[a-z](-?[a-z0-9]){0,62}$"}),
    "DBName": Property(
        replaces(CREATE_ONLY), help="The first database in the cluster.", limits={"pattern": "^[^A-Z\\s]{1,64}$"}
    ),
    "MasterUsername": Property(replaces(CREATE_ONLY), limits={"pattern": "^[a-z][a-z0-9_+.@-]{0,127}$"}),
    "ClusterSubnetGroupName": Property(replaces(CREATE_ONLY)),
    "ManageMasterPassword": Property(
        read="MasterPasswordSecretArn && `true`",
        editable=False,
        help="Secrets Manager holds the password of every cluster that is created here; fixed after that.",
    ),
    "ClusterType": Property(
        read="NumberOfNodes",
        decode=cluster_type,
        editable=False,
        limits={"enum": ["multi-node", "single-node"]},
        help="Follows the number of nodes: change that.",
    ),
}
FAILED = ("hardware-failure", "incompatible-network", "storage-full")

CLUSTER = NativeType(
    name="AWS::Redshift::Cluster",
    title="Redshift cluster",
    service="redshift",
    list=Read("describe_clusters", items="Clusters[]"),
    read=Read(
        "describe_clusters",
        items="Clusters[]",
        arguments={"ClusterIdentifier": "id"},
        missing=("ClusterNotFound", "ClusterNotFoundFault"),
    ),
    identifier="ClusterIdentifier",
    label="ClusterIdentifier",
    arn_template="arn:{partition}:redshift:{region}:{account}:cluster:{id}",
    status="ClusterStatus",
    settled=("available",),
    cures={
        "paused": Cure("Resume it, then propose again.", "botocore, redshift ResumeCluster: Resumes a paused cluster.")
    },
    properties=EDITED | SHOWN | STATE | {"Tags": TAGS},
    update=(
        Modify(
            "modify_cluster",
            {"ClusterIdentifier": "ClusterIdentifier"},
            tuple(EDITED),
            together=(SIZE,),
            adapt=adapt,
            then=REBOOT,
            wait=Wait(
                until=("available",),
                failed=FAILED,
                minutes=2,
                timeout_minutes=240,
            ),
        ),
        resource_tags({"ResourceName": "arn"}, "create_tags", "delete_tags"),
    ),
    create=Create(
        "create_cluster",
        properties=(*SHOWN, *EDITED),
        outputs={},
        tags=lambda rows: ("Tags", rows),
        unique=True,
        adapt=create,
        wait=Wait(until=("available",), failed=FAILED, minutes=10, timeout_minutes=120),
    ),
    delete=Delete(
        "delete_cluster",
        {"ClusterIdentifier": "ClusterIdentifier"},
        "The data is lost but for snapshots that were made by hand, and the cluster can't be had back.",
        Wait(until=("gone",), minutes=10, timeout_minutes=240),
        "botocore, redshift DeleteCluster: The delete operation cannot be canceled or reverted once submitted.",
        snapshot=Snapshot("FinalClusterSnapshotIdentifier", "SkipFinalClusterSnapshot"),
    ),
    first=("ClusterIdentifier", "DBName", "MasterUsername", *EDITED, "Tags"),
    stateful=True,
    pending=Pending("PendingModifiedValues"),
    lags="https://github.com/terraform-aws-modules/terraform-aws-redshift/issues/65",
    refers={"ClusterParameterGroupName": "AWS::Redshift::ClusterParameterGroup.ParameterGroupName"},
    refuse=redshift_rules.refuse,
    asks=redshift_rules.OFFERED,
    uncovered={
        "Set by AWS, although the registry schema doesn't say so.": (
            *("AquaConfigurationStatus", "AvailabilityZoneRelocationStatus", "Endpoint"),
        ),
        "Says what to do once, not how the cluster is.": (
            *("ResourceAction", "RevisionTarget", "RotateEncryptionKey", "SnapshotCopyManual"),
        ),
        "Changed by calls of its own, which are not covered yet.": (
            *("DeferMaintenanceEndTime", "DeferMaintenanceStartTime", "DestinationRegion", "IamRoles"),
            *("LoggingProperties", "NamespaceResourcePolicy", "SnapshotCopyGrantName", "SnapshotCopyRetentionPeriod"),
        ),
        "Not covered yet.": (
            *("AvailabilityZone", "AvailabilityZoneRelocation", "ClusterVersion", "ElasticIp"),
            *("HsmClientCertificateIdentifier", "HsmConfigurationIdentifier", "KmsKeyId", "MaintenanceTrackName"),
            *("ManualSnapshotRetentionPeriod", "MasterPasswordSecretKmsKeyId", "MultiAZ", "Port"),
        ),
        "EC2-Classic is gone from AWS.": ("ClusterSecurityGroups",),
    },
)

"""Amazon Redshift."""

from apps.catalog.tags import TAGS, resource_tags
from apps.catalog.types import (
    Document,
    Json,
    Modify,
    NativeType,
    Property,
    Read,
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


def cluster_type(nodes: Json) -> str:
    return "multi-node" if nodes and int(nodes) > 1 else "single-node"


def adapt(before: Document, after: Document, arguments: Document) -> Document:
    """The cluster type follows from the number of nodes, which a single-node cluster is not given.

    https://docs.aws.amazon.com/redshift/latest/APIReference/API_CreateCluster.html on NumberOfNodes.
    """
    if not set(SIZE) & set(arguments):
        return arguments
    kind = cluster_type(after.get("NumberOfNodes"))
    kept = {n: value for n, value in arguments.items() if kind == "multi-node" or n != "NumberOfNodes"}
    return kept | {"ClusterType": kind}


EDITED = {
    "NodeType": Property(interrupts(25, RESIZE)),
    "NumberOfNodes": Property(interrupts(15, RESIZE), unit="nodes"),
    "AutomatedSnapshotRetentionPeriod": Property(unit="days", limits={"minimum": 0, "maximum": 35}),
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
    "VpcSecurityGroupIds": Property(read="VpcSecurityGroups[].VpcSecurityGroupId", unordered=True),
    "ClusterParameterGroupName": Property(
        reboots(5, "botocore, redshift ModifyCluster: This change is applied only after the cluster is rebooted."),
        read="ClusterParameterGroups[0].ParameterGroupName",
    ),
    "PubliclyAccessible": Property(),
    "EnhancedVpcRouting": Property(online("AWS::Redshift::Cluster registry schema: mutable property")),
}
SHOWN = {
    "ClusterIdentifier": Property(replaces(CREATE_ONLY)),
    "DBName": Property(replaces(CREATE_ONLY)),
    "MasterUsername": Property(replaces(CREATE_ONLY)),
    "ClusterSubnetGroupName": Property(replaces(CREATE_ONLY)),
    "ClusterType": Property(
        read="NumberOfNodes", decode=cluster_type, editable=False, help="Follows the number of nodes: change that."
    ),
}

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
    properties=EDITED | SHOWN | {"Tags": TAGS},
    update=(
        Modify(
            "modify_cluster",
            {"ClusterIdentifier": "ClusterIdentifier"},
            tuple(EDITED),
            together=(SIZE,),
            adapt=adapt,
            wait=Wait(
                until=("available",),
                failed=("hardware-failure", "incompatible-network", "storage-full"),
                minutes=2,
                timeout_minutes=240,
            ),
        ),
        resource_tags({"ResourceName": "arn"}, "create_tags", "delete_tags"),
    ),
    first=(*EDITED, "Tags"),
    stateful=True,
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

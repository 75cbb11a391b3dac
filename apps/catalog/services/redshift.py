"""Amazon Redshift."""

from apps.catalog.types import Modify, NativeType, Property, Read, Wait, interrupts, online, reboots, replaces

RESIZE = (
    "botocore, redshift ModifyCluster: When you submit your cluster resize request, "
    "your existing cluster goes into a read-only mode."
)
CREATE_ONLY = "AWS::Redshift::Cluster registry schema: create-only property"
SIZE = ("ClusterType", "NodeType", "NumberOfNodes")

EDITED = {
    "NodeType": Property(interrupts(25, RESIZE)),
    "NumberOfNodes": Property(interrupts(15, RESIZE), unit="nodes"),
    "ClusterType": Property(
        interrupts(15, RESIZE),
        read="NumberOfNodes",
        decode=lambda nodes: "multi-node" if nodes and nodes > 1 else "single-node",
    ),
    "AutomatedSnapshotRetentionPeriod": Property(unit="days"),
    "PreferredMaintenanceWindow": Property(help="Weekly time in UTC, ddd:hh24:mi-ddd:hh24:mi."),
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
    "Tags": Property(unordered=True, editable=False, help="Redshift takes tags by ARN, which its answers don't hold."),
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
    properties=EDITED | SHOWN,
    update=(
        Modify(
            "modify_cluster",
            {"ClusterIdentifier": "ClusterIdentifier"},
            tuple(EDITED),
            together=(SIZE,),
            wait=Wait(
                until=("available",),
                failed=("hardware-failure", "incompatible-network", "storage-full"),
                minutes=2,
                timeout_minutes=240,
            ),
        ),
    ),
    first=("NodeType", "NumberOfNodes", "ClusterType", *[name for name in EDITED if name not in SIZE]),
    stateful=True,
)

"""Amazon ElastiCache: replication groups of Valkey and Redis."""

from collections.abc import Iterator

from apps.catalog import exposure, hidden
from apps.catalog.tags import resource_tags
from apps.catalog.types import (
    Arguments,
    Create,
    Delete,
    Document,
    Json,
    Modify,
    NativeType,
    Only,
    Part,
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

MODIFY = "botocore, elasticache ModifyReplicationGroup: "
REPLICAS = "botocore, elasticache IncreaseReplicaCount: This operation is performed with no cluster down time."
CREATE_ONLY = "AWS::ElastiCache::ReplicationGroup registry schema: create-only property"
GROUP: Arguments = {"ReplicationGroupId": "ReplicationGroupId"}
SETTLED = Wait(until=("available",), failed=("create-failed",), minutes=10, timeout_minutes=120)
DAY = "(mon|tue|wed|thu|fri|sat|sun)"
TIME = "([01][0-9]|2[0-3]):[0-5][0-9]"


def enabled(status: Json) -> Json:
    return status in ("enabled", "enabling")


def replicas(nodes: Json) -> Json:
    """How many nodes of a shard are not its primary."""
    return len(nodes) - 1


def refuse(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    """`botocore, elasticache CreateReplicationGroup` on each of them; the registry schema requires none."""
    for name in ("CacheNodeType", "Engine") if not before else ():
        if not after.get(name):
            yield name, f"{name} is needed for a new replication group. Give it a value."
    if after.get("AutomaticFailoverEnabled") and not int(after.get("ReplicasPerNodeGroup") or 0):
        sharded = int(after.get("NumNodeGroups") or 1) > 1
        if not sharded and before.get("AutomaticFailoverEnabled") is not True:
            yield "AutomaticFailoverEnabled", "Nothing could take over: there is no replica. Add one first."
    if not before and after.get("AuthToken") and not after.get("TransitEncryptionEnabled"):
        yield "TransitEncryptionEnabled", "A password would travel in the clear. Switch encryption in transit on too."
    if after.get("MultiAZEnabled") and not after.get("AutomaticFailoverEnabled"):
        yield "MultiAZEnabled", "Several zones need automatic failover. Switch AutomaticFailoverEnabled on too."


EDITED = {
    "ReplicationGroupDescription": Property(read="Description"),
    "CacheNodeType": Property(
        interrupts(
            1,
            "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Scaling.RedisReplGrps.html: "
            "a brief interruption (a few seconds) of reads and writes from the old nodes",
        )
    ),
    "EngineVersion": Property(
        interrupts(
            1,
            MODIFY + "You can upgrade to a newer engine version (see Selecting a Cache Engine and Version), "
            "but you cannot downgrade to an earlier engine version.",
        ),
        only=Only.LATER,
        irreversible="An engine can be upgraded but not taken back to an older version.",
    ),
    "CacheParameterGroupName": Property(
        online(
            MODIFY + "This change is asynchronously applied as soon as possible for parameters when the "
            "ApplyImmediately parameter is specified as true for this request."
        )
    ),
    "SecurityGroupIds": Property(unordered=True, cuts=exposure.removed("allowed")),
    "AutomaticFailoverEnabled": Property(read="AutomaticFailover", decode=enabled),
    "MultiAZEnabled": Property(read="MultiAZ", decode=enabled, help="Needs automatic failover."),
    "SnapshotRetentionLimit": Property(
        unit="days", limits={"minimum": 0, "maximum": 35}, help="0 switches backups off."
    ),
    "SnapshotWindow": Property(
        help="Daily time in UTC, hh24:mi-hh24:mi, at least 60 minutes.", limits={"pattern": f"^{TIME}-{TIME}$"}
    ),
    "PreferredMaintenanceWindow": Property(
        help="Weekly time in UTC, ddd:hh24:mi-ddd:hh24:mi.", limits={"pattern": f"^{DAY}:{TIME}-{DAY}:{TIME}$"}
    ),
    "AutoMinorVersionUpgrade": Property(),
}
FIXED = {
    "ReplicationGroupId": Property(
        replaces(CREATE_ONLY),
        limits={"pattern": "^[a-z](-?[a-z0-9]){0,39}$"},
        help="ElastiCache keeps names in small letters.",
    ),
    "Engine": Property(editable=False, help="Such as valkey or redis; fixed after creation here."),
    "NumNodeGroups": Property(
        read="NodeGroups", decode=len, editable=False, help="Shards; their number is fixed after creation here."
    ),
    "CacheSubnetGroupName": Property(replaces(CREATE_ONLY)),
    "Port": Property(replaces(CREATE_ONLY), read="NodeGroups[0].PrimaryEndpoint.Port || ConfigurationEndpoint.Port"),
    "AtRestEncryptionEnabled": Property(replaces(CREATE_ONLY)),
    "KmsKeyId": Property(replaces(CREATE_ONLY)),
    "TransitEncryptionEnabled": Property(
        editable=False, help="An existing group is moved to encryption step by step, which can't be done here yet."
    ),
    "AuthToken": Property(
        read=f"AuthTokenEnabled && '{hidden.HIDDEN}' || `null`",
        editable=False,
        secret=True,
        help="The password of the group, 16 to 128 characters, as a reference to a secret: "
        "{{resolve:secretsmanager:NAME:SecretString:KEY}}. Needs encryption in transit; fixed after creation here.",
    ),
}

REPLICATION_GROUP = NativeType(
    name="AWS::ElastiCache::ReplicationGroup",
    title="ElastiCache replication group",
    service="elasticache",
    list=Read("describe_replication_groups", items="ReplicationGroups[]"),
    read=Read(
        "describe_replication_groups",
        items="ReplicationGroups[]",
        arguments={"ReplicationGroupId": "id"},
        missing=("ReplicationGroupNotFoundFault",),
    ),
    identifier="ReplicationGroupId",
    label="ReplicationGroupId",
    arn_template="arn:{partition}:elasticache:{region}:{account}:replicationgroup:{id}",
    status="Status",
    settled=("available",),
    parts=(
        Part(
            "describe_cache_clusters",
            {"CacheClusterId": "PrimaryClusterId"},
            {
                "EngineVersion": "CacheClusters[0].EngineVersion",
                "CacheParameterGroupName": "CacheClusters[0].CacheParameterGroup.CacheParameterGroupName",
                "CacheSubnetGroupName": "CacheClusters[0].CacheSubnetGroupName",
                "SecurityGroupIds": "CacheClusters[0].SecurityGroups[].SecurityGroupId",
                "PreferredMaintenanceWindow": "CacheClusters[0].PreferredMaintenanceWindow",
                "PendingModifiedValues": "CacheClusters[0].PendingModifiedValues",
            },
            absent=("CacheClusterNotFound",),
        ),
        Part("list_tags_for_resource", {"ResourceName": "arn"}, {"Tags": "TagList"}),
    ),
    properties=EDITED
    | FIXED
    | {
        "ReplicasPerNodeGroup": Property(
            online(REPLICAS), read="NodeGroups[0].NodeGroupMembers", decode=replicas, help="Of each shard."
        ),
        "PrimaryClusterId": Property(
            read="MemberClusters[0]", editable=False, help="The first node, whose settings are those of all."
        ),
        "PendingModifiedValues": Property(
            editable=False,
            state=True,
            help="What AWS has accepted for the first node and carries out in the maintenance window, or with the next "
            "change.",
        ),
        "Tags": Property(unordered=True),
    },
    update=(
        Modify(
            "modify_replication_group",
            GROUP,
            tuple(EDITED),
            always={"ApplyImmediately": True},
            together=(("AutomaticFailoverEnabled", "MultiAZEnabled"),),
            wait=SETTLED,
        ),
        Put(
            "increase_replica_count",
            {**GROUP, "ApplyImmediately": "`true`"},
            property="ReplicasPerNodeGroup",
            argument="NewReplicaCount",
            lower="decrease_replica_count",
            wait=SETTLED,
        ),
        resource_tags({"ResourceName": "arn"}, "add_tags_to_resource", "remove_tags_from_resource"),
    ),
    create=Create(
        "create_replication_group",
        properties=(*FIXED, "ReplicasPerNodeGroup", *EDITED),
        outputs={},
        tags=lambda rows: ("Tags", rows),
        unique=True,
        wait=SETTLED,
    ),
    delete=Delete(
        "delete_replication_group",
        GROUP,
        "The data is lost but for snapshots.",
        Wait(until=("gone",), minutes=10, timeout_minutes=120),
        "botocore, elasticache DeleteReplicationGroup: When you receive a successful response from this operation, "
        "Amazon ElastiCache immediately begins deleting the selected resources; you cannot cancel or revert this "
        "operation.",
        snapshot=Snapshot("FinalSnapshotIdentifier"),
    ),
    first=("ReplicationGroupId", "Engine", "ReplicasPerNodeGroup", *EDITED, "Tags"),
    stateful=True,
    pending=Pending(
        "PendingModifiedValues", ("modify_replication_group", "increase_replica_count", "decrease_replica_count")
    ),
    refers={"SecurityGroupIds/*": "AWS::EC2::SecurityGroup.GroupId"},
    refuse=refuse,
    uncovered={
        "Follows the number of replicas.": ("NumCacheClusters",),
        "Changed by calls of its own, or step by step, which are not covered yet.": (
            *("ClusterMode", "LogDeliveryConfigurations", "TransitEncryptionMode", "UserGroupIds"),
        ),
        "Not covered yet.": ("Durability", "IpDiscovery", "SnapshottingClusterId"),
    },
)

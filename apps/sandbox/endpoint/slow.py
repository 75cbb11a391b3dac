"""Settling of what has its status elsewhere than a database: clusters of RDS, caches, endpoints of models.

https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/accessing-monitoring.html#Aurora.Status
https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ReplicationGroup.html
https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeEndpoint.html
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from moto.elasticache.models import ElastiCacheBackend, ReplicationGroup
from moto.rds.models import DBCluster, RDSBackend
from moto.sagemaker.models import FakeEndpoint, SageMakerModelBackend

from apps.sandbox.endpoint.settle import (
    BUSY,
    NotAvailable,
    Status,
    begin,
    check_available,
    land,
    landing,
    set_aside,
    settling,
)


class ClusterStatus:
    """Over moto's own status, which knows "creating" and "stopped": the busy one while it lasts."""

    def __init__(self, own: property) -> None:
        self.own = own

    def __get__(self, cluster: Any, owner: type | None = None) -> Any:
        if cluster is None:
            return self
        busy = BUSY.get(cluster)
        return busy.status if busy and not busy.over else self.own.__get__(cluster)

    def __set__(self, cluster: Any, value: str) -> None:
        self.own.__set__(cluster, value)


def slow_cluster_change(modify: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(modify)
    def wrapper(backend: RDSBackend, arguments: Any) -> Any:
        identifier = arguments["db_cluster_identifier"]
        cluster = backend.describe_db_clusters(identifier)[0]
        check_available(cluster, "InvalidDBClusterStateFault", f"DB cluster {identifier}")
        later = set_aside(cluster, arguments, {"engine_version": "EngineVersion"})
        answer = modify(backend, arguments)
        begin(cluster, "modifying", "rds", later)
        return answer

    return wrapper


def slow_group_change(modify: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(modify)
    def wrapper(backend: ElastiCacheBackend, **arguments: Any) -> Any:
        identifier = arguments["replication_group_id"]
        group = backend.describe_replication_groups(identifier)[0]
        check_available(group, "InvalidReplicationGroupState", f"Replication group {identifier}")
        later = set_aside(group, arguments, {"cache_node_type": "CacheNodeType"})
        modify(backend, cache_node_type=None, **arguments)
        begin(group, "modifying", "elasticache", later)
        return group

    return wrapper


def slow_group_deletion(delete: Callable[..., Any]) -> Callable[..., Any]:
    """moto leaves a group "deleting" for ever."""

    @wraps(delete)
    def wrapper(backend: ElastiCacheBackend, **arguments: Any) -> Any:
        group = delete(backend, **arguments)
        begin(group, "deleting", "elasticache", gone=lambda: backend.replication_groups.pop(group.replication_group_id))
        return group

    return wrapper


def landing_groups(describe: Callable[..., Any]) -> Callable[..., Any]:
    """Before they are described, since some are gone then."""

    @wraps(describe)
    def wrapper(backend: ElastiCacheBackend, *args: Any, **kwargs: Any) -> Any:
        for group in list(backend.replication_groups.values()):
            land(group)
        return describe(backend, *args, **kwargs)

    return wrapper


def slow_endpoint_change(change: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(change)
    def wrapper(backend: SageMakerModelBackend, endpoint_name: str, *args: Any, **kwargs: Any) -> Any:
        endpoint = backend.endpoints.get(endpoint_name)
        if endpoint and endpoint.endpoint_status != "InService":
            sentence = f"Cannot update in-progress endpoint {endpoint_name}: it is {endpoint.endpoint_status}."
            raise NotAvailable("ValidationException", sentence)
        answer = change(backend, endpoint_name, *args, **kwargs)
        begin(backend.endpoints[endpoint_name], "Updating", "sagemaker")
        return answer

    return wrapper


def described_endpoint(describe: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(describe)
    def wrapper(backend: SageMakerModelBackend, endpoint_name: str) -> Any:
        found = describe(backend, endpoint_name)
        return {**found, "EndpointStatus": backend.endpoints[endpoint_name].endpoint_status}

    return wrapper


def install() -> None:
    """Put the wrappers around moto's models; once per process."""
    if isinstance(DBCluster.__dict__.get("status"), ClusterStatus):
        return
    DBCluster.status = ClusterStatus(DBCluster.status)
    RDSBackend.describe_db_clusters = landing(RDSBackend.describe_db_clusters)
    RDSBackend.create_db_cluster = settling(RDSBackend.create_db_cluster, "creating", "rds")
    RDSBackend.modify_db_cluster = slow_cluster_change(RDSBackend.modify_db_cluster)
    ReplicationGroup.status = Status()
    caches = ElastiCacheBackend
    caches.describe_replication_groups = landing_groups(caches.describe_replication_groups)
    caches.create_replication_group = settling(caches.create_replication_group, "creating", "elasticache")
    caches.modify_replication_group = slow_group_change(caches.modify_replication_group)
    caches.delete_replication_group = slow_group_deletion(caches.delete_replication_group)
    FakeEndpoint.endpoint_status = Status("endpoint_status")
    models = SageMakerModelBackend
    models.describe_endpoint = described_endpoint(models.describe_endpoint)
    models.create_endpoint = settling(models.create_endpoint, "Creating", "sagemaker")
    models.update_endpoint_weights_and_capacities = slow_endpoint_change(models.update_endpoint_weights_and_capacities)

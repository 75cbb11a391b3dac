"""Settling: a changed database or warehouse says "modifying" for a while, and shows new values at the end of it.

moto has every change done at once. AWS shows the coming values in `PendingModifiedValues` while the resource is not
available, refuses a second change meanwhile, and keeps what was not asked for immediately until the maintenance window.
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ModifyInstance.ApplyImmediately.html
https://docs.aws.amazon.com/redshift/latest/APIReference/API_ModifyCluster.html
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any
from weakref import WeakKeyDictionary

from moto.core.exceptions import ServiceException
from moto.rds.models import DBInstance, RDSBackend
from moto.redshift.models import Cluster, RedshiftBackend

SECONDS: dict[str, float] = {"rds": 0.0, "redshift": 0.0, "elasticache": 0.0, "sagemaker": 0.0}
RDS_PENDING = {
    "db_instance_class": "DBInstanceClass",
    "allocated_storage": "AllocatedStorage",
    "engine_version": "EngineVersion",
    "multi_az": "MultiAZ",
    "storage_type": "StorageType",
    "iops": "Iops",
}
REDSHIFT_PENDING = {"node_type": "NodeType", "number_of_nodes": "NumberOfNodes", "cluster_type": "ClusterType"}


@dataclass
class Busy:
    """A status until a moment of the monotonic clock, and the attributes that change then, unless it `lands` never.

    `gone` removes the resource at that moment.
    """

    status: str = ""
    until: float = 0.0
    values: dict[str, Any] = field(default_factory=dict)
    lands: bool = True
    gone: Callable[[], Any] | None = None

    @property
    def over(self) -> bool:
        return time.monotonic() >= self.until


BUSY: WeakKeyDictionary[Any, Busy] = WeakKeyDictionary()


class NotAvailable(ServiceException):
    """A refusal of our own; moto looks up the codes of its own exceptions by their module."""


class Status:
    """Replaces the status on a class of moto: the busy one while it lasts, otherwise the stored one."""

    def __init__(self, name: str = "status") -> None:
        self.name = name

    def __get__(self, resource: Any, owner: type | None = None) -> Any:
        if resource is None:
            return self
        busy = BUSY.get(resource)
        return busy.status if busy and not busy.over else resource.__dict__.get(self.name)

    def __set__(self, resource: Any, value: str) -> None:
        resource.__dict__[self.name] = value


def begin(
    resource: Any,
    status: str,
    service: str,
    values: dict[str, Any] | None = None,
    gone: Callable[[], Any] | None = None,
) -> None:
    BUSY[resource] = Busy(status, time.monotonic() + SECONDS[service], dict(values or {}), gone=gone)
    land(resource)


def land(resource: Any) -> None:
    """Give a resource the values that were pending, once its time is over."""
    busy = BUSY.get(resource)
    if busy and busy.lands and busy.over:
        del BUSY[resource]
        for name, value in busy.values.items():
            setattr(resource, name, value)
        if busy.gone:
            busy.gone()


def finish() -> None:
    """End all waiting now, so that a test need not."""
    for busy in list(BUSY.values()):
        busy.until = 0.0


def landing(describe: Callable[..., list[Any]]) -> Callable[..., list[Any]]:
    @wraps(describe)
    def wrapper(*args: Any, **kwargs: Any) -> list[Any]:
        found = describe(*args, **kwargs)
        for resource in found:
            land(resource)
        return found

    return wrapper


def settling(act: Callable[..., Any], status: str, service: str) -> Callable[..., Any]:
    @wraps(act)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        resource = act(*args, **kwargs)
        begin(resource, status, service)
        return resource

    return wrapper


def pending_of(names: dict[str, str]) -> property:
    def pending(resource: Any) -> dict[str, Any]:
        busy = BUSY.get(resource)
        return {names[name]: value for name, value in busy.values.items()} if busy else {}

    return property(pending)


def check_available(resource: Any, code: str, what: str, also: tuple[str, ...] = ()) -> None:
    if resource.status not in ("available", *also):
        raise NotAvailable(code, f"{what} is not in available state: it is {resource.status}.")


def set_aside(resource: Any, arguments: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    """Take what becomes visible later out of the arguments of a change."""
    given = {name: arguments[name] for name in names if arguments.get(name) is not None}
    later = {name: value for name, value in given.items() if value != getattr(resource, name, None)}
    for name in given:
        arguments.pop(name)
    return later


def optimizing(instance: DBInstance) -> Callable[[], None]:
    """New storage is there, and being laid out anew for a while.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html
    """
    instance.status = "available"
    return lambda: begin(instance, "storage-optimization", "rds")


def slow_instance_change(modify: Callable[..., DBInstance]) -> Callable[..., DBInstance]:
    @wraps(modify)
    def wrapper(backend: RDSBackend, identifier: str, db_kwargs: Any) -> DBInstance:
        instance = backend.describe_db_instances(identifier)[0]
        grows = {"allocated_storage", "max_allocated_storage"} & db_kwargs.keys()
        also = ("storage-full",) if grows else ("storage-optimization",)
        check_available(instance, "InvalidDBInstanceState", f"Database instance {identifier}", also)
        later = set_aside(instance, db_kwargs, RDS_PENDING)
        waiting = BUSY.get(instance)
        modify(backend, identifier, db_kwargs)
        if db_kwargs.get("apply_immediately"):
            values = {**(waiting.values if waiting else {}), **later}
            begin(instance, "modifying", "rds", values, optimizing(instance) if "allocated_storage" in values else None)
        elif later:
            BUSY[instance] = Busy(values={**(waiting.values if waiting else {}), **later}, lands=False)
        return instance

    return wrapper


def slow_cluster_change(modify: Callable[..., Cluster]) -> Callable[..., Cluster]:
    @wraps(modify)
    def wrapper(backend: RedshiftBackend, **kwargs: Any) -> Cluster:
        identifier = kwargs["cluster_identifier"]
        cluster = backend.describe_clusters(identifier)[0]
        check_available(cluster, "InvalidClusterState", f"Cluster {identifier}")
        kind = kwargs.pop("cluster_type", None)
        if kind == "single-node":
            kwargs["number_of_nodes"] = 1
        later = set_aside(cluster, kwargs, REDSHIFT_PENDING)
        modify(backend, **kwargs)
        begin(cluster, "modifying", "redshift", later)
        return cluster

    return wrapper


def install() -> None:
    """Put the wrappers around moto's models; once per process."""
    if isinstance(DBInstance.__dict__.get("status"), Status):
        return
    DBInstance.status = Status()
    DBInstance.pending_modified_values = pending_of(RDS_PENDING)
    RDSBackend.describe_db_instances = landing(RDSBackend.describe_db_instances)
    RDSBackend.create_db_instance = settling(RDSBackend.create_db_instance, "creating", "rds")
    RDSBackend.modify_db_instance = slow_instance_change(RDSBackend.modify_db_instance)
    Cluster.status = Status()
    Cluster.pending_modified_values = pending_of(REDSHIFT_PENDING)
    RedshiftBackend.describe_clusters = landing(RedshiftBackend.describe_clusters)
    RedshiftBackend.create_cluster = settling(RedshiftBackend.create_cluster, "creating", "redshift")
    RedshiftBackend.modify_cluster = slow_cluster_change(RedshiftBackend.modify_cluster)

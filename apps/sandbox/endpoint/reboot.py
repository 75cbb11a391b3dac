"""A new parameter group takes effect with the next reboot, and says "pending-reboot" until then: moto says "in-sync".

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithParamGroups.Associating.html
https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-parameter-groups.html
"""

from collections.abc import Callable
from copy import copy
from functools import wraps
from typing import Any
from weakref import WeakSet

from moto.core.responses import ActionResult
from moto.rds.models import DBInstance, RDSBackend
from moto.redshift.models import Cluster, RedshiftBackend
from moto.redshift.responses import RedshiftResponse

from apps.sandbox.endpoint.settle import begin, check_available

PENDING: WeakSet[Any] = WeakSet()  # instances and clusters whose parameter group isn't in effect yet


def apply_status(resource: Any) -> str:
    return "pending-reboot" if resource in PENDING else "in-sync"


def reboot(resource: Any, service: str) -> None:
    begin(resource, "rebooting", service, gone=lambda: PENDING.discard(resource))


def noticed(modify: Callable[..., Any], groups: Callable[[Any], Any], found: Callable[..., Any]) -> Callable[..., Any]:
    """A change that gives another group leaves it pending."""

    @wraps(modify)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        resource = found(*args, **kwargs)
        before = groups(resource)
        answer = modify(*args, **kwargs)
        if groups(resource) != before:
            PENDING.add(resource)
        return answer

    return wrapper


def instance_of(backend: RDSBackend, identifier: str, _: Any) -> DBInstance:
    return backend.describe_db_instances(identifier)[0]


def cluster_of(backend: RedshiftBackend, cluster_identifier: str, **_: Any) -> Cluster:
    return backend.describe_clusters(cluster_identifier)[0]


def group_of(instance: DBInstance) -> str:
    return str(instance.db_parameter_groups()[0].name)


def groups_of(cluster: Cluster) -> list[str]:
    """moto looks for names in what it holds, and a change puts a text where a list was."""
    held = cluster.cluster_parameter_group_name
    cluster.cluster_parameter_group_name = [held] if isinstance(held, str) else held
    return list(cluster.cluster_parameter_group_name)


def instance_groups(instance: DBInstance) -> list[Any]:
    """Copies: moto writes the status on the group, which instances share."""
    found = [copy(group) for group in instance.db_parameter_groups()]
    for group in found:
        group.ParameterApplyStatus = apply_status(instance)  # type: ignore[attr-defined]
    return found


def cluster_groups(cluster: Cluster) -> list[dict[str, str]]:
    return [{"ParameterGroupName": name, "ParameterApplyStatus": apply_status(cluster)} for name in groups_of(cluster)]


def rebooting(reboot_instance: Callable[..., DBInstance]) -> Callable[..., DBInstance]:
    @wraps(reboot_instance)
    def wrapper(*args: Any, **kwargs: Any) -> DBInstance:
        instance = reboot_instance(*args, **kwargs)
        reboot(instance, "rds")
        return instance

    return wrapper


def reboot_cluster(response: Any) -> ActionResult:
    """https://docs.aws.amazon.com/redshift/latest/APIReference/API_RebootCluster.html, which moto lacks."""
    identifier = response._get_param("ClusterIdentifier")
    cluster = response.redshift_backend.describe_clusters(identifier)[0]
    check_available(cluster, "InvalidClusterState", f"Cluster {identifier}")
    reboot(cluster, "redshift")
    return ActionResult({"Cluster": cluster})


def install() -> None:
    """Put the additions around moto's models, after those of `settle`; once per process."""
    if hasattr(RedshiftResponse, "reboot_cluster"):
        return
    RedshiftResponse.reboot_cluster = reboot_cluster
    RDSBackend.reboot_db_instance = rebooting(RDSBackend.reboot_db_instance)
    DBInstance.db_parameter_group_status_list = property(instance_groups)
    Cluster.cluster_parameter_group_status_list = property(cluster_groups)
    RDSBackend.modify_db_instance = noticed(RDSBackend.modify_db_instance, group_of, instance_of)
    RedshiftBackend.modify_cluster = noticed(RedshiftBackend.modify_cluster, groups_of, cluster_of)

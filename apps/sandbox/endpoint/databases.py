"""What RDS and Redshift refuse of a database, and moto takes.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html and
https://docs.aws.amazon.com/redshift/latest/APIReference/API_ModifyCluster.html on each parameter.
"""

import re
from typing import Any

from moto.backends import get_backend

from apps.catalog.services.rds_rules import MAJOR_PARTS, family
from apps.sandbox.endpoint.incoming import Incoming
from apps.sandbox.endpoint.wire import Failure

DAYS_KEPT = range(36)
ALWAYS_KEPT = ("ra3.", "rg.")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LEAST_MINUTES, WEEK = 30, 7 * 24 * 60


def backend(incoming: Incoming) -> Any:
    return get_backend(incoming.service)[incoming.account][incoming.region]  # type: ignore[call-overload]


def combination(message: str) -> Failure:
    return Failure("InvalidParameterCombination", message)


def change_instance(incoming: Incoming) -> Failure | None:
    held = backend(incoming).databases.get(str(incoming.parameters.get("DBInstanceIdentifier", "")).lower())
    return (upgrade(incoming, held) or storage(incoming, held)) if held else None


def upgrade(incoming: Incoming, held: Any) -> Failure | None:
    """An engine never goes back, and to another major version with consent only."""
    wanted = incoming.parameters.get("EngineVersion")
    old, new = (numbers(version) for version in (held.engine_version, wanted))
    if not wanted or not old or not new or old == new:
        return None
    if new < old[: len(new)] or (len(new) == len(old) and new < old):
        return combination(f"Cannot upgrade {held.engine} from {held.engine_version} to {wanted}")
    parts = MAJOR_PARTS.get(family(held.engine), 1)
    if old[:parts] != new[:parts] and not incoming.parameters.get("AllowMajorVersionUpgrade"):
        return combination("The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version.")
    return None


def numbers(version: Any) -> list[int]:
    return [int(each) for each in re.findall(r"\d+", str(version or "").split("-")[0])]


def storage(incoming: Incoming, held: Any) -> Failure | None:
    """Storage only grows, and by a tenth or more."""
    wanted, size = incoming.parameters.get("AllocatedStorage"), int(held.allocated_storage)
    if wanted is None or int(wanted) == size:
        return None
    if int(wanted) < size:
        return combination(f"Invalid storage size for engine name {held.engine}: {wanted}")
    if int(wanted) * 10 < size * 11:
        return combination(f"Storage must grow by 10 percent or more, from {size} to {-(-size * 11 // 10)}")
    return None


def retention(incoming: Incoming, name: str) -> Failure | None:
    days = incoming.parameters.get(name)
    if days is not None and int(days) not in DAYS_KEPT:
        return Failure("InvalidParameterValue", f"{name} must be between 0 and 35, not {days}")
    return None


def warehouse(incoming: Incoming) -> Failure | None:
    """Of a new cluster of Redshift, and of a change of one."""
    asked = incoming.parameters
    held = backend(incoming).clusters.get(str(asked.get("ClusterIdentifier", "")).lower())
    nodes = str(asked.get("NodeType") or getattr(held, "node_type", ""))
    if asked.get("AutomatedSnapshotRetentionPeriod") == 0 and nodes.startswith(ALWAYS_KEPT):
        return combination(f"Automated snapshots can't be disabled for {nodes}")
    if held and "NodeType" in asked and "NumberOfNodes" not in asked and asked.get("ClusterType") != "single-node":
        return combination("NumberOfNodes is required with NodeType")
    window = asked.get("PreferredMaintenanceWindow")
    if window and minutes(str(window)) < LEAST_MINUTES:
        return Failure("InvalidParameterValue", f"The maintenance window must be at least {LEAST_MINUTES} minutes")
    return retention(incoming, "AutomatedSnapshotRetentionPeriod")


def minutes(window: str) -> int:
    begin, end = (
        DAYS.index(each[:3].lower()) * 1440 + int(each[4:6]) * 60 + int(each[7:9]) for each in window.split("-")
    )
    return (end - begin) % WEEK

"""Amazon EKS: groups of nodes that EKS manages."""

from collections.abc import Iterator
from typing import Any

from apps.catalog import camel
from apps.catalog.tags import from_map, resource_tags, to_map
from apps.catalog.types import (
    Arguments,
    Create,
    Delete,
    Document,
    Effect,
    Json,
    Lookup,
    Modify,
    NativeType,
    Only,
    Property,
    Read,
    Wait,
    interrupts,
    online,
    replaces,
)

CREATE_ONLY = "AWS::EKS::Nodegroup registry schema: create-only property"
GROUP: Arguments = {"clusterName": "ClusterName", "nodegroupName": "NodegroupName"}
ACTIVE = Wait(until=("ACTIVE",), failed=("CREATE_FAILED", "DEGRADED"), minutes=5, timeout_minutes=180)
ROLLED = interrupts(
    20,
    "botocore, eks UpdateNodegroupVersion: When a node in a managed node group is terminated due to a scaling action "
    "or update, every Pod on that node is drained first.",
)
ONWARD = "A node group can't go back to an older version."
FIXED = (
    *("ClusterName", "NodegroupName", "NodeRole", "Subnets", "InstanceTypes", "AmiType", "CapacityType"),
    *("DiskSize", "RemoteAccess"),
)
CONFIG = ("ScalingConfig", "UpdateConfig", "Labels", "Taints")
VERSION = ("Version", "ReleaseVersion", "LaunchTemplate")


def refuse_sizes(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    """Source: `botocore, eks NodegroupScalingConfig`; what a call leaves out of the three stays as it is."""
    sizes = after.get("ScalingConfig") or {}
    given = [sizes[name] for name in ("MinSize", "DesiredSize", "MaxSize") if isinstance(sizes.get(name), int)]
    if not sizes or sizes == before.get("ScalingConfig"):
        return
    if len(given) < 3:
        yield "ScalingConfig", "It has a MinSize, a DesiredSize and a MaxSize. Give all three."
    elif given != sorted(given):
        yield "ScalingConfig", "MinSize, DesiredSize and MaxSize are in this order. Change one of them."


def argument(name: str) -> str:
    return name[:1].lower() + name[1:]


def prop(name: str, effect: Effect, **more: Any) -> Property:
    known = {"read": argument(name), "argument": argument(name), "decode": camel.shown, "encode": camel.sent}
    return Property(effect, **{**known, **more})


def changed(before: Document, after: Document, arguments: Document) -> Document:
    """Labels and taints are added and removed, the rest is given."""
    answer = {name: value for name, value in arguments.items() if name not in ("labels", "taints")}
    if "labels" in arguments:
        answer["labels"] = _parts(before.get("Labels") or {}, after.get("Labels") or {})
    if "taints" in arguments:
        old, new = (camel.sent(values.get("Taints") or []) for values in (before, after))
        gone = [taint for taint in old if _key(taint) not in map(_key, new)]
        made = [taint for taint in new if taint not in old]
        answer["taints"] = _given(addOrUpdateTaints=made, removeTaints=gone)
    return answer


def _parts(old: Json, new: Json) -> Json:
    made = {name: value for name, value in new.items() if old.get(name) != value}
    return _given(addOrUpdateLabels=made, removeLabels=[name for name in old if name not in new])


def _given(**members: Json) -> Json:
    return {name: value for name, value in members.items() if value}


def _key(taint: Json) -> Json:
    return taint.get("key"), taint.get("effect")


NODEGROUP = NativeType(
    name="AWS::EKS::Nodegroup",
    title="EKS node group",
    service="eks",
    list=Read(
        "list_nodegroups",
        items="nodegroups[]",
        arguments={"clusterName": "parent"},
        within=Read("list_clusters", items="clusters[]"),
        lookup=Lookup("describe_nodegroup", "nodegroupName", "[nodegroup]", arguments={"clusterName": "parent"}),
    ),
    read=Read(
        "describe_nodegroup",
        items="[nodegroup]",
        arguments={"clusterName": "path[0]", "nodegroupName": "path[1]"},
        missing=("ResourceNotFoundException",),
    ),
    identifier="join('/', [ClusterName, NodegroupName])",
    label="NodegroupName",
    arn="Arn",
    status="status",
    settled=("ACTIVE",),
    properties={
        "Id": Property(read="join('/', [clusterName, nodegroupName])", editable=False),
        "Arn": Property(read="nodegroupArn", editable=False),
        **{name: prop(name, replaces(CREATE_ONLY)) for name in FIXED},
        "ScalingConfig": prop("ScalingConfig", online()),
        "UpdateConfig": prop("UpdateConfig", online(), columns=("MaxUnavailable", "MaxUnavailablePercentage")),
        "Labels": prop("Labels", online(), decode=None, encode=None),
        "Taints": prop("Taints", online(), unordered=True),
        **{name: prop(name, ROLLED, only=Only.LATER, irreversible=ONWARD) for name in VERSION[:2]},
        "LaunchTemplate": prop("LaunchTemplate", ROLLED),
        "Tags": Property(unordered=True, read="tags", decode=from_map),
    },
    update=(
        Modify("update_nodegroup_config", GROUP, CONFIG, adapt=changed, wait=ACTIVE),
        Modify("update_nodegroup_version", GROUP, VERSION, wait=ACTIVE),
        resource_tags(
            {"resourceArn": "arn"},
            "tag_resource",
            "untag_resource",
            add_argument="tags",
            remove_argument="tagKeys",
            encode_add=to_map,
        ),
    ),
    create=Create(
        "create_nodegroup",
        properties=(*FIXED, *CONFIG, *VERSION),
        outputs={"Arn": "nodegroup.nodegroupArn"},
        tags=lambda rows: ("tags", to_map(rows)),
        token="clientRequestToken",
        unique=True,
        wait=ACTIVE,
    ),
    delete=Delete(
        "delete_nodegroup",
        GROUP,
        "Its nodes are drained and terminated, with what they hold.",
        Wait(until=("gone",), failed=("DELETE_FAILED",), minutes=10, timeout_minutes=120),
        "botocore, eks DeleteNodegroup: Deletes a managed node group.",
    ),
    first=(*FIXED[:6], *CONFIG, *VERSION, "Tags"),
    refers={"NodeRole": "AWS::IAM::Role.Arn", "LaunchTemplate/Id": "AWS::EC2::LaunchTemplate.LaunchTemplateId"},
    refuse=refuse_sizes,
    uncovered={"Not covered yet.": ("NodeRepairConfig", "WarmPoolConfig")},
)

"""Amazon Redshift: the groups that clusters belong to."""

from apps.catalog.services import parameters
from apps.catalog.tags import TAGS, resource_tags
from apps.catalog.types import (
    Create,
    Delete,
    Json,
    Modify,
    NativeType,
    Part,
    Property,
    Read,
    SetDiff,
    Wait,
    online,
    replaces,
)

GONE = Wait(until=("gone",), minutes=0.1, timeout_minutes=5)
MUTABLE = "AWS::Redshift::ClusterSubnetGroup registry schema: mutable property"
CREATE_ONLY = "AWS::Redshift::ClusterParameterGroup registry schema: create-only property"
AFTER_REBOOT = (
    "botocore, redshift ResetClusterParameterGroup: For parameter changes to take effect you must reboot any "
    "associated clusters."
)
TAG_CALLS = resource_tags({"ResourceName": "arn"}, "create_tags", "delete_tags")

SUBNET_GROUP = NativeType(
    name="AWS::Redshift::ClusterSubnetGroup",
    title="Redshift subnet group",
    service="redshift",
    list=Read("describe_cluster_subnet_groups", items="ClusterSubnetGroups[]"),
    read=Read(
        "describe_cluster_subnet_groups",
        items="ClusterSubnetGroups[]",
        arguments={"ClusterSubnetGroupName": "id"},
        missing=("ClusterSubnetGroupNotFound", "ClusterSubnetGroupNotFoundFault"),
    ),
    identifier="ClusterSubnetGroupName",
    label="ClusterSubnetGroupName",
    arn_template="arn:{partition}:redshift:{region}:{account}:subnetgroup:{id}",
    properties={
        "ClusterSubnetGroupName": Property(editable=False, limits={"pattern": "^[a-z0-9-]{1,255}$"}),
        "Description": Property(online(MUTABLE)),
        "SubnetIds": Property(
            online(MUTABLE),
            read="Subnets[].SubnetIdentifier",
            unordered=True,
            help="One that is in use can't be taken out.",
        ),
        "Tags": TAGS,
    },
    update=(
        Modify(
            "modify_cluster_subnet_group",
            {"ClusterSubnetGroupName": "ClusterSubnetGroupName"},
            ("Description", "SubnetIds"),
            together=(("Description", "SubnetIds"),),
        ),
        TAG_CALLS,
    ),
    create=Create(
        "create_cluster_subnet_group",
        properties=("ClusterSubnetGroupName", "Description", "SubnetIds"),
        outputs={},
        tags=lambda rows: ("Tags", rows),
        unique=True,
    ),
    delete=Delete(
        "delete_cluster_subnet_group",
        {"ClusterSubnetGroupName": "ClusterSubnetGroupName"},
        "The group is lost; a new one may have its name.",
        GONE,
        "botocore, redshift DeleteClusterSubnetGroup: Deletes the specified cluster subnet group.",
    ),
    first=("ClusterSubnetGroupName", "Description", "SubnetIds", "Tags"),
    refers={"SubnetIds/*": "AWS::EC2::Subnet.SubnetId"},
)


def names(rows: Json) -> Json:
    return [{"ParameterName": row["ParameterName"]} for row in rows]


PARAMETER_GROUP = NativeType(
    name="AWS::Redshift::ClusterParameterGroup",
    title="Redshift parameter group",
    service="redshift",
    list=Read("describe_cluster_parameter_groups", items="ParameterGroups[]"),
    read=Read(
        "describe_cluster_parameter_groups",
        items="ParameterGroups[]",
        arguments={"ParameterGroupName": "id"},
        missing=("ClusterParameterGroupNotFound",),
    ),
    identifier="ParameterGroupName",
    label="ParameterGroupName",
    arn_template="arn:{partition}:redshift:{region}:{account}:parametergroup:{id}",
    parts=(
        Part(
            "describe_cluster_parameters",
            {"ParameterGroupName": "ParameterGroupName", "Source": "'user'"},
            {"Parameters": "Parameters[?Source == 'user']"},
        ),
    ),
    properties={
        "ParameterGroupName": Property(
            replaces(CREATE_ONLY),
            limits={"pattern": "^[a-z](-?[a-z0-9]){0,254}$"},
            help="Redshift keeps names in small letters.",
        ),
        "ParameterGroupFamily": Property(replaces(CREATE_ONLY), help="Such as redshift-1.0."),
        "Description": Property(replaces(CREATE_ONLY)),
        "Parameters": Property(
            online(AFTER_REBOOT),
            decode=parameters.set_ones,
            unordered=True,
            help="Those that differ from the default. They apply when the clusters of the group are next rebooted.",
        ),
        "Tags": TAGS,
    },
    update=(
        SetDiff(
            property="Parameters",
            arguments={"ParameterGroupName": "ParameterGroupName"},
            add="modify_cluster_parameter_group",
            add_argument="Parameters",
            remove="reset_cluster_parameter_group",
            remove_argument="Parameters",
            key=(parameters.NAME,),
            encode_remove=names,
            add_replaces=True,
            remove_arguments={"ResetAllParameters": "`false`"},
            size=parameters.SIZE,
        ),
        TAG_CALLS,
    ),
    create=Create(
        "create_cluster_parameter_group",
        properties=("ParameterGroupName", "ParameterGroupFamily", "Description"),
        outputs={},
        tags=lambda rows: ("Tags", rows),
        unique=True,
    ),
    delete=Delete(
        "delete_cluster_parameter_group",
        {"ParameterGroupName": "ParameterGroupName"},
        "The group and the values of its parameters are lost.",
        GONE,
        "botocore, redshift DeleteClusterParameterGroup: You cannot delete a parameter group if it is associated with "
        "a cluster.",
    ),
    first=("ParameterGroupName", "ParameterGroupFamily", "Description", "Parameters", "Tags"),
)

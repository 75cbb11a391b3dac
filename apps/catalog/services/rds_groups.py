"""Amazon RDS: the groups that instances belong to."""

from collections.abc import Iterator

from apps.catalog.services import parameters
from apps.catalog.tags import resource_tags
from apps.catalog.types import (
    Create,
    Delete,
    Document,
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
SUBNETS = "AWS::RDS::DBSubnetGroup registry schema: {} property"
PARAMETERS = "AWS::RDS::DBParameterGroup registry schema: create-only property"
AFTER_REBOOT = (
    "botocore, rds ModifyDBParameterGroup: When the application method is pending-reboot, changes to dynamic and "
    "static parameters are applied after a reboot without failover to the DB instances associated with the parameter "
    "group."
)


def tags(arn: str) -> Part:
    return Part("list_tags_for_resource", {"ResourceName": arn}, {"Tags": "TagList"})


def tag_calls(arn: str) -> SetDiff:
    return resource_tags({"ResourceName": arn}, "add_tags_to_resource", "remove_tags_from_resource")


SUBNET_GROUP = NativeType(
    name="AWS::RDS::DBSubnetGroup",
    title="RDS subnet group",
    service="rds",
    list=Read("describe_db_subnet_groups", items="DBSubnetGroups[]"),
    read=Read(
        "describe_db_subnet_groups",
        items="DBSubnetGroups[]",
        arguments={"DBSubnetGroupName": "id"},
        missing=("DBSubnetGroupNotFound", "DBSubnetGroupNotFoundFault"),
    ),
    identifier="DBSubnetGroupName",
    label="DBSubnetGroupName",
    arn="DBSubnetGroupArn",
    parts=(tags("DBSubnetGroupArn"),),
    properties={
        "DBSubnetGroupName": Property(
            replaces(SUBNETS.format("create-only")),
            limits={"pattern": "^[a-z][a-z0-9._ -]{0,254}$"},
            help="RDS keeps names in small letters.",
        ),
        "DBSubnetGroupArn": Property(editable=False),
        "DBSubnetGroupDescription": Property(online(SUBNETS.format("mutable"))),
        "SubnetIds": Property(
            online(SUBNETS.format("mutable")),
            read="Subnets[].SubnetIdentifier",
            unordered=True,
            help="In at least two availability zones. One that is in use can't be taken out.",
        ),
        "Tags": Property(unordered=True),
    },
    update=(
        Modify(
            "modify_db_subnet_group",
            {"DBSubnetGroupName": "DBSubnetGroupName"},
            ("DBSubnetGroupDescription", "SubnetIds"),
            together=(("DBSubnetGroupDescription", "SubnetIds"),),
        ),
        tag_calls("DBSubnetGroupArn"),
    ),
    create=Create(
        "create_db_subnet_group",
        properties=("DBSubnetGroupName", "DBSubnetGroupDescription", "SubnetIds"),
        outputs={"DBSubnetGroupArn": "DBSubnetGroup.DBSubnetGroupArn"},
        tags=lambda rows: ("Tags", rows),
        unique=True,
    ),
    delete=Delete(
        "delete_db_subnet_group",
        {"DBSubnetGroupName": "DBSubnetGroupName"},
        "The group is lost; a new one may have its name.",
        GONE,
        "botocore, rds DeleteDBSubnetGroup: The specified database subnet group must not be associated with any DB "
        "instances.",
    ),
    first=("DBSubnetGroupName", "DBSubnetGroupDescription", "SubnetIds", "Tags"),
    refers={"SubnetIds/*": "AWS::EC2::Subnet.SubnetId"},
)


def pending(rows: Json) -> Json:
    return [{**row, "ApplyMethod": "pending-reboot"} for row in rows]


def pending_names(rows: Json) -> Json:
    return [{"ParameterName": row["ParameterName"], "ApplyMethod": "pending-reboot"} for row in rows]


def refuse(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    """`botocore, rds ModifyDBParameterGroup`: pending-reboot isn't for dynamic parameters of SQL Server."""
    yield from parameters.refuse(before, after)
    family = str(after.get("Family") or "")
    if family.startswith("sqlserver") and before.get("Parameters") != after.get("Parameters"):
        yield "Parameters", "Parameters of SQL Server can't be changed here yet. Change them outside and refresh."


PARAMETER_GROUP = NativeType(
    name="AWS::RDS::DBParameterGroup",
    title="RDS parameter group",
    service="rds",
    list=Read("describe_db_parameter_groups", items="DBParameterGroups[]"),
    read=Read(
        "describe_db_parameter_groups",
        items="DBParameterGroups[]",
        arguments={"DBParameterGroupName": "id"},
        missing=("DBParameterGroupNotFound", "DBParameterGroupNotFoundFault"),
    ),
    identifier="DBParameterGroupName",
    label="DBParameterGroupName",
    arn="DBParameterGroupArn",
    parts=(
        Part(
            "describe_db_parameters",
            {"DBParameterGroupName": "DBParameterGroupName", "Source": "'user'"},
            {"Parameters": "Parameters"},
        ),
        tags("DBParameterGroupArn"),
    ),
    properties={
        "DBParameterGroupName": Property(
            replaces(PARAMETERS),
            limits={"pattern": "^[a-z](-?[a-z0-9]){0,254}$"},
            help="RDS keeps names in small letters.",
        ),
        "DBParameterGroupArn": Property(editable=False),
        "Family": Property(
            replaces(PARAMETERS),
            read="DBParameterGroupFamily",
            argument="DBParameterGroupFamily",
            help="Such as postgres16 or mysql8.0.",
        ),
        "Description": Property(replaces(PARAMETERS)),
        "Parameters": Property(
            online(AFTER_REBOOT),
            decode=parameters.to_structure,
            help="Those that differ from the default. They apply when the instances of the group are next rebooted.",
            pends="They take effect when the instances of the group are next rebooted.",
        ),
        "Tags": Property(unordered=True),
    },
    update=(
        SetDiff(
            property="Parameters",
            arguments={"DBParameterGroupName": "DBParameterGroupName"},
            add="modify_db_parameter_group",
            add_argument="Parameters",
            remove="reset_db_parameter_group",
            remove_argument="Parameters",
            key=(parameters.NAME,),
            encode_add=pending,
            encode_remove=pending_names,
            add_replaces=True,
            remove_arguments={"ResetAllParameters": "`false`"},
            size=parameters.SIZE,
            rows=(parameters.to_rows, parameters.to_structure),
        ),
        tag_calls("DBParameterGroupArn"),
    ),
    create=Create(
        "create_db_parameter_group",
        properties=("DBParameterGroupName", "Family", "Description"),
        outputs={"DBParameterGroupArn": "DBParameterGroup.DBParameterGroupArn"},
        tags=lambda rows: ("Tags", rows),
        unique=True,
    ),
    delete=Delete(
        "delete_db_parameter_group",
        {"DBParameterGroupName": "DBParameterGroupName"},
        "The group and the values of its parameters are lost.",
        GONE,
        "botocore, rds DeleteDBParameterGroup: The DB parameter group to be deleted can't be associated with any DB "
        "instances.",
    ),
    first=("DBParameterGroupName", "Family", "Description", "Parameters", "Tags"),
    refuse=refuse,
)

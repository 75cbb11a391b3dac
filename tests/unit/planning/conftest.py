"""Small declarations of four types, one for every way of changing something, and what the tests observe of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import settings

from apps.catalog.types import (
    Act,
    Around,
    Create,
    Delete,
    Modify,
    NativeType,
    Only,
    Property,
    Put,
    Read,
    SetDiff,
    Wait,
    interrupts,
    online,
    replaces,
)

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

LIST = Read("describe_db_instances", "DBInstances[]")

TAGS = SetDiff(
    property="Tags",
    arguments={"ResourceName": "DBInstanceArn"},
    add="add_tags_to_resource",
    add_argument="Tags",
    remove="remove_tags_from_resource",
    remove_argument="TagKeys",
    key=("Key",),
    encode_remove=lambda rows: [row["Key"] for row in rows],
    add_replaces=True,
)

DATABASE = NativeType(
    name="AWS::RDS::DBInstance",
    title="RDS instance",
    service="rds",
    list=LIST,
    read=LIST,
    identifier="DBInstanceIdentifier",
    label="DBInstanceIdentifier",
    status="DBInstanceStatus",
    settled=("available",),
    properties={
        "DBInstanceIdentifier": Property(editable=False),
        "DBInstanceArn": Property(editable=False),
        "DBInstanceClass": Property(effect=interrupts(10, "RDS user guide")),
        "AllocatedStorage": Property(encode=int, only=Only.INCREASE, irreversible="Storage can't shrink."),
        "Iops": Property(),
        "StorageType": Property(),
        "VPCSecurityGroups": Property(argument="VpcSecurityGroupIds", unordered=True),
        "Engine": Property(effect=replaces("registry schema")),
        "MasterUserPassword": Property(secret=True),
        "Tags": Property(unordered=True),
    },
    update=(
        Modify(
            "modify_db_instance",
            {"DBInstanceIdentifier": "DBInstanceIdentifier"},
            (
                "DBInstanceClass",
                "AllocatedStorage",
                "Iops",
                "StorageType",
                "VPCSecurityGroups",
                "Engine",
                "MasterUserPassword",
            ),
            always={"ApplyImmediately": True},
            together=(("AllocatedStorage", "Iops", "StorageType"),),
            wait=Wait(until=("available",), failed=("failed",), minutes=2, timeout_minutes=90),
        ),
        TAGS,
    ),
)

RUNNING = Wait(until=("running",), minutes=1)

INSTANCE = NativeType(
    name="AWS::EC2::Instance",
    title="EC2 instance",
    service="ec2",
    list=LIST,
    read=LIST,
    identifier="InstanceId",
    label="InstanceId",
    status="State.Name",
    settled=("running", "stopped"),
    properties={
        "InstanceId": Property(editable=False),
        "InstanceType": Property(effect=interrupts(5, "EC2 user guide"), wrap="Value"),
        "EbsOptimized": Property(effect=interrupts(5, "EC2 user guide"), wrap="Value"),
        "DisableApiTermination": Property(wrap="Value"),
    },
    update=(
        Modify(
            "modify_instance_attribute",
            {"InstanceId": "InstanceId"},
            ("InstanceType", "EbsOptimized"),
            single=True,
            around=Around(
                when="running",
                before=Act("stop_instances", {"InstanceIds": "[InstanceId]"}, "stopped", Wait(until=("stopped",))),
                after=Act("start_instances", {"InstanceIds": "[InstanceId]"}, "running", RUNNING),
            ),
        ),
        Modify("modify_instance_attribute", {"InstanceId": "InstanceId"}, ("DisableApiTermination",), single=True),
    ),
)


def _rules(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "IpProtocol": r["IpProtocol"],
            "FromPort": r["FromPort"],
            "ToPort": r["ToPort"],
            "IpRanges": [{"CidrIp": r["CidrIp"]}],
        }
        for r in rules
    ]


def _tag_specification(rows: list[Any]) -> tuple[str, list[Any]]:
    return "TagSpecifications", [{"ResourceType": "security-group", "Tags": rows}]


EVERYWHERE = {"IpProtocol": "-1", "FromPort": -1, "ToPort": -1, "CidrIp": "0.0.0.0/0"}

GROUP = NativeType(
    name="AWS::EC2::SecurityGroup",
    title="security group",
    service="ec2",
    list=LIST,
    read=LIST,
    identifier="GroupId",
    label="GroupName",
    properties={
        "GroupId": Property(editable=False),
        "GroupName": Property(editable=False),
        "GroupDescription": Property(editable=False, argument="Description"),
        "SecurityGroupIngress": Property(unordered=True),
        "SecurityGroupEgress": Property(unordered=True),
        "Tags": Property(unordered=True),
    },
    update=tuple(
        SetDiff(
            property=f"SecurityGroup{name}",
            arguments={"GroupId": "GroupId"},
            add=f"authorize_security_group_{name.lower()}",
            add_argument="IpPermissions",
            remove=f"revoke_security_group_{name.lower()}",
            remove_argument="IpPermissions",
            encode_add=_rules,
            encode_remove=_rules,
        )
        for name in ("Ingress", "Egress")
    ),
    create=Create(
        "create_security_group",
        ("GroupName", "GroupDescription"),
        outputs={"GroupId": "GroupId"},
        tags=_tag_specification,
        defaults={"SecurityGroupEgress": [EVERYWHERE]},
    ),
    delete=Delete(
        "delete_security_group", {"GroupId": "GroupId"}, "Its rules are lost.", Wait(until=("gone",), minutes=0.5)
    ),
)

BUCKET = NativeType(
    name="AWS::S3::Bucket",
    title="S3 bucket",
    service="s3",
    list=LIST,
    read=LIST,
    identifier="BucketName",
    label="BucketName",
    properties={
        "BucketName": Property(editable=False, argument="Bucket"),
        "VersioningConfiguration": Property(),
        "PublicAccessBlockConfiguration": Property(effect=online("S3 user guide")),
    },
    update=(
        Put("put_bucket_versioning", {"Bucket": "BucketName"}, "VersioningConfiguration", "VersioningConfiguration"),
        Put(
            "put_public_access_block",
            {"Bucket": "BucketName"},
            "PublicAccessBlockConfiguration",
            "PublicAccessBlockConfiguration",
            clear="delete_public_access_block",
        ),
    ),
    create=Create("create_bucket", ("BucketName",), outputs={}),
)

TYPES = {t.name: t for t in (DATABASE, INSTANCE, GROUP, BUCKET)}


@dataclass(frozen=True)
class Seen:
    """What stands for an observation here: `planning` knows only its shape."""

    type: str
    identifier: str
    name: str
    document: Mapping[str, Any]
    status: str = ""
    unread: Mapping[str, str] = field(default_factory=dict)
    arn: str = ""


@pytest.fixture(scope="session")
def types() -> Callable[[str], NativeType | None]:
    return TYPES.get


@pytest.fixture(scope="session")
def database() -> Seen:
    document = {
        "DBInstanceIdentifier": "orders",
        "DBInstanceArn": "arn:aws:rds:ap-northeast-1:111111111111:db:orders",
        "DBInstanceClass": "db.m6g.large",
        "AllocatedStorage": "100",
        "StorageType": "gp3",
        "VPCSecurityGroups": ["sg-1", "sg-2"],
        "Engine": "postgres",
        "Tags": [{"Key": "env", "Value": "prod"}, {"Key": "team", "Value": "orders"}],
    }
    return Seen("AWS::RDS::DBInstance", "orders", "orders", document, "available")


@pytest.fixture(scope="session")
def instance() -> Seen:
    document = {"InstanceId": "i-1", "InstanceType": "t3.small", "EbsOptimized": False, "DisableApiTermination": False}
    return Seen("AWS::EC2::Instance", "i-1", "web", document, "running")


@pytest.fixture(scope="session")
def group() -> Seen:
    document = {
        "GroupId": "sg-1",
        "GroupName": "web",
        "SecurityGroupIngress": [{"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "CidrIp": "10.0.0.0/8"}],
        "SecurityGroupEgress": [EVERYWHERE],
    }
    return Seen("AWS::EC2::SecurityGroup", "sg-1", "web", document)


@pytest.fixture(scope="session")
def bucket() -> Seen:
    document = {
        "BucketName": "models",
        "PublicAccessBlockConfiguration": {"BlockPublicAcls": True},
    }
    return Seen("AWS::S3::Bucket", "models", "models", document)

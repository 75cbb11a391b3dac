"""The gateway over HTTP with four small declarations; every type of the catalogue has a module of its own."""

from typing import Any

import pytest

from apps.aws.boto_gateway import BotoGateway
from apps.aws.gateway import Access, AwsError, ErrorKind, Gateway
from apps.aws.sessions import ClientFactory
from apps.catalog.services.s3 import encryption_sent, encryption_shown
from apps.catalog.types import Act, Around, Create, Delete, Modify, NativeType, Part, Property, Put, Read, SetDiff, Wait
from tests.aws.exercise import TOKYO, Exercise

BUCKETS = NativeType(
    name="AWS::S3::Bucket",
    title="S3 bucket",
    service="s3",
    list=Read("list_buckets", "Buckets", {"BucketRegion": "region"}),
    read=Read("list_buckets", "Buckets", {"Prefix": "id", "BucketRegion": "region"}),
    identifier="BucketName",
    label="BucketName",
    arn_template="arn:{partition}:s3:::{id}",
    properties={
        "BucketName": Property(read="Name", editable=False, argument="Bucket"),
        "VersioningConfiguration": Property(),
        "BucketEncryption": Property(decode=encryption_shown, encode=encryption_sent),
        "Tags": Property(unordered=True),
    },
    parts=(
        Part(
            "get_bucket_versioning",
            {"Bucket": "BucketName"},
            {"VersioningConfiguration": "Status && {Status: Status} || `null`"},
        ),
        Part(
            "get_bucket_encryption",
            {"Bucket": "BucketName"},
            {"BucketEncryption": "ServerSideEncryptionConfiguration.Rules"},
            absent=("ServerSideEncryptionConfigurationNotFoundError",),
        ),
        Part("get_bucket_tagging", {"Bucket": "BucketName"}, {"Tags": "TagSet"}, absent=("NoSuchTagSet",)),
    ),
    update=(
        Put("put_bucket_versioning", {"Bucket": "BucketName"}, "VersioningConfiguration", "VersioningConfiguration"),
        Put(
            "put_bucket_encryption",
            {"Bucket": "BucketName"},
            "BucketEncryption",
            "ServerSideEncryptionConfiguration",
        ),
        Put(
            "put_bucket_tagging",
            {"Bucket": "BucketName"},
            "Tags",
            "Tagging",
            encode=lambda tags: {"TagSet": tags},
            clear="delete_bucket_tagging",
        ),
    ),
    create=Create(
        "create_bucket",
        ("BucketName",),
        outputs={"Location": "Location"},
        region_arguments=lambda region: {"CreateBucketConfiguration": {"LocationConstraint": region}},
    ),
    delete=Delete("delete_bucket", {"Bucket": "BucketName"}, "Its objects are lost.", Wait(until=("gone",))),
)

ATTRIBUTE = {"InstanceId": "InstanceId"}
INSTANCES = NativeType(
    name="AWS::EC2::Instance",
    title="EC2 instance",
    service="ec2",
    list=Read("describe_instances", "Reservations[].Instances[]"),
    read=Read("describe_instances", "Reservations[].Instances[]", {"InstanceIds": "[id]"}),
    identifier="InstanceId",
    label="InstanceId",
    arn_template="arn:{partition}:ec2:{region}:{account}:instance/{id}",
    status="State.Name",
    settled=("running", "stopped"),
    properties={
        "InstanceId": Property(editable=False),
        "InstanceType": Property(wrap="Value"),
        "LaunchTime": Property(editable=False),
        "DisableApiTermination": Property(wrap="Value"),
        "Tags": Property(unordered=True),
    },
    parts=(
        Part(
            "describe_instance_attribute",
            {"InstanceId": "InstanceId", "Attribute": "'disableApiTermination'"},
            {"DisableApiTermination": "DisableApiTermination.Value"},
        ),
    ),
    update=(
        Modify(
            "modify_instance_attribute",
            ATTRIBUTE,
            ("InstanceType",),
            single=True,
            around=Around(
                "running",
                Act("stop_instances", {"InstanceIds": "[InstanceId]"}, "stopped", Wait(until=("stopped",))),
                Act("start_instances", {"InstanceIds": "[InstanceId]"}, "running", Wait(until=("running",))),
            ),
        ),
        Modify("modify_instance_attribute", ATTRIBUTE, ("DisableApiTermination",), single=True),
        SetDiff(
            "Tags",
            {"Resources": "[InstanceId]"},
            "create_tags",
            "Tags",
            "delete_tags",
            "Tags",
            key=("Key",),
            add_replaces=True,
        ),
    ),
)
UNROUTED = NativeType(
    name="AWS::RDS::Nothing",
    title="nothing",
    service="rds",
    list=Read("reset_db_parameter_group", "[@]", {"DBParameterGroupName": "'x'"}),
    read=Read("describe_db_instances", "DBInstances", {"DBInstanceIdentifier": "id"}),
    identifier="DBInstanceIdentifier",
    label="DBInstanceIdentifier",
    properties={"DBInstanceIdentifier": Property()},
    update=(),
)
TYPES = {declared.name: declared for declared in (BUCKETS, INSTANCES, UNROUTED)}


@pytest.fixture
def gateway(factory: ClientFactory, access: Access) -> BotoGateway:
    return BotoGateway(factory, access, mutating=True, types=TYPES.get)


@pytest.fixture
def exercise(gateway: BotoGateway) -> Exercise:
    return Exercise(gateway, TYPES.get)


@pytest.fixture
def instance(client: Any) -> str:
    ec2 = client("ec2")
    made = ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1, InstanceType="t3.small")
    return str(made["Instances"][0]["InstanceId"])


def test_a_bucket_is_created_changed_back_and_deleted(exercise: Exercise) -> None:
    made = exercise.create(
        "AWS::S3::Bucket",
        "models",
        BucketName="ringi-models",
        VersioningConfiguration={"Status": "Enabled"},
        Tags=[{"Key": "env", "Value": "prod"}],
    )
    assert made.document["VersioningConfiguration"] == {"Status": "Enabled"}
    assert made.arn == "arn:aws:s3:::ringi-models"
    rule = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}
    encryption = {"ServerSideEncryptionConfiguration": [rule]}
    exercise.run(exercise.plan(made, BucketEncryption=encryption))
    exercise.change(made, VersioningConfiguration={"Status": "Suspended"})
    exercise.change(made, Tags=[{"Key": "team", "Value": "ml"}])
    assert "ringi-models" in [seen.identifier for seen in exercise.gateway.list("AWS::S3::Bucket", TOKYO)]
    elsewhere = exercise.gateway.list("AWS::S3::Bucket", "us-west-2")
    assert "ringi-models" not in [seen.identifier for seen in elsewhere]
    exercise.delete(exercise.read("AWS::S3::Bucket", "ringi-models"))


def test_a_running_instance_is_stopped_for_its_type_and_runs_again(exercise: Exercise, instance: str) -> None:
    seen = exercise.read("AWS::EC2::Instance", instance)
    changed = exercise.change(
        seen, InstanceType="t3.large", DisableApiTermination=True, Tags=[{"Key": "team", "Value": "web"}]
    )
    assert changed.status == "running"
    assert isinstance(changed.document["LaunchTime"], str)
    assert changed.arn == f"arn:aws:ec2:{TOKYO}:111111111111:instance/{instance}"


def test_a_resource_that_does_not_exist_is_none(gateway: BotoGateway) -> None:
    assert gateway.read("AWS::EC2::Instance", TOKYO, "i-0123456789abcdef0") is None
    assert gateway.read("AWS::RDS::Nothing", TOKYO, "nothing") is None
    assert gateway.read("AWS::S3::Bucket", TOKYO, "ringi-mod") is None


def test_an_operation_that_the_endpoint_lacks_says_so(gateway: BotoGateway) -> None:
    with pytest.raises(AwsError, match="does not implement") as error:
        list(gateway.list("AWS::RDS::Nothing", TOKYO))
    assert error.value.kind is ErrorKind.NOT_IMPLEMENTED


def test_accounts_are_apart(factory: ClientFactory, access: Access, instance: str) -> None:
    other = Access("222222222222", "arn:aws:iam::222222222222:role/ringi-read", "e2", access.session_name)
    there = BotoGateway(factory, other, types=TYPES.get)
    assert there.read("AWS::EC2::Instance", TOKYO, instance) is None


def test_a_refusal_of_aws_is_a_sentence(gateway: BotoGateway) -> None:
    with pytest.raises(AwsError) as error:
        gateway.execute("ec2", "stop_instances", TOKYO, {"InstanceIds": ["i-0123456789abcdef0"]}, {})
    assert error.value.kind is ErrorKind.MISSING
    assert error.value.code == "InvalidInstanceID.NotFound"
    assert error.value.http_status == 400


def test_parameters_outside_the_model_are_never_sent_nor_shown(gateway: BotoGateway) -> None:
    with pytest.raises(AwsError) as error:
        gateway.execute("rds", "modify_db_instance", TOKYO, {"MasterUserPassword": ["hunter2"]}, {})
    assert error.value.kind is ErrorKind.INVALID
    assert "DBInstanceIdentifier is missing" in error.value.sentence
    assert "hunter2" not in error.value.sentence


def test_a_reading_gateway_makes_no_calls(factory: ClientFactory, access: Access) -> None:
    gateway: Gateway = BotoGateway(factory, access, types=TYPES.get)
    with pytest.raises(AwsError, match="may only read"):
        gateway.execute("ec2", "stop_instances", TOKYO, {"InstanceIds": ["i-1"]}, {})


def test_an_endpoint_that_is_down_leaves_the_outcome_unknown(access: Access, factory: ClientFactory) -> None:
    down = ClientFactory("http://127.0.0.1:9")
    down._credentials = factory._credentials
    factory.client(access, "ec2", TOKYO, mutating=True)
    down._credentials = dict(factory._credentials)
    with pytest.raises(AwsError) as error:
        BotoGateway(down, access, mutating=True).execute(
            "ec2", "stop_instances", TOKYO, {"InstanceIds": ["i-0123456789abcdef0"]}, {}
        )
    assert error.value.kind is ErrorKind.UNKNOWN

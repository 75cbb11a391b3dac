"""Values that AWS refuses and moto takes, at the endpoint: each with the code that AWS answers."""

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from apps.sandbox.endpoint.server import Endpoint

pytestmark = pytest.mark.lab
Clients = Callable[[str], Any]
DATABASE = {
    "DBInstanceClass": "db.r6g.large", "Engine": "postgres", "EngineVersion": "16.4", "AllocatedStorage": 100,
    "MasterUsername": "ringi", "ManageMasterUserPassword": True,
}  # fmt: skip
WAREHOUSE = {
    "ClusterType": "multi-node", "NumberOfNodes": 2, "NodeType": "ra3.large", "MasterUsername": "ringi",
    "ManageMasterPassword": True,
}  # fmt: skip
HERE = {"LocationConstraint": "ap-northeast-1"}
FIFTY_ONE = [{"Key": f"k{number}", "Value": "1"} for number in range(51)]


@pytest.fixture(scope="module")
def client() -> Iterator[Clients]:
    with Endpoint() as endpoint:
        endpoint.lab(settle={"rds": 0, "redshift": 0})
        keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}

        def made(service: str) -> Any:
            return boto3.client(service, region_name="ap-northeast-1", endpoint_url=endpoint.url, **keys)

        made("rds").create_db_instance(DBInstanceIdentifier="orders", **DATABASE)
        made("redshift").create_cluster(ClusterIdentifier="dw", **WAREHOUSE)
        made("s3").create_bucket(Bucket="photos", CreateBucketConfiguration=HERE)
        yield made


def code(call: Callable[..., Any], **values: Any) -> str:
    with pytest.raises(ClientError) as refused:
        call(**values)
    return str(refused.value.response["Error"]["Code"])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"EngineVersion": "16.3"}, "InvalidParameterCombination"),
        ({"EngineVersion": "15.7", "AllowMajorVersionUpgrade": True}, "InvalidParameterCombination"),
        ({"EngineVersion": "17.2"}, "InvalidParameterCombination"),
        ({"AllocatedStorage": 99}, "InvalidParameterCombination"),
        ({"AllocatedStorage": 105}, "InvalidParameterCombination"),
        ({"MaxAllocatedStorage": 50}, "InvalidParameterCombination"),
        ({"PreferredMaintenanceWindow": "tue:18:00-tue:18:10"}, "InvalidParameterValue"),
        ({"BackupRetentionPeriod": 36}, "InvalidParameterValue"),
        ({"DBInstanceClass": "db.t1.huge"}, "InvalidParameterValue"),
    ],
)
def test_a_database(client: Clients, values: dict[str, Any], expected: str) -> None:
    change = client("rds").modify_db_instance
    assert code(change, DBInstanceIdentifier="orders", ApplyImmediately=True, **values) == expected


@pytest.mark.parametrize(
    "values",
    [
        {"AutomatedSnapshotRetentionPeriod": 0},
        {"AutomatedSnapshotRetentionPeriod": 36},
        {"PreferredMaintenanceWindow": "Mon:04:00-Mon:04:10"},
        {"NodeType": "ra3.xlplus"},
        {"NodeType": "ra4.large", "NumberOfNodes": 2},
    ],
)
def test_a_warehouse(client: Clients, values: dict[str, Any]) -> None:
    assert code(client("redshift").modify_cluster, ClusterIdentifier="dw", **values).startswith("InvalidParameter")


@pytest.mark.parametrize(
    "name", ["My-Bucket", "a..b", "192.168.0.1", "xn--abc", "abc-s3alias", "sthree-a", "a_b", "-abc", "abc-"]
)
def test_the_name_of_a_bucket(client: Clients, name: str) -> None:
    made = client("s3")._make_api_call  # boto3 itself would not send some of them
    assert code(made, operation_name="CreateBucket", api_params={"Bucket": name}) == "InvalidBucketName"


@pytest.mark.parametrize(
    ("operation", "argument", "value", "expected"),
    [
        (
            "put_bucket_encryption", "ServerSideEncryptionConfiguration",
            {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}] * 2}, "MalformedXML",
        ),
        (
            "put_bucket_encryption", "ServerSideEncryptionConfiguration",
            {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256", "KMSMasterKeyID": "k"}}]},
            "InvalidArgument",
        ),
        (
            "put_bucket_lifecycle_configuration", "LifecycleConfiguration",
            {"Rules": [{"ID": "a", "Status": "Enabled", "Filter": {"Prefix": ""}}]}, "InvalidRequest",
        ),
        (
            "put_bucket_lifecycle_configuration", "LifecycleConfiguration",
            {"Rules": [{"ID": "a", "Status": "Enabled", "Filter": {"Prefix": ""},
                        "Expiration": {"Days": 1, "ExpiredObjectDeleteMarker": True}}]}, "MalformedXML",
        ),
    ],
)  # fmt: skip
def test_a_setting_of_a_bucket(client: Clients, operation: str, argument: str, value: Any, expected: str) -> None:
    assert code(getattr(client("s3"), operation), Bucket="photos", **{argument: value}) == expected


@pytest.mark.parametrize(
    "tags",
    [
        [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}],
        [{"Key": "aws:a", "Value": "1"}],
        [{"Key": "k" * 129, "Value": "1"}],
        [{"Key": "k", "Value": "v" * 257}],
        FIFTY_ONE,
    ],
    ids=["twice", "of AWS", "long key", "long value", "too many"],
)
def test_tags_whatever_the_service(client: Clients, tags: list[dict[str, str]]) -> None:
    arn = client("rds").describe_db_instances()["DBInstances"][0]["DBInstanceArn"]
    assert code(client("rds").add_tags_to_resource, ResourceName=arn, Tags=tags)
    given = [{"ResourceType": "vpc", "Tags": tags}]
    assert code(client("ec2").create_vpc, CidrBlock="10.0.0.0/16", TagSpecifications=given)
    assert code(client("sns").create_topic, Name="alerts", Tags=tags)


def test_load_balancers_and_their_attributes(client: Clients) -> None:
    ec2, elb = client("ec2"), client("elbv2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=f"ap-northeast-1{zone}")["Subnet"][
            "SubnetId"
        ]
        for n, zone in enumerate("ac")
    ]
    assert code(elb.create_load_balancer, Name="web", Subnets=subnets[:1]) == "ValidationError"
    assert code(elb.create_load_balancer, Name="internal-web", Subnets=subnets) == "ValidationError"
    balancer = elb.create_load_balancer(Name="web", Subnets=subnets)["LoadBalancers"][0]["LoadBalancerArn"]
    group = elb.create_target_group(Name="web", Protocol="HTTP", Port=80, VpcId=vpc)["TargetGroups"][0]
    change = elb.modify_load_balancer_attributes
    logs = [{"Key": "access_logs.s3.enabled", "Value": "true"}]
    assert code(change, LoadBalancerArn=balancer, Attributes=logs) == "InvalidConfigurationRequest"
    strange = [{"Key": "stickiness.for_ever", "Value": "true"}]
    change = elb.modify_target_group_attributes
    assert code(change, TargetGroupArn=group["TargetGroupArn"], Attributes=strange) == "ValidationError"

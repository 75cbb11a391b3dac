"""States, refusals, defaults and identities of the endpoint over real HTTP."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from apps.sandbox import estate
from apps.sandbox.endpoint.server import Endpoint

pytestmark = pytest.mark.lab
TOKYO = "ap-northeast-1"
ONCE = Config(retries={"total_max_attempts": 1, "mode": "standard"})
Keys = dict[str, str]
DATABASE = {
    "DBInstanceIdentifier": "orders",
    "Engine": "postgres",
    "EngineVersion": "16.4",
    "DBInstanceClass": "db.r6g.large",
    "AllocatedStorage": 100,
    "MasterUsername": "orders",
    "ManageMasterUserPassword": True,
}
CLUSTER = {
    "ClusterIdentifier": "warehouse",
    "ClusterType": "multi-node",
    "NodeType": "ra3.xlplus",
    "NumberOfNodes": 2,
    "MasterUsername": "warehouse",
    "MasterUserPassword": "Only-for-tests-1",
}


@pytest.fixture(scope="module")
def running() -> Iterator[Endpoint]:
    with Endpoint() as endpoint:
        yield endpoint


@pytest.fixture
def endpoint(running: Endpoint) -> Endpoint:
    running.reset()
    running.lab(settle={"rds": 0, "redshift": 0, "elasticache": 0, "sagemaker": 0})
    return running


def client(endpoint: Endpoint, service: str, keys: Keys | None = None) -> Any:
    named = keys or {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    return boto3.client(service, region_name=TOKYO, endpoint_url=endpoint.url, config=ONCE, **named)


def refused(code: str, call: Any, **arguments: Any) -> str:
    with pytest.raises(ClientError) as raised:
        call(**arguments)
    assert raised.value.response["Error"]["Code"] == code
    return str(raised.value.response["Error"]["Message"])


def test_a_changed_database_is_modifying_shows_what_comes_and_then_has_it(endpoint: Endpoint) -> None:
    rds = client(endpoint, "rds")
    rds.create_db_instance(**DATABASE)
    endpoint.lab(settle={"rds": 60})
    rds.modify_db_instance(DBInstanceIdentifier="orders", DBInstanceClass="db.r6g.xlarge", ApplyImmediately=True)
    during = rds.describe_db_instances()["DBInstances"][0]
    assert (during["DBInstanceStatus"], during["DBInstanceClass"]) == ("modifying", "db.r6g.large")
    assert during["PendingModifiedValues"] == {"DBInstanceClass": "db.r6g.xlarge"}
    endpoint.settle()
    after = rds.describe_db_instances()["DBInstances"][0]
    assert (after["DBInstanceStatus"], after["DBInstanceClass"]) == ("available", "db.r6g.xlarge")
    assert not after.get("PendingModifiedValues")


def test_a_second_change_is_refused_while_the_first_settles(endpoint: Endpoint) -> None:
    rds, redshift = client(endpoint, "rds"), client(endpoint, "redshift")
    rds.create_db_instance(**DATABASE)
    redshift.create_cluster(**CLUSTER)
    endpoint.lab(settle={"rds": 30, "redshift": 30})
    rds.reboot_db_instance(DBInstanceIdentifier="orders")
    change = {"DBInstanceIdentifier": "orders", "BackupRetentionPeriod": 3}
    assert "rebooting" in refused("InvalidDBInstanceState", rds.modify_db_instance, **change)
    redshift.modify_cluster(ClusterIdentifier="warehouse", NodeType="ra3.4xlarge", NumberOfNodes=2)
    change = {"ClusterIdentifier": "warehouse", "NumberOfNodes": 3}
    refused("InvalidClusterState", redshift.modify_cluster, **change)


def test_a_changed_warehouse_is_modifying_and_has_its_nodes_at_the_end(endpoint: Endpoint) -> None:
    redshift = client(endpoint, "redshift")
    redshift.create_cluster(**CLUSTER)
    endpoint.lab(settle={"redshift": 60})
    redshift.modify_cluster(ClusterIdentifier="warehouse", ClusterType="multi-node", NumberOfNodes=4)
    during = redshift.describe_clusters()["Clusters"][0]
    assert (during["ClusterStatus"], during["NumberOfNodes"]) == ("modifying", 2)
    assert during["PendingModifiedValues"]["NumberOfNodes"] == 4
    endpoint.settle()
    after = redshift.describe_clusters()["Clusters"][0]
    assert (after["ClusterStatus"], after["NumberOfNodes"]) == ("available", 4)


def test_a_new_database_is_creating_for_its_settle_time(endpoint: Endpoint) -> None:
    endpoint.lab(settle={"rds": 30})
    rds = client(endpoint, "rds")
    rds.create_db_instance(**DATABASE)
    assert rds.describe_db_instances()["DBInstances"][0]["DBInstanceStatus"] == "creating"


def test_what_is_not_asked_for_immediately_waits_for_the_maintenance_window(endpoint: Endpoint) -> None:
    rds = client(endpoint, "rds")
    rds.create_db_instance(**DATABASE)
    rds.modify_db_instance(DBInstanceIdentifier="orders", DBInstanceClass="db.r6g.xlarge", ApplyImmediately=False)
    held = rds.describe_db_instances()["DBInstances"][0]
    assert (held["DBInstanceStatus"], held["DBInstanceClass"]) == ("available", "db.r6g.large")
    assert held["PendingModifiedValues"] == {"DBInstanceClass": "db.r6g.xlarge"}
    rds.modify_db_instance(DBInstanceIdentifier="orders", BackupRetentionPeriod=9, ApplyImmediately=True)
    assert rds.describe_db_instances()["DBInstances"][0]["DBInstanceClass"] == "db.r6g.xlarge"


CACHE = {
    "ReplicationGroupId": "sessions",
    "ReplicationGroupDescription": "Sessions",
    "Engine": "valkey",
    "CacheNodeType": "cache.m7g.large",
}
AURORA = {
    "DBClusterIdentifier": "ledger",
    "Engine": "aurora-postgresql",
    "EngineVersion": "15.4",
    "MasterUsername": "ledger",
    "ManageMasterUserPassword": True,
}


def test_a_cache_is_creating_modifying_and_deleting_before_it_is_gone(endpoint: Endpoint) -> None:
    caches = client(endpoint, "elasticache")
    endpoint.lab(settle={"elasticache": 60})

    def seen() -> tuple[str, str]:
        [group] = caches.describe_replication_groups()["ReplicationGroups"]
        return group["Status"], group["CacheNodeType"]

    caches.create_replication_group(**CACHE)
    assert seen() == ("creating", "cache.m7g.large")
    larger = {"ReplicationGroupId": "sessions", "CacheNodeType": "cache.m7g.xlarge", "ApplyImmediately": True}
    refused("InvalidReplicationGroupState", caches.modify_replication_group, **larger)
    endpoint.settle()
    caches.modify_replication_group(**larger)
    assert seen() == ("modifying", "cache.m7g.large")
    endpoint.settle()
    assert seen() == ("available", "cache.m7g.xlarge")
    caches.delete_replication_group(ReplicationGroupId="sessions")
    assert seen()[0] == "deleting"
    endpoint.settle()
    assert caches.describe_replication_groups()["ReplicationGroups"] == []


def test_a_cluster_of_databases_is_creating_and_modifying_for_its_settle_time(endpoint: Endpoint) -> None:
    rds = client(endpoint, "rds")
    endpoint.lab(settle={"rds": 60})

    def seen() -> tuple[str, str]:
        [cluster] = rds.describe_db_clusters()["DBClusters"]
        return cluster["Status"], cluster["EngineVersion"]

    rds.create_db_cluster(**AURORA)
    assert [seen(), seen()] == [("creating", "15.4")] * 2
    endpoint.settle()
    upgrade = {"DBClusterIdentifier": "ledger", "EngineVersion": "15.5", "ApplyImmediately": True}
    seen()
    rds.modify_db_cluster(**upgrade)
    assert seen() == ("modifying", "15.4")
    refused("InvalidDBClusterStateFault", rds.modify_db_cluster, **upgrade)
    endpoint.settle()
    assert seen() == ("available", "15.5")


def test_an_endpoint_of_a_model_is_creating_and_updating_for_its_settle_time(endpoint: Endpoint) -> None:
    models = client(endpoint, "sagemaker")
    role = "arn:aws:iam::123456789012:role/models"
    models.create_model(ModelName="m", ExecutionRoleArn=role, PrimaryContainer={"Image": "image:1"})
    variant = {"VariantName": "v", "ModelName": "m", "InitialInstanceCount": 1, "InstanceType": "ml.m5.large"}
    models.create_endpoint_config(EndpointConfigName="c", ProductionVariants=[variant])
    endpoint.lab(settle={"sagemaker": 60})

    def seen() -> list[str]:
        listed = models.list_endpoints()["Endpoints"][0]["EndpointStatus"]
        return [listed, models.describe_endpoint(EndpointName="e")["EndpointStatus"]]

    models.create_endpoint(EndpointName="e", EndpointConfigName="c")
    assert seen() == ["Creating"] * 2
    more = {"EndpointName": "e", "DesiredWeightsAndCapacities": [{"VariantName": "v", "DesiredInstanceCount": 2}]}
    refused("ValidationException", models.update_endpoint_weights_and_capacities, **more)
    endpoint.settle()
    models.update_endpoint_weights_and_capacities(**more)
    assert seen() == ["Updating"] * 2
    endpoint.settle()
    assert seen() == ["InService"] * 2


def test_storage_of_a_database_never_shrinks_and_its_class_exists(endpoint: Endpoint) -> None:
    rds = client(endpoint, "rds")
    rds.create_db_instance(**DATABASE)
    modify = rds.modify_db_instance
    refused("InvalidParameterCombination", modify, DBInstanceIdentifier="orders", AllocatedStorage=50)
    refused("InvalidParameterValue", modify, DBInstanceIdentifier="orders", DBInstanceClass="db.zzz.huge")
    refused("InvalidParameterValue", modify, DBInstanceIdentifier="orders", BackupRetentionPeriod=36)
    assert rds.describe_db_instances()["DBInstances"][0]["AllocatedStorage"] == 100


def test_a_warehouse_takes_only_node_types_and_retentions_that_exist(endpoint: Endpoint) -> None:
    redshift = client(endpoint, "redshift")
    redshift.create_cluster(**CLUSTER)
    modify = redshift.modify_cluster
    refused("InvalidParameterValue", modify, ClusterIdentifier="warehouse", NodeType="ra9.huge", NumberOfNodes=2)
    refused("InvalidParameterValue", modify, ClusterIdentifier="warehouse", AutomatedSnapshotRetentionPeriod=99)


def test_the_type_of_an_instance_changes_only_while_it_is_stopped(endpoint: Endpoint) -> None:
    ec2 = client(endpoint, "ec2")
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    made = ec2.run_instances(ImageId=image, InstanceType="m6i.large", MinCount=1, MaxCount=1)
    identifier = made["Instances"][0]["InstanceId"]
    change = {"InstanceId": identifier, "InstanceType": {"Value": "m6i.xlarge"}}
    assert "'stopped' state" in refused("IncorrectInstanceState", ec2.modify_instance_attribute, **change)
    ec2.modify_instance_attribute(InstanceId=identifier, DisableApiTermination={"Value": True})
    ec2.stop_instances(InstanceIds=[identifier])
    unknown = {"InstanceId": identifier, "InstanceType": {"Value": "m99.mega"}}
    refused("InvalidParameterValue", ec2.modify_instance_attribute, **unknown)
    ec2.modify_instance_attribute(**change)
    found = ec2.describe_instances(InstanceIds=[identifier])["Reservations"][0]["Instances"][0]
    assert found["InstanceType"] == "m6i.xlarge"


def test_a_load_balancer_lists_every_attribute_and_its_deletion_protection_holds(endpoint: Endpoint) -> None:
    ec2, elb = client(endpoint, "ec2"), client(endpoint, "elbv2")
    subnets = [subnet["SubnetId"] for subnet in ec2.describe_subnets()["Subnets"]][:2]
    made = elb.create_load_balancer(Name="inference", Subnets=subnets)["LoadBalancers"][0]["LoadBalancerArn"]
    listed = elb.describe_load_balancer_attributes(LoadBalancerArn=made)["Attributes"]
    values = {entry["Key"]: entry["Value"] for entry in listed}
    assert values["idle_timeout.timeout_seconds"] == "60"
    assert values["routing.http2.enabled"] == "true"
    change = elb.modify_load_balancer_attributes
    wrong = [{"Key": "idle_timeout.timeout_seconds", "Value": "5000"}]
    refused("InvalidConfigurationRequest", change, LoadBalancerArn=made, Attributes=wrong)
    change(LoadBalancerArn=made, Attributes=[{"Key": "deletion_protection.enabled", "Value": "true"}])
    refused("OperationNotPermitted", elb.delete_load_balancer, LoadBalancerArn=made)
    assert len(elb.describe_load_balancers()["LoadBalancers"]) == 1


def test_a_new_bucket_is_encrypted_private_and_without_acls(endpoint: Endpoint) -> None:
    s3 = client(endpoint, "s3")
    s3.create_bucket(Bucket="models", CreateBucketConfiguration={"LocationConstraint": TOKYO})
    rules = s3.get_bucket_encryption(Bucket="models")["ServerSideEncryptionConfiguration"]["Rules"]
    assert rules[0]["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    assert set(s3.get_public_access_block(Bucket="models")["PublicAccessBlockConfiguration"].values()) == {True}
    owner = s3.get_bucket_ownership_controls(Bucket="models")["OwnershipControls"]["Rules"]
    assert owner == [{"ObjectOwnership": "BucketOwnerEnforced"}]


def test_a_bucket_takes_only_versioning_and_encryption_that_exist(endpoint: Endpoint) -> None:
    s3 = client(endpoint, "s3")
    s3.create_bucket(Bucket="models", CreateBucketConfiguration={"LocationConstraint": TOKYO})
    nonsense = {"Bucket": "models", "VersioningConfiguration": {"Status": "Nonsense"}}
    refused("MalformedXML", s3.put_bucket_versioning, **nonsense)
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "rot13"}}
    wrong = {"Bucket": "models", "ServerSideEncryptionConfiguration": {"Rules": [rule]}}
    refused("MalformedXML", s3.put_bucket_encryption, **wrong)
    s3.put_bucket_versioning(Bucket="models", VersioningConfiguration={"Status": "Enabled"})
    assert s3.get_bucket_versioning(Bucket="models")["Status"] == "Enabled"


def session(endpoint: Endpoint, keys: Keys, role: str, external_id: str = estate.EXTERNAL_ID) -> Keys:
    made = client(endpoint, "sts", keys).assume_role(
        RoleArn=role, RoleSessionName="ringi-CR-7", ExternalId=external_id
    )["Credentials"]
    return {
        "aws_access_key_id": made["AccessKeyId"],
        "aws_secret_access_key": made["SecretAccessKey"],
        "aws_session_token": made["SessionToken"],
    }


@pytest.fixture
def people(endpoint: Endpoint) -> dict[str, Keys]:
    """The access keys of planner and executor in the seeded estate."""
    seeded = endpoint.seed()
    return {name: {variable.lower(): value for variable, value in keys.items()} for name, keys in seeded.items()}


PROD = next(size for size in estate.SIZES if size.slug == "prod")


def test_a_role_is_assumed_only_by_whom_it_trusts_with_the_right_external_id(
    endpoint: Endpoint, people: dict[str, Keys]
) -> None:
    session(endpoint, people["planner"], estate.read_role(PROD))
    nowhere = estate.read_role(PROD).replace("prod", "moon")
    for user, role, external_id in (
        ("planner", estate.read_role(PROD), "guessed"),
        ("planner", nowhere, estate.EXTERNAL_ID),
        ("planner", estate.write_role(PROD), estate.EXTERNAL_ID),
        ("executor", estate.write_role(PROD), ""),
    ):
        assume = client(endpoint, "sts", people[user]).assume_role
        given = {"ExternalId": external_id} if external_id else {}
        refused("AccessDenied", assume, RoleArn=role, RoleSessionName="ringi-CR-7", **given)


def test_a_read_session_reads_and_a_write_session_writes_and_the_lab_knows_them(
    endpoint: Endpoint, people: dict[str, Keys]
) -> None:
    change = {"DBInstanceIdentifier": "orders-prod", "BackupRetentionPeriod": 21}
    reader = client(endpoint, "rds", session(endpoint, people["planner"], estate.read_role(PROD)))
    assert reader.describe_db_instances()["DBInstances"][0]["DBInstanceIdentifier"] == "orders-prod"
    assert "rds:ModifyDBInstance" in refused("AccessDenied", reader.modify_db_instance, **change)
    writer = client(endpoint, "rds", session(endpoint, people["executor"], estate.write_role(PROD)))
    writer.modify_db_instance(**change)
    call = endpoint.calls()[-1]
    assert (call.account, call.session, call.effect) == (PROD.account, "ringi-CR-7", True)
    assert call.caller.endswith("assumed-role/RingiWrite-prod/ringi-CR-7")


def test_the_base_keys_of_a_worker_may_do_nothing_but_assume_roles(endpoint: Endpoint, people: dict[str, Keys]) -> None:
    refused("UnauthorizedOperation", client(endpoint, "ec2", people["executor"]).describe_instances)


def test_keys_that_nobody_issued_are_refused_where_the_endpoint_is_strict(endpoint: Endpoint) -> None:
    endpoint.state.unknown_keys_are_root = False
    try:
        refused("InvalidClientTokenId", client(endpoint, "rds").describe_db_instances)
    finally:
        endpoint.state.unknown_keys_are_root = True


def test_the_estate_is_the_same_every_time(endpoint: Endpoint) -> None:
    def identifiers() -> list[str]:
        keys = endpoint.seed()["executor"]
        worker = session(endpoint, {name.lower(): value for name, value in keys.items()}, estate.read_role(PROD))
        groups = client(endpoint, "ec2", worker).describe_security_groups()["SecurityGroups"]
        return sorted(group["GroupId"] for group in groups if group["GroupName"] != "default")

    identifiers()
    assert identifiers() == identifiers()


def test_an_endpoint_is_given_another_configuration_and_settles(endpoint: Endpoint) -> None:
    sagemaker = client(endpoint, "sagemaker")
    variant = {"VariantName": "all", "ModelName": "m", "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
    sagemaker.create_model(ModelName="m", ExecutionRoleArn="arn:aws:iam::111111111111:role/inference")
    for name in ("one", "two"):
        sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName="ranker", EndpointConfigName="one")
    endpoint.lab(settle={"sagemaker": 60})
    sagemaker.update_endpoint(EndpointName="ranker", EndpointConfigName="two")
    assert sagemaker.describe_endpoint(EndpointName="ranker")["EndpointStatus"] == "Updating"
    refused("ValidationException", sagemaker.update_endpoint, EndpointName="ranker", EndpointConfigName="one")
    endpoint.settle()
    found = sagemaker.describe_endpoint(EndpointName="ranker")
    assert (found["EndpointStatus"], found["EndpointConfigName"]) == ("InService", "two")
    refused("ValidationException", sagemaker.update_endpoint, EndpointName="ranker", EndpointConfigName="three")


def test_another_parameter_group_takes_effect_with_the_next_reboot(endpoint: Endpoint) -> None:
    rds, redshift = client(endpoint, "rds"), client(endpoint, "redshift")
    rds.create_db_instance(**DATABASE)
    redshift.create_cluster(**CLUSTER)
    rds.create_db_parameter_group(DBParameterGroupName="tuned", DBParameterGroupFamily="postgres16", Description="x")
    redshift.create_cluster_parameter_group(
        ParameterGroupName="tuned", ParameterGroupFamily="redshift-1.0", Description="x"
    )

    def said() -> list[tuple[str, str]]:
        (group,) = rds.describe_db_instances()["DBInstances"][0]["DBParameterGroups"]
        (other,) = redshift.describe_clusters()["Clusters"][0]["ClusterParameterGroups"]
        return [
            (group["DBParameterGroupName"], group["ParameterApplyStatus"]),
            (other["ParameterGroupName"], other["ParameterApplyStatus"]),
        ]

    assert said() == [("default.postgres16", "in-sync"), ("default.redshift-1.0", "in-sync")]
    rds.modify_db_instance(DBInstanceIdentifier="orders", DBParameterGroupName="tuned", ApplyImmediately=True)
    redshift.modify_cluster(ClusterIdentifier="warehouse", ClusterParameterGroupName="tuned")
    assert said() == [("tuned", "pending-reboot")] * 2
    rds.reboot_db_instance(DBInstanceIdentifier="orders")
    redshift.reboot_cluster(ClusterIdentifier="warehouse")
    assert said() == [("tuned", "in-sync")] * 2


def test_grown_storage_is_optimized_for_a_while_in_which_only_other_things_change(endpoint: Endpoint) -> None:
    rds = client(endpoint, "rds")
    rds.create_db_instance(**DATABASE)
    endpoint.lab(settle={"rds": 60})
    rds.modify_db_instance(DBInstanceIdentifier="orders", AllocatedStorage=200, ApplyImmediately=True)
    endpoint.settle()
    grown = rds.describe_db_instances()["DBInstances"][0]
    assert (grown["DBInstanceStatus"], grown["AllocatedStorage"]) == ("storage-optimization", 200)
    again = {"DBInstanceIdentifier": "orders", "AllocatedStorage": 300, "ApplyImmediately": True}
    refused("InvalidDBInstanceState", rds.modify_db_instance, **again)
    rds.modify_db_instance(DBInstanceIdentifier="orders", BackupRetentionPeriod=9, ApplyImmediately=True)

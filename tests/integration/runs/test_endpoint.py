"""The whole way over HTTP: every kind of call against a real AWS endpoint on the loopback."""

from apps.environments.models import Environment
from apps.people.models import User
from apps.runs.commands import cancel
from apps.runs.states import RunState
from apps.sandbox.endpoint.server import Endpoint as Strict
from apps.web.presenters.left import left
from tests.integration import flow
from tests.integration.endpoint import Endpoint, executed
from tests.integration.estate import GROUP, RDS, TOKYO

INSTANCE, BUCKET, CLUSTER = "AWS::EC2::Instance", "AWS::S3::Bucket", "AWS::Redshift::Cluster"
People = dict[str, User]


def test_a_redshift_cluster_and_a_database_are_resized_in_one_request(
    people: People, prod: Environment, real: Endpoint
):
    rds, redshift = real.client("rds"), real.client("redshift")
    rds.create_db_instance(
        DBInstanceIdentifier="orders", DBInstanceClass="db.r6g.large", Engine="postgres", AllocatedStorage=100,
        MasterUsername="ringi", MasterUserPassword="only-for-tests",
    )  # fmt: skip
    redshift.create_cluster(
        ClusterIdentifier="features", NodeType="ra3.xlplus", ClusterType="multi-node", NumberOfNodes=2, DBName="ml",
        MasterUsername="ringi", MasterUserPassword="Only-for-tests-1",
    )  # fmt: skip
    executed(
        people, prod, real,
        flow.DraftInput("update", RDS, TOKYO, "orders", "orders", {"DBInstanceClass": "db.r6g.xlarge"}),
        flow.DraftInput("update", CLUSTER, TOKYO, "features", "features", {"NumberOfNodes": 4}),
    )  # fmt: skip

    shown = rds.describe_db_instances(DBInstanceIdentifier="orders")["DBInstances"][0]
    assert shown["DBInstanceClass"] == "db.r6g.xlarge"
    assert redshift.describe_clusters(ClusterIdentifier="features")["Clusters"][0]["NumberOfNodes"] == 4


def test_an_instance_is_stopped_changed_and_started(people: People, prod: Environment, real: Endpoint):
    ec2 = real.client("ec2")
    image = ec2.describe_images()["Images"][0]["ImageId"]
    made = ec2.run_instances(ImageId=image, InstanceType="m6i.large", MinCount=1, MaxCount=1)["Instances"][0]
    name = made["InstanceId"]

    run = executed(
        people, prod, real, flow.DraftInput("update", INSTANCE, TOKYO, name, name, {"InstanceType": "m6i.xlarge"})
    )

    shown = ec2.describe_instances(InstanceIds=[name])["Reservations"][0]["Instances"][0]
    assert (shown["InstanceType"], shown["State"]["Name"]) == ("m6i.xlarge", "running")
    operations = list(run.steps.values_list("operation", flat=True))
    assert operations == ["stop_instances", "modify_instance_attribute", "start_instances"]


def test_a_security_group_is_created_with_its_rules_changed_and_deleted(
    people: People, prod: Environment, real: Endpoint
):
    ec2 = real.client("ec2")
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    rule = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "10.0.0.0/16"}
    desired = {"GroupName": "api", "GroupDescription": "API", "VpcId": vpc, "SecurityGroupIngress": [rule]}
    run = executed(people, prod, real, flow.DraftInput("create", GROUP, TOKYO, "", "api", desired))

    found = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["api"]}])["SecurityGroups"][0]
    assert found["IpPermissions"][0]["FromPort"] == 443
    marks = [tag["Value"] for tag in found["Tags"] if tag["Key"] == "ringi:request"]
    assert [mark.rpartition("/")[0] for mark in marks] == [f"CR-{run.change_request_id}/1"]

    group, other = found["GroupId"], rule | {"FromPort": 80, "ToPort": 80}
    executed(
        people, prod, real, flow.DraftInput("update", GROUP, TOKYO, group, "api", {"SecurityGroupIngress": [other]})
    )
    shown = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]
    assert [permission["FromPort"] for permission in shown["IpPermissions"]] == [80]

    executed(people, prod, real, flow.DraftInput("delete", GROUP, TOKYO, group, "api", {}))
    assert not ec2.describe_security_groups(Filters=[{"Name": "group-id", "Values": [group]}])["SecurityGroups"]


def test_a_bucket_is_created_with_what_it_needs_and_deleted(people: People, prod: Environment, real: Endpoint):
    s3 = real.client("s3")
    desired = {"BucketName": "models-prod-1", "VersioningConfiguration": {"Status": "Enabled"}}
    executed(people, prod, real, flow.DraftInput("create", BUCKET, TOKYO, "", "models-prod-1", desired))
    assert s3.get_bucket_versioning(Bucket="models-prod-1")["Status"] == "Enabled"

    executed(people, prod, real, flow.DraftInput("delete", BUCKET, TOKYO, "models-prod-1", "models-prod-1", {}))
    assert "models-prod-1" not in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]


def resized(real: Endpoint) -> flow.DraftInput:
    ec2 = real.client("ec2")
    image = ec2.describe_images()["Images"][0]["ImageId"]
    made = ec2.run_instances(ImageId=image, InstanceType="m6i.large", MinCount=1, MaxCount=1)["Instances"][0]
    name = made["InstanceId"]
    return flow.DraftInput("update", INSTANCE, TOKYO, name, name, {"InstanceType": "m6i.xlarge"})


def shown(real: Endpoint, name: str) -> tuple[str, str]:
    found = real.client("ec2").describe_instances(InstanceIds=[name])["Reservations"][0]["Instances"][0]
    return found["InstanceType"], found["State"]["Name"]


def test_an_instance_whose_type_is_refused_runs_again(
    people: People, prod: Environment, real: Endpoint, strict: Strict
):
    change = resized(real)
    strict.lab(faults=[{"kind": "denied", "service": "ec2", "operation": "ModifyInstanceAttribute"}])

    run = flow.pump(flow.started(people, prod, real, change), real)

    assert run.state == RunState.FAILED
    assert "modify_instance_attribute" in run.failure
    assert shown(real, change.identifier) == ("m6i.large", "running")
    stop, modify, start = run.steps.order_by("ordinal")
    assert (stop.state, modify.state, start.state) == ("done", "failed", "done")
    assert start.outcome == f"{change.identifier} is running again, although its change came to nothing."
    [remains] = left(run, list(run.steps.all()))
    assert (remains.state, len(remains.done), len(remains.undone)) == ("as it was", 2, 1)


def test_an_instance_that_was_stopped_runs_again_after_a_cancellation(
    people: People, prod: Environment, real: Endpoint
):
    change = resized(real)
    run = flow.started(people, prod, real, change)
    flow.once(run, real, "1.1")
    assert shown(real, change.identifier) == ("m6i.large", "stopped")

    cancel(by=people["aiko"], run=run)
    run = flow.pump(run, real)

    assert run.state == RunState.CANCELLED
    assert shown(real, change.identifier) == ("m6i.large", "running")


def test_an_instance_that_was_not_stopped_yet_is_left_alone(people: People, prod: Environment, real: Endpoint):
    change = resized(real)
    run = flow.started(people, prod, real, change)
    cancel(by=people["aiko"], run=run)
    assert flow.pump(run, real).state == RunState.CANCELLED
    assert set(run.steps.values_list("state", flat=True)) == {"cancelled"}

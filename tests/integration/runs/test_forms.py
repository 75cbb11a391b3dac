"""Values that AWS completes or shows in another form end a run as approved, over HTTP."""

from typing import Any

import pytest

from apps.environments.models import Environment
from apps.people.models import User
from apps.planning import codec
from tests.integration import flow
from tests.integration.endpoint import executed
from tests.integration.estate import RDS, TOKYO
from tests.integration.runs.test_merging import balancer

LISTENER, BUCKET = "AWS::ElasticLoadBalancingV2::Listener", "AWS::S3::Bucket"
RULE = "AWS::ElasticLoadBalancingV2::ListenerRule"
People = dict[str, User]
pytestmark = pytest.mark.lab


def targets(real: Any, name: str = "web") -> str:
    vpc = real.client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
    made = real.client("elbv2").create_target_group(Name=name, Protocol="HTTP", Port=80, VpcId=vpc)
    return str(made["TargetGroups"][0]["TargetGroupArn"])


def forward(arn: str) -> dict[str, Any]:
    return {"Type": "forward", "TargetGroupArn": arn}


def listener(real: Any) -> str:
    arn = balancer(real)
    made = real.client("elbv2").create_listener(
        LoadBalancerArn=arn, Protocol="HTTP", Port=80, DefaultActions=[forward(targets(real))]
    )
    return str(made["Listeners"][0]["ListenerArn"])


def test_a_redirect_that_says_only_what_it_changes(people: People, prod: Environment, real: Any):
    moved = {"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}}
    new = {"LoadBalancerArn": balancer(real), "Port": 80, "Protocol": "HTTP", "DefaultActions": [moved]}
    executed(people, prod, real, flow.DraftInput("create", LISTENER, TOKYO, "", "web", new))
    [made] = real.client("elbv2").describe_listeners(LoadBalancerArn=new["LoadBalancerArn"])["Listeners"]
    assert made["DefaultActions"][0]["RedirectConfig"]["Path"] == "/#{path}"


def test_a_second_target_group_and_back_to_one(people: People, prod: Environment, real: Any):
    arn = listener(real)
    one, other = targets(real, "one"), targets(real, "other")
    for wanted in (
        {"Type": "forward", "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": one}, {"TargetGroupArn": other}]}},
        forward(other),
    ):
        executed(
            people, prod, real, flow.DraftInput("update", LISTENER, TOKYO, arn, "web", {"DefaultActions": [wanted]})
        )
    [seen] = real.client("elbv2").describe_listeners(ListenerArns=[arn])["Listeners"]
    assert [group["TargetGroupArn"] for group in seen["DefaultActions"][0]["ForwardConfig"]["TargetGroups"]] == [other]


def test_a_rule_with_the_short_form_of_its_condition(people: People, prod: Environment, real: Any):
    arn = listener(real)
    new = {
        "ListenerArn": arn,
        "Priority": 10,
        "Conditions": [{"Field": "host-header", "Values": ["shop.example.org"]}],
        "Actions": [forward(targets(real, "shop"))],
    }
    executed(people, prod, real, flow.DraftInput("create", RULE, TOKYO, "", "shop", new))


def test_storage_stops_growing_by_itself(people: People, prod: Environment, real: Any):
    rds = real.client("rds")
    rds.create_db_instance(
        DBInstanceIdentifier="orders", DBInstanceClass="db.r6g.large", Engine="postgres", EngineVersion="16.4",
        AllocatedStorage=100, MaxAllocatedStorage=200, MasterUsername="ringi", ManageMasterUserPassword=True,
    )  # fmt: skip
    change = flow.DraftInput("update", RDS, TOKYO, "orders", "orders", {"MaxAllocatedStorage": None})
    run = executed(people, prod, real, change)
    [call] = codec.parse(run.revision.canonical).calls
    assert call.parameters["MaxAllocatedStorage"] == 100
    assert "MaxAllocatedStorage" not in rds.describe_db_instances()["DBInstances"][0]


def test_a_new_bucket_with_a_partial_block_and_a_rule_that_aws_completes(people: People, prod: Environment, real: Any):
    rule = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
    new = {
        "BucketName": "ringi-forms",
        "PublicAccessBlockConfiguration": {"BlockPublicAcls": True},
        "BucketEncryption": {"ServerSideEncryptionConfiguration": [rule]},
    }
    run = executed(people, prod, real, flow.DraftInput("create", BUCKET, TOKYO, "", "ringi-forms", new))
    s3 = real.client("s3")
    [shown] = s3.get_bucket_encryption(Bucket="ringi-forms")["ServerSideEncryptionConfiguration"]["Rules"]
    assert (shown["BucketKeyEnabled"], run.state) == (False, "succeeded")
    block = s3.get_public_access_block(Bucket="ringi-forms")["PublicAccessBlockConfiguration"]
    assert block == {
        "BlockPublicAcls": True, "IgnorePublicAcls": False, "BlockPublicPolicy": False, "RestrictPublicBuckets": False
    }  # fmt: skip

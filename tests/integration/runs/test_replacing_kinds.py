"""Replacements of the kinds that a set is made of, over HTTP: what uses them is switched before the old one goes."""

from typing import Any

from apps.environments.models import Environment
from apps.people.models import User
from tests.integration import flow
from tests.integration.endpoint import executed, refreshed
from tests.integration.estate import RDS, TOKYO

TARGETS, TEMPLATE = "AWS::ElasticLoadBalancingV2::TargetGroup", "AWS::EC2::LaunchTemplate"
People = dict[str, User]


def network(ec2: Any) -> tuple[str, list[str]]:
    vpc = ec2.create_vpc(CidrBlock="10.90.0.0/16")["Vpc"]["VpcId"]
    made = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.90.{n}.0/24", AvailabilityZone=f"{TOKYO}{zone}")
        for n, zone in enumerate("ac")
    ]
    return vpc, [each["Subnet"]["SubnetId"] for each in made]


def test_a_target_group_that_a_listener_uses(people: People, prod: Environment, real: Any):
    elb = real.client("elbv2")
    vpc, subnets = network(real.client("ec2"))
    balancer = elb.create_load_balancer(Name="web", Subnets=subnets)["LoadBalancers"][0]["LoadBalancerArn"]
    old = elb.create_target_group(Name="old", Protocol="HTTP", Port=80, VpcId=vpc)["TargetGroups"][0]["TargetGroupArn"]
    forward = [{"Type": "forward", "TargetGroupArn": old}]
    elb.create_listener(LoadBalancerArn=balancer, Port=80, Protocol="HTTP", DefaultActions=forward)
    refreshed(prod, real)

    executed(people, prod, real, flow.DraftInput("update", TARGETS, TOKYO, old, "old", {"Name": "new", "Port": 8080}))

    [group] = elb.describe_target_groups()["TargetGroups"]
    assert (group["TargetGroupName"], group["Port"]) == ("new", 8080)
    [listener] = elb.describe_listeners(LoadBalancerArn=balancer)["Listeners"]
    assert listener["DefaultActions"][0]["TargetGroupArn"] == group["TargetGroupArn"]


def test_a_launch_template_that_a_group_uses(people: People, prod: Environment, real: Any):
    ec2, scaling = real.client("ec2"), real.client("autoscaling")
    _, subnets = network(ec2)
    data = {"InstanceType": "t3.small", "ImageId": ec2.describe_images()["Images"][0]["ImageId"]}
    made = ec2.create_launch_template(LaunchTemplateName="old", LaunchTemplateData=data)
    old = made["LaunchTemplate"]["LaunchTemplateId"]
    used = {"LaunchTemplateId": old, "Version": "$Default"}
    scaling.create_auto_scaling_group(
        AutoScalingGroupName="web", MinSize=0, MaxSize=1, LaunchTemplate=used, VPCZoneIdentifier=",".join(subnets)
    )
    refreshed(prod, real)

    executed(people, prod, real, flow.DraftInput("update", TEMPLATE, TOKYO, old, "old", {"LaunchTemplateName": "new"}))

    [template] = ec2.describe_launch_templates()["LaunchTemplates"]
    assert template["LaunchTemplateName"] == "new"
    [group] = scaling.describe_auto_scaling_groups()["AutoScalingGroups"]
    assert group["LaunchTemplate"]["LaunchTemplateId"] == template["LaunchTemplateId"]


def test_a_database_with_consent(people: People, prod: Environment, real: Any):
    rds = real.client("rds")
    rds.create_db_instance(
        DBInstanceIdentifier="old", DBInstanceClass="db.r6g.large", Engine="postgres", EngineVersion="16.4",
        AllocatedStorage=100, MasterUsername="ringi", ManageMasterUserPassword=True,
    )  # fmt: skip
    refreshed(prod, real)
    wanted = {"DBInstanceIdentifier": "new"}
    silent = flow.draft(people["aiko"], prod, flow.DraftInput("update", RDS, TOKYO, "old", "old", wanted))
    [problem] = flow.submitted(people["aiko"], silent, real).problems
    assert "without the data of old. Consent to it" in problem["sentence"]

    consents = {"replace": "The data is loaded anew.", "snapshot": "old-last"}
    executed(people, prod, real, flow.DraftInput("update", RDS, TOKYO, "old", "old", wanted, consents=consents))

    assert [each["DBInstanceIdentifier"] for each in rds.describe_db_instances()["DBInstances"]] == ["new"]
    assert [
        each["DBSnapshotIdentifier"] for each in rds.describe_db_snapshots(SnapshotType="manual")["DBSnapshots"]
    ] == ["old-last"]

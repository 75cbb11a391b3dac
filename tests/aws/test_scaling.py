from typing import Any

import pytest

from tests.aws.exercise import Exercise

TEMPLATE, GROUP = "AWS::EC2::LaunchTemplate", "AWS::AutoScaling::AutoScalingGroup"
DATA = {"ImageId": "ami-12c6146b", "InstanceType": "t3.small", "Monitoring": {"Enabled": True}}


@pytest.fixture
def template(client: Any, request: pytest.FixtureRequest) -> str:
    made = client("ec2").create_launch_template(LaunchTemplateName=request.node.name, LaunchTemplateData=DATA)
    return str(made["LaunchTemplate"]["LaunchTemplateId"])


def test_a_launch_template_lives(exercise: Exercise) -> None:
    new = {"LaunchTemplateName": "web", "LaunchTemplateData": DATA}
    wrong = {"LaunchTemplateData": {"ImageId": "ami-12c6146b"}, "LaunchTemplateName": 7}
    exercise.live(TEMPLATE, "web", new, {"LaunchTemplateData": {**DATA, "InstanceType": "t3.large"}}, wrong)


def test_user_data_is_never_read_and_a_new_version_keeps_it(exercise: Exercise, client: Any) -> None:
    ec2 = client("ec2")
    made = ec2.create_launch_template(LaunchTemplateName="kept", LaunchTemplateData={**DATA, "UserData": "c2VjcmV0"})
    seen = exercise.read(TEMPLATE, made["LaunchTemplate"]["LaunchTemplateId"])
    assert "UserData" not in seen.document["LaunchTemplateData"]
    exercise.run(exercise.plan(seen, LaunchTemplateData={**DATA, "InstanceType": "t3.large"}))
    shown = ec2.describe_launch_template_versions(LaunchTemplateId=seen.identifier, Versions=["$Latest"])
    assert shown["LaunchTemplateVersions"][0]["LaunchTemplateData"]["InstanceType"] == "t3.large"


def test_an_auto_scaling_group_lives(
    exercise: Exercise, client: Any, subnets: list[str], template: str, vpc: str
) -> None:
    targets = client("elbv2").create_target_group(Name="asg", Protocol="HTTP", Port=80, VpcId=vpc)
    arn = targets["TargetGroups"][0]["TargetGroupArn"]
    new = {
        "AutoScalingGroupName": "web",
        "MinSize": "0",
        "MaxSize": "2",
        "DesiredCapacity": "1",
        "LaunchTemplate": {"LaunchTemplateId": template, "Version": "$Latest"},
        "VPCZoneIdentifier": subnets,
        "TargetGroupARNs": [arn],
    }
    changed = {"MaxSize": "3", "DesiredCapacity": "0", "HealthCheckType": "ELB", "HealthCheckGracePeriod": 60}
    wrong = {"MinSize": "few", "VPCZoneIdentifier": "subnet-1"}
    exercise.live(GROUP, "web", new, changed | {"VPCZoneIdentifier": subnets[:1]}, wrong)

from typing import Any

import pytest

from tests.aws.exercise import TOKYO, Exercise

INSTANCE = "AWS::EC2::Instance"
GROUP = "AWS::EC2::SecurityGroup"
HTTPS = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "10.0.0.0/8", "Description": "office"}
EVERYTHING_OUT = {"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}
TAGS = [{"Key": "Name", "Value": "api"}, {"Key": "env", "Value": "prod"}]


@pytest.fixture
def instance(client: Any, subnets: list[str], groups: list[str]) -> str:
    ec2 = client("ec2")
    made = ec2.run_instances(
        ImageId="ami-12c6146b",
        MinCount=1,
        MaxCount=1,
        InstanceType="t3.small",
        SubnetId=subnets[0],
        SecurityGroupIds=groups[:1],
        TagSpecifications=[{"ResourceType": "instance", "Tags": TAGS}],
    )
    return str(made["Instances"][0]["InstanceId"])


def test_instances_are_listed_as_they_are_read(exercise: Exercise, instance: str) -> None:
    [listed] = [seen for seen in exercise.gateway.list(INSTANCE, TOKYO) if seen.identifier == instance]
    assert listed == exercise.read(INSTANCE, instance)
    assert (listed.name, listed.status) == ("api", "running")
    assert listed.unread == {}


@pytest.mark.parametrize(
    "desired",
    [
        {"InstanceType": "t3.large"},
        {"DisableApiTermination": True},
        {"EbsOptimized": True},
        {"SourceDestCheck": False},
        {"Tags": [{"Key": "Name", "Value": "web"}, {"Key": "team", "Value": "web"}]},
        {"InstanceType": "m5.large", "EbsOptimized": True, "DisableApiTermination": True},
    ],
)
def test_an_instance_is_changed_and_set_back(exercise: Exercise, instance: str, desired: dict[str, Any]) -> None:
    assert exercise.change(exercise.read(INSTANCE, instance), **desired).status == "running"


def test_the_groups_of_an_instance_are_changed_and_set_back(
    exercise: Exercise, instance: str, groups: list[str]
) -> None:
    exercise.change(exercise.read(INSTANCE, instance), SecurityGroupIds=groups)


def test_a_stopped_instance_is_not_started_by_a_change(exercise: Exercise, client: Any, instance: str) -> None:
    client("ec2").stop_instances(InstanceIds=[instance])
    assert exercise.change(exercise.read(INSTANCE, instance), InstanceType="t3.large").status == "stopped"


def test_a_terminated_instance_is_gone(exercise: Exercise, client: Any, instance: str) -> None:
    client("ec2").terminate_instances(InstanceIds=[instance])
    assert exercise.gateway.read(INSTANCE, TOKYO, instance) is None
    assert instance not in {seen.identifier for seen in exercise.gateway.list(INSTANCE, TOKYO)}


def test_a_security_group_is_created_changed_set_back_and_deleted(exercise: Exercise, vpc: str) -> None:
    made = exercise.create(
        GROUP,
        "api",
        GroupName="api",
        GroupDescription="API servers",
        VpcId=vpc,
        SecurityGroupIngress=[HTTPS],
        SecurityGroupEgress=[HTTPS | {"CidrIp": "10.1.0.0/16"}],
        Tags=TAGS,
    )
    assert made.request == "CR-7/1/0"
    assert made.document["SecurityGroupIngress"] == [HTTPS]
    assert made.document["SecurityGroupEgress"] == [HTTPS | {"CidrIp": "10.1.0.0/16"}]
    assert made.document["Tags"] == TAGS
    exercise.change(made, Tags=[], SecurityGroupIngress=[])
    assert exercise.read(GROUP, made.identifier).request == "CR-7/1/0"
    exercise.delete(made)


@pytest.mark.parametrize(
    "rules",
    [
        [],
        [HTTPS | {"Description": "head office"}],
        [HTTPS | {"FromPort": 8000, "ToPort": 8080}],
        [{"IpProtocol": "udp", "FromPort": 53, "ToPort": 53, "CidrIpv6": "::/0"}, HTTPS],
        [EVERYTHING_OUT],
    ],
)
def test_the_rules_of_a_group_are_changed_as_a_set(
    exercise: Exercise, groups: list[str], rules: list[dict[str, Any]]
) -> None:
    exercise.run(exercise.plan(exercise.read(GROUP, groups[0]), SecurityGroupIngress=[HTTPS]))
    exercise.change(exercise.read(GROUP, groups[0]), SecurityGroupIngress=rules)


@pytest.mark.parametrize("rules", [[], [HTTPS], [HTTPS, EVERYTHING_OUT]])
def test_the_rules_out_of_a_group_are_changed_as_a_set(
    exercise: Exercise, groups: list[str], rules: list[dict[str, Any]]
) -> None:
    seen = exercise.read(GROUP, groups[0])
    assert seen.document["SecurityGroupEgress"] == [EVERYTHING_OUT]
    exercise.change(seen, SecurityGroupEgress=rules)


def test_a_rule_may_name_another_group(exercise: Exercise, groups: list[str]) -> None:
    rule = {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "SourceSecurityGroupId": groups[1]}
    exercise.change(exercise.read(GROUP, groups[0]), SecurityGroupIngress=[rule])


def test_groups_are_listed_as_they_are_read(exercise: Exercise, groups: list[str]) -> None:
    listed = {seen.identifier: seen for seen in exercise.gateway.list(GROUP, TOKYO)}
    assert listed[groups[0]] == exercise.read(GROUP, groups[0])


def test_an_instance_lives(exercise: Exercise, subnets: list[str], groups: list[str]) -> None:
    new = {
        "ImageId": "ami-12c6146b",
        "InstanceType": "t3.small",
        "SubnetId": subnets[0],
        "SecurityGroupIds": groups[:1],
        "SourceDestCheck": False,
        "Tags": TAGS,
    }
    exercise.live(INSTANCE, "api", new, {"InstanceType": "t3.large"}, {"InstanceType": 7, "ImageId": 7})

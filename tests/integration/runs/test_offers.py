"""What AWS can be asked beforehand is asked while planning, over HTTP."""

from typing import Any

import pytest

from apps.aws.gateway import AwsError, ErrorKind
from apps.environments.models import Environment
from apps.people.models import User
from tests.integration import flow
from tests.integration.estate import RDS, TOKYO, Account

INSTANCE, VPC, SUBNET = "AWS::EC2::Instance", "AWS::EC2::VPC", "AWS::EC2::Subnet"
TAGS = [{"Key": "env", "Value": "prod"}]
NEW = {"$output": {"change": 1, "attribute": "VpcId"}}
People = dict[str, User]


def image(real: Any, architecture: str) -> str:
    ec2 = real.client("ec2")
    found = ec2.describe_images(Filters=[{"Name": "architecture", "Values": [architecture]}])["Images"]
    return str(found[0]["ImageId"])


@pytest.mark.lab
def test_an_instance_can_not_become_one_of_other_processors(people: People, prod: Environment, real: Any):
    ec2 = real.client("ec2")
    made = ec2.run_instances(ImageId=image(real, "x86_64"), InstanceType="t3.small", MinCount=1, MaxCount=1)
    name = made["Instances"][0]["InstanceId"]
    change = flow.DraftInput("update", INSTANCE, TOKYO, name, name, {"InstanceType": "t4g.small"})
    request = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod, change), real)
    [problem] = request.problems
    assert (problem["property"], problem["code"]) == ("InstanceType", "not_offered")
    assert "x86_64" in problem["sentence"]
    assert ec2.describe_instances()["Reservations"][0]["Instances"][0]["State"]["Name"] == "running"


def test_what_may_not_be_asked_is_a_warning(people: People, prod: Environment, aws: Account, monkeypatch: Any):
    def denied(*args: Any) -> Any:
        raise AwsError(ErrorKind.DENIED, "The role may not do that.")

    monkeypatch.setattr(aws, "ask", denied)
    change = flow.DraftInput("update", RDS, TOKYO, "orders-prod", "orders-prod", {"DBInstanceClass": "db.r6g.xlarge"})
    request = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod, change), aws)
    assert request.state == "in_review"
    [check] = [each for each in request.revision.checks if each["name"] == "AWS"]
    assert (check["outcome"], "could not be asked: The role may not do that." in check["sentence"]) == ("warn", True)


def test_a_subnet_lies_in_its_vpc_beside_the_others(people: People, prod: Environment, real: Any):
    ec2 = real.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.44.0.0/16")["Vpc"]["VpcId"]
    taken = ec2.create_subnet(VpcId=vpc, CidrBlock="10.44.1.0/24")["Subnet"]["SubnetId"]
    blocks = {"10.45.0.0/24": "not inside of the VPC's 10.44.0.0/16", "10.44.1.0/25": taken, "10.44.2.0/24": ""}
    wanted = [
        flow.DraftInput("create", SUBNET, TOKYO, "", block, {"VpcId": vpc, "CidrBlock": block, "Tags": TAGS})
        for block in blocks
    ]
    request = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod, *wanted), real)
    said = {problem["ordinal"]: (problem["property"], problem["sentence"]) for problem in request.problems}
    assert sorted(said) == [1, 2]
    for ordinal, words in enumerate(list(blocks.values())[:2], 1):
        assert said[ordinal][0] == "CidrBlock"
        assert words in said[ordinal][1]


def test_two_new_subnets_of_a_new_vpc_do_not_overlap(people: People, prod: Environment, real: Any):
    vpc = flow.DraftInput("create", VPC, TOKYO, "", "new", {"CidrBlock": "10.46.0.0/16", "Tags": TAGS})
    subnets = [
        flow.DraftInput("create", SUBNET, TOKYO, "", block, {"VpcId": NEW, "CidrBlock": block, "Tags": TAGS})
        for block in ("10.46.0.0/20", "10.46.8.0/24")
    ]
    request = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod, vpc, *subnets), real)
    assert {(each["ordinal"], each["property"]) for each in request.problems} == {(2, "CidrBlock"), (3, "CidrBlock")}

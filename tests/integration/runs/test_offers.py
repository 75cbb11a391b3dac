"""What AWS can be asked beforehand is asked while planning, over HTTP."""

from typing import Any

import pytest

from apps.aws.gateway import AwsError, ErrorKind
from apps.environments.models import Environment
from apps.people.models import User
from tests.integration import flow
from tests.integration.estate import RDS, TOKYO, Account

INSTANCE = "AWS::EC2::Instance"
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

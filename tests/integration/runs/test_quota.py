"""A set that AWS stops in the middle: what exists is said, and the next run makes the rest and nothing twice."""

from typing import Any

import pytest

from apps.environments.models import Environment
from apps.people.models import User
from apps.runs.commands import start
from apps.runs.models import Step
from apps.runs.states import RunState
from tests.integration import flow
from tests.integration.estate import TOKYO

People = dict[str, User]
TAGS = [{"Key": "env", "Value": "prod"}, {"Key": "Name", "Value": "shop"}]
NEW = {"$output": {"change": 1, "attribute": "VpcId"}}
VPC, SUBNET, GROUP = "AWS::EC2::VPC", "AWS::EC2::Subnet", "AWS::EC2::SecurityGroup"
SET = (
    (VPC, {"CidrBlock": "10.88.0.0/16", "Tags": TAGS}),
    (SUBNET, {"VpcId": NEW, "CidrBlock": "10.88.1.0/24", "Tags": TAGS}),
    (SUBNET, {"VpcId": NEW, "CidrBlock": "10.88.2.0/24", "Tags": TAGS}),
    (GROUP, {"GroupName": "shop", "GroupDescription": "Shop", "VpcId": NEW, "Tags": TAGS}),
)


@pytest.mark.lab
def test_a_quota_in_the_middle_of_a_set(people: People, prod: Environment, real: Any, strict: Any) -> None:
    changes = [flow.DraftInput("create", kind, TOKYO, "", f"shop {n}", values) for n, (kind, values) in enumerate(SET)]
    run = flow.started(people, prod, real, *changes)
    strict.lab(faults=[{"kind": "quota", "service": "ec2", "operation": "CreateSubnet"}])
    assert flow.pump(run, real).state == RunState.FAILED
    [failed] = Step.objects.filter(run=run, state="failed")
    assert failed.operation == "create_subnet"
    assert "SubnetLimitExceeded" in failed.outcome
    assert "Service Quotas" in failed.outcome
    before = made(real)
    assert 1 <= len(before) < len(SET)
    request = run.change_request
    request.refresh_from_db()
    second = start(by=people["aiko"], change_request=request, digest=flow.digest(request))
    assert flow.pump(second, real).state == RunState.SUCCEEDED
    after = made(real)
    assert before < after
    assert len(after) == len(SET)


def made(real: Any) -> set[str]:
    """The resources of the set that are there."""
    ec2 = real.client("ec2")
    named = [{"Name": "tag:Name", "Values": ["shop"]}]
    vpcs = {each["VpcId"] for each in ec2.describe_vpcs(Filters=named)["Vpcs"]}
    subnets = {each["SubnetId"] for each in ec2.describe_subnets(Filters=named)["Subnets"]}
    return vpcs | subnets | {each["GroupId"] for each in ec2.describe_security_groups(Filters=named)["SecurityGroups"]}

"""What replaces a resource: who uses it is known from inventory, looked at again, and switched by the run."""

from dataclasses import replace
from typing import Any

from apps.environments.models import Environment
from apps.inventory.models import Resource, TypeScan
from apps.people.models import User
from apps.planning import codec
from tests.integration import flow
from tests.integration.endpoint import Endpoint, executed, refreshed
from tests.integration.estate import GROUP, TOKYO

INSTANCE = "AWS::EC2::Instance"
People = dict[str, User]


def group(ec2: Any, name: str) -> str:
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    made: str = ec2.create_security_group(GroupName=name, Description="Web", VpcId=vpc)["GroupId"]
    return made


def instance(ec2: Any, *groups: str) -> str:
    image = ec2.describe_images()["Images"][0]["ImageId"]
    made = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, SecurityGroupIds=list(groups))
    name: str = made["Instances"][0]["InstanceId"]
    return name


def planned(people: People, prod: Environment, real: Any, *changes: flow.DraftInput) -> Any:
    return flow.submitted(people["aiko"], flow.draft(people["aiko"], prod, *changes), real)


def test_a_group_is_replaced_and_its_instance_switched_to_the_new_one(people: People, prod: Environment, real: Any):
    ec2 = real.client("ec2")
    web, other = group(ec2, "web"), group(ec2, "other")
    name = instance(ec2, web, other)
    refreshed(prod, real)

    executed(people, prod, real, flow.DraftInput("update", GROUP, TOKYO, web, "web", {"GroupName": "web-2"}))

    shown = ec2.describe_instances(InstanceIds=[name])["Reservations"][0]["Instances"][0]
    assert sorted(each["GroupName"] for each in shown["SecurityGroups"]) == ["other", "web-2"]
    left = [each["GroupId"] for each in ec2.describe_security_groups()["SecurityGroups"]]
    assert web not in left


def test_a_user_that_appeared_after_the_reading_is_found_by_the_next(people: People, prod: Environment, real: Any):
    ec2 = real.client("ec2")
    web = group(ec2, "late")
    refreshed(prod, real)
    asked = flow.DraftInput("update", GROUP, TOKYO, web, "late", {"GroupName": "late-2"})
    request = planned(people, prod, real, asked)
    assert len(codec.parse(request.revision.canonical).changes) == 2
    name = instance(ec2, web)
    refreshed(prod, real)
    request = planned(people, prod, real, asked)
    new, switch, gone = codec.parse(request.revision.canonical).changes
    assert (new.replaces, switch.identifier, gone.identifier) == (web, name, web)


def test_a_replacement_is_refused_while_a_type_that_may_use_it_was_not_read(
    people: People, prod: Environment, real: Endpoint
):
    web = group(real.client("ec2"), "unread")
    refreshed(prod, real)
    TypeScan.objects.filter(type=INSTANCE).update(error="The role may not read it.")
    request = planned(people, prod, real, flow.DraftInput("update", GROUP, TOKYO, web, "unread", {"GroupName": "b"}))
    assert request.state == "draft"
    assert f"What uses unread isn't known, because these types could not be read: {INSTANCE}" in str(request.problems)


def test_what_another_environment_uses_is_not_replaced_from_here(people: People, prod: Environment, real: Endpoint):
    ec2 = real.client("ec2")
    web = group(ec2, "shared")
    name = instance(ec2, web)
    refreshed(prod, real)
    row = Resource.objects.get(type=INSTANCE, identifier=name)
    row.environment = flow.make_environment("stg")
    row.save()
    request = planned(people, prod, real, flow.DraftInput("update", GROUP, TOKYO, web, "shared", {"GroupName": "b"}))
    assert "shared is used in stg, which this request may not change." in str(request.problems)


def test_a_deletion_takes_its_users_along_or_is_refused(people: People, prod: Environment, real: Endpoint):
    ec2 = real.client("ec2")
    web, name = group(ec2, "used"), ""
    name = instance(ec2, web)
    refreshed(prod, real)
    change = flow.DraftInput("delete", GROUP, TOKYO, web, "used", {})
    refused = planned(people, prod, real, change)
    (problem,) = refused.problems
    assert problem["sentence"].startswith(f"used is used by {name} (SecurityGroupIds/*). Delete it in this request too")
    request = planned(people, prod, real, replace(change, consents={"users": "It is stopped"}))
    (warning,) = [check for check in request.revision.checks if check["outcome"] == "warn"]
    assert warning["sentence"].startswith(f"used is used by {name} (SecurityGroupIds/*). AWS refuses")
    assert warning["ordinal"] == 1
    other = group(ec2, "other")
    switched = flow.DraftInput("update", INSTANCE, TOKYO, name, name, {"SecurityGroupIds": [other]})
    request = planned(people, prod, real, change, switched)
    assert request.revision is not None, request.problems
    gone = flow.DraftInput("delete", INSTANCE, TOKYO, name, name, {})
    assert planned(people, prod, real, change, gone).revision is not None


def test_a_network_goes_with_what_aws_made_for_it(people: People, prod: Environment, real: Endpoint):
    ec2 = real.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.78.0.0/16")["Vpc"]["VpcId"]
    refreshed(prod, real)
    executed(people, prod, real, flow.DraftInput("delete", "AWS::EC2::VPC", TOKYO, vpc, vpc, {}))
    assert vpc not in [each["VpcId"] for each in ec2.describe_vpcs()["Vpcs"]]


def test_a_network_with_a_gateway_that_was_made_outside_is_not_deleted(
    people: People, prod: Environment, real: Endpoint
):
    ec2 = real.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.77.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.77.1.0/24")["Subnet"]["SubnetId"]
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    gateway = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address)["NatGateway"]["NatGatewayId"]
    refreshed(prod, real)
    network = flow.DraftInput("delete", "AWS::EC2::VPC", TOKYO, vpc, vpc, {})
    refused = planned(
        people, prod, real, network, flow.DraftInput("delete", "AWS::EC2::Subnet", TOKYO, subnet, subnet, {})
    )
    assert refused.revision is None
    said = " ".join(problem["sentence"] for problem in refused.problems)
    assert f"is used by {gateway}" in said
    assert subnet in [each["Subnets"][0]["SubnetId"] for each in [ec2.describe_subnets(SubnetIds=[subnet])]]

"""A whole set of resources from nothing in one request: made in the order of its references, and deleted in one."""

import re
import sys
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.catalog.registry import TYPES
from apps.sandbox.estate import PRODUCTION, TOKYO, Account
from apps.web.forms import naming
from tests.e2e.compose import compose, done
from tests.e2e.conftest import SignIn
from tests.e2e.flow import apply, approve, ends, fill, save, submit
from tests.e2e.stack import Stack, Visitor

TAGS = [{"Key": "Name", "Value": "shop"}, {"Key": "env", "Value": "prod"}]
TITLE = "A shop from nothing"
IMAGE = "ami-12c6146b"
NAMES = {
    1: "ShopVPC",
    2: "ShopSubnet",
    3: "ShopSubnet2",
    4: "ShopInternetGateway",
    6: "ShopRouteTable",
    10: "ShopWebSecurityGroup",
    11: "ShopAppSecurityGroup",
    12: "ShopLoadBalancer",
    13: "ShopTargetGroup",
    15: "ShopLaunchTemplate",
    17: "ShopDBSubnetGroup",
}
SET = (
    ("VPC", {"CidrBlock": "10.77.0.0/16", "Tags": TAGS}),
    (
        "Subnet",
        {"VpcId": "${ShopVPC.VpcId}", "CidrBlock": "10.77.1.0/24", "AvailabilityZone": f"{TOKYO}a", "Tags": TAGS},
    ),
    (
        "Subnet",
        {"VpcId": "${ShopVPC.VpcId}", "CidrBlock": "10.77.2.0/24", "AvailabilityZone": f"{TOKYO}c", "Tags": TAGS},
    ),
    ("Internet gateway", {"Tags": TAGS}),
    (
        "Gateway attachment",
        {"VpcId": "${ShopVPC.VpcId}", "InternetGatewayId": "${ShopInternetGateway.InternetGatewayId}"},
    ),
    ("Route table", {"VpcId": "${ShopVPC.VpcId}", "Tags": TAGS}),
    (
        "Route",
        {
            "RouteTableId": "${ShopRouteTable.RouteTableId}",
            "DestinationCidrBlock": "0.0.0.0/0",
            "GatewayId": "${ShopInternetGateway.InternetGatewayId}",
        },
    ),
    *(
        ("Route table association", {"RouteTableId": "${ShopRouteTable.RouteTableId}", "SubnetId": subnet})
        for subnet in ("${ShopSubnet.SubnetId}", "${ShopSubnet2.SubnetId}")
    ),
    (
        "Security group",
        {
            "GroupName": "shop-web",
            "GroupDescription": "From everywhere",
            "VpcId": "${ShopVPC.VpcId}",
            "SecurityGroupIngress": [{"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "CidrIp": "0.0.0.0/0"}],
        },
    ),
    (
        "Security group",
        {
            "GroupName": "shop-app",
            "GroupDescription": "From the balancer",
            "VpcId": "${ShopVPC.VpcId}",
            "SecurityGroupIngress": [
                {
                    "IpProtocol": "tcp",
                    "FromPort": 8080,
                    "ToPort": 8080,
                    "SourceSecurityGroupId": "${ShopWebSecurityGroup.GroupId}",
                }
            ],
        },
    ),
    (
        "Load balancer",
        {
            "Name": "shop",
            "Subnets": ["${ShopSubnet.SubnetId}", "${ShopSubnet2.SubnetId}"],
            "SecurityGroups": ["${ShopWebSecurityGroup.GroupId}"],
        },
    ),
    ("Target group", {"Name": "shop", "Protocol": "HTTP", "Port": 8080, "VpcId": "${ShopVPC.VpcId}"}),
    (
        "Listener",
        {
            "LoadBalancerArn": "${ShopLoadBalancer.LoadBalancerArn}",
            "Port": 80,
            "Protocol": "HTTP",
            "DefaultActions": [{"Type": "forward", "TargetGroupArn": "${ShopTargetGroup.TargetGroupArn}"}],
        },
    ),
    (
        "Launch template",
        {
            "LaunchTemplateName": "shop",
            "LaunchTemplateData": {
                "ImageId": IMAGE,
                "InstanceType": "t3.micro",
                "SecurityGroupIds": ["${ShopAppSecurityGroup.GroupId}"],
            },
        },
    ),
    (
        "Auto Scaling group",
        {
            "AutoScalingGroupName": "shop",
            "MinSize": "1",
            "MaxSize": "2",
            "LaunchTemplate": {"LaunchTemplateId": "${ShopLaunchTemplate.LaunchTemplateId}", "Version": "1"},
            "VPCZoneIdentifier": ["${ShopSubnet.SubnetId}", "${ShopSubnet2.SubnetId}"],
            "TargetGroupARNs": ["${ShopTargetGroup.TargetGroupArn}"],
        },
    ),
    (
        "RDS subnet group",
        {
            "DBSubnetGroupName": "shop",
            "DBSubnetGroupDescription": "Of the shop",
            "SubnetIds": ["${ShopSubnet.SubnetId}", "${ShopSubnet2.SubnetId}"],
        },
    ),
    (
        "RDS instance",
        {
            "DBInstanceIdentifier": "shop",
            "DBInstanceClass": "db.t3.micro",
            "Engine": "postgres",
            "AllocatedStorage": "20",
            "MasterUsername": "shop",
            "ManageMasterUserPassword": True,
            "DBSubnetGroupName": "${ShopDBSubnetGroup.DBSubnetGroupName}",
            "VPCSecurityGroups": ["${ShopAppSecurityGroup.GroupId}"],
        },
    ),
)


def proposed(visitor: Visitor, typed: int) -> Page:
    """One draft with everything: the last so many changes typed in forms, what comes before them sent by a program."""
    given = SET[: len(SET) - typed]
    page = visitor.go(
        f"/change-requests/{sent(visitor, given)}/" if given else "/propose/new/?place=prod/ap-northeast-1"
    )
    for number, (kind, document) in enumerate(SET[len(given) :], len(given)):
        if number:
            page.get_by_role("link", name="Add a new one").click()
        done["clicks"] += 2 + bool(number)
        page.get_by_role("link", name=re.compile(f"^{kind} in Production")).click()
        compose(page, document)
        if not number:
            fill(page, Title=TITLE)
        save(page)
    return page


def sent(visitor: Visitor, wanted: Sequence[tuple[str, dict[str, Any]]]) -> int:
    """The number of a draft that the API was given."""
    named = {each.title: each.name for each in TYPES}
    changes = [
        {"action": "create", "type": named[kind], "region": TOKYO, "name": kind, "desired": nodes(document)}
        for kind, document in wanted
    ]
    token = visitor.page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    answer = visitor.page.request.post(
        f"{visitor.url}/api/v1/change-requests/",
        data={"environment": "prod", "title": TITLE, "changes": changes},
        headers={"X-CSRFToken": token, "Referer": visitor.url},
    )
    assert answer.status == 201, answer.text()
    number: int = answer.json()["id"]
    return number


def nodes(value: Any) -> Any:
    """The references as the API takes them, which a form takes as text."""
    if isinstance(value, dict):
        return {name: nodes(inner) for name, inner in value.items()}
    return [nodes(item) for item in value] if isinstance(value, list) else naming.read(value, NAMES)


@pytest.mark.long
@pytest.mark.parametrize("typed", [2, len(SET)])
def test_a_whole_set_is_made_in_one_request_and_deleted_in_one(
    stack: Stack, enter: SignIn, typed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    done.clear()
    with stack.settling(1):
        made_and_gone(stack, enter("aiko"), enter("ben"), typed)
    with capsys.disabled():
        said = f"{typed} of {len(SET)} resources typed: {done['fields']} fields filled, {done['clicks']} clicks made"
        sys.stdout.write(f"\n{said}\n")


def made_and_gone(stack: Stack, aiko: Visitor, ben: Visitor, typed: int) -> None:
    page = proposed(aiko, typed)
    made = carried_out(aiko, ben, submit(page))
    assert in_order(made, "create_vpc", "create_subnet", "create_load_balancer", "create_listener")
    assert in_order(made, "attach_internet_gateway", "create_route")
    assert in_order(made, "attach_internet_gateway", "create_load_balancer")
    assert in_order(made, "create_target_group", "create_listener", "create_auto_scaling_group")
    assert in_order(made, "create_launch_template", "create_auto_scaling_group")
    assert in_order(made, "create_subnet", "create_db_subnet_group", "create_db_instance")
    account = Account(stack.aws, PRODUCTION, TOKYO)
    (balancer,) = account.client("elbv2").describe_load_balancers(Names=["shop"])["LoadBalancers"]
    assert balancer["State"]["Code"] == "active"
    (group,) = account.client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=["shop"])[
        "AutoScalingGroups"
    ]
    ours = {each["SubnetId"] for each in subnets(account)}
    assert set(group["VPCZoneIdentifier"].split(",")) == ours
    assert {each["SubnetId"] for each in balancer["AvailabilityZones"]} == ours

    page = chosen_to_go(aiko, "AWS::EC2::VPC")
    for each in page.locator(".chosen-list input").all():
        each.check()
    page.get_by_role("button", name="Choose those that are ticked").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"Propose to delete {len(SET) - 1} resources")
    fill(page, Title="The shop is gone")
    number = save(page)
    page = chosen_to_go(aiko, "AWS::EC2::InternetGateway")
    page.get_by_label("Add to", exact=True).select_option(label=f"{number} The shop is gone")
    assert save(page) == number
    gone = carried_out(aiko, ben, submit(page))
    assert in_order(gone, "delete_subnet", "delete_vpc")
    assert in_order(gone, "delete_auto_scaling_group", "delete_launch_template", "delete_security_group")
    assert in_order(gone, "delete_listener", "delete_target_group")
    assert in_order(gone, "delete_db_instance", "delete_db_subnet_group", "delete_subnet")
    assert in_order(gone, "delete_load_balancer", "detach_internet_gateway", "delete_internet_gateway")
    assert in_order(gone, "disassociate_route_table", "delete_route_table")
    assert subnets(account) == []
    names = [each["DBSnapshotIdentifier"] for each in account.client("rds").describe_db_snapshots()["DBSnapshots"]]
    assert "shop-final" in names


def chosen_to_go(visitor: Visitor, kind: str) -> Page:
    """The shop's own resource of a type, found in the list, ticked and proposed to be deleted."""
    page = visitor.go(f"/resources/?environment=prod&q=shop&type={kind}")
    page.get_by_label("Tick all of this page").check()
    page.get_by_role("button", name="Propose to delete each").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Propose to delete 1 resource")
    return page


def carried_out(requester: Visitor, reviewer: Visitor, address: str) -> list[str]:
    """The request brought to its end; the operations that its run made, in their order."""
    approve(reviewer, address)
    apply(requester.page, address)
    ends(requester.page, "Succeeded")
    said = requester.page.locator(".run-step .call-box .operation").all_text_contents()
    return [text.split(".")[1] for text in said]


def in_order(operations: list[str], *wanted: str) -> bool:
    """Whether every call of each operation comes before any of the next."""
    places = [[n for n, each in enumerate(operations) if each == name] for name in wanted]
    return all(places) and all(max(one) < min(other) for one, other in pairwise(places))


def subnets(account: Account) -> list[dict[str, Any]]:
    wanted = [{"Name": "tag:Name", "Values": ["shop"]}]
    found: list[dict[str, Any]] = account.client("ec2").describe_subnets(Filters=wanted)["Subnets"]
    return found

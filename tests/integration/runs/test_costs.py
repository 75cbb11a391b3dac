"""What plans cost, with the prices of the endpoint: from the request to its page and the API."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from apps.audit.models import Event
from apps.changes.commands import enter_usage
from apps.changes.models import ChangeRequest, Usage
from apps.changes.usage import keys, lines
from apps.environments.models import Environment
from apps.evaluation import cost
from apps.people.models import User
from apps.refusal import Refused
from tests.integration import flow
from tests.integration.endpoint import Endpoint, refreshed
from tests.integration.estate import RDS, TOKYO

People = dict[str, User]
INSTANCE, CLUSTER, BALANCER, TEMPLATE, GROUP = (
    "AWS::EC2::Instance",
    "AWS::Redshift::Cluster",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "AWS::EC2::LaunchTemplate",
    "AWS::AutoScaling::AutoScalingGroup",
)


def planned(people: People, prod: Environment, real: Endpoint, *changes: flow.DraftInput) -> ChangeRequest:
    request = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod, *changes), real)
    assert request.revision, request.problems
    return request


def deltas(request: ChangeRequest) -> dict[tuple[int, str], str | None]:
    assert request.revision
    return {(line.ordinal, line.part): line.delta and f"{Decimal(line.delta):.4f}" for line in lines(request.revision)}


def test_a_database_that_grows_costs_its_new_size_less_the_old(
    people: People, prod: Environment, real: Endpoint
) -> None:
    real.client("rds").create_db_instance(
        DBInstanceIdentifier="orders", DBInstanceClass="db.r6g.large", Engine="postgres", AllocatedStorage=100,
        MasterUsername="ringi", MasterUserPassword="only-for-tests", StorageType="gp3",
    )  # fmt: skip
    wanted = {"DBInstanceClass": "db.r6g.xlarge", "AllocatedStorage": "200"}
    request = planned(people, prod, real, flow.DraftInput("update", RDS, TOKYO, "orders", "orders", wanted))
    assert deltas(request) == {(1, "Instance"): "205.3125", (1, "Storage"): "14.3750"}
    gone = planned(people, prod, real, flow.DraftInput("delete", RDS, TOKYO, "orders", "orders", {}))
    assert deltas(gone) == {(1, "Instance"): "-205.3125", (1, "Storage"): "-14.3750", (1, "Backups"): None}


def test_a_group_is_priced_by_the_template_that_the_same_request_makes(
    people: People, prod: Environment, real: Endpoint
) -> None:
    ec2 = real.client("ec2")
    image = next(each["ImageId"] for each in ec2.describe_images()["Images"] if "Platform" not in each)
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    template = {"LaunchTemplateName": "web", "LaunchTemplateData": {"ImageId": image, "InstanceType": "m6g.large"}}
    named = {"LaunchTemplateId": {"$output": {"change": 1, "attribute": "LaunchTemplateId"}}, "Version": "$Latest"}
    group = {
        "AutoScalingGroupName": "web",
        "MinSize": "1",
        "MaxSize": "3",
        "DesiredCapacity": "2",
        "LaunchTemplate": named,
        "VPCZoneIdentifier": [subnet],
    }
    request = planned(
        people, prod, real,
        flow.DraftInput("create", TEMPLATE, TOKYO, "", "web", template),
        flow.DraftInput("create", GROUP, TOKYO, "", "web", group),
    )  # fmt: skip
    assert deltas(request) == {(2, "Instances"): "140.5250", (2, "Volumes"): None}
    assert request.revision
    assert request.revision.evaluation["cost"]["free"] == [1]


def test_a_replacement_costs_the_new_one_less_the_old_one(people: People, prod: Environment, real: Endpoint) -> None:
    subnets = [each["SubnetId"] for each in real.client("ec2").describe_subnets()["Subnets"][:2]]
    group = real.client("ec2").describe_security_groups()["SecurityGroups"][0]["GroupId"]
    given = {"Name": "old", "Subnets": subnets, "Scheme": "internal", "SecurityGroups": [group]}
    made = real.client("elbv2").create_load_balancer(**given)
    arn = made["LoadBalancers"][0]["LoadBalancerArn"]
    refreshed(prod, real)
    request = planned(people, prod, real, flow.DraftInput("update", BALANCER, TOKYO, arn, "old", {"Name": "new"}))
    found = deltas(request)
    assert [found[n, "Load balancer"] for n in (1, 2)] == ["20.5312", "-20.5312"]
    assert request.revision
    assert cost.total(lines(request.revision)).delta == 0


def balancer(people: People, prod: Environment, real: Endpoint) -> ChangeRequest:
    subnets = [each["SubnetId"] for each in real.client("ec2").describe_subnets()["Subnets"][:2]]
    desired = {"Name": "web", "Type": "application", "Scheme": "internal", "Subnets": subnets}
    return planned(people, prod, real, flow.DraftInput("create", BALANCER, TOKYO, "", "web", desired))


def test_usage_that_is_entered_counts_stays_with_a_new_plan_and_is_in_the_log(
    people: People, prod: Environment, real: Endpoint
) -> None:
    request = balancer(people, prod, real)
    assert request.revision
    assert deltas(request) == {(1, "Load balancer"): "20.5312", (1, "Capacity units"): None}
    key = keys(request.revision)[1]
    enter_usage(by=people["ben"], change_request=request, key=key, part="Capacity units", quantity="1,2.5")
    assert deltas(request)[1, "Capacity units"] == f"{Decimal('12.5') * 730 * Decimal('0.01'):.4f}"
    flow.replanned(people["aiko"], request, real)
    request.refresh_from_db()
    assert deltas(request)[1, "Capacity units"] == "91.2500"
    event = Event.objects.get(verb="change_request.usage_entered")
    assert (event.data["part"], event.data["quantity"]) == ("Capacity units", "12.5")
    enter_usage(by=people["ben"], change_request=request, key=key, part="Capacity units", quantity=" ")
    assert deltas(request)[1, "Capacity units"] is None


@pytest.mark.parametrize(
    ("quantity", "sentence"),
    [
        ("much", "Write a number"),
        ("-1", "from 0 to"),
        ("NaN", "from 0 to"),
        ("1e13", "from 0 to"),
        ("0.00001", "four places"),
    ],
)
def test_usage_that_is_no_amount_is_refused(
    people: People, prod: Environment, real: Endpoint, quantity: str, sentence: str
) -> None:
    request = balancer(people, prod, real)
    assert request.revision
    key = keys(request.revision)[1]
    with pytest.raises(Refused, match=sentence):
        enter_usage(by=people["aiko"], change_request=request, key=key, part="Capacity units", quantity=quantity)
    with pytest.raises(Refused, match="No part"):
        enter_usage(by=people["aiko"], change_request=request, key=key, part="Load balancer", quantity="1")
    with pytest.raises(Refused, match="neither requester nor reviewer"):
        enter_usage(by=people["emi"], change_request=request, key=key, part="Capacity units", quantity="1")
    assert not Usage.objects.exists()


def test_the_page_shows_the_working_and_keeps_what_was_refused(
    people: People, prod: Environment, real: Endpoint, client: Client
) -> None:
    request = balancer(people, prod, real)
    assert request.revision
    client.force_login(people["aiko"])
    address = f"/change-requests/{request.pk}/"
    page = client.get(address, secure=True).content.decode()
    assert "+$20.53 a month" in page
    assert "730 Hrs × $0.028125 = $20.53" in page
    assert "1 part by usage" in page
    form = {"key": keys(request.revision)[1], "part": "Capacity units", "quantity": "lots", "anchor": "#cost"}
    refused = client.post(f"{address}usage/", form, secure=True)
    assert refused.status_code == 409
    assert 'value="lots"' in refused.content.decode()
    taken = client.post(f"{address}usage/", form | {"quantity": "2"}, secure=True)
    assert taken["Location"].endswith("#cost")
    assert "+$35.13 a month" in client.get(address, secure=True).content.decode()


def test_without_prices_nothing_is_counted_and_everything_is_named(
    people: People, prod: Environment, real: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    from apps.sandbox.endpoint import price_book

    monkeypatch.setattr(price_book, "_list", lambda service, region: [])
    request = balancer(people, prod, real)
    assert request.revision
    found: list[Any] = lines(request.revision)
    assert [line.why for line in found] == ["The Price List has no such product in this region."] * 2
    assert cost.total(found) == cost.Total(Decimal(0), 2, 0)

"""Exporting what inventory has: the page with its questions, the files, and what the log keeps of it."""

import json
from typing import Any

import pytest
import yaml
from django.urls import reverse

from apps.audit.models import Event
from apps.environments.models import Environment
from apps.inventory.commands import record_observation
from apps.inventory.models import Resource
from apps.planning.plan import Observation
from tests.integration.web.conftest import SignIn

TOKYO = "ap-northeast-1"
VPC, WEB = "vpc-0123456789abcdef0", "sg-0123456789abcdef0"


def seen(environment: Environment, kind: str, identifier: str, name: str, region: str = TOKYO, **has: Any) -> Resource:
    known = Observation(kind, region, identifier, name, "", "", has)
    record_observation(environment=environment, observation=known, cause="refresh")
    return Resource.objects.get(environment=environment, identifier=identifier)


@pytest.fixture
def network(environments: dict[str, Environment]) -> Resource:
    return seen(environments["prod"], "AWS::EC2::VPC", VPC, "shop-prod", VpcId=VPC, CidrBlock="10.1.0.0/16")


@pytest.fixture
def group(environments: dict[str, Environment], network: Resource) -> Resource:
    has = {"GroupId": WEB, "GroupName": "web-prod", "GroupDescription": "x", "VpcId": VPC}
    return seen(environments["prod"], "AWS::EC2::SecurityGroup", WEB, "web-prod", **has)


def test_what_a_resource_needs_is_asked_for_or_exported_too(sign_in: SignIn, group: Resource) -> None:
    aiko, address = sign_in("aiko"), reverse("web:export")
    alone = aiko.get(f"{address}?resource={group.pk}")
    assert [each.name for each in alone.context["export"].questions] == ["ShopProdVPC"]
    assert "Add the 1 that they need" in alone.text
    whole = aiko.get(f"{address}?resource={group.pk}&needs=on")
    assert not whole.context["export"].questions
    assert set(whole.context["export"].template["Resources"]) == {"ShopVPC", "WebSecurityGroup"}
    assert whole.context["export"].needed == 0
    environment = aiko.get(f"{address}?environment=prod")
    assert environment.context["export"].template == whole.context["export"].template


def test_files_are_the_template_and_the_identifiers_and_the_log_keeps_who_took_them(
    sign_in: SignIn, group: Resource
) -> None:
    aiko, asked = sign_in("aiko"), "?environment=prod"
    text = aiko.get(reverse("web:export_file", args=["template.yaml"]) + asked)
    assert text["Content-Disposition"] == 'attachment; filename="prod-template.yaml"'
    other = aiko.get(reverse("web:export_file", args=["template.json"]) + asked)
    assert yaml.safe_load(text.content) == json.loads(other.content)
    identifiers = json.loads(aiko.get(reverse("web:export_file", args=["import.json"]) + asked).content)
    assert {"ResourceType": "AWS::EC2::VPC", "LogicalResourceId": "ShopVPC", "ResourceIdentifier": {"VpcId": VPC}} in (
        identifiers
    )
    events = Event.objects.filter(verb="blueprint.exported").order_by("pk")
    assert [each.data["file"] for each in events] == ["template.yaml", "template.json", "import.json"]
    assert aiko.get(reverse("web:export_file", args=["other.txt"]) + asked).status_code == 404


def test_another_region_is_left_out_with_the_reason(
    sign_in: SignIn, environments: dict[str, Environment], group: Resource
) -> None:
    has = {"VpcId": "vpc-far", "CidrBlock": "10.9.0.0/16"}
    far = seen(environments["prod"], "AWS::EC2::VPC", "vpc-far", "far", "us-west-2", **has)
    answer = sign_in("aiko").get(reverse("web:export") + "?environment=prod")
    (left,) = answer.context["export"].made.left
    assert (left.name, "It is in us-west-2; a template is for one region" in left.reason) == (far.name, True)


def test_nothing_and_too_much_and_what_may_not_be_seen(
    sign_in: SignIn, environments: dict[str, Environment], group: Resource
) -> None:
    other = seen(environments["dev"], "AWS::EC2::VPC", "vpc-dev", "dev", VpcId="vpc-dev", CidrBlock="10.2.0.0/16")
    address = reverse("web:export")
    assert sign_in("aiko").get(address).status_code == 422
    mixed = sign_in("goro").get(f"{address}?resource={group.pk}&resource={other.pk}")
    assert "Export each of them by itself" in mixed.text
    unseen = sign_in("ben").get(f"{address}?resource={group.pk}")
    assert "No resource is chosen" in unseen.text
    assert not Event.objects.filter(verb="blueprint.exported").exists()

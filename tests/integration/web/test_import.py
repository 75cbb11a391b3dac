"""A blueprint from one environment becomes an ordinary draft in another, once: again only for what differs."""

from typing import Any

import pytest
from django.urls import reverse

from apps.audit.models import Event
from apps.blueprints.decide import Group
from apps.blueprints.models import Blueprint, Import
from apps.catalog.hidden import HIDDEN
from apps.changes.models import ChangeRequest, DraftChange
from apps.changes.ordinals import filled
from apps.environments.models import Environment
from apps.inventory.models import Resource
from apps.people.models import Role, User
from tests.integration.web.conftest import SignIn
from tests.integration.web.test_export import TOKYO, seen

VPC, WEB, OUTSIDE = "vpc-0123456789abcdef0", "sg-0123456789abcdef0", "sg-0aaaaaaaaaaaaaaa1"
BLOCK = "EC2VPCNetworks-ShopVPCCidrBlock"
NAME = "EC2SecurityGroupNames-WebSecurityGroupGroupName"


def rule(source: str) -> dict[str, Any]:
    return {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "SourceSecurityGroupId": source}


@pytest.fixture
def blueprint(sign_in: SignIn, people: dict[str, User], environments: dict[str, Environment]) -> Blueprint:
    people["goro"].bindings.create(role=Role.REQUESTER)
    prod = environments["prod"]
    seen(
        prod,
        "AWS::EC2::VPC",
        VPC,
        "shop-prod",
        VpcId=VPC,
        CidrBlock="10.1.0.0/16",
        Tags=[{"Key": "Name", "Value": "shop-prod"}],
    )
    group = {"GroupId": WEB, "GroupName": "web-prod", "GroupDescription": "x", "VpcId": VPC}
    seen(prod, "AWS::EC2::SecurityGroup", WEB, "web-prod", **group, SecurityGroupIngress=[rule(OUTSIDE), rule(WEB)])
    return saved(sign_in)


def saved(sign_in: SignIn, name: str = "Shop") -> Blueprint:
    answer = sign_in("goro").post(
        reverse("web:save_blueprint") + "?environment=prod", {"name": name, "notes": "First."}
    )
    assert answer.status_code == 302, answer.text
    return Blueprint.objects.get(name=name)


def address(blueprint: Blueprint, environment: str = "dev") -> str:
    return reverse("web:import_blueprint", args=[blueprint.pk]) + f"?environment={environment}&region={TOKYO}"


def answers(**more: str) -> dict[str, str]:
    return {"title": "Shop in dev", "SecurityGroup": OUTSIDE, NAME: "web-dev", BLOCK: "10.7.0.0/16"} | more


def made(request: ChangeRequest, environment: Environment) -> None:
    """What a run of the request would have made, as inventory sees it afterwards."""
    for change in request.draft_changes.filter(action="create").order_by("ordinal"):
        key = {"AWS::EC2::VPC": "VpcId", "AWS::EC2::SecurityGroup": "GroupId"}[change.type]
        identifier = f"{key}-{change.ordinal}"
        DraftChange.objects.filter(pk=change.pk).update(made=identifier)
        known = filled(change.desired, lambda number, name: f"{name}-{number}")
        seen(environment, change.type, identifier, change.name, **{**known, key: identifier})


def test_values_are_sorted_by_what_they_need(sign_in: SignIn, blueprint: Blueprint) -> None:
    form = sign_in("goro").get(address(blueprint)).context["form"]
    rows = {group: [row.name for row, _ in found] for group, _, found in form.groups}
    assert rows == {
        "decide": ["SecurityGroup"],
        "rule": ["WebSecurityGroupGroupName"],
        "unchanged": ["ShopVPCCidrBlock"],
    }


def test_the_answers_become_a_draft_that_refers_to_itself(sign_in: SignIn, blueprint: Blueprint) -> None:
    goro = sign_in("goro")
    missing = goro.post(address(blueprint), answers(SecurityGroup=""))
    assert (missing.status_code, ChangeRequest.objects.exists()) == (422, False)
    assert 'value="10.7.0.0/16"' in missing.text
    answer = goro.post(address(blueprint), answers())
    request = ChangeRequest.objects.get()
    assert answer["Location"] == reverse("web:change_request", args=[request.pk]) + "#changes"
    group, network = request.draft_changes.order_by("ordinal")
    assert (group.logical, network.logical, network.desired["CidrBlock"]) == (
        "WebSecurityGroup",
        "ShopVPC",
        "10.7.0.0/16",
    )
    assert group.desired["VpcId"] == {"$output": {"change": 2, "attribute": "VpcId"}}
    own = {"$output": {"change": 1, "attribute": "GroupId"}}
    assert [each["SourceSecurityGroupId"] for each in group.desired["SecurityGroupIngress"]] == [OUTSIDE, own]
    assert {"Key": "Name", "Value": "shop-dev"} in network.desired["Tags"]
    kept = Import.objects.get()
    assert (kept.version.number, kept.values[BLOCK]) == (1, "10.7.0.0/16")
    assert Event.objects.filter(verb="blueprint.imported", subject=request.reference).exists()
    page = goro.get(reverse("web:blueprint", args=[blueprint.pk]))
    assert request.reference in page.text


def test_again_is_nothing_one_changed_value_is_one_update_and_what_is_gone_is_made_anew(
    sign_in: SignIn, blueprint: Blueprint, environments: dict[str, Environment]
) -> None:
    goro, dev = sign_in("goro"), environments["dev"]
    goro.post(address(blueprint), answers())
    first = ChangeRequest.objects.get()
    made(first, dev)
    again = goro.get(address(blueprint))
    assert "2 of its resources are there already" in again.text
    shown = again.context["form"]
    assert {row.key: shown[row.key].value() for row in shown.rows} == {
        "SecurityGroup": OUTSIDE,
        NAME: "web-dev",
        BLOCK: "10.7.0.0/16",
    }, "what was decided before is proposed again"
    nothing = goro.post(address(blueprint), answers())
    assert "Everything is there already" in nothing.text

    Resource.objects.filter(identifier=WEB).delete()
    group = {"GroupId": WEB, "GroupName": "web-prod", "GroupDescription": "x", "VpcId": VPC}
    seen(environments["prod"], "AWS::EC2::SecurityGroup", WEB, "web-prod", **group, SecurityGroupIngress=[rule(WEB)])
    assert saved(sign_in).versions.count() == 2
    goro.post(address(blueprint), answers())
    (change,) = ChangeRequest.objects.latest("pk").draft_changes.all()
    assert (change.action, change.identifier, set(change.desired)) == ("update", "GroupId-1", {"SecurityGroupIngress"})
    assert change.desired["SecurityGroupIngress"] == [rule("GroupId-1")]

    Resource.objects.filter(environment=dev, identifier="VpcId-2").update(gone_at="2026-01-01T00:00Z")
    goro.post(address(blueprint), answers())
    changes = {each.logical or each.identifier: each for each in ChangeRequest.objects.latest("pk").draft_changes.all()}
    assert {name: each.action for name, each in changes.items()} == {"GroupId-1": "update", "ShopVPC": "create"}
    assert changes["GroupId-1"].desired["VpcId"] == {"$output": {"change": 2, "attribute": "VpcId"}}


def test_importing_into_the_source_changes_nothing(sign_in: SignIn, blueprint: Blueprint) -> None:
    typed = answers(**{NAME: "web-prod", BLOCK: "10.1.0.0/16"})
    answer = sign_in("goro").post(address(blueprint, "prod"), typed)
    assert "Everything is there already" in answer.text


def test_who_sees_the_source_sees_the_blueprint_and_only_requesters_import(
    sign_in: SignIn, people: dict[str, User], blueprint: Blueprint
) -> None:
    assert "Shop" in sign_in("aiko").get(reverse("web:blueprints")).text
    assert sign_in("ben").get(reverse("web:blueprint", args=[blueprint.pk])).status_code == 404
    goro = sign_in("goro")
    assert goro.get(reverse("web:blueprint", args=[blueprint.pk]) + "?version=7").status_code == 404
    nameless = goro.post(reverse("web:save_blueprint") + "?environment=prod", {"name": " "})
    assert nameless.status_code == 422
    people["goro"].bindings.filter(role=Role.REQUESTER).delete()
    refused = goro.post(address(blueprint), answers())
    assert (refused.status_code, "You are not a requester in dev" in refused.text) == (409, True)
    assert not ChangeRequest.objects.exists()


def test_what_the_blueprint_has_no_more_goes_only_when_that_is_asked_for(
    sign_in: SignIn, blueprint: Blueprint, environments: dict[str, Environment]
) -> None:
    goro, dev = sign_in("goro"), environments["dev"]
    goro.post(address(blueprint), answers())
    made(ChangeRequest.objects.get(), dev)
    Resource.objects.filter(environment=environments["prod"], identifier=WEB).update(gone_at="2026-01-01T00:00Z")
    saved(sign_in)
    form = goro.get(address(blueprint))
    assert form.context["form"].fields["delete"].choices == [("WebSecurityGroup", "web-dev (AWS::EC2::SecurityGroup)")]
    typed = {"title": "Shop in dev", BLOCK: "10.7.0.0/16"}
    assert "Everything is there already" in goro.post(address(blueprint), typed).text
    goro.post(address(blueprint), {**typed, "delete": "WebSecurityGroup"})
    (change,) = ChangeRequest.objects.latest("pk").draft_changes.all()
    assert (change.action, change.identifier, change.name) == ("delete", "GroupId-1", "web-dev")
    assert goro.post(address(blueprint), {**typed, "delete": "ShopVPC"}).status_code == 422


def test_a_value_that_is_not_read_is_decided_as_a_reference_to_a_secret_of_the_target(
    sign_in: SignIn, people: dict[str, User], environments: dict[str, Environment]
) -> None:
    people["goro"].bindings.create(role=Role.REQUESTER)
    variables = [{"Name": "PASSWORD", "Value": HIDDEN}]
    containers = [{"Name": "web", "Image": "web:1", "Memory": 64, "Environment": variables}]
    task = "arn:aws:ecs:ap-northeast-1:111111111111:task-definition/web:1"
    seen(
        environments["prod"],
        "AWS::ECS::TaskDefinition",
        task,
        "web",
        TaskDefinitionArn=task,
        Family="web",
        ContainerDefinitions=containers,
    )
    secret = "arn:aws:secretsmanager:ap-northeast-1:111111111111:secret:web/password-a1B2c3"
    seen(environments["dev"], "AWS::SecretsManager::Secret", secret, "web/password", Name="web/password", Id=secret)
    blueprint = saved(sign_in, "Web")
    goro = sign_in("goro")
    page = goro.get(address(blueprint))
    [row] = [row for row, _ in page.context["form"].of(Group.DECIDE)]
    assert (row.hidden, row.choices) == (True, ("{{resolve:secretsmanager:web/password}}",))
    assert "fetched when the call is made" in page.text
    assert row.key in goro.post(address(blueprint), {"title": "Web in dev"}).context["form"].errors

    family = "ECSTaskDefinitionNames-WebTaskDefinitionFamily"
    goro.post(address(blueprint), {"title": "Web in dev", family: "web-dev", row.key: row.choices[0]})
    [change] = ChangeRequest.objects.get().draft_changes.all()
    given = [{"Name": "PASSWORD", "Value": "{{resolve:secretsmanager:web/password}}"}]
    assert change.desired["ContainerDefinitions"][0]["Environment"] == given
    assert row.key not in Import.objects.get().values

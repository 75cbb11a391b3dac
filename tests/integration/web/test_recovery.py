"""What another environment lacks to stand in for one, as a request that builds it; and how that went before."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from apps.blueprints.models import Import, Version
from apps.changes.models import ChangeRequest
from apps.environments.models import Environment
from apps.people.models import Role, User
from tests.integration.web.conftest import SignIn
from tests.integration.web.test_compare import DEV, PROD, keep
from tests.unit.blueprints.estates import EACH, TOKYO

ADDRESS = f"?one=prod/{TOKYO}&other=dev/{TOKYO}"


@pytest.fixture
def goro(sign_in: SignIn, people: dict[str, User], environments: dict[str, Environment]) -> Client:
    """An administrator who may propose. Development has the network of production's service, and nothing else of it."""
    people["goro"].bindings.create(role=Role.REQUESTER)
    for part in PROD.parts(1):
        keep(environments["prod"], part, {})
    for part in DEV.parts(1):
        if part.type in ("AWS::EC2::VPC", "AWS::EC2::Subnet"):
            keep(environments["dev"], part, {})
    return sign_in("goro")


def test_the_page_says_what_is_lacking_and_what_comes_back_empty(goro: Client) -> None:
    page = goro.get(reverse("web:recovery") + ADDRESS)
    about = page.context["about"]
    assert (len(about.lacks), about.differ) == (EACH - 3, 1)
    assert {part.type for part, _ in about.lost} == {"AWS::RDS::DBInstance", "AWS::S3::Bucket", "AWS::SQS::Queue"}
    assert "what it holds is not copied" in page.text
    assert "min" in about.minutes
    assert "Choose two environments" in goro.get(reverse("web:recovery")).text


def test_the_press_makes_a_request_for_all_of_it_and_is_timed(
    goro: Client, environments: dict[str, Environment]
) -> None:
    form = goro.post(reverse("web:rehearse") + ADDRESS, follow=True)
    assert not [row.name for row in form.context["form"].rows if row.group == "decide" and not row.proposed]
    typed = {field.html_name: field.value() or "" for field in form.context["form"]}
    goro.post(form.request["PATH_INFO"] + "?" + form.request["QUERY_STRING"], typed)
    request = ChangeRequest.objects.get()
    changes = {each.logical: each for each in request.draft_changes.all()}
    assert (len(changes), {each.action for each in changes.values()}) == (EACH - 3, {"create"})
    assert changes["Svc00DBSubnetGroup"].desired["SubnetIds"] == [
        part.identifier for part in DEV.parts(1) if part.type == "AWS::EC2::Subnet"
    ], "what is there is used"
    assert request.title == "Make dev like prod"

    Version.objects.update(created_at=Import.objects.get().created_at - timedelta(seconds=40))
    (seen,) = goro.get(reverse("web:recovery") + ADDRESS).context["about"].rehearsals
    assert (seen.request, seen.pressed, seen.run) == (request, timedelta(seconds=40), None)


def test_who_may_not_propose_there_is_told_so(goro: Client, people: dict[str, User]) -> None:
    people["goro"].bindings.filter(role=Role.REQUESTER).delete()
    refused = goro.post(reverse("web:rehearse") + ADDRESS)
    assert (refused.status_code, "You are not a requester in dev" in refused.text) == (409, True)
    nowhere = goro.post(reverse("web:rehearse"))
    assert (nowhere.status_code, "Choose what is lost" in nowhere.text) == (409, True)

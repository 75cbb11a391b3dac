"""Two environments side by side: what differs, what is meant to, and one made like the other by an ordinary draft."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.audit.models import Event
from apps.blueprints.models import Blueprint, Expected
from apps.blueprints.parts import Part
from apps.changes.models import ChangeRequest, DraftChange
from apps.environments.models import Environment
from apps.inventory.commands import record_observation
from apps.inventory.models import Resource
from apps.people.models import Role, User
from apps.planning.plan import Observation
from tests.integration.web.conftest import SignIn
from tests.unit.blueprints.estates import EACH, TOKYO, Place

GROUP, DATABASE = "AWS::EC2::SecurityGroup", "AWS::RDS::DBInstance"
CLASS = f"{DATABASE} Svc00DBInstance DBInstanceClass"
BLOCK = "AWS::EC2::VPC Svc00VPC CidrBlock"
MISSING = "AWS::SQS::Queue Svc00JobsQueue"
EXTRA = "AWS::S3::Bucket OldBucket"
PROD, DEV = Place("prod", number=30), Place("dev", number=60, account="111111111111")
WAY = f"prod/{TOKYO} dev/{TOKYO}"


def keep(environment: Environment, part: Part, changed: Mapping[str, Any]) -> None:
    document = {name: value for name, value in {**part.document, **changed}.items() if value is not None}
    found = Observation(part.type, part.region, part.identifier, part.name, part.arn, "", document)
    record_observation(environment=environment, observation=found, cause="refresh")


@pytest.fixture
def goro(sign_in: SignIn, people: dict[str, User], environments: dict[str, Environment]) -> Client:
    """An administrator who may propose. Production has a queue that development has not, and a larger database."""
    people["goro"].bindings.create(role=Role.REQUESTER)
    for part in PROD.parts(1):
        keep(environments["prod"], part, {"DBInstanceClass": "db.r6g.large"} if part.type == DATABASE else {})
    for part in DEV.parts(1):
        if part.type != "AWS::SQS::Queue":
            keep(environments["dev"], part, {"MultiAZ": True} if part.type == DATABASE else {})
    old = DEV.part("AWS::S3::Bucket", "old-dev", "old-dev", {"BucketName": "old-dev"}, "arn:aws:s3:::old-dev")
    keep(environments["dev"], old, {})
    return sign_in("goro")


def address(name: str = "compare", **more: str) -> str:
    asked = "&".join(f"{key}={value}" for key, value in more.items())
    return f"{reverse(f'web:{name}')}?one=prod/{TOKYO}&other=dev/{TOKYO}&{asked}"


def shown(page: Any) -> dict[str, list[str]]:
    return {row.key: [value.text for _, value in row.values] for each in page.differing for row in each.rows}


def test_the_page_shows_differences_only_and_counts_them_by_type(goro: Client) -> None:
    about = goro.get(address()).context["about"]
    queue = next(part.identifier for part in PROD.parts(1) if part.type == "AWS::SQS::Queue")
    found = shown(about)
    names, spells = found.pop("AWS::IAM::ManagedPolicy Svc00SendManagedPolicy PolicyDocument")
    assert ("‹Svc00JobsQueue.Arn›" in names, "svc00-dev-jobs" in spells) == (True, True)
    assert found == {
        BLOCK: ["10.30.0.0/16", "10.60.0.0/16"],
        CLASS: ["db.r6g.large", "db.t3.medium"],
        f"{DATABASE} Svc00DBInstance MultiAZ": ["not set", "yes"],
        MISSING: [queue, "missing"],
        EXTRA: ["missing", "old-dev"],
    }
    counts = {each.type: (each.alike, each.differ, [number for _, number in each.missing]) for each in about.counts}
    assert counts["AWS::S3::Bucket"] == (2, 0, [1, 0])
    assert counts[DATABASE] == (0, 1, [0, 0])
    assert counts["AWS::SQS::Queue"] == (0, 0, [0, 1])
    assert sum(alike + differ + sum(missing) for alike, differ, missing in counts.values()) == EACH + 1


def test_what_is_expected_is_not_shown_until_it_is_asked_for_or_forgotten(goro: Client) -> None:
    refused = goro.post(address("expect_differences"), {"difference": [CLASS], "reason": " "})
    assert (refused.status_code, "Say why it is expected" in refused.text) == (409, True)
    assert f'value="{CLASS}"' in refused.text.replace(" checked", "")
    goro.post(address("expect_differences"), {"difference": [CLASS, EXTRA], "reason": "Development is small."})
    about = goro.get(address()).context["about"]
    assert not {CLASS, EXTRA} & set(shown(about))
    assert about.expected == 2
    again = goro.get(address(all="1"))
    assert {CLASS, EXTRA} <= set(shown(again.context["about"]))
    assert "expected: Development is small. (Goro Hayashi" in again.text
    other = f"{reverse('web:compare')}?one=dev/{TOKYO}&other=prod/{TOKYO}"
    assert CLASS not in shown(goro.get(other).context["about"]), "the order of the two doesn't matter"
    goro.post(address("expect_differences", all="1"), {"difference": [CLASS], "forget": "1"})
    assert [row.logical for row in Expected.objects.all()] == ["OldBucket"]
    verbs = Event.objects.filter(verb__startswith="difference.").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["difference.expected", "difference.unexpected"]


def test_ticked_differences_become_a_draft_for_the_other_side(goro: Client) -> None:
    ticked = [CLASS, f"{DATABASE} Svc00DBInstance MultiAZ", MISSING, EXTRA]
    form = goro.post(address("carry_differences"), {"difference": ticked, "way": WAY}, follow=True)
    assert [row.name for row in form.context["form"].rows] == [
        "Svc00DBInstanceDBInstanceClass",
        "Svc00JobsQueueQueueName",
    ]
    typed = {field.html_name: field.value() or "" for field in form.context["form"]}
    goro.post(form.request["PATH_INFO"] + "?" + form.request["QUERY_STRING"], typed)
    changes = {each.logical or each.identifier: each for each in ChangeRequest.objects.get().draft_changes.all()}
    assert {name: each.action for name, each in changes.items()} == {
        "svc00-dev": "update",
        "Svc00JobsQueue": "create",
        "old-dev": "delete",
    }
    assert changes["svc00-dev"].desired == {"DBInstanceClass": "db.r6g.large", "MultiAZ": None}
    assert changes["Svc00JobsQueue"].desired["QueueName"] == "svc00-dev-jobs"


def test_a_reference_means_the_resource_of_the_same_name_on_the_other_side(
    goro: Client, environments: dict[str, Environment]
) -> None:
    web = next(part for part in DEV.parts(1) if part.name == "svc00-dev-web")
    Resource.objects.filter(identifier=web.identifier).update(gone_at="2026-01-01T00:00Z")
    form = goro.post(
        address("carry_differences"), {"difference": [f"{GROUP} Svc00WebSecurityGroup"], "way": WAY}, follow=True
    ).context["form"]
    network = next(part.identifier for part in DEV.parts(1) if part.type == "AWS::EC2::VPC")
    rows = {row.name: (row.group, row.proposed, row.why) for row in form.rows}
    assert rows["Svc00ProdVPC"] == ("rule", network, "It has the same name there.")


def test_the_other_way_takes_the_same_from_the_other_side(goro: Client) -> None:
    back = " ".join(reversed(WAY.split(" ")))
    form = goro.post(address("carry_differences"), {"difference": [EXTRA], "way": back}, follow=True)
    assert [row.source for row in form.context["form"].rows] == ["old-dev"]
    version = Blueprint.objects.get().versions.get()
    assert (version.source["environment"], version.source["target"]) == ("dev", "prod")
    page = goro.get(reverse("web:blueprint", args=[version.blueprint_id]))
    assert ("environment=prod" in page.text, "environment=dev" in page.text) == (True, False)
    elsewhere = reverse("web:import_blueprint", args=[version.blueprint_id]) + f"?environment=dev&region={TOKYO}"
    assert goro.get(elsewhere).status_code == 404


def test_one_type_alone_is_compared_and_too_many_are_not(goro: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    one = goro.get(address(type=DATABASE)).context["about"]
    assert [each.type for each in one.counts] == [DATABASE]
    assert "AWS::SQS::Queue" in one.types
    assert CLASS in shown(one)
    assert f"{DATABASE} Svc00DBInstance VPCSecurityGroups" not in shown(one), "what it names is looked at, too"
    monkeypatch.setattr("apps.blueprints.sides.MOST", 10)
    many = goro.get(address())
    assert "at most 10 are compared at once. Choose a type." in many.text
    assert goro.get(address(type=DATABASE)).context["about"].counts
    assert "Choose a type" in goro.get(f"{reverse('web:recovery')}?one=prod/{TOKYO}&other=dev/{TOKYO}").text
    typed = {"difference": [CLASS], "way": WAY}
    assert goro.post(address("carry_differences", type=DATABASE), typed).status_code == 302


def test_what_can_not_be_done_is_said_and_nothing_is_lost(
    goro: Client, sign_in: SignIn, environments: dict[str, Environment]
) -> None:
    for typed, said in (
        ({"way": WAY}, "No difference is chosen"),
        ({"way": "x", "difference": [CLASS]}, "Choose which environment becomes like which"),
        ({"way": WAY, "difference": ["AWS::S3::Bucket Nothing"]}, "no longer there"),
        ({"way": WAY, "difference": [f"{DATABASE} Svc00DBInstance Engine"]}, "no longer there"),
        ({"way": WAY, "difference": ["one two three four"]}, "No difference is chosen"),
    ):
        answer = goro.post(address("carry_differences"), typed)
        assert (answer.status_code, said in answer.text) == (409, True), (typed, said)
    assert not Blueprint.objects.exists()
    nowhere = goro.get(f"{reverse('web:compare')}?one=prod/{TOKYO}&other=nowhere")
    assert "Choose two environments" in nowhere.text
    unseen = sign_in("ben").get(address())
    assert "Choose two environments" in unseen.text, "who doesn't see an environment can't compare it"
    assert DraftChange.objects.count() == 0

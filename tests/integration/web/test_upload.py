"""Templates of others: kept where they can be imported, refused with line and reason where they can't."""

import pytest
from django.urls import reverse

from apps.blueprints.models import Blueprint
from apps.blueprints.starters import starters
from apps.changes.models import ChangeRequest
from apps.environments.models import Environment
from tests.integration.web.conftest import SignIn

TEMPLATE = """\
Parameters:
  Name:
    Type: String
    AllowedPattern: "[a-z]+"
    MaxLength: 10
  Count: {Type: Number, Default: 30, MinValue: 1, MaxValue: 365}
  Kept: {Type: String, Default: "yes", AllowedValues: ["yes", "no"]}
Conditions:
  Kept: !Equals [!Ref Kept, "yes"]
Resources:
  Fn::ForEach::Buckets:
    - Kind
    - [models, logs]
    - Bucket${Kind}:
        Type: AWS::S3::Bucket
        Properties:
          BucketName: !Sub "${Name}-${Kind}-${AWS::AccountId}"
          VersioningConfiguration: !If [Kept, {Status: Enabled}, !Ref "AWS::NoValue"]
  Group:
    Type: AWS::Logs::LogGroup
    Properties: {LogGroupName: !Ref Name, RetentionInDays: !Ref Count}
"""


def uploaded(sign_in: SignIn, text: str = TEMPLATE, who: str = "aiko") -> Blueprint:
    answer = sign_in(who).post(reverse("web:upload_blueprint"), {"name": "Buckets", "text": text})
    assert answer.status_code == 302, answer.context["form"].errors
    return Blueprint.objects.get(name="Buckets")


def test_a_template_becomes_a_blueprint_and_a_draft(sign_in: SignIn, environments: dict[str, Environment]) -> None:
    blueprint, aiko = uploaded(sign_in), sign_in("aiko")
    address = reverse("web:import_blueprint", args=[blueprint.pk]) + "?environment=prod&region=ap-northeast-1"
    typed = {"title": "Buckets", "Name": "kumo", "Count": "30", "Kept": "no"}
    for name, value, said in (
        ("Name", "Kumo", "It doesn&#x27;t fit the pattern [a-z]+."),
        ("Name", "k" * 11, "It has from 0 to 10 characters."),
        ("Count", "many", "many is no number."),
        ("Count", "400", "It is from 1 to 365."),
        ("Kept", "maybe", "Select a valid choice."),
        ("Name", "", "This field is required."),
    ):
        wrong = aiko.post(address, {**typed, name: value})
        assert (wrong.status_code, said in wrong.text) == (422, True), (name, value)
    aiko.post(address, typed)
    changes = {each.logical: each.desired for each in ChangeRequest.objects.get().draft_changes.all()}
    assert set(changes) == {"Bucketmodels", "Bucketlogs", "Group"}
    assert changes["Bucketlogs"]["BucketName"] == "kumo-logs-222222222222"
    assert "VersioningConfiguration" not in changes["Bucketlogs"]
    assert changes["Group"]["RetentionInDays"] == 30


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "This field is required."),
        (
            "Resources:\n  A:\n    Type: AWS::CloudFormation::Stack\n",
            "Line 3: Resources.A.Type: AWS::CloudFormation::Stack is",
        ),
        ("Resources:\n  A: !Nobody x\n", "Line 2: The tag !Nobody is not known in templates."),
        ("Resources: &a\n  A: *a\n", "An alias leads back to what it stands in."),
    ],
)
def test_what_can_not_be_imported_is_refused_with_its_line_and_kept_in_the_form(
    sign_in: SignIn, environments: dict[str, Environment], text: str, said: str
) -> None:
    answer = sign_in("aiko").post(reverse("web:upload_blueprint"), {"name": "Kept name", "text": text})
    assert (answer.status_code, said in answer.text, 'value="Kept name"' in answer.text) == (422, True, True)
    assert not Blueprint.objects.exists()


def test_a_template_that_is_too_large_is_refused(sign_in: SignIn, environments: dict[str, Environment]) -> None:
    answer = sign_in("aiko").post(reverse("web:upload_blueprint"), {"name": "x", "text": "a" * 1_100_000})
    assert (answer.status_code, "at most 1 MiB" in answer.text) == (422, True)
    assert (
        sign_in("aiko").post(reverse("web:upload_blueprint"), {"name": "x", "text": "a" * 10_485_760}).status_code
        == 413
    )


def test_who_may_propose_nothing_may_upload_nothing(sign_in: SignIn, environments: dict[str, Environment]) -> None:
    answer = sign_in("goro").post(reverse("web:upload_blueprint"), {"name": "x", "text": TEMPLATE})
    assert (answer.status_code, "You are not a requester" in answer.text) == (409, True)


def test_a_template_to_begin_with_fills_the_form(sign_in: SignIn, environments: dict[str, Environment]) -> None:
    aiko = sign_in("aiko")
    listed = aiko.get(reverse("web:blueprints")).text
    for each in starters():
        address = f"{reverse('web:upload_blueprint')}?starter={each.key}"
        assert address in listed
        assert aiko.get(address).context["form"].initial == {"name": each.name, "text": each.text}
        assert aiko.post(address, {"name": each.name, "text": each.text}).status_code == 302
    assert Blueprint.objects.count() == len(starters()) == 5


def test_versions_are_held_against_each_other(sign_in: SignIn, environments: dict[str, Environment]) -> None:
    blueprint, aiko = uploaded(sign_in), sign_in("aiko")
    assert "Since version" not in aiko.get(reverse("web:blueprint", args=[blueprint.pk])).text
    uploaded(
        sign_in, TEMPLATE.replace("Kept:", "Held:", 1).replace("RetentionInDays: !Ref Count", "RetentionInDays: 7")
    )
    uploaded(sign_in)
    address = reverse("web:blueprint", args=[blueprint.pk])
    shown = {each.name: (each.kind, each.how) for each in aiko.get(f"{address}?version=2").context["differences"]}
    assert shown == {
        "Group": ("AWS::Logs::LogGroup", "changed"),
        "Held": ("parameter", "added"),
        "Kept": ("parameter", "removed"),
    }
    third = aiko.get(f"{address}?version=3&against=1")
    assert (third.context["differences"], "Nothing changed." in third.text) == ([], True)
    (group,) = (each for each in aiko.get(address).context["differences"] if each.name == "Group")
    assert [(row.property, row.base.text) for row in group.rows] == [("RetentionInDays", "7")]


TWINS = """\
Resources:
  One:
    Type: AWS::Logs::LogGroup
    Properties: {LogGroupName: kumo}
  Other:
    Type: AWS::Logs::LogGroup
    Properties: {LogGroupName: kumo}
"""


def test_two_logical_names_for_one_resource_are_refused_and_nothing_is_imported(
    sign_in: SignIn, environments: dict[str, Environment]
) -> None:
    blueprint, aiko = uploaded(sign_in, TWINS), sign_in("aiko")
    address = reverse("web:import_blueprint", args=[blueprint.pk]) + "?environment=prod&region=ap-northeast-1"
    answer = aiko.post(address, {"title": "Twins"}, follow=True)
    assert (answer.status_code, "kumo is in this request twice" in answer.text) == (409, True)
    assert not ChangeRequest.objects.exists()

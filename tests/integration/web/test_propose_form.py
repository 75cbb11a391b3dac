"""The form of a change as a browser without scripts sees it: parts are added and removed by its buttons."""

import html

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.changes import commands
from apps.changes.commands import DraftInput
from apps.changes.models import ChangeRequest
from apps.environments.models import Environment
from apps.inventory.models import Resource
from apps.people.models import User
from tests.integration.bad_input.conftest import Controls
from tests.integration.web.conftest import SignIn

BUCKET = "?type=AWS::S3::Bucket&environment=prod"
RULES = "BucketEncryption-ServerSideEncryptionConfiguration"


def test_a_part_is_added_without_losing_what_was_typed(sign_in: SignIn, environments: dict[str, Environment]) -> None:
    typed = {"title": "A new bucket", "BucketName": "Not A Name", f"{RULES}-0-BucketKeyEnabled": "true"}
    answer = sign_in("aiko").post(reverse("web:propose") + BUCKET, {**typed, "do": f"add:{RULES}"})
    assert answer.status_code == 200
    assert f'name="{RULES}-1-BucketKeyEnabled"' in answer.text
    assert 'value="Not A Name"' in answer.text
    assert 'value="A new bucket"' in answer.text
    assert "Nothing was saved yet" not in answer.text
    assert answer.text.count(" autofocus") == 1
    assert not ChangeRequest.objects.exists()


def test_a_removed_part_is_gone_and_the_others_move_up(sign_in: SignIn, environments: dict[str, Environment]) -> None:
    typed = {f"{RULES}-0-BucketKeyEnabled": "true", f"{RULES}-1-BucketKeyEnabled": "false"}
    answer = sign_in("aiko").post(reverse("web:propose") + BUCKET, {**typed, "do": f"remove:{RULES}-0"})
    assert f'name="{RULES}-0-BucketKeyEnabled"' in answer.text
    assert f'name="{RULES}-1-BucketKeyEnabled"' not in answer.text


def test_resources_to_choose_from_are_found_by_their_name(sign_in: SignIn, databases: dict[str, Resource]) -> None:
    asked = {"type": "AWS::RDS::DBInstance", "attribute": "DBInstanceIdentifier", "region": "ap-northeast-1"}
    address = reverse("web:propose_choices")
    answer = sign_in("aiko").get(address, {**asked, "environment": "prod", "q": "ORDERS"})
    assert answer.json() == {"rows": [["orders-prod", "orders-prod"]]}
    assert sign_in("aiko").get(address, {**asked, "environment": "prod", "q": "nobody"}).json() == {"rows": []}
    assert sign_in("ben").get(address, {**asked, "environment": "prod"}).status_code == 404
    assert sign_in("aiko").get(address, {**asked, "environment": "prod", "attribute": "Tags__x"}).status_code == 404


@pytest.fixture
def draft(people: dict[str, User], environments: dict[str, Environment]) -> ChangeRequest:
    network = DraftInput("create", "AWS::EC2::VPC", "ap-northeast-1", "", "shop", {"CidrBlock": "10.9.0.0/16"})
    return commands.propose(
        by=people["aiko"], environment=environments["prod"], title="A shop", reason="", changes=[network]
    )


def test_new_resources_of_the_draft_are_offered_and_planned_with(sign_in: SignIn, draft: ChangeRequest) -> None:
    aiko, address = sign_in("aiko"), f"?environment=prod&type=AWS::EC2::Subnet&draft={draft.pk}"
    answer = aiko.get(reverse("web:propose") + address)
    assert '<option value="${ShopVPC.VpcId}" label="new in this request: shop' in answer.text
    assert f'<input type="hidden" name="draft" value="{draft.pk}"' in answer.text

    typed = {"VpcId": "${ShopVPC.VpcId}", "CidrBlock": "10.9.1.0/24", "draft": str(draft.pk)}
    preview = aiko.post(reverse("web:propose_preview") + address, typed)
    assert "create_subnet" in preview.text
    assert "‹VpcId of ShopVPC›" in html.unescape(preview.text)
    aiko.post(reverse("web:propose") + address, typed)
    assert draft.draft_changes.get(ordinal=2).desired["VpcId"] == {"$output": {"change": 1, "attribute": "VpcId"}}


def test_what_has_no_name_of_its_own_is_called_by_its_kind(sign_in: SignIn, draft: ChangeRequest) -> None:
    aiko, address = sign_in("aiko"), f"?environment=prod&type=AWS::EC2::Subnet&draft={draft.pk}"
    typed = {"VpcId": "${ShopVPC.VpcId}", "draft": str(draft.pk)}
    for number in (1, 2):
        aiko.post(reverse("web:propose") + address, {**typed, "CidrBlock": f"10.9.{number}.0/24"})
    assert [each.name for each in draft.draft_changes.order_by("ordinal")] == ["shop", "new subnet", "new subnet 2"]
    again = f"?draft={draft.pk}&ordinal=3"
    edition = ChangeRequest.objects.get(pk=draft.pk).edition
    aiko.post(reverse("web:propose") + again, {**typed, "CidrBlock": "10.9.7.0/24", "edition": str(edition)})
    assert draft.draft_changes.get(ordinal=3).name == "new subnet 2"
    assert draft.draft_changes.get(ordinal=3).desired["CidrBlock"] == "10.9.7.0/24"


def test_a_new_resource_is_named_after_those_it_belongs_to(sign_in: SignIn, draft: ChangeRequest) -> None:
    aiko, address = sign_in("aiko"), reverse("web:propose") + f"?environment=prod&draft={draft.pk}&type=AWS::EC2::"
    typed = {"draft": str(draft.pk)}
    tagged = {**typed, "VpcId": "${ShopVPC.VpcId}", "Tags-key": "Name", "Tags-value": "public"}
    aiko.post(address + "RouteTable", tagged)
    route = {
        **typed,
        "RouteTableId": "${PublicRouteTable.RouteTableId}",
        "DestinationCidrBlock": "10.0.0.0/8",
        "GatewayId": "igw-1",
    }
    aiko.post(address + "Route", route)
    assert [each.name for each in draft.draft_changes.all()] == ["shop", "public", "10.0.0.0/8 in public"]


def test_the_draft_chosen_in_the_form_counts(sign_in: SignIn, draft: ChangeRequest) -> None:
    typed = {"draft": str(draft.pk), "CidrBlock": "10.9.1.0/24", "do": "add:Tags"}
    answer = sign_in("aiko").post(reverse("web:propose") + "?environment=prod&type=AWS::EC2::Subnet", typed)
    assert "new in this request: shop" in answer.text


def test_a_draft_of_another_environment_lends_nothing(sign_in: SignIn, draft: ChangeRequest) -> None:
    answer = sign_in("aiko").get(reverse("web:propose") + f"?environment=dev&type=AWS::EC2::Subnet&draft={draft.pk}")
    assert "new in this request: shop" not in answer.text


def test_what_can_be_created_is_listed_for_the_place_of_the_draft(sign_in: SignIn, draft: ChangeRequest) -> None:
    answer = sign_in("aiko").get(reverse("web:propose_new") + f"?draft={draft.pk}")
    assert "Subnet in prod, ap-northeast-1" in answer.text
    assert "in dev" not in answer.text
    assert f"&amp;draft={draft.pk}" in answer.text
    anywhere = sign_in("aiko").get(reverse("web:propose_new") + "?place=dev/ap-northeast-1")
    assert "Subnet in dev, ap-northeast-1" in anywhere.text


def test_what_is_created_most_stands_first_and_plain_words_find_a_type(sign_in: SignIn, draft: ChangeRequest) -> None:
    shown = sign_in("aiko").get(reverse("web:propose_new") + "?place=prod/ap-northeast-1").text
    often = shown.index("Created most here")
    assert often < shown.index("VPC in prod", often) < shown.index(">AutoScaling<")
    assert 'data-words="AWS::RDS::DBInstance database sql' in shown
    elsewhere = sign_in("aiko").get(reverse("web:propose_new") + "?place=dev/ap-northeast-1")
    assert "Created most here" not in elsewhere.text


@pytest.fixture
def crowded(environments: dict[str, Environment]) -> Resource:
    """A security group as full as AWS lets it be, with values that no form would write so."""
    rules = [{"IpProtocol": "tcp", "FromPort": n, "ToPort": n, "CidrIp": "10.0.0.0/8"} for n in range(1, 61)]
    tags = [{"Key": f"tag-{n}", "Value": str(n)} for n in range(48)]
    document = {
        "GroupId": "sg-0123456789abcdef0", "GroupName": "full", "GroupDescription": "Full ", "VpcId": "vpc-1",
        "SecurityGroupIngress": rules, "SecurityGroupEgress": rules,
        "Tags": [*tags, {"Key": "team ", "Value": " a"}, {"Key": "note", "Value": "one\ntwo"}],
    }  # fmt: skip
    return Resource.objects.create(
        environment=environments["prod"], region="ap-northeast-1", type="AWS::EC2::SecurityGroup", document=document,
        identifier="sg-0123456789abcdef0", name="full", digest="c" * 64, first_seen_at=timezone.now(),
        observed_at=timezone.now(),
    )  # fmt: skip


def test_a_form_with_all_that_aws_allows_changes_only_what_was_touched(sign_in: SignIn, crowded: Resource) -> None:
    aiko, address = sign_in("aiko"), reverse("web:propose") + f"?resource={crowded.pk}"
    controls = Controls(aiko.get(address)).sent.items()
    sent = {n: [v.replace("\n", "") for v in values] for n, values in controls if "__index__" not in n}  # as they do
    assert sum(map(len, sent.values())) > 800
    touched = next(name for name in sent if name.startswith("SecurityGroupIngress-3-") and "Description" in name)
    answer = aiko.post(address, sent | {touched: ["Batch"], "title": ["Say what it is"]})
    assert answer.status_code == 302, answer.content.decode()[:3000]
    (change,) = ChangeRequest.objects.get().draft_changes.all()
    rules = crowded.document["SecurityGroupIngress"]
    assert change.desired == {"SecurityGroupIngress": [*rules[:3], rules[3] | {"Description": "Batch"}, *rules[4:]]}


def test_a_line_begins_with_a_preset_and_keeps_what_was_typed(sign_in: SignIn, crowded: Resource) -> None:
    crowded.document["SecurityGroupIngress"] = crowded.document["SecurityGroupIngress"][:1]
    crowded.save(update_fields=["document"])
    aiko, address = sign_in("aiko"), reverse("web:propose") + f"?resource={crowded.pk}"
    sent = dict(Controls(aiko.get(address)).sent) | {"SecurityGroupIngress-0-Description": ["typed"]}
    page = aiko.post(address, sent | {"do": ["add:SecurityGroupIngress:2"]})
    held = Controls(page).sent
    assert held["SecurityGroupIngress-0-Description"] == ["typed"]
    line = {name: held[f"SecurityGroupIngress-1-{name}"] for name in ("IpProtocol", "FromPort", "ToPort", "Source")}
    assert line == {"IpProtocol": ["tcp"], "FromPort": ["22"], "ToPort": ["22"], "Source": [""]}
    page = aiko.post(address, sent | {"do": ["add:SecurityGroupIngress:99"]})
    assert Controls(page).sent["SecurityGroupIngress-1-FromPort"] == [""]


def test_a_row_that_is_touched_leaves_the_others_as_they_are(sign_in: SignIn, crowded: Resource) -> None:
    aiko, address = sign_in("aiko"), reverse("web:propose") + f"?resource={crowded.pk}"
    sent = {n: values for n, values in Controls(aiko.get(address)).sent.items() if "__index__" not in n}
    sent["Tags-value"] = ["new", *sent["Tags-value"][1:]]
    assert aiko.post(address, sent | {"title": ["Tag it"]}).status_code == 302
    (change,) = ChangeRequest.objects.get().draft_changes.all()
    first, *others = crowded.document["Tags"]
    assert change.desired == {"Tags": [first | {"Value": "new"}, *others]}


def test_a_logical_name_is_shown_edited_and_unique(sign_in: SignIn, draft: ChangeRequest) -> None:
    aiko, address = (
        sign_in("aiko"),
        reverse("web:propose") + f"?environment=prod&type=AWS::EC2::Subnet&draft={draft.pk}",
    )
    typed = {"VpcId": "${shopvpc.VpcId}", "CidrBlock": "10.9.1.0/24", "draft": str(draft.pk)}
    for taken, said in (
        ("shopVPC", "are called shopVPC. Give one another name"),
        ("a-b", "letters and digits, a letter"),
    ):
        answer = aiko.post(address, {**typed, "logical": taken})
        assert answer.status_code == 422
        assert said in str(answer.context["wording"].errors["logical"])
        assert f'value="{taken}"' in answer.text
    nobody = aiko.post(address, {**typed, "VpcId": "${Other.VpcId}"})
    assert "No new resource of this request is called Other." in nobody.text
    aiko.post(address, {**typed, "logical": "Front"})
    assert [each.logical for each in draft.draft_changes.all()] == ["ShopVPC", "Front"]

    edition = str(ChangeRequest.objects.get(pk=draft.pk).edition)
    renamed = {"CidrBlock": "10.9.0.0/16", "logical": "Network", "edition": edition, "draft": str(draft.pk)}
    aiko.post(reverse("web:propose") + f"?draft={draft.pk}&ordinal=1", renamed)
    form = aiko.get(reverse("web:propose") + f"?draft={draft.pk}&ordinal=2")
    assert 'name="VpcId" value="${Network.VpcId}"' in form.text
    assert 'name="logical" value="Front"' in form.text
    page = aiko.get(reverse("web:change_request", args=[draft.pk]))
    assert html.unescape(page.text).count("‹VpcId of Network›") == 2, "in the differences and in the call"
    assert "Output(" not in page.text + form.text


def test_a_change_that_others_need_is_dropped_with_them_or_they_are_changed_first(
    sign_in: SignIn, draft: ChangeRequest
) -> None:
    aiko, address = (
        sign_in("aiko"),
        reverse("web:propose") + f"?environment=prod&draft={draft.pk}&type=AWS::EC2::Subnet",
    )
    for number in (1, 2):
        typed = {"VpcId": "${ShopVPC.VpcId}", "CidrBlock": f"10.9.{number}.0/24", "draft": str(draft.pk)}
        aiko.post(address, typed)
    page = aiko.get(reverse("web:change_request", args=[draft.pk]))
    assert "Drop shop, which 2 other changes need" in page.text
    assert ">Subnet2</a>" in page.text
    assert reverse("web:edit_change", args=[draft.pk, 3]) in page.text
    drop, edition = reverse("web:drop_change", args=[draft.pk, 1]), ChangeRequest.objects.get(pk=draft.pk).edition
    alone = aiko.post(drop, {"edition": str(edition)})
    assert alone.status_code == 409
    assert "new subnet, new subnet 2 need what shop gives." in alone.text
    aiko.post(drop, {"edition": str(edition), "with_users": "on"})
    assert not draft.draft_changes.exists()

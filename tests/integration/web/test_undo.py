"""What was dropped from a draft can be put back as long as nothing else was changed in it."""

from django.urls import reverse

from apps.changes.commands import DraftInput, edit, propose
from apps.changes.commands.draft import drafted
from apps.environments.models import Environment
from apps.people.models import User
from tests.integration.web.conftest import SignIn

TOKYO = "ap-northeast-1"


def new(kind: str, name: str, **desired: object) -> DraftInput:
    return DraftInput("create", f"AWS::EC2::{kind}", TOKYO, "", name, desired)


def test_a_drop_with_its_users_is_undone_whole(
    sign_in: SignIn, people: dict[str, User], environments: dict[str, Environment]
) -> None:
    network = {"$output": {"change": 1, "attribute": "VpcId"}}
    changes = [
        new("VPC", "shop", CidrBlock="10.0.0.0/16"),
        new("SecurityGroup", "other", GroupName="other", GroupDescription="x", VpcId="vpc-0a1b2c3d4e5f60718"),
        new("Subnet", "a", CidrBlock="10.0.0.0/24", VpcId=network),
    ]
    request = propose(by=people["aiko"], environment=environments["dev"], title="Set", reason="", changes=changes)
    aiko, page = sign_in("aiko"), reverse("web:change_request", args=[request.pk])
    assert "Undo" not in aiko.get(page).text
    aiko.post(reverse("web:drop_change", args=[request.pk, 1]), {"edition": request.edition, "with_users": "on"})
    shown = aiko.get(page)
    assert shown.context["dropped"] == ["shop", "a"]
    assert "shop, a were dropped." in shown.text
    request.refresh_from_db()
    assert [each.name for each in drafted(request)] == ["other"]
    aiko.post(reverse("web:undo_drop", args=[request.pk]), {"edition": request.edition})
    request.refresh_from_db()
    back = drafted(request)
    assert [each.name for each in back] == ["other", "shop", "a"]
    assert back[2].desired["VpcId"] == {"$output": {"change": 2, "attribute": "VpcId"}}
    assert "Undo" not in aiko.get(page).text


def test_it_is_not_offered_to_others_or_once_something_else_changed(
    sign_in: SignIn, people: dict[str, User], environments: dict[str, Environment]
) -> None:
    changes = [new("VPC", "shop", CidrBlock="10.0.0.0/16"), new("VPC", "more", CidrBlock="10.1.0.0/16")]
    request = propose(by=people["aiko"], environment=environments["dev"], title="Set", reason="", changes=changes)
    aiko, page = sign_in("aiko"), reverse("web:change_request", args=[request.pk])
    aiko.post(reverse("web:drop_change", args=[request.pk, 1]), {"edition": request.edition})
    request.refresh_from_db()
    edit(
        by=people["aiko"], change_request=request, edition=request.edition, title="Other", reason="",
        changes=drafted(request),
    )  # fmt: skip
    assert aiko.get(page).context["dropped"] == []
    request.refresh_from_db()
    late = aiko.post(reverse("web:undo_drop", args=[request.pk]), {"edition": request.edition})
    assert late.status_code == 409
    assert [each.name for each in drafted(request)] == ["more"]

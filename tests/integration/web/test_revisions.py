"""A new revision says what is different from an earlier one, and all of them can be read."""

import pytest
from django.urls import reverse

from apps.changes.commands import edit
from apps.changes.commands.draft import drafted
from apps.changes.models import ChangeRequest
from apps.environments.models import Environment
from apps.people.models import User
from apps.reviews.commands import request_changes
from tests.integration import flow
from tests.integration.estate import Account
from tests.integration.web.conftest import SignIn

People = dict[str, User]


@pytest.fixture
def twice(people: People, prod: Environment, aws: Account) -> ChangeRequest:
    """In review again: of two databases one is as before, one gets another class, and a third was added."""
    people["ben"].bindings.create(role="reviewer", environment="prod")
    for name in ("a-prod", "b-prod", "c-prod"):
        aws.database(name)
    first = [flow.resize("a-prod"), flow.resize("b-prod"), flow.resize("users-prod")]
    request = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod, *first), aws)
    request_changes(by=people["ben"], change_request=request, digest=flow.digest(request), text="Smaller")
    request.refresh_from_db()
    again = [drafted(request)[0], flow.resize("b-prod", "db.r6g.2xlarge"), flow.resize("c-prod")]
    edit(by=people["aiko"], change_request=request, edition=request.edition, title="Resize", reason="", changes=again)
    request.refresh_from_db()
    return flow.submitted(people["aiko"], request, aws)


def test_rows_say_what_the_reviewed_revision_had(sign_in: SignIn, twice: ChangeRequest) -> None:
    page = sign_in("ben").get(reverse("web:change_request", args=[twice.pk]))
    said = {(change.name, row.property): row.since for change in page.context["changes"] for row in change.rows}
    assert said == {
        ("a-prod", "DBInstanceClass"): "",
        ("b-prod", "DBInstanceClass"): "Revision 1 had db.r6g.xlarge.",
        ("c-prod", "DBInstanceClass"): "",
    }
    assert [change.since for change in page.context["changes"]] == ["", "", "Not in revision 1."]
    assert "1 value, marked below. No longer in it: update users-prod." in " ".join(page.text.split())


def test_every_revision_can_be_read(sign_in: SignIn, twice: ChangeRequest) -> None:
    client = sign_in("ben")
    page = client.get(reverse("web:change_request", args=[twice.pk])).text
    first = reverse("web:revision", args=[twice.pk, 1])
    assert f'href="{first}"' in page
    old = client.get(first).text
    assert "users-prod" in old
    assert "c-prod" not in old
    assert "Smaller" in old
    assert "<form" not in old.partition("<main")[2].partition("</main>")[0], "nothing is decided on it"
    assert client.get(reverse("web:revision", args=[twice.pk, 9])).status_code == 404


def test_a_draft_is_held_against_its_last_revision(
    sign_in: SignIn, twice: ChangeRequest, people: People, aws: Account
) -> None:
    changes = [flow.resize("a-prod", "db.r6g.4xlarge"), *drafted(twice)[1:]]
    edit(by=people["aiko"], change_request=twice, edition=twice.edition, title="Resize", reason="", changes=changes)
    page = sign_in("aiko").get(reverse("web:change_request", args=[twice.pk]))
    assert page.context["since"].number == 2
    assert [row.since for change in page.context["changes"] for row in change.rows] == [
        "Revision 2 had db.r6g.xlarge.", "", "",
    ]  # fmt: skip


def test_a_first_revision_is_held_against_nothing(
    sign_in: SignIn, people: People, prod: Environment, aws: Account
) -> None:
    people["ben"].bindings.create(role="reviewer", environment="prod")
    request = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod), aws)
    page = sign_in("aiko").get(reverse("web:change_request", args=[request.pk]))
    assert page.context["since"] is None
    assert "Changed since" not in page.text

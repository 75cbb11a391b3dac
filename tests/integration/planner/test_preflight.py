"""What the linter says reaches people: at the field of the draft, or as a check of the revision and on its page."""

import pytest
from django.test import Client

from apps.changes.commands import DraftInput
from apps.changes.models import ChangeRequest
from apps.environments.models import Environment
from apps.people.models import User
from apps.planning import lint
from tests.integration.estate import GROUP, RDS, TOKYO, Account
from tests.integration.flow import draft, resize, submitted

OLD = DraftInput("update", RDS, TOKYO, "users-prod", "users-prod", {"EngineVersion": "11.1"})
ELSEWHERE = {
    "GroupName": "web",
    "GroupDescription": "Web",
    "VpcId": "network-1",
}


def planned(people: dict[str, User], prod: Environment, aws: Account, *changes: DraftInput) -> ChangeRequest:
    return submitted(people["aiko"], draft(people["aiko"], prod, *changes), aws)


def shown(people: dict[str, User], request: ChangeRequest) -> str:
    client = Client()
    client.force_login(people["aiko"], backend="django.contrib.auth.backends.ModelBackend")
    return client.get(f"/change-requests/{request.pk}/").content.decode()


def test_a_revision_says_what_it_has_passed(people: dict[str, User], prod: Environment, aws: Account) -> None:
    request = planned(people, prod, aws)
    assert request.revision is not None
    assert {check["name"]: check["outcome"] for check in request.revision.checks} == {
        "cfn-lint": "pass",
        "Values": "pass",
        "Calls": "pass",
    }
    assert f"cfn-lint {lint.release()} has nothing against what becomes of 1 resource." in shown(people, request)


def test_a_warning_is_a_check_at_its_change_and_property(
    people: dict[str, User], prod: Environment, aws: Account
) -> None:
    request = planned(people, prod, aws, resize(), OLD)
    assert request.revision is not None
    [check] = [check for check in request.revision.checks if check["outcome"] != "pass"]
    assert (check["name"], check["ordinal"], check["property"]) == ("cfn-lint", 2, "EngineVersion")
    page = shown(people, request)
    assert '<a href="#change-2">users-prod, EngineVersion</a>' in page
    assert page.count("(cfn-lint W3691)") == 2  # in the list of checks, and at the property
    assert page.count(check["source"]) == 2


def test_what_aws_would_refuse_comes_back_to_the_draft_at_its_field(
    people: dict[str, User], prod: Environment, aws: Account
) -> None:
    request = planned(people, prod, aws, resize(), DraftInput("create", GROUP, TOKYO, "", "web", ELSEWHERE))
    assert (request.state, request.revision) == ("draft", None)
    assert {(p["ordinal"], p["property"], p["code"]) for p in request.problems} == {(2, "VpcId", "lint")}
    assert request.draft_changes.get(ordinal=2).desired == ELSEWHERE
    assert "Change the request and submit it again." in shown(people, request)
    assert aws.calls == []


def test_a_linter_that_breaks_down_holds_no_request_up(
    people: dict[str, User], prod: Environment, aws: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lint, "findings", lambda resources: 1 // 0)
    request = planned(people, prod, aws)
    assert request.state == "in_review"
    assert "failed (ZeroDivisionError), so nothing was judged by it." in shown(people, request)


def test_the_form_of_a_refused_change_tells_it_at_its_field(
    people: dict[str, User], prod: Environment, aws: Account
) -> None:
    request = planned(people, prod, aws, resize(), DraftInput("create", GROUP, TOKYO, "", "web", ELSEWHERE))
    client = Client()
    client.force_login(people["aiko"], backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(f"/propose/?draft={request.pk}&ordinal=2").content.decode()
    row = page.partition('id="id_VpcId_row"')[2].partition('class="filterable')[0]
    assert "Change the request and submit it again." in row
    assert "Change the request and submit it again." in page.partition('id="panel"')[2]
    assert "The planner gave this back." in page
    other = client.get(f"/propose/?draft={request.pk}&ordinal=1").content.decode()
    assert "Change the request and submit it again." not in other

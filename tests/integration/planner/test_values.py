"""A value that AWS would not take comes back to the draft with a sentence at its property, whatever door it came by."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.changes.commands import DraftInput
from apps.changes.models import ChangeRequest
from apps.environments.models import Environment
from apps.people.models import User
from apps.planner.request import plan_request
from tests.integration.estate import GROUP, RDS, TOKYO, Account
from tests.integration.flow import draft, submitted

WRONG: list[tuple[dict[str, Any], str]] = [
    ({"DBInstanceClass": "db.r6g.enormous"}, "DBInstanceClass"),
    ({"BackupRetentionPeriod": 36}, "BackupRetentionPeriod"),
    ({"BackupRetentionPeriod": "a week"}, "BackupRetentionPeriod"),
    ({"PreferredBackupWindow": "at night"}, "PreferredBackupWindow"),
    ({"StorageType": "floppy"}, "StorageType"),
    ({"Colour": "red"}, "Colour"),
    ({"Tags": [{"Key": "env", "Wert": "prod"}]}, "Tags"),
]


@pytest.mark.parametrize(("desired", "name"), WRONG)
def test_a_wrong_value_comes_back_to_the_draft(
    people: dict[str, User], prod: Environment, aws: Account, desired: dict[str, Any], name: str
) -> None:
    change = DraftInput("update", RDS, TOKYO, "orders-prod", "orders-prod", desired)
    request = submitted(people["aiko"], draft(people["aiko"], prod, change), aws)
    assert (request.state, request.revision) == ("draft", None)
    assert {(p["ordinal"], p["property"]) for p in request.problems} == {(1, name)}
    assert request.problems[0]["sentence"].endswith(".")
    assert request.draft_changes.get().desired == desired


@pytest.mark.parametrize(("desired", "name"), WRONG)
def test_the_api_is_no_way_round(
    people: dict[str, User], prod: Environment, aws: Account, desired: dict[str, Any], name: str
) -> None:
    client = APIClient()
    client.force_login(people["aiko"], backend="django.contrib.auth.backends.ModelBackend")
    names = {"identifier": "orders-prod", "name": "orders-prod", "desired": desired, "base": {}}
    change = {"action": "update", "type": RDS, "region": TOKYO, **names}
    body = {"environment": "prod", "title": "Wrong", "reason": "", "changes": [change]}
    made = client.post("/api/v1/change-requests/", body, format="json")
    request = ChangeRequest.objects.get(pk=made.json()["id"])
    client.post(f"/api/v1/change-requests/{request.pk}/submit/", {"edition": 1}, format="json")
    plan_request(request.pk, open_reader=aws.reader)
    request.refresh_from_db()
    assert request.state == "draft"
    assert {problem["property"] for problem in request.problems} == {name}
    assert aws.calls == []


def test_a_new_resource_without_what_it_needs_comes_back_with_all_that_is_missing(
    people: dict[str, User], prod: Environment, aws: Account
) -> None:
    change = DraftInput("create", GROUP, TOKYO, "", "api", {"SecurityGroupEgress": [{"IpProtocol": "-1"}]})
    request = submitted(people["aiko"], draft(people["aiko"], prod, change), aws)
    assert {p["property"] for p in request.problems} == {
        "GroupDescription",
        "GroupName",
        "VpcId",
        "SecurityGroupEgress",
    }

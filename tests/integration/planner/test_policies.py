"""Policies of the organisation: what a plan causes is told, needs a reason, or is refused."""

from typing import Any

import pytest
from django.test import Client

from apps.audit.models import Event
from apps.changes.commands import override_policies, submit
from apps.changes.models import ChangeRequest
from apps.environments.models import Environment
from apps.evaluation.administer import save_policy
from apps.evaluation.models import Policy
from apps.people.models import Role, RoleBinding, User
from apps.planner.request import plan_request
from apps.refusal import Refused
from tests.integration import flow
from tests.integration.estate import CLASS_AFTER, CLASS_BEFORE, Account

People = dict[str, User]
SMALL = {"name": "Small databases", "kind": "sizes", "values": ["db.t3.*", CLASS_BEFORE]}
SAID = f"Small databases: {CLASS_AFTER} is none of db.t3.*, {CLASS_BEFORE}."


@pytest.fixture
def goro(people: People) -> User:
    goro = User.objects.create_user("goro", "goro@example.test", None, full_name="Goro Hayashi")
    RoleBinding.objects.create(user=goro, role=Role.ADMINISTRATOR)
    return goro


def planned(people: People, prod: Environment, aws: Account) -> ChangeRequest:
    return flow.submitted(people["aiko"], flow.draft(people["aiko"], prod), aws)


def again(people: People, request: ChangeRequest, aws: Account) -> ChangeRequest:
    submit(by=people["aiko"], change_request=request, edition=request.edition)
    plan_request(request.pk, open_reader=aws.reader)
    request.refresh_from_db()
    return request


def warned(request: ChangeRequest) -> list[str]:
    assert request.revision, request.problems
    return [each["sentence"] for each in request.revision.checks if each["name"] == "Policy"]


def test_advice_is_a_check_at_its_property(people: People, goro: User, prod: Environment, aws: Account) -> None:
    save_policy(by=goro, force="advisory", **SMALL)
    assert warned(planned(people, prod, aws)) == [SAID]


def test_what_is_mandatory_goes_back_to_its_field(people: People, goro: User, prod: Environment, aws: Account) -> None:
    save_policy(by=goro, force="mandatory", **SMALL)
    request = planned(people, prod, aws)
    [problem] = request.problems
    assert (problem["ordinal"], problem["property"], problem["code"]) == (1, "DBInstanceClass", "policy_mandatory")
    assert problem["sentence"] == f"{SAID} Nobody may override that: change the request."
    request = override_policies(
        by=people["aiko"], change_request=request, edition=request.edition, ordinal=1, reason="Please."
    )
    assert again(people, request, aws).revision is None


def test_what_is_overridable_needs_a_reason_that_reviewers_read(
    people: People, goro: User, prod: Environment, aws: Account, client: Client
) -> None:
    save_policy(by=goro, force="overridable", **SMALL)
    request = planned(people, prod, aws)
    assert request.problems[0]["code"] == "policy_overridable"
    client.force_login(people["aiko"])
    page = client.get(f"/change-requests/{request.pk}/", secure=True).content.decode()
    assert "Override with this reason" in page
    with pytest.raises(Refused, match="Write why"):
        override_policies(by=people["aiko"], change_request=request, edition=request.edition, ordinal=1, reason=" ")
    form = {"edition": request.edition, "reason": "The quarter's end."}
    answer = client.post(f"/change-requests/{request.pk}/changes/1/override/", form, secure=True)
    assert answer.status_code == 302
    request.refresh_from_db()
    request = again(people, request, aws)
    assert warned(request) == [f"{SAID} Overridden: The quarter's end."]
    page = client.get(f"/change-requests/{request.pk}/", secure=True).content.decode()
    assert "It breaks a policy, and is right all the same: The quarter" in page
    assert Event.objects.get(verb="change_request.policies_overridden").data["reason"] == "The quarter's end."


@pytest.mark.parametrize("more", [{"enabled": False}, {"environments": ["dev"]}])
def test_policies_that_are_off_or_of_elsewhere_say_nothing(
    people: People, goro: User, prod: Environment, aws: Account, more: dict[str, Any]
) -> None:
    save_policy(by=goro, force="mandatory", **SMALL, **more)
    assert warned(planned(people, prod, aws)) == []


def test_what_stood_before_stops_nobody(people: People, goro: User, prod: Environment, aws: Account) -> None:
    save_policy(by=goro, name="Owned", kind="tags", values=["owner"], force="mandatory")
    assert warned(planned(people, prod, aws)) == []


def test_policies_are_administered_by_administrators_and_logged(people: People, goro: User) -> None:
    with pytest.raises(Refused, match="Only administrators"):
        save_policy(by=people["ben"], force="advisory", **SMALL)
    for wrong in ({"kind": "colour"}, {"values": []}, {"force": "iron"}):
        with pytest.raises(Refused):
            save_policy(by=goro, **{"force": "advisory", **SMALL, **wrong})  # type: ignore[arg-type]
    policy = save_policy(by=goro, force="advisory", **SMALL)
    save_policy(by=goro, policy=policy, **{**SMALL, "force": "mandatory"})
    assert Policy.objects.get().force == "mandatory"
    event = Event.objects.get(verb="policy.changed")
    assert (event.data["before"]["force"], event.data["after"]["force"]) == ("advisory", "mandatory")

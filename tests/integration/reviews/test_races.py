"""Approving, editing, starting and changing a rule at one moment: nothing starts that was not agreed to.

RINGI_EXAMPLES=100 makes 400 races of them.
"""

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from apps.audit.models import Event
from apps.changes.commands import edit
from apps.changes.models import ChangeRequest
from apps.environments.models import Environment
from apps.people.models import Role, RoleBinding, User
from apps.refusal import Refused
from apps.reviews.administer import save_rule
from apps.reviews.commands import approve
from apps.reviews.conditions import Condition
from apps.reviews.drawing import Ask
from apps.reviews.models import Rule, RuleVersion
from apps.reviews.standing import is_complete
from apps.runs.commands import start
from apps.runs.models import Run
from tests.integration import flow
from tests.integration.at_once import at_once
from tests.integration.estate import CLASS_BEFORE, Account

pytestmark = pytest.mark.django_db(transaction=True)
People = dict[str, User]
RACES = int(os.environ.get("RINGI_EXAMPLES", "4"))


@pytest.fixture
def people(people: People) -> People:
    people["goro"] = User.objects.create_user("goro", "goro@example.test", None, full_name="Goro Hayashi")
    RoleBinding.objects.create(user=people["goro"], role=Role.ADMINISTRATOR)
    return people


def other(people: People, request: ChangeRequest) -> Callable[[], Any]:
    """An edit to something that nobody agreed to."""
    changes = [flow.resize(to="db.r6g.4xlarge")]
    about: dict[str, Any] = {"title": "Other", "reason": "", "changes": changes, "edition": request.edition}
    return lambda: edit(by=people["daichi"], change_request=request, **about)


def rule(people: People, asked: int) -> RuleVersion:
    found = Rule.objects.filter(name="All").first()
    return save_rule(by=people["goro"], name="All", condition=Condition(), asks=[Ask(asked)], rule=found)


def afresh(people: People, prod: Environment, aws: Account) -> ChangeRequest:
    """A request in review that one approval is enough for."""
    if Rule.objects.exists():
        found = Rule.objects.get()
        asks = [Ask(2)]
        save_rule(by=people["goro"], name="All", condition=Condition(), asks=asks, rule=found, enabled=False)
    aws.documents["orders-prod"]["DBInstanceClass"] = CLASS_BEFORE
    aws.calls.clear()
    return flow.submitted(people["aiko"], flow.draft(people["aiko"], prod), aws)


def test_approve_racing_edit(people: People, prod: Environment, aws: Account) -> None:
    for _ in range(RACES):
        request = afresh(people, prod, aws)
        digest = flow.digest(request)
        approved, edited = at_once(
            lambda r=request, d=digest: approve(by=people["ben"], change_request=r, digest=d), other(people, request)
        )
        request.refresh_from_db()
        kept = Event.objects.filter(stream=f"cr/{request.pk}", verb="review.approved").exists()
        assert isinstance(approved, Refused) != kept, "who is not told of it has decided"
        if isinstance(edited, Refused):
            assert (request.state, kept) == ("approved", True)
            assert request.draft_changes.get().desired == flow.resize().desired
        else:
            assert request.state == "draft"
            refused(people, request, digest)


def test_approve_racing_rule_change(people: People, prod: Environment, aws: Account) -> None:
    for _ in range(RACES):
        request = afresh(people, prod, aws)
        digest = flow.digest(request)
        at_once(
            lambda r=request, d=digest: approve(by=people["ben"], change_request=r, digest=d), lambda: rule(people, 2)
        )
        refused(people, request, digest)


def test_start_racing_edit(people: People, prod: Environment, aws: Account) -> None:
    for _ in range(RACES):
        request = agreed(people, afresh(people, prod, aws))
        digest = flow.digest(request)
        at_once(
            lambda r=request, d=digest: start(by=people["aiko"], change_request=r, digest=d), other(people, request)
        )
        worked_off(request, aws)
        request.refresh_from_db()
        assert request.state == "draft"
        assert aws.calls == []


def test_start_racing_rule_change(people: People, prod: Environment, aws: Account) -> None:
    for _ in range(RACES):
        request = agreed(people, afresh(people, prod, aws))
        digest = flow.digest(request)
        started, version = at_once(
            lambda r=request, d=digest: start(by=people["aiko"], change_request=r, digest=d), lambda: rule(people, 2)
        )
        worked_off(request, aws)
        if isinstance(started, Refused) or version.at <= started.queued_at:
            assert aws.calls == [], "the rule was there first"
        else:
            assert len(aws.calls) == 1, "the run was there first"
            assert is_complete(started.revision, version.at - timedelta(microseconds=1))


def agreed(people: People, request: ChangeRequest) -> ChangeRequest:
    approve(by=people["ben"], change_request=request, digest=flow.digest(request))
    request.refresh_from_db()
    return request


def refused(people: People, request: ChangeRequest, digest: str) -> None:
    """Nobody can start it now."""
    with pytest.raises(Refused):
        start(by=people["aiko"], change_request=request, digest=digest)
    assert not Run.objects.filter(change_request=request).exists()


def worked_off(request: ChangeRequest, aws: Account) -> None:
    for run in Run.objects.filter(change_request=request):
        flow.pump(run, aws)

"""A rollback is a draft like any other: prefilled, planned against what is live, approved by a second person."""

import pytest

from apps.changes.models import ChangeRequest
from apps.environments.models import Environment
from apps.people.models import User
from apps.refusal import Refused
from apps.reviews.commands import approve
from apps.runs.commands import start
from apps.runs.models import Run
from apps.runs.rollback import make_rollback
from apps.runs.states import RunState
from tests.integration import flow
from tests.integration.estate import CLASS_AFTER, CLASS_BEFORE, GROUP, RDS, TOKYO, VPC, Account, denied
from tests.integration.flow import DraftInput

People = dict[str, User]


def carried_out(people: People, request: ChangeRequest, aws: Account) -> Run:
    """Submitted, approved by somebody else, applied and run to its end."""
    flow.submitted(people["aiko"], request, aws)
    approve(by=people["ben"], change_request=request, digest=flow.digest(request))
    return flow.pump(start(by=people["aiko"], change_request=request, digest=flow.digest(request)), aws)


def group(name: str = "api") -> DraftInput:
    return DraftInput("create", GROUP, TOKYO, "", name, {"GroupName": name, "GroupDescription": "x", "VpcId": VPC})


def test_what_a_run_changed_is_changed_back(people: People, prod: Environment, aws: Account):
    run = flow.pump(flow.started(people, prod, aws, flow.resize(), flow.resize("users-prod")), aws)
    back = make_rollback(by=people["aiko"], run=run)
    assert back.rolls_back == run.change_request
    assert back.title == f"Roll back {run.change_request.reference}: Resize"
    assert [(c.identifier, c.desired, c.base) for c in back.draft_changes.all()] == [
        ("users-prod", {"DBInstanceClass": CLASS_BEFORE}, {"DBInstanceClass": CLASS_AFTER}),
        ("orders-prod", {"DBInstanceClass": CLASS_BEFORE}, {"DBInstanceClass": CLASS_AFTER}),
    ]
    assert carried_out(people, back, aws).state == RunState.SUCCEEDED
    assert aws.documents["orders-prod"]["DBInstanceClass"] == CLASS_BEFORE
    assert "run.rollback_made" in flow.facts(run.change_request)


def test_a_rollback_of_a_rollback_is_the_change_again(people: People, prod: Environment, aws: Account):
    first = flow.pump(flow.started(people, prod, aws), aws)
    second = carried_out(people, make_rollback(by=people["aiko"], run=first), aws)
    third = carried_out(people, make_rollback(by=people["aiko"], run=second), aws)
    assert third.state == RunState.SUCCEEDED
    assert aws.documents["orders-prod"]["DBInstanceClass"] == CLASS_AFTER


def test_only_what_was_done_is_taken_back(people: People, prod: Environment, aws: Account):
    run = flow.started(people, prod, aws, flow.resize(), flow.resize("users-prod"))
    flow.once(run, aws, "1.1")
    aws.faults = [("before", denied())]
    flow.pump(run, aws)
    assert run.state == RunState.FAILED
    back = make_rollback(by=people["aiko"], run=run)
    assert [change.identifier for change in back.draft_changes.all()] == ["orders-prod"]


def test_what_was_made_is_deleted_by_its_identifier(people: People, prod: Environment, aws: Account):
    run = flow.pump(flow.started(people, prod, aws, group()), aws)
    back = make_rollback(by=people["aiko"], run=run)
    (made,) = back.draft_changes.all()
    assert (made.action, made.type) == ("delete", GROUP)
    assert made.identifier in aws.documents


def test_what_has_no_way_back_is_said(people: People, prod: Environment, aws: Account):
    grown = DraftInput(
        "update", RDS, TOKYO, "orders-prod", "orders-prod", {"AllocatedStorage": "200", "DBInstanceClass": CLASS_AFTER}
    )
    run = flow.pump(flow.started(people, prod, aws, grown), aws)
    back = make_rollback(by=people["aiko"], run=run)
    assert [change.desired for change in back.draft_changes.all()] == [{"DBInstanceClass": CLASS_BEFORE}]
    assert "AllocatedStorage stays as it is. Storage can grow but never shrink." in back.reason


def test_nothing_to_take_back_is_refused(people: People, prod: Environment, aws: Account):
    grown = DraftInput("update", RDS, TOKYO, "orders-prod", "orders-prod", {"AllocatedStorage": "200"})
    run = flow.pump(flow.started(people, prod, aws, grown), aws)
    with pytest.raises(Refused, match="Nothing of it can be taken back"):
        make_rollback(by=people["aiko"], run=run)

    aws.faults = [("before", denied())]
    failed = flow.pump(flow.started(people, prod, aws, flow.resize("users-prod")), aws)
    with pytest.raises(Refused, match="No call of this request had an effect"):
        make_rollback(by=people["aiko"], run=failed)


def test_a_run_that_is_going_on_is_not_rolled_back(people: People, prod: Environment, aws: Account):
    with pytest.raises(Refused, match="still going on"):
        make_rollback(by=people["aiko"], run=flow.started(people, prod, aws))


def test_whoever_makes_a_rollback_is_its_author_and_may_not_approve_it(people: People, prod: Environment, aws: Account):
    run = flow.pump(flow.started(people, prod, aws), aws)
    with pytest.raises(Refused, match="not a requester"):
        make_rollback(by=people["ben"], run=run)
    back = make_rollback(by=people["aiko"], run=run)
    flow.submitted(people["aiko"], back, aws)
    with pytest.raises(Refused):
        approve(by=people["aiko"], change_request=back, digest=flow.digest(back))

"""What people do with a run that is under way: hold it, let it go on, have a step tried again, leave one out."""

import pytest

from apps.environments.models import Account as AccountRow
from apps.environments.models import Environment
from apps.people.models import User
from apps.refusal import Refused
from apps.runs.commands import cancel, hold, resume, retry, skip
from apps.runs.models import Attempt, ResourceLock, Run, Step
from apps.runs.states import AttemptState, RunState, StepState
from tests.integration import flow
from tests.integration.estate import CLASS_AFTER, GROUP, TOKYO, VPC, Account, denied, unclear
from tests.integration.flow import DraftInput

People = dict[str, User]
NAMES = ("orders-prod", "users-prod", "carts-prod")


@pytest.fixture
def three(people: People, prod: Environment, aws: Account) -> Run:
    """A run of three independent steps."""
    aws.database("carts-prod")
    return flow.started(people, prod, aws, *map(flow.resize, NAMES))


def states(run: Run) -> list[str]:
    return list(run.steps.order_by("ordinal").values_list("state", flat=True))


def test_a_held_run_starts_nothing_and_follows_what_was_accepted(people: People, three: Run, aws: Account):
    aws.settling = 2
    flow.once(three, aws, "1.1")
    hold(by=people["ben"], run=three, reason="The shop is busy")
    flow.pump(three, aws)
    assert states(three) == [StepState.DONE, StepState.READY, StepState.READY]
    assert Step.objects.get(run=three, key="2.1").cause == "Held by Ben Sato: The shop is busy"
    assert len(aws.calls) == 1

    resume(by=people["aiko"], run=three)
    flow.pump(three, aws)
    assert three.state == RunState.SUCCEEDED
    assert {"run.held", "run.resumed"} <= set(flow.facts(three.change_request))


def test_what_is_not_going_on_is_not_held(people: People, three: Run, aws: Account):
    hold(by=people["ben"], run=three, reason="Wait")
    with pytest.raises(Refused, match="already"):
        hold(by=people["ben"], run=three, reason="Wait")
    resume(by=people["ben"], run=three)
    with pytest.raises(Refused, match="Nobody holds"):
        resume(by=people["ben"], run=three)
    with pytest.raises(Refused, match="Write why"):
        hold(by=people["ben"], run=three, reason=" ")
    cancel(by=people["ben"], run=three)
    with pytest.raises(Refused):
        hold(by=people["ben"], run=three, reason="Wait")


def test_a_step_that_nobody_needs_is_skipped_with_a_reason(people: People, three: Run, aws: Account):
    skip(by=people["aiko"], step=three.steps.get(key="2.1"), reason="Users stay small")
    flow.pump(three, aws)
    assert three.state == RunState.SUCCEEDED
    assert states(three) == [StepState.DONE, StepState.SKIPPED, StepState.DONE]
    assert three.steps.get(key="2.1").outcome == "Skipped by Aiko Mori: Users stay small"
    assert aws.documents["users-prod"]["DBInstanceClass"] != CLASS_AFTER
    with pytest.raises(Refused, match="can't be skipped"):
        skip(by=people["aiko"], step=three.steps.get(key="1.1"), reason="Too late")


def test_what_others_need_is_not_skipped(people: People, prod: Environment, aws: Account):
    def group(name: str, vpc: object) -> DraftInput:
        desired = {"GroupName": name, "GroupDescription": "x", "VpcId": VPC, "SecurityGroupIngress": vpc}
        return DraftInput("create", GROUP, TOKYO, "", name, desired)

    peer = {"$output": {"change": 1, "attribute": "GroupId"}}
    rule = {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "SourceSecurityGroupId": peer}
    run = flow.started(people, prod, aws, group("first", []), group("second", [rule]))
    with pytest.raises(Refused, match="second needs what this call gives"):
        skip(by=people["aiko"], step=run.steps.get(key="1.1"), reason="No")


def test_a_stuck_step_is_tried_again_when_somebody_says_that_it_had_no_effect(
    people: People, prod: Environment, aws: Account
):
    run = flow.started(people, prod, aws)
    aws.faults = [("before", unclear())] * 3
    flow.pump(run, aws)
    assert run.state == RunState.ATTENTION

    retry(by=people["ben"], step=run.steps.get(), reason="Nothing in CloudTrail")
    assert not Attempt.objects.filter(step__run=run, state=AttemptState.INTENDED).exists()
    flow.pump(run, aws)
    assert run.state == RunState.SUCCEEDED
    assert aws.documents["orders-prod"]["DBInstanceClass"] == CLASS_AFTER
    assert "step.retried" in flow.facts(run.change_request)


def test_trying_again_makes_no_call_when_the_effect_is_there(people: People, prod: Environment, aws: Account):
    run = flow.started(people, prod, aws)
    aws.faults = [("before", unclear())] * 3
    flow.pump(run, aws)
    aws.documents["orders-prod"]["DBInstanceClass"] = CLASS_AFTER
    made = len(aws.calls)
    retry(by=people["ben"], step=run.steps.get(), reason="Try")
    flow.pump(run, aws)
    assert (run.state, len(aws.calls)) == (RunState.SUCCEEDED, made)


def test_a_stuck_step_is_skipped_and_the_locks_are_free(people: People, prod: Environment, aws: Account):
    run = flow.started(people, prod, aws)
    aws.faults = [("before", unclear())] * 3
    flow.pump(run, aws)
    skip(by=people["ben"], step=run.steps.get(), reason="Done by hand")
    run.refresh_from_db()
    assert run.state == RunState.SUCCEEDED
    assert not ResourceLock.objects.exists()


def test_a_run_stops_at_its_first_failure(people: People, three: Run, aws: Account):
    aws.faults = [("before", denied())]
    flow.pump(three, aws)
    assert three.state == RunState.FAILED
    assert states(three) == [StepState.FAILED, StepState.CANCELLED, StepState.CANCELLED]


def test_an_environment_may_let_a_run_go_on_after_failures(people: People, three: Run, aws: Account, prod: Environment):
    Environment.objects.filter(pk=prod.pk).update(failures_most=2)
    aws.faults = [("before", denied())]
    flow.pump(three, aws)
    assert three.state == RunState.FAILED
    assert states(three) == [StepState.FAILED, StepState.DONE, StepState.DONE]
    assert not ResourceLock.objects.exists()


def test_what_waits_for_a_failed_step_never_starts(people: People, prod: Environment, aws: Account):
    Environment.objects.filter(pk=prod.pk).update(failures_most=10)
    rule = {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "CidrIp": "10.0.0.0/8"}
    desired = {"GroupName": "api", "GroupDescription": "x", "VpcId": VPC, "SecurityGroupIngress": [rule]}
    run = flow.started(people, prod, aws, DraftInput("create", GROUP, TOKYO, "", "api", desired), flow.resize())
    aws.faults = [("before", denied())]
    flow.pump(run, aws)
    assert dict(run.steps.values_list("key", "state")) == {"1.1": "failed", "1.2": "cancelled", "2.1": "done"}
    assert run.state == RunState.FAILED


def test_runs_wait_for_their_turn(people: People, prod: Environment, aws: Account):
    Environment.objects.filter(pk=prod.pk).update(runs_most=1)
    aws.settling = 50
    first = flow.started(people, prod, aws)
    flow.once(first, aws)
    second = flow.started(people, prod, aws, flow.resize("users-prod"))
    assert (
        flow.once(second, aws).cause == "Waits for its turn: no more than 1 of the runs of prod may be going at once."
    )
    second.refresh_from_db()
    assert second.state == RunState.QUEUED

    aws.settling = 0
    aws.unsettled.clear()
    flow.pump(first, aws)
    flow.pump(second, aws)
    assert (first.state, second.state) == (RunState.SUCCEEDED, RunState.SUCCEEDED)


@pytest.mark.parametrize("where", ["environment", "account"])
def test_calls_wait_for_their_turn(people: People, three: Run, aws: Account, prod: Environment, where: str):
    rows = Environment.objects if where == "environment" else AccountRow.objects
    rows.update(calls_most=1)
    flow.make_due(three)
    aws.faults = [("after", unclear())]
    flow.once(three, aws, "1.1")
    assert "no more than 1 of the calls of" in flow.once_now(three, aws, "2.1").cause
    assert len(aws.calls) == 1
    flow.pump(three, aws)
    assert three.state == RunState.SUCCEEDED
    assert len(aws.calls) == 3

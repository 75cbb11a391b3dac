"""A request from draft to done, and what the executor does at each step of it."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.environments.models import Environment
from apps.inventory.models import Resource
from apps.people.models import User
from apps.planning.plan import Observation
from apps.refusal import Refused
from apps.runs.commands import cancel, give_up, look_again, start, sweep
from apps.runs.conduct import attend
from apps.runs.models import Attempt, ResourceLock, Run, Step
from apps.runs.states import AttemptState, RunState, StepState
from apps.runs.work import Doors
from tests.integration import flow
from tests.integration.estate import BUCKET, CLASS_AFTER, GROUP, TOKYO, VPC, Account, denied, throttled, unclear

People = dict[str, User]


def group(name: str = "api-prod") -> flow.DraftInput:
    desired = {"GroupName": name, "GroupDescription": "API", "VpcId": VPC}
    return flow.DraftInput("create", GROUP, TOKYO, "", name, desired)


def test_an_approved_request_is_executed_once_and_ends_succeeded(people: People, prod: Environment, aws: Account):
    aws.settling = 3
    run = flow.started(people, prod, aws)

    flow.once(run, aws)
    assert "modifying" in Step.objects.get(run=run).cause
    flow.pump(run, aws)

    assert run.state == RunState.SUCCEEDED
    assert [operation for operation, _ in aws.calls] == ["modify_db_instance"]
    assert aws.documents["orders-prod"]["DBInstanceClass"] == CLASS_AFTER
    assert aws.sessions == [f"ringi-CR-{run.change_request_id}-1.1-1"]
    assert not ResourceLock.objects.exists()
    assert Resource.objects.get(identifier="orders-prod").document["DBInstanceClass"] == CLASS_AFTER
    run.change_request.refresh_from_db()
    assert run.change_request.applied_at is not None


def test_the_log_tells_the_whole_story(people: People, prod: Environment, aws: Account):
    run = flow.pump(flow.started(people, prod, aws), aws)

    assert flow.facts(run.change_request) == [
        "change_request.proposed",
        "change_request.submitted",
        "change_request.planned",
        "review.approved",
        "run.queued",
        "run.started",
        "step.intended",
        "step.answered",
        "step.done",
        "run.succeeded",
    ]


def test_steps_of_different_resources_run_side_by_side(people: People, prod: Environment, aws: Account):
    run = flow.started(people, prod, aws, flow.resize(), flow.resize("users-prod"))
    assert set(run.steps.values_list("state", flat=True)) == {StepState.READY}

    flow.pump(run, aws)

    assert run.state == RunState.SUCCEEDED
    assert len(aws.calls) == 2


def test_one_look_is_enough_where_the_status_does_not_lag(people: People, prod: Environment, aws: Account):
    run = flow.started(people, prod, aws, group())
    assert flow.once(run, aws).state == StepState.DONE
    run.refresh_from_db()
    assert run.state == RunState.SUCCEEDED


def test_where_the_status_lags_an_accepted_change_has_to_show_in_two_looks(
    people: People, prod: Environment, aws: Account
):
    run = flow.started(people, prod, aws)
    step = flow.once(run, aws)
    assert (step.state, step.agreed) == (StepState.WAITING, 1)
    assert flow.once(run, aws).state == StepState.DONE


def test_drift_is_caught_before_any_call_of_the_run(people: People, prod: Environment, aws: Account):
    run = flow.started(people, prod, aws, flow.resize(), flow.resize("users-prod"))
    aws.documents["users-prod"]["DBInstanceClass"] = "db.r6g.2xlarge"

    flow.pump(run, aws)

    assert run.state == RunState.FAILED
    assert aws.calls == []
    assert run.drift == [
        {
            "ordinal": 2,
            "key": "2.1",
            "property": "DBInstanceClass",
            "base": "db.r6g.large",
            "live": "db.r6g.2xlarge",
            "wanted": "db.r6g.xlarge",
        }
    ]
    assert "plan it again" in run.failure
    assert not ResourceLock.objects.exists()


def test_what_one_step_changes_while_another_looks_is_no_drift(people: People, prod: Environment, aws: Account):
    run = flow.started(people, prod, aws, flow.resize(), flow.resize("users-prod"))
    aws.settling = 20
    faster, slower = run.steps.order_by("ordinal")

    class Overtaken(Account):
        def read(self, type_name: str, region: str, identifier: str) -> Observation | None:
            attend(faster.pk, flow.doors(aws))
            return aws.read(type_name, region, identifier)

    attend(slower.pk, Doors(reader=Overtaken().reader, writer=aws.writer))
    assert [name for name, _ in aws.calls] == ["modify_db_instance", "modify_db_instance"]
    aws.unsettled.clear()
    assert flow.pump(run, aws).state == RunState.SUCCEEDED


def test_a_value_that_aws_settles_on_is_put_to_a_person_at_once(people: People, prod: Environment, aws: Account):
    run = flow.started(people, prod, aws)
    flow.once(run, aws)
    aws.documents["orders-prod"]["DBInstanceClass"] = "db.r6g.16xlarge"

    for _ in range(3):
        step = flow.once(run, aws)

    run.refresh_from_db()
    assert (run.state, step.state) == (RunState.ATTENTION, StepState.ATTENTION)
    assert "AWS settled on DBInstanceClass = db.r6g.16xlarge, wanted db.r6g.xlarge." in step.outcome
    assert [name for name, _ in aws.calls] == ["modify_db_instance"]


def test_a_value_that_passes_by_while_aws_is_at_work_is_waited_out(people: People, prod: Environment, aws: Account):
    run = flow.started(people, prod, aws)
    flow.once(run, aws)
    aws.documents["orders-prod"]["DBInstanceClass"] = "db.r6g.16xlarge"
    aws.unsettled["orders-prod"] = 20
    for _ in range(6):
        assert flow.once(run, aws).state == StepState.WAITING
    aws.unsettled.clear()
    aws.documents["orders-prod"]["DBInstanceClass"] = CLASS_AFTER
    assert flow.pump(run, aws).state == RunState.SUCCEEDED


def test_a_resource_that_no_longer_exists_stops_the_run(people: People, prod: Environment, aws: Account):
    run = flow.started(people, prod, aws)
    del aws.documents["orders-prod"]
    assert flow.pump(run, aws).state == RunState.FAILED
    assert aws.calls == []


def test_what_is_as_wanted_already_needs_no_call(people: People, prod: Environment, aws: Account):
    run = flow.started(people, prod, aws)
    aws.documents["orders-prod"]["DBInstanceClass"] = CLASS_AFTER
    assert flow.pump(run, aws).state == RunState.SUCCEEDED
    assert aws.calls == []


def test_a_refusal_of_aws_fails_the_run_with_its_sentence(people: People, prod: Environment, aws: Account):
    run = flow.started(people, prod, aws, flow.resize(), flow.resize("users-prod"))
    aws.faults = [("before", denied())]

    flow.pump(run, aws)

    assert run.state == RunState.FAILED
    assert run.failure == "The role may not do this. Ask an administrator."
    assert Step.objects.get(run=run, key="2.1").state == StepState.CANCELLED


def test_a_failed_run_can_be_started_again_and_does_only_what_is_left(people: People, prod: Environment, aws: Account):
    run = flow.started(people, prod, aws, flow.resize(), flow.resize("users-prod"))
    flow.once(run, aws, "1.1")
    aws.faults = [("before", denied())]
    flow.pump(run, aws)
    assert run.state == RunState.FAILED

    again = start(by=people["aiko"], change_request=run.change_request, digest=run.digest)
    flow.pump(again, aws)

    assert again.state == RunState.SUCCEEDED
    names = [parameters["DBInstanceIdentifier"] for _, parameters in aws.calls]
    assert names == ["orders-prod", "users-prod", "users-prod"]


def test_a_throttled_call_is_made_again_later(people: People, prod: Environment, aws: Account):
    run = flow.started(people, prod, aws)
    aws.faults = [("before", throttled()), ("before", throttled())]
    assert flow.pump(run, aws).state == RunState.SUCCEEDED
    assert len(aws.calls) == 3


def test_a_call_that_is_throttled_too_often_fails(people: People, prod: Environment, aws: Account):
    run = flow.started(people, prod, aws)
    aws.faults = [("before", throttled())] * 9
    assert flow.pump(run, aws).state == RunState.FAILED
    assert len(aws.calls) == 8


@pytest.mark.parametrize(("when", "calls"), [("before", 2), ("after", 1)])
def test_an_unclear_answer_is_settled_by_looking(
    people: People, prod: Environment, aws: Account, when: str, calls: int
):
    run = flow.started(people, prod, aws)
    aws.faults = [(when, unclear())]

    step = flow.once(run, aws)
    assert step.state == StepState.WAITING
    assert Attempt.objects.get(step=step).state == AttemptState.INTENDED
    flow.pump(run, aws)

    assert run.state == RunState.SUCCEEDED
    assert len(aws.calls) == calls


def test_nothing_is_repeated_before_what_was_sent_must_have_landed(people: People, prod: Environment, aws: Account):
    run = flow.started(people, prod, aws)
    aws.faults = [("before", unclear())]
    step = flow.once(run, aws)
    Step.objects.filter(pk=step.pk).update(due="2020-01-01T00:00Z")

    attend(step.pk, flow.doors(aws))

    assert len(aws.calls) == 1


def test_an_unclear_answer_three_times_without_effect_asks_a_person(people: People, prod: Environment, aws: Account):
    run = flow.started(people, prod, aws)
    aws.faults = [("before", unclear())] * 5
    flow.pump(run, aws)
    assert run.state == RunState.ATTENTION
    assert len(aws.calls) == 3
    assert ResourceLock.objects.count() == 1


def test_a_person_gives_up_with_a_reason_and_the_locks_are_free(people: People, prod: Environment, aws: Account):
    run = flow.started(people, prod, aws)
    aws.faults = [("before", unclear())] * 3
    flow.pump(run, aws)
    with pytest.raises(Refused):
        give_up(by=people["ben"], run=run, reason=" ")

    give_up(by=people["ben"], run=run, reason="Done by hand")

    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert not ResourceLock.objects.exists()


def test_a_person_has_it_looked_at_again(people: People, prod: Environment, aws: Account):
    run = flow.started(people, prod, aws)
    aws.settling = 2
    flow.once(run, aws)
    Step.objects.filter(run=run).update(deadline="2020-01-01T00:00Z")
    step = flow.once(run, aws)
    assert step.state == StepState.ATTENTION

    look_again(by=people["aiko"], step=step)

    assert flow.pump(run, aws).state == RunState.SUCCEEDED
    assert len(aws.calls) == 1


def test_a_creation_whose_answer_was_lost_is_found_by_its_mark(people: People, prod: Environment, aws: Account):
    run = flow.started(people, prod, aws, group())
    aws.faults = [("after", unclear())]

    flow.pump(run, aws)

    assert run.state == RunState.SUCCEEDED, run.failure
    assert [operation for operation, _ in aws.calls].count("create_security_group") == 1
    assert re.fullmatch(rf"CR-{run.change_request_id}/1/[0-9a-f]{{32}}", aws.marks["sg-00000003"])


def test_a_name_that_was_taken_meanwhile_stops_the_run_before_any_call(people: People, prod: Environment, aws: Account):
    made = flow.DraftInput("create", BUCKET, TOKYO, "", "models-prod-1", {"BucketName": "models-prod-1"})
    run = flow.started(people, prod, aws, flow.resize(), made)
    aws.documents["models-prod-1"] = {"BucketName": "models-prod-1"}

    flow.pump(run, aws)

    assert run.state == RunState.FAILED
    assert [(row["ordinal"], row["live"]) for row in run.drift] == [(2, "exists already")]
    assert aws.calls == []


def test_a_second_run_waits_and_names_who_holds_the_resource(people: People, prod: Environment, aws: Account):
    first = flow.started(people, prod, aws)
    second = flow.started(people, prod, aws, flow.resize(to="db.r6g.2xlarge"))
    flow.once(first, aws)

    step = flow.once(second, aws)

    assert step.state == StepState.READY
    assert step.cause == f"Waits for {first.reference}, which holds orders-prod."
    step.refresh_from_db()
    assert step.due > timezone.now() + timedelta(seconds=20), "it isn't asked about over and over"
    flow.pump(first, aws)
    step.refresh_from_db()
    assert step.due <= timezone.now(), "the end of the first run lets it try again"
    assert flow.pump(second, aws).state == RunState.FAILED, "the first run moved what the second was planned on"


def test_only_the_first_step_is_rung_for_until_the_run_has_started(
    people: People, prod: Environment, aws: Account, monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Callable[..., Any],
):  # fmt: skip
    rung: list[int] = []
    monkeypatch.setattr("apps.bell.ring", lambda bell, identifier: rung.append(identifier))
    with django_capture_on_commit_callbacks(execute=True):
        run = flow.started(people, prod, aws, flow.resize(), flow.resize("users-prod"))
    first, second = run.steps.values_list("pk", flat=True)
    assert second not in rung
    rung.clear()
    with django_capture_on_commit_callbacks(execute=True):
        attend(first, flow.doors(aws))
    assert second in rung


def test_the_call_is_asked_about_anew_and_the_beginning_by_what_was_claimed(
    people: People, prod: Environment, aws: Account, monkeypatch: pytest.MonkeyPatch
):
    """Somebody cancels, or a reviewer loses the role, after the step was taken: no call is made."""
    for between in (
        lambda run: Run.objects.filter(pk=run.pk).update(cancel_requested=True),
        lambda run: people["ben"].bindings.all().delete(),
    ):
        run = flow.started(people, prod, aws)
        monkeypatch.setattr("apps.runs.conduct.faultpoint", lambda name, between=between, run=run: between(run))
        assert flow.pump(run, aws).state in (RunState.CANCELLED, RunState.FAILED)
        assert aws.calls == []


def test_cancelling_before_the_first_call_ends_the_run(people: People, prod: Environment, aws: Account):
    run = flow.started(people, prod, aws)
    cancel(by=people["daichi"], run=run)
    assert flow.pump(run, aws).state == RunState.CANCELLED
    assert aws.calls == []


def test_cancelling_follows_what_aws_has_accepted_to_its_end(people: People, prod: Environment, aws: Account):
    run = flow.started(people, prod, aws, flow.resize(), flow.resize("users-prod"))
    aws.settling = 2
    flow.once(run, aws, "1.1")
    cancel(by=people["aiko"], run=run)

    flow.pump(run, aws)

    assert run.state == RunState.CANCELLED
    assert list(run.steps.values_list("state", flat=True)) == [StepState.DONE, StepState.CANCELLED]
    assert len(aws.calls) == 1


def test_a_duplicate_or_unknown_message_does_nothing(people: People, prod: Environment, aws: Account):
    run = flow.started(people, prod, aws)
    step = flow.once(run, aws)
    attend(step.pk, flow.doors(aws))
    attend(987654, flow.doors(aws))
    flow.pump(run, aws)
    attend(step.pk, flow.doors(aws))
    assert len(aws.calls) == 1


def test_the_sweep_rings_for_what_nobody_heard(
    people: People, prod: Environment, aws: Account, monkeypatch: pytest.MonkeyPatch
):
    heard: list[int] = []
    monkeypatch.setattr("apps.runs.commands.due.ring_again", lambda bell, step_id: heard.append(step_id))
    run = flow.started(people, prod, aws)

    sweep()
    flow.once(run, aws)
    sweep()

    assert heard == [run.steps.get().pk], "once while it was due, not while it waits for AWS"


def test_an_account_that_can_not_be_read_fails_the_run_before_any_call(people: People, prod: Environment, aws: Account):
    run = flow.started(people, prod, aws)
    aws.reading = denied()
    assert flow.pump(run, aws).state == RunState.FAILED
    assert aws.calls == []


def test_a_later_request_runs_only_after_the_success_of_the_earlier(people: People, prod: Environment, aws: Account):
    aws.database("late-prod")
    first, later = flow.approved(people, prod, aws), flow.approved(people, prod, aws, flow.resize("late-prod"))
    later.after = first
    later.save(update_fields=["after"])
    digest = flow.digest(later)
    with pytest.raises(Refused, match=f"{first.reference} in .* comes first and isn't applied yet"):
        start(by=people["aiko"], change_request=later, digest=digest)
    flow.pump(start(by=people["aiko"], change_request=first, digest=flow.digest(first)), aws)
    run = flow.pump(start(by=people["aiko"], change_request=later, digest=digest), aws)
    assert run.state == RunState.SUCCEEDED

"""Errors that nobody foresaw, in the product itself: tried a few times, then said to a person, never for ever."""

from typing import Any

import pytest
from django.urls import reverse

from apps.aws.gateway import AwsError, ErrorKind
from apps.changes.commands import submit
from apps.changes.models import ChangeRequest
from apps.changes.states import State
from apps.environments.models import Environment
from apps.inventory import commands as inventory
from apps.inventory import scan as scans
from apps.inventory.models import ScanState, TypeScan
from apps.people.models import User
from apps.planner.request import TRIES_MOST, plan_request
from apps.planning import codec
from apps.runs import claim
from apps.runs.commands import look_again
from apps.runs.conduct import STUMBLES_MOST, UNSEEN_MOST, attend
from apps.runs.models import Step
from apps.runs.states import RunState, StepState
from tests.integration import flow
from tests.integration.bad_input.conftest import SignIn
from tests.integration.estate import RDS, Account, unclear

People = dict[str, User]


def broken(*_: Any, **__: Any) -> Any:
    raise KeyError("DBInstanceClass")


def test_a_step_that_fails_unexpectedly_ends_with_a_person_after_a_few_tries(
    people: People, prod: Environment, aws: Account, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = flow.started(people, prod, aws)
    monkeypatch.setattr(Account, "read", broken)

    first = flow.once(run, aws)
    assert (first.state, "KeyError" in first.cause) == (StepState.READY, True)
    flow.pump(run, aws)

    step = run.steps.get()
    assert (run.state, step.state, step.stumbles) == (RunState.ATTENTION, StepState.ATTENTION, STUMBLES_MOST)
    assert "KeyError" in step.outcome
    assert "administrator" in step.outcome
    assert aws.calls == []
    page = sign_in("aiko").get(reverse("web:run", args=[run.pk])).content.decode()
    assert f"Ringi failed at this step {STUMBLES_MOST} times (KeyError)" in page
    assert "Look again" in page


def test_after_the_error_is_mended_looking_again_goes_on(
    people: People, prod: Environment, aws: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = flow.started(people, prod, aws)
    with monkeypatch.context() as patch:
        patch.setattr(Account, "read", broken)
        flow.pump(run, aws)
    look_again(by=people["aiko"], step=run.steps.get())
    assert flow.pump(run, aws).state == RunState.SUCCEEDED
    assert len(aws.calls) == 1


def test_an_unexpected_error_after_the_call_never_makes_it_twice(
    people: People, prod: Environment, aws: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = flow.started(people, prod, aws)
    with monkeypatch.context() as patch:
        patch.setattr("apps.runs.intent.acknowledge", broken)
        flow.once(run, aws)
    assert run.steps.get().attempts.get().state == "intended"
    assert flow.pump(run, aws).state == RunState.SUCCEEDED
    assert len(aws.calls) == 1


def test_a_step_that_kills_its_worker_every_time_ends_with_a_person(
    people: People, prod: Environment, aws: Account
) -> None:
    run = flow.started(people, prod, aws)
    step = run.steps.get()
    for _ in range(STUMBLES_MOST):
        flow.make_due(run)
        assert claim.take(step.pk) is not None  # and the worker is gone
    flow.make_due(run)
    attend(step.pk, flow.doors(aws))
    step.refresh_from_db()
    assert (step.state, "the worker died" in step.outcome) == (StepState.ATTENTION, True)
    assert aws.calls == []


def test_claims_that_come_to_an_end_do_not_count(people: People, prod: Environment, aws: Account) -> None:
    run = flow.started(people, prod, aws)
    aws.settling = 3 * STUMBLES_MOST
    assert flow.pump(run, aws, rounds=60).state == RunState.SUCCEEDED


@pytest.mark.parametrize("kind", [ErrorKind.DENIED, ErrorKind.UNASSUMABLE, ErrorKind.UNKNOWN])
def test_an_open_question_that_can_not_be_looked_at_is_put_to_a_person(
    people: People, prod: Environment, aws: Account, kind: ErrorKind
) -> None:
    run = flow.started(people, prod, aws)
    aws.faults = [("after", unclear())]
    flow.once(run, aws)
    aws.reading = AwsError(kind, "The role may not look. Ask an administrator.", code="AccessDenied")
    flow.pump(run, aws, rounds=UNSEEN_MOST + 2)
    step = Step.objects.get(run=run)
    assert (run.state, step.state) == (RunState.ATTENTION, StepState.ATTENTION)
    assert step.outcome.startswith("The role may not look. Ask an administrator.")

    aws.reading = None
    look_again(by=people["aiko"], step=step)
    assert flow.pump(run, aws).state == RunState.SUCCEEDED
    assert len(aws.calls) == 1


def test_a_plan_that_fails_unexpectedly_gives_the_draft_back_in_words(
    people: People, prod: Environment, aws: Account, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = flow.draft(people["aiko"], prod)
    with monkeypatch.context() as patch:
        patch.setattr("apps.planning.build.build", broken)
        flow.submitted(people["aiko"], request, aws)
    assert request.state == State.DRAFT
    assert request.draft_changes.count() == 1
    page = sign_in("aiko").get(reverse("web:change_request", args=[request.pk])).content.decode()
    assert "Ringi failed to plan this request (KeyError)" in page
    assert flow.submitted(people["aiko"], request, aws).state == State.IN_REVIEW


def test_a_request_that_kills_its_planner_every_time_is_given_back(
    people: People, prod: Environment, aws: Account
) -> None:
    request = flow.draft(people["aiko"], prod)
    submit(by=people["aiko"], change_request=request, edition=request.edition)
    for _ in range(TRIES_MOST):
        assert flow.claimed(request)
    flow.let_planning_lapse(request)
    plan_request(request.pk, open_reader=aws.reader)
    request.refresh_from_db()
    assert request.state == State.DRAFT
    assert "the planner died" in request.problems[0]["sentence"]


def test_a_reading_that_fails_unexpectedly_says_so_and_ends(people: People, prod: Environment, aws: Account) -> None:
    class Broken:
        list = staticmethod(broken)

    inventory.request_refresh(by=None, environment=prod, types=[RDS])
    row = TypeScan.objects.get()
    scans.scan(scan_id=row.pk, open_reader=lambda environment, session: Broken())  # type: ignore[arg-type,return-value]
    row.refresh_from_db()
    assert (row.state, row.error_code) == (ScanState.FAILED, "KeyError")
    assert "What was read before stays" in row.error


def test_requests_know_how_often_they_were_planned_since_they_were_submitted(
    people: People, prod: Environment, aws: Account
) -> None:
    request = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod), aws)
    assert ChangeRequest.objects.get(pk=request.pk).planning_tries == 1


def test_a_stored_plan_that_cannot_be_read_is_said_on_its_pages(
    people: People, prod: Environment, aws: Account, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod), aws)
    monkeypatch.setattr("apps.planning.codec.SCHEMA_VERSION", 2)
    codec.parse.cache_clear()
    page = sign_in("aiko").get(reverse("web:change_request", args=[request.pk]))
    assert page.status_code == 500
    assert "This version of Ringi can't read the plan that is stored here" in page.content.decode().replace(
        "&#x27;", "'"
    )


def test_the_plan_takes_its_place_on_the_page_and_leaves_what_is_being_typed(
    people: People, prod: Environment, aws: Account, sign_in: SignIn
) -> None:
    request = flow.draft(people["aiko"], prod)
    submit(by=people["aiko"], change_request=request, edition=request.edition)
    asked, browser = reverse("web:change_request_planning", args=[request.pk]), sign_in("aiko")
    waiting = browser.get(asked)
    assert "HX-Retarget" not in waiting.headers
    assert asked in waiting.content.decode()
    plan_request(request.pk, open_reader=aws.reader)
    arrived = browser.get(asked)
    assert [arrived.headers[name] for name in ("HX-Retarget", "HX-Reselect", "HX-Reswap")] == [
        "#main", "#main", "outerHTML",
    ]  # fmt: skip
    assert asked not in arrived.content.decode()
    assert 'name="text" hx-preserve' in arrived.content.decode()

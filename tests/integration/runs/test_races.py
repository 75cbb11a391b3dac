"""Races and deaths on purpose: several connections at once, workers that are really killed."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from apps.changes.commands import edit
from apps.changes.models import ChangeRequest
from apps.environments.models import Environment
from apps.people.models import User
from apps.refusal import Refused
from apps.reviews.commands import approve, reject
from apps.reviews.models import Review
from apps.runs import claim
from apps.runs.commands import start
from apps.runs.conduct import attend
from apps.runs.faultpoint import DIES_WITH
from apps.runs.models import Attempt, Run, Step
from apps.runs.states import RunState, StepState
from apps.runs.work import Doors
from tests.integration import flow
from tests.integration.at_once import at_once
from tests.integration.estate import CLASS_AFTER, CLASS_BEFORE, Account, Died

pytestmark = pytest.mark.django_db(transaction=True)
People = dict[str, User]


@pytest.mark.parametrize("attempt", range(3))
def test_of_two_approvals_at_once_one_completes_the_flow(people: People, prod: Environment, aws: Account, attempt: int):
    request = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod), aws)
    digest = flow.digest(request)

    results = at_once(
        lambda: approve(by=people["ben"], change_request=request, digest=digest),
        lambda: approve(by=people["chie"], change_request=request, digest=digest),
    )

    assert sum(isinstance(result, Refused) for result in results) == 1
    assert Review.objects.count() == 1
    request.refresh_from_db()
    assert request.state == "approved"


def test_one_person_can_not_approve_twice_at_once(people: People, prod: Environment, aws: Account):
    request = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod), aws)
    digest = flow.digest(request)
    at_once(*[lambda: approve(by=people["ben"], change_request=request, digest=digest)] * 4)
    assert Review.objects.count() == 1


@pytest.mark.parametrize("attempt", range(3))
def test_approval_and_rejection_at_once_leave_one_decision(
    people: People, prod: Environment, aws: Account, attempt: int
):
    request = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod), aws)
    digest = flow.digest(request)
    at_once(
        lambda: approve(by=people["ben"], change_request=request, digest=digest),
        lambda: reject(by=people["chie"], change_request=request, digest=digest, text="No"),
    )
    request.refresh_from_db()
    decision = Review.objects.get().decision
    assert (request.state, decision) in {("approved", "approve"), ("rejected", "reject")}


@pytest.mark.parametrize("attempt", range(5))
def test_an_edit_beside_approval_and_start_never_runs_what_was_not_approved(
    people: People, prod: Environment, aws: Account, attempt: int
):
    request = flow.approved(people, prod, aws)
    digest, edition = flow.digest(request), request.edition

    def edited() -> Any:
        return edit(
            by=people["daichi"],
            change_request=request,
            edition=edition,
            title="Other",
            reason="",
            changes=[flow.resize(to="db.r6g.4xlarge")],
        )

    at_once(edited, lambda: start(by=people["aiko"], change_request=request, digest=digest))
    request.refresh_from_db()
    run = Run.objects.filter(change_request=request).first()
    if run is not None:
        flow.pump(run, aws)

    assert request.state == "draft"
    assert aws.calls == [], "the edit came before the first call, so nothing may be called"
    assert run is None or run.state == RunState.FAILED


def test_two_starts_at_once_make_one_run(people: People, prod: Environment, aws: Account):
    request = flow.approved(people, prod, aws)
    digest = flow.digest(request)
    at_once(*[lambda: start(by=people["aiko"], change_request=request, digest=digest)] * 3)
    assert Run.objects.count() == 1


def test_one_live_run_is_what_the_database_allows(people: People, prod: Environment, aws: Account):
    run = flow.started(people, prod, aws)
    with pytest.raises(IntegrityError), transaction.atomic():
        Run.objects.create(
            change_request=run.change_request,
            revision=run.revision,
            number=2,
            digest=run.digest,
            started_by=run.started_by,
            queued_at=timezone.now(),
        )


def test_of_four_workers_at_one_step_one_makes_the_call(people: People, prod: Environment, aws: Account):
    run = flow.started(people, prod, aws)
    flow.make_due(run)
    step = run.steps.get()
    at_once(*[lambda: attend(step.pk, flow.doors(aws))] * 4)
    assert len(aws.calls) == 1


def test_a_worker_whose_step_was_taken_writes_nothing(people: People, prod: Environment, aws: Account):
    run = flow.started(people, prod, aws)
    flow.make_due(run)
    first = claim.take(run.steps.get().pk)
    flow.make_due(run)
    second = claim.take(run.steps.get().pk)
    assert first
    assert second
    assert second.fence == first.fence + 1
    with pytest.raises(claim.Lost):
        first.write(state=StepState.DONE)


@pytest.mark.parametrize(("when", "calls"), [("before", 2), ("after", 1)])
def test_a_death_between_intent_and_answer_leads_to_one_effect(
    people: People, prod: Environment, aws: Account, when: str, calls: int
):
    run = flow.started(people, prod, aws)
    aws.faults = [(when, Died())]
    flow.make_due(run)
    with pytest.raises(Died):
        attend(run.steps.get().pk, flow.doors(aws))
    assert run.steps.get().state == StepState.RUNNING
    assert Attempt.objects.get().state == "intended"

    flow.pump(run, aws)

    assert run.state == RunState.SUCCEEDED
    assert len(aws.calls) == calls
    assert aws.documents["orders-prod"]["DBInstanceClass"] == CLASS_AFTER


WORKER = """
import os, sys, django
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()
from django.db import connection
from apps.runs.conduct import attend
from apps.runs.work import Doors
from tests.integration.estate import Account
connection.settings_dict["NAME"] = sys.argv[1]
from apps.runs.models import Run
from tests.integration.flow import make_due
aws = Account()
aws.database("orders-prod")
for _ in range(3):
    make_due(Run.objects.get())
    attend(int(sys.argv[2]), Doors(aws.reader, aws.writer))
"""


BEFORE = ("claimed", "locked", "looked", "intended")
AFTER = ("called", "acked", "converged", "finished")


def test_every_faultpoint_of_the_source_is_killed_at():
    source = Path(__file__).parents[3] / "apps" / "runs"
    named = {name for path in source.glob("*.py") for name in re.findall(r'faultpoint\("(\w+)"\)', path.read_text())}
    assert named == {*BEFORE, *AFTER}


@pytest.mark.parametrize("point", [*BEFORE, *AFTER])
def test_a_killed_worker_is_succeeded_by_another(people: People, prod: Environment, aws: Account, point: str):
    run = flow.started(people, prod, aws)
    flow.make_due(run)
    environment = os.environ | {"RINGI_FAULTS": point, "DATABASE_URL": os.environ["DATABASE_OWNER_URL"]}
    database, step = str(connection.settings_dict["NAME"]), str(run.steps.get().pk)
    died = subprocess.run(
        [sys.executable, "-c", WORKER, database, step],
        env=environment,
        cwd=Path(__file__).parents[3],
        check=False,
        capture_output=True,
        text=True,
    )
    assert died.returncode == DIES_WITH, died.stderr
    if point in AFTER:
        aws.documents["orders-prod"]["DBInstanceClass"] = CLASS_AFTER  # the killed worker's call had its effect

    flow.pump(run, aws)

    assert run.state == RunState.SUCCEEDED
    assert len(aws.calls) == (0 if point in AFTER else 1)
    assert not run.locks.exists()


@pytest.mark.parametrize("tampering", ["revoked", "disabled", "withdrawn", "rewritten"])
def test_what_changes_between_start_and_call_stops_the_run(
    people: People, prod: Environment, aws: Account, tampering: str
):
    run = flow.started(people, prod, aws)
    match tampering:
        case "revoked":
            people["ben"].bindings.all().delete()
        case "disabled":
            Environment.objects.update(enabled=False)
        case "withdrawn":
            ChangeRequest.objects.update(state="withdrawn")
        case "rewritten":
            with connection.cursor() as cursor:
                cursor.execute("ALTER TABLE changes_revision DISABLE TRIGGER USER")
                cursor.execute("UPDATE changes_revision SET canonical = replace(canonical, 'xlarge', '4xlarge')")
                cursor.execute("ALTER TABLE changes_revision ENABLE TRIGGER USER")

    flow.pump(run, aws)

    assert run.state == RunState.FAILED
    assert run.failure
    assert aws.calls == []


def test_an_approval_that_is_withdrawn_while_looking_stops_before_the_intent(
    people: People, prod: Environment, aws: Account
):
    run = flow.started(people, prod, aws)
    flow.make_due(run)

    class Slow(Account):
        def read(self, type_name: str, region: str, identifier: str) -> Any:
            ChangeRequest.objects.update(state="draft")
            return aws.read(type_name, region, identifier)

    slow = Slow()
    attend(run.steps.get().pk, Doors(slow.reader, slow.writer))
    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert slow.calls == []
    assert aws.documents["orders-prod"]["DBInstanceClass"] == CLASS_BEFORE


def test_an_ended_step_can_not_be_revived(people: People, prod: Environment, aws: Account):
    run = flow.pump(flow.started(people, prod, aws), aws)
    with pytest.raises(IntegrityError), transaction.atomic():
        Step.objects.filter(run=run).update(state=StepState.READY)

"""A run that came to no good end says how the request goes on, to those who may have it go on."""

import pytest
from django.test import Client

from apps.people.models import User
from apps.refusal import Refused
from apps.runs.commands import start
from apps.runs.models import Run
from apps.runs.states import RunState
from apps.web.presenters.left import left
from tests.integration import flow
from tests.integration.estate import Account, denied

AGAIN, PLAN = "Apply again", "Plan again"


@pytest.fixture
def failed(db: None) -> Run:
    aws = Account(faults=[("before", denied())])
    aws.database("orders-prod")
    run = flow.pump(flow.started(flow.make_people(), flow.make_environment(), aws), aws)
    assert run.state == RunState.FAILED
    return run


def page(person: str, run: Run) -> str:
    client = Client()
    client.force_login(User.objects.get(username=person))
    return client.get(f"/runs/{run.pk}/").content.decode()


@pytest.mark.parametrize(("person", "offered"), [("aiko", [AGAIN, PLAN]), ("ben", [AGAIN]), ("emi", [])])
def test_what_may_come_next_is_offered_to_those_who_may(failed: Run, person: str, offered: list[str]) -> None:
    shown = page(person, failed)
    assert [each for each in (AGAIN, PLAN) if f"{each}</button>" in shown] == offered


def test_applying_again_leads_to_the_next_run_which_leaves_the_older_one_alone(failed: Run) -> None:
    client = Client()
    client.force_login(User.objects.get(username="aiko"))
    answer = client.post(f"/change-requests/{failed.change_request_id}/apply/", {"digest": failed.digest})
    newest = failed.change_request.runs.get(number=2)
    assert answer["Location"] == f"/runs/{newest.pk}/"
    assert "How it goes on" not in page("aiko", failed)


def test_a_run_that_succeeded_has_nothing_to_go_on_with(db: None) -> None:
    aws = Account()
    aws.database("orders-prod")
    run = flow.pump(flow.started(flow.make_people(), flow.make_environment(), aws), aws)
    assert "How it goes on" not in page("aiko", run)


def test_after_an_edit_the_old_plan_is_not_offered(failed: Run) -> None:
    request, aiko = failed.change_request, User.objects.get(username="aiko")
    flow.edited(aiko, request)
    shown = page("aiko", failed)
    assert f"{AGAIN}</button>" not in shown
    with pytest.raises(Refused):
        start(by=aiko, change_request=request, digest=failed.digest)


def test_a_failed_run_says_how_it_left_each_resource(db: None) -> None:
    aws = Account(faults=[("", None), ("before", denied())])
    aws.database("orders-prod")
    aws.database("users-prod")
    people, prod = flow.make_people(), flow.make_environment()
    run = flow.pump(flow.started(people, prod, aws, flow.resize(), flow.resize("users-prod")), aws)
    known = {each.name: each.state for each in left(run, list(run.steps.all()))}
    assert known == {"orders-prod": "as approved", "users-prod": "untouched"}
    shown = page("emi", run)
    assert "How each resource was left" in shown
    assert "untouched" in shown


def test_a_run_that_succeeded_left_everything_as_approved_and_says_no_more(db: None) -> None:
    aws = Account()
    aws.database("orders-prod")
    run = flow.pump(flow.started(flow.make_people(), flow.make_environment(), aws), aws)
    assert "How each resource was left" not in page("aiko", run)

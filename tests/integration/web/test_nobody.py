"""Pages that wait for a worker say so where there is none."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.changes.models import ChangeRequest
from apps.environments.models import Environment
from apps.inventory.commands import request_refresh
from apps.people.models import User
from apps.runs.models import Worker
from tests.integration import flow
from tests.integration.estate import Account
from tests.integration.web.conftest import SignIn

People = dict[str, User]


def worker(kind: str, silent: int = 0, draining: bool = False) -> None:
    seen = timezone.now() - timedelta(seconds=silent)
    Worker.objects.create(name=f"{kind}@here:{silent}", kind=kind, started_at=seen, seen_at=seen, draining=draining)


@pytest.fixture
def reviewed(people: People, prod: Environment) -> People:
    people["ben"].bindings.create(role="reviewer", environment="prod")
    return people


@pytest.mark.parametrize(
    ("signs", "said"),
    [
        ([], "No executor is at work, so this waits."),
        ([{"silent": 40}], "No executor has shown itself for 40 s, so this waits."),
        ([{"silent": 400}, {"silent": 40}], "No executor has shown itself for 40 s, so this waits."),
        ([{"draining": True}], "Every executor is being drained and takes nothing new, so this waits."),
        ([{"silent": 40}, {}], ""),
    ],
)
def test_a_run_says_that_no_executor_takes_it(
    sign_in: SignIn, reviewed: People, prod: Environment, aws: Account, signs: list[dict[str, int]], said: str
) -> None:
    run = flow.started(reviewed, prod, aws)
    worker("planner")
    for sign in signs:
        worker("executor", **sign)
    for address in (reverse("web:run", args=[run.pk]), reverse("web:run_progress", args=[run.pk])):
        page = sign_in("aiko").get(address).text
        assert said in page
        assert ("so this waits" in page) == bool(said)
    flow.pump(run, aws)
    assert "so this waits" not in sign_in("aiko").get(reverse("web:run", args=[run.pk])).text


def test_a_request_says_that_no_planner_takes_it(sign_in: SignIn, people: People, prod: Environment) -> None:
    draft = flow.draft(people["aiko"], prod)
    ChangeRequest.objects.filter(pk=draft.pk).update(state="planning", planning_due_at=timezone.now())
    for address in ("change_request", "change_request_planning"):
        assert "No planner is at work" in sign_in("aiko").get(reverse(f"web:{address}", args=[draft.pk])).text
    worker("planner")
    assert "No planner" not in sign_in("aiko").get(reverse("web:change_request", args=[draft.pk])).text


def test_an_environment_says_that_no_reader_reads_it(sign_in: SignIn, people: People, prod: Environment) -> None:
    request_refresh(by=people["aiko"], environment=prod, types=["AWS::EC2::VPC"])
    address = reverse("web:environment", args=["prod"])
    assert "No reader is at work" in sign_in("aiko").get(address).text
    worker("reader")
    assert "No reader" not in sign_in("aiko").get(address).text

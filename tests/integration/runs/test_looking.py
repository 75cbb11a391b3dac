"""Waiting costs no worker and few questions: what waits in one place is looked at together."""

from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from apps.aws.gateway import AwsError, ErrorKind
from apps.environments.models import Environment
from apps.people.models import User
from apps.runs import claim
from apps.runs.conduct import attend
from apps.runs.models import Step
from apps.runs.states import RunState, StepState
from tests.integration import flow
from tests.integration.estate import Account

People = dict[str, User]
NAMES = [f"orders-{n}" for n in range(6)]


@pytest.fixture
def waiting(people: People, prod: Environment, aws: Account) -> Any:
    """A run of six steps, all of which AWS has accepted and none of which has settled."""
    for name in NAMES:
        aws.database(name)
    aws.settling = 50
    run = flow.started(people, prod, aws, *map(flow.resize, NAMES))
    for step in run.steps.all():
        attend(step.pk, flow.doors(aws))
    assert set(run.steps.values_list("state", flat=True)) == {StepState.WAITING}
    aws.together.clear()
    return run


def test_one_message_has_all_of_a_place_looked_at(waiting: Any, aws: Account) -> None:
    flow.make_due(waiting)
    before = {step.pk: step.polls for step in waiting.steps.all()}
    attend(waiting.steps.first().pk, flow.doors(aws))
    assert aws.together == [frozenset(NAMES)]
    assert all(step.polls == before[step.pk] + 1 and step.owner == "" for step in waiting.steps.all())


def test_what_is_due_soon_is_looked_at_with_what_is_due_now(waiting: Any, aws: Account) -> None:
    first, *others = waiting.steps.all()
    Step.objects.filter(pk=first.pk).update(due=timezone.now())
    Step.objects.filter(pk__in=[each.pk for each in others]).update(due=claim.due_in(claim.ALONG_SECONDS - 2))
    attend(first.pk, flow.doors(aws))
    assert aws.together == [frozenset(NAMES)]


def test_what_somebody_else_is_looking_at_is_left_to_them(waiting: Any, aws: Account) -> None:
    flow.make_due(waiting)
    first, second, *_ = waiting.steps.all()
    held = claim.take(second.pk)
    assert held is not None
    attend(first.pk, flow.doors(aws))
    assert aws.together == [frozenset(NAMES) - {"orders-1"}]
    assert Step.objects.get(pk=second.pk).fence == held.fence


def test_a_reading_that_fails_is_made_once_and_every_step_says_why(waiting: Any, aws: Account) -> None:
    flow.make_due(waiting)
    aws.reading = AwsError(ErrorKind.THROTTLED, "AWS asks to slow down.")
    attend(waiting.steps.first().pk, flow.doors(aws))
    assert len(aws.together) == 1
    assert {step.cause for step in waiting.steps.all()} == {"AWS asks to slow down."}


def test_all_of_them_end(waiting: Any, aws: Account) -> None:
    aws.settling = 0
    aws.unsettled.clear()
    flow.pump(waiting, aws)
    assert waiting.state == RunState.SUCCEEDED
    assert len(aws.calls) == len(NAMES)


def test_the_companions_are_found_by_an_index(waiting: Any) -> None:
    """As many steps wait elsewhere as make the database prefer one, whatever it knew of the table before."""
    now, common = timezone.now(), {"run": waiting, "state": StepState.WAITING, "parameters": {}}
    Step.objects.bulk_create(
        Step(ordinal=100 + n, key=f"{100 + n}.1", place=f"elsewhere-{n}", due=now, **common) for n in range(500)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE runs_step; SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT id FROM runs_step WHERE place = 'elsewhere-7' AND state = 'waiting'"
            " AND due <= clock_timestamp()"
        )
        assert "steps_looked_at" in str(cursor.fetchall())

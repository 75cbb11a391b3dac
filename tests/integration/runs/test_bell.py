"""However long workers are away or busy, only some messages wait for one thing."""

from typing import Any

import pytest
import time_machine
from celery import current_app
from django.core.cache import cache
from django.utils import timezone

from apps.bell import AGAIN_SECONDS, EXPIRES_SECONDS, Bell, ring
from apps.environments.models import Environment
from apps.inventory import tasks
from apps.inventory.models import TypeScan
from apps.people.models import User
from apps.runs import commands
from tests.integration import flow
from tests.integration.estate import Account


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    cache.clear()
    sent: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **more: sent.append((name, more)))
    return sent


def test_a_message_is_nothing_any_more_after_a_while(messages: list[tuple[str, dict[str, Any]]]) -> None:
    ring(Bell.STEP, 7)
    [(_, more)] = messages
    assert more["expires"] == EXPIRES_SECONDS


def test_sweeps_ring_for_a_step_once_within_some_seconds(
    people: dict[str, User], prod: Environment, aws: Account, messages: list[tuple[str, dict[str, Any]]]
) -> None:
    run = flow.started(people, prod, aws)
    flow.make_due(run)
    messages.clear()
    with time_machine.travel(timezone.now()) as clock:
        for _ in range(60):
            commands.sweep()
            clock.shift(2)
    assert len(messages) == pytest.approx(120 / AGAIN_SECONDS, abs=1)


def test_sweeps_ring_for_a_reading_once_within_some_seconds(
    prod: Environment, messages: list[tuple[str, dict[str, Any]]]
) -> None:
    scan = TypeScan.objects.create(
        environment=prod, region="ap-northeast-1", type="AWS::EC2::VPC", state="queued", requested_at=timezone.now()
    )
    with time_machine.travel(timezone.now()) as clock:
        for _ in range(12):
            clock.shift(10)
            tasks.sweep()
    assert {more["args"] for _, more in messages} == {(scan.pk,)}
    assert len(messages) == pytest.approx(120 / AGAIN_SECONDS, abs=1)

"""The doorbell doesn't ring: what a button asked for is kept in the database and found by the sweeps."""

import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from celery import Celery
from django.core.cache import caches
from django.urls import reverse

from apps import bell
from apps.catalog.registry import TYPES
from apps.changes.models import ChangeRequest
from apps.changes.states import State
from apps.environments.models import Environment
from apps.inventory import tasks as inventory
from apps.inventory.models import ScanState, TypeScan
from apps.people.models import User
from apps.planner import request as planner
from apps.runs.commands import sweep
from apps.runs.models import Run
from config import bell as bell_settings
from config import cache
from config.cache import LastingCache
from tests.integration import flow
from tests.integration.bad_input.conftest import SignIn
from tests.integration.estate import Account

People = dict[str, User]
Commits = Any
MOST_CONNECTIONS = 2


class Listening:
    """A server that says `answer` to everything, or nothing at all, or is `gone`. It keeps who came."""

    def __init__(self, answer: bytes | None, *, gone: bool = False) -> None:
        self.answer, self.clients = answer, list[socket.socket]()
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        if gone:
            self.server.close()
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        while True:
            try:
                client, _ = self.server.accept()
            except OSError:
                return
            self.clients.append(client)
            if self.answer is not None:
                threading.Thread(target=talk, args=(client, self.answer), daemon=True).start()


def talk(client: socket.socket, answer: bytes) -> None:
    try:
        while client.recv(65536):
            client.sendall(answer)
    except OSError:
        return


BROKERS = {
    "gone": b"",
    "silent": None,
    "locked": b"-NOAUTH Authentication required.\r\n" * 8,
    "loading": b"-LOADING Redis is loading the dataset in memory\r\n" * 8,
    "read-only": b"-READONLY You can't write against a read only replica.\r\n" * 8,
    "not a broker": b"HTTP/1.1 400 Bad Request\r\n\r\n",
}


@pytest.fixture(params=list(BROKERS))
def no_broker(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a broker that takes no message, and is asked no more than a few times for it."""
    broker = Listening(BROKERS[request.param], gone=request.param == "gone")
    url = f"redis://127.0.0.1:{broker.port}/0"
    app = Celery("deaf", set_as_current=False)
    app.config_from_object("config.bell")
    app.conf.broker_url = url
    monkeypatch.setattr(bell, "current_app", app)
    monkeypatch.setattr(bell.Quiet, "until", 0.0)
    yield url
    broker.server.close()
    assert len(broker.clients) <= MOST_CONNECTIONS


def test_no_answer_is_waited_for_longer_than_a_person_would() -> None:
    bell_waits = bell_settings.broker_transport_options
    assert bell_waits["socket_timeout"] + bell_waits["socket_connect_timeout"] <= 4
    assert bell_waits["max_retries"] == 0
    assert cache.SECONDS <= 2


def rung(monkeypatch: pytest.MonkeyPatch, where: str, act: Callable[[], None]) -> list[int]:
    """The ids that a sweep rings for."""
    heard: list[int] = []
    monkeypatch.setattr(where, lambda bell, identifier: heard.append(identifier))
    act()
    return heard


@pytest.mark.usefixtures("no_broker")
def test_a_request_that_is_submitted_without_a_broker_is_planned_later(
    sign_in: SignIn, people: People, prod: Environment, django_capture_on_commit_callbacks: Commits
) -> None:
    request = flow.draft(people["aiko"], prod)
    with django_capture_on_commit_callbacks(execute=True):
        answer = sign_in("aiko").post(reverse("web:submit", args=[request.pk]), {"edition": request.edition})
    assert answer.status_code == 302
    assert ChangeRequest.objects.get(pk=request.pk).state == State.PLANNING
    assert planner.due() == [request.pk]


@pytest.mark.usefixtures("no_broker")
def test_a_run_that_is_started_without_a_broker_is_worked_on_later(
    sign_in: SignIn,
    people: People,
    prod: Environment,
    aws: Account,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Commits,
) -> None:
    request = flow.approved(people, prod, aws)
    with django_capture_on_commit_callbacks(execute=True):
        answer = sign_in("aiko").post(reverse("web:apply", args=[request.pk]), {"digest": flow.digest(request)})
    assert answer.status_code == 302
    step = Run.objects.get().steps.get()
    assert rung(monkeypatch, "apps.runs.commands.due.ring_again", sweep) == [step.pk]


@pytest.mark.usefixtures("no_broker")
def test_a_reading_that_is_asked_for_without_a_broker_is_made_later(
    sign_in: SignIn, prod: Environment, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Commits
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        assert sign_in("aiko").post(reverse("web:refresh_environment", args=["prod"])).status_code == 302
    waiting = TypeScan.objects.filter(state=ScanState.QUEUED)
    assert waiting.count() == len(TYPES)
    waiting.update(requested_at="2026-01-01T00:00:00Z")
    assert len(rung(monkeypatch, "apps.inventory.tasks.ring_again", inventory.sweep)) == len(TYPES)


def lasting(url: str) -> LastingCache:
    found = LastingCache(url, {})
    found.own.clear()
    return found


def test_a_cache_that_is_gone_is_replaced_by_the_process_its_own(no_broker: str) -> None:
    found = lasting(no_broker)
    assert found.get("attempts", []) == []
    found.set("attempts", [1, 2])
    assert found.get("attempts") == [1, 2]
    assert found.add("lock", True) is True
    assert found.add("lock", True) is False
    assert found.delete("lock") is True


def test_signing_in_works_without_a_cache(people: People, no_broker: str, settings: Any, client: Any) -> None:
    people["aiko"].set_password("correct horse battery")
    people["aiko"].save()
    settings.CACHES = {"default": {"BACKEND": "config.cache.LastingCache", "LOCATION": no_broker}}
    answer = client.post("/account/login/", {"login": "aiko", "password": "correct horse battery"})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert caches["default"].away_until > 0  # type: ignore[attr-defined]

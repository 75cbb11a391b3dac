"""Signing in behind a proxy: one true address for the limits, the audit log and the log of requests."""

from collections.abc import Iterator

import pytest
import structlog
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from apps.audit.models import Event
from apps.people.models import User

PASSWORD = "a long enough secret"
OUTSIDER, GORO = "203.0.113.66", "198.51.100.7"


@pytest.fixture(autouse=True)
def _no_history(db: None) -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def goro(settings: Settings) -> User:
    settings.TRUSTED_PROXIES = 1
    return User.objects.create_user("goro", "goro@example.test", PASSWORD, full_name="Goro Hayashi")


def sign_in(address: str, password: str, name: str = "goro", claimed: str = "") -> HttpResponse:
    """As it arrives from the proxy, which adds the address to what the client `claimed`."""
    forwarded = f"{claimed}, {address}" if claimed else address
    sent = {"login": name, "password": password}
    return Client(headers={"X-Forwarded-For": forwarded}).post(reverse("account_login"), sent)


def test_an_outsider_locks_out_nobody_but_himself(goro: User) -> None:
    answers = [sign_in(OUTSIDER, "wrong") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert answers[-1].headers["Retry-After"] == "60"
    assert "Too many failed login attempts" in answers[-1].text
    assert sign_in(OUTSIDER, PASSWORD).status_code == 429
    assert sign_in(GORO, PASSWORD).status_code == 302


def test_many_names_from_one_address_are_limited_together(goro: User) -> None:
    answers = [sign_in(OUTSIDER, "wrong", f"person{n}") for n in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert sign_in(GORO, PASSWORD).status_code == 302


def test_a_claimed_address_changes_nothing(goro: User) -> None:
    answers = [sign_in(OUTSIDER, "wrong", claimed=f"192.0.2.{n}") for n in range(6)]
    assert answers[-1].status_code == 429
    assert set(addresses()) == {OUTSIDER}


def test_the_log_has_the_address_of_the_client(goro: User) -> None:
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as written:
        sign_in(GORO, PASSWORD, claimed=OUTSIDER)
    assert addresses() == [GORO]
    assert {line["ip"] for line in written if "ip" in line} == {GORO}


def test_without_a_trusted_proxy_a_header_is_nothing(goro: User, settings: Settings) -> None:
    settings.TRUSTED_PROXIES = 0
    sign_in(GORO, "wrong", claimed=OUTSIDER)
    assert addresses() == ["127.0.0.1"]


def test_too_many_requests_of_any_kind_say_when_to_come_back(goro: User) -> None:
    answers = [sign_in(GORO, PASSWORD) for _ in range(31)]
    assert answers[-1].status_code == 429
    assert answers[-1].headers["Retry-After"] == "60"
    assert "Wait for a minute" in answers[-1].text


def addresses() -> list[str]:
    return [event.data["address"] for event in Event.objects.filter(stream__startswith="auth/").order_by("seq")]

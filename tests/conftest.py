"""What every test needs."""

import gc
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import TransactionTestCase, override_settings
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from apps.aws.validate import validate_plan
from apps.planning import build
from apps.planning.plan import Plan

BROWSER = "tests/e2e/"
ALONE = "tests/conformance/"
GUARD = "ALTER TABLE audit_event {} TRIGGER audit_no_truncate"


class Together(LoadFileScheduling):
    """The tests of a file share what they start, those in the browser one running demo, and the catalogue's nothing."""

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(ALONE):
            return nodeid
        return BROWSER if nodeid.startswith(BROWSER) else super()._split_scope(nodeid)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(BROWSER))  # the longest first, beside all others


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Together:
    return Together(config, log)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests have measured by the way."""
    for report in terminalreporter.stats.get("passed", ()):
        for name, value in report.user_properties:
            terminalreporter.write_line(f"{name}: {value}")


@pytest.fixture(scope="session", autouse=True)
def _passwords_are_hashed_quickly() -> Iterator[None]:
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session", autouse=True)
def _log_is_emptied_between_tests() -> Iterator[None]:
    """Tests that commit empty all tables afterwards, the log too, which is otherwise refused."""
    empty = TransactionTestCase._fixture_teardown

    def emptied(case: TransactionTestCase) -> None:
        with connection.cursor() as cursor:
            cursor.execute(GUARD.format("DISABLE"))
        empty(case)
        with connection.cursor() as cursor:
            cursor.execute(GUARD.format("ENABLE"))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", emptied)
        yield


@pytest.fixture(scope="session")
def _faults_of_plans() -> Iterator[list[str]]:
    """What botocore's models have against the calls of the plans that are built, whoever builds them."""
    found: list[str] = []

    def validated(*parts: Any, **more: Any) -> Plan:
        plan = Plan(*parts, **more)
        found.extend(problem.sentence for problem in validate_plan(plan))
        return plan

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "Plan", validated)
        yield found


@pytest.fixture(autouse=True)
def calls_that_do_not_fit(_faults_of_plans: list[str]) -> Iterator[list[str]]:
    """Fails a test that makes a plan with a call that botocore would refuse. One that means to empties the list."""
    _faults_of_plans.clear()
    yield _faults_of_plans
    assert _faults_of_plans == []


def pytest_collection_finish() -> None:
    """What is loaded by now stays, and so does most of what comes: garbage is looked for less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)

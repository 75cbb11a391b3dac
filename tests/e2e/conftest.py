"""One running stack and one browser for all tests of this folder, which pytest-xdist gives to one process.

Both end with the folder: Playwright keeps an event loop, beside which Django lets nobody use its database.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.stack import CHROMIUM, Stack, Visitor, chromium, running, sign_in

HERE = Path(__file__).parent
SignIn = Callable[..., Visitor]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        said = "No chromium on this machine: install it, for example with `apt-get install chromium`."
        if os.environ.get("CI"):
            pytest.fail(said)
        pytest.skip(said)
    expect.set_options(timeout=20_000)
    with chromium() as started:
        yield started


@pytest.fixture(scope="package")
def stack() -> Iterator[Stack]:
    with running() as started:
        yield started


@pytest.fixture
def enter(browser: Browser, stack: Stack) -> Iterator[SignIn]:
    """Sign in as somebody. No page may complain on its console or ask another host for anything."""
    visitors = []

    def come(username: str, **options: Any) -> Visitor:
        visitors.append(sign_in(browser, stack.url, username, **options))
        return visitors[-1]

    yield come
    complaints = [said for visitor in visitors for said in visitor.complaints]
    for visitor in visitors:
        visitor.page.context.close()
    assert not complaints

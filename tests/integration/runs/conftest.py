from collections.abc import Iterator
from pathlib import Path

import pytest

from apps.sandbox.endpoint.server import Endpoint as Strict
from tests.integration.endpoint import Endpoint, make_roles

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents and "strict" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.lab)


@pytest.fixture(scope="session")
def strict() -> Iterator[Strict]:
    with Strict() as endpoint:
        yield endpoint


@pytest.fixture
def real(strict: Strict, monkeypatch: pytest.MonkeyPatch) -> Endpoint:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ringi")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "ringi")
    strict.reset()
    make_roles()
    return Endpoint(strict.url)

import threading
from collections.abc import Iterator

import pytest
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

from tests.integration.endpoint import Endpoint


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def real(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Endpoint:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ringi")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "ringi")
    return Endpoint(endpoint)

"""The control API of the lab: GET and POST /lab/state, POST /lab/settle, POST /lab/reset, POST /lab/seed."""

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from moto.moto_api._internal import mock_random
from moto.moto_api._internal.models import moto_api_backend

from apps.sandbox.endpoint import settle
from apps.sandbox.endpoint.remote import PREFIX
from apps.sandbox.endpoint.state import Lab
from apps.sandbox.endpoint.wire import Reply

IDENTIFIER_SEED = 42


def reset(lab: Lab) -> None:
    """Forget all resources, faults and calls. Identifiers repeat from here on, given the same requests."""
    mock_random.seed(IDENTIFIER_SEED)
    moto_api_backend.reset()
    mock_random.seed(IDENTIFIER_SEED)
    lab.clear()


def control(lab: Lab, seed: Callable[[], dict[str, Any]], environ: dict[str, Any]) -> Reply:
    """Answer one request to the control API."""
    wanted = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO'].removeprefix(PREFIX)}"
    try:
        if wanted == "POST state":
            lab.configure(json.loads(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)) or "{}"))
        elif wanted == "POST settle":
            settle.finish()
        elif wanted == "POST reset":
            reset(lab)
        elif wanted == "POST seed":
            reset(lab)
            return answer(HTTPStatus.OK, seed())
        elif wanted != "GET state":
            return answer(HTTPStatus.NOT_FOUND, {"error": f"{wanted} is not part of the control API"})
    except (ValueError, TypeError) as error:
        return answer(HTTPStatus.BAD_REQUEST, {"error": str(error)})
    return answer(HTTPStatus.OK, lab.as_json())


def answer(status: HTTPStatus, value: dict[str, Any]) -> Reply:
    body = json.dumps(value, default=str).encode()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    return Reply(f"{status.value} {status.phrase}", headers, body)

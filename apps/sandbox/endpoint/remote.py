"""The control API from the outside, for processes that don't load moto."""

import json
import urllib.request
from typing import Any

PREFIX = "/lab/"


def ask(url: str, what: str, values: dict[str, Any] | None = None, seconds: float = 60) -> dict[str, Any]:
    """POST to the control API of an endpoint. Raises `urllib.error.HTTPError` for what it refuses."""
    body = json.dumps(values or {}).encode()
    request = urllib.request.Request(f"{url}{PREFIX}{what}", body, method="POST")
    with urllib.request.urlopen(request, timeout=seconds) as response:
        answer: dict[str, Any] = json.load(response)
    return answer

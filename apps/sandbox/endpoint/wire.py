"""Error answers in the wire format of each protocol, as botocore's parsers read them."""

import json
from dataclasses import dataclass
from http import HTTPStatus
from uuid import uuid4
from xml.sax.saxutils import escape

from apps.sandbox.endpoint.incoming import Incoming

XML, JSON = "text/xml", "application/x-amz-json-1.1"
TEMPLATES = {
    "ec2": "<Response><Errors><Error>{error}</Error></Errors><RequestID>{id}</RequestID></Response>",
    "rest-xml": "<Error>{error}<RequestId>{id}</RequestId></Error>",
    "query": "<ErrorResponse><Error><Type>{side}</Type>{error}</Error><RequestId>{id}</RequestId></ErrorResponse>",
}


@dataclass(frozen=True)
class Failure:
    """An error as AWS codes it."""

    code: str
    message: str
    status: int = 400


@dataclass(frozen=True)
class Reply:
    """What goes back over HTTP."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def number(self) -> int:
        return int(self.status.split()[0])


def reply(incoming: Incoming, failure: Failure) -> Reply:
    """The failure as the client of this request expects to read it."""
    request_id = str(uuid4())
    if "json" in incoming.protocol:
        kind, text = JSON, json.dumps({"__type": failure.code, "message": failure.message})
    else:
        error = f"<Code>{failure.code}</Code><Message>{escape(failure.message)}</Message>"
        side = "Receiver" if failure.status >= 500 else "Sender"
        kind, text = XML, TEMPLATES[incoming.protocol].format(error=error, id=request_id, side=side)
    body = text.encode()
    headers = [
        ("Content-Type", kind),
        ("Content-Length", str(len(body))),
        ("x-amzn-RequestId", request_id),
        ("x-amz-request-id", request_id),
        ("x-amzn-ErrorType", failure.code),
    ]
    status = f"{failure.status} {HTTPStatus(failure.status).phrase}"
    return Reply(status, headers, b"" if incoming.method == "HEAD" else body)

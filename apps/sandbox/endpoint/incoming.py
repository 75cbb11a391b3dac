"""What a request to the endpoint asks for: service, operation, region, caller and parameters."""

import io
import re
from dataclasses import dataclass, field
from typing import Any

from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request
from moto.core.routing import determine_request_protocol, get_service_router
from moto.core.utils import get_service_model
from werkzeug.exceptions import HTTPException

from apps.sandbox.endpoint.caller import Caller, caller_of

Environ = dict[str, Any]
SCOPE = re.compile(r"Credential=([^/]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")
OTHER_NAMES = {
    "elasticfilesystem": "efs",
    "email": "ses",
    "es": "opensearch",
    "monitoring": "cloudwatch",
    "states": "stepfunctions",
}


@dataclass(frozen=True)
class Incoming:
    """One request. `service` is boto3's name of it; `operation` is "" where the endpoint doesn't know the request."""

    service: str
    operation: str
    region: str
    caller: Caller
    method: str
    protocol: str
    parameters: dict[str, Any] = field(default_factory=dict)

    @property
    def account(self) -> str:
        return self.caller.account


def read(environ: Environ) -> Incoming:
    """Decode a request by botocore's own model of its service. The body stays readable for moto."""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    found = SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
    key, region, signed_for = found.groups() if found else ("", "us-east-1", "s3")
    service = boto_name(signed_for, body)
    caller = caller_of(key, environ.get("HTTP_X_MOTO_ACCOUNT_ID", ""))
    operation, protocol, parameters = decoded(service, environ, body)
    return Incoming(service, operation, region, caller, environ["REQUEST_METHOD"], protocol, parameters)


def boto_name(signed_for: str, body: bytes) -> str:
    if signed_for == "elasticloadbalancing":
        return "elbv2" if b"Version=2015-12-01" in body else "elb"
    return OTHER_NAMES.get(signed_for, signed_for)


def decoded(service: str, environ: Environ, body: bytes) -> tuple[str, str, dict[str, Any]]:
    """Operation, protocol and parameters; ("", ...) for what no model describes."""
    request = Request({**environ, "wsgi.input": io.BytesIO(body)})
    try:
        model = get_service_model(service)
        protocol = determine_request_protocol(model, request.content_type)
        operation, labels = get_service_router(service).match(request)
    except (HTTPException, LookupError, ValueError):
        return "", "query", {}
    parser = PROTOCOL_PARSERS[protocol](operation)
    parameters = parser.parse(
        {
            "method": request.method,
            "values": request.values,
            "headers": request.headers,
            "body": body,
            "url_path": request.path,
            "url_params": labels,
        }
    )
    return str(operation.name), protocol, dict(parameters or {})

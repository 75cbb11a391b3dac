"""Every exception of botocore and its transport as one `AwsError`.

The sentence says what to do and never holds a parameter: botocore's text of a refused parameter quotes its value, so
only member names are taken from it. What is not known to be a refusal is `UNKNOWN`: nobody knows whether it happened.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    NoCredentialsError,
    NoRegionError,
    ParamValidationError,
    PartialCredentialsError,
    UnknownRegionError,
    UnknownServiceError,
)
from botocore.parsers import ResponseParserError
from urllib3.exceptions import HTTPError

from apps.aws.gateway import AwsError, ErrorKind

THROTTLED = frozenset(
    {
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
DENIED = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AuthFailure",
        "AuthorizationError",
        "AuthorizationErrorException",
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "NotAuthorized",
        "OptInRequired",
        "SignatureDoesNotMatch",
        "UnauthorizedOperation",
        "UnrecognizedClientException",
        "403",
    }
)
NOT_IMPLEMENTED = frozenset({"InvalidAction", "NotImplemented", "UnknownOperationException", "501"})
SENT_MAYBE = frozenset({"RequestTimeout", "RequestTimeoutException", "408"})
MISSING = re.compile(r"NotFound(Fault|Exception)?$|^NoSuch|\.NonExistent|\.NotFound$|^404$")
EXISTS = re.compile(r"AlreadyExists|ResourceExists|NameExists|^Duplicate|\.Duplicate$|^BucketAlreadyOwnedByYou$")
QUOTA = re.compile(r"(Limit|Quota)(Exceeded|Reached)(Fault|Exception)?$|^TooMany(?!Requests)|^MaxLimit")

SENTENCES: Mapping[ErrorKind, str] = {
    ErrorKind.DENIED: "AWS denied {call}. Ask an administrator to allow it in the policy of the environment's role.",
    ErrorKind.THROTTLED: "AWS is throttling {call}. Wait a minute and try again.",
    ErrorKind.MISSING: "The resource of {call} does not exist. Refresh it and look again.",
    ErrorKind.EXISTS: "What {call} would make already exists. Choose another name, or look at what is there.",
    ErrorKind.REFUSED: "AWS refused {call}. Change the request accordingly and submit it again.",
    ErrorKind.INVALID: "{call} was not sent, its parameters are not valid. Change the request and submit it again.",
    ErrorKind.NOT_IMPLEMENTED: "The endpoint does not implement {call}. Use an endpoint that does, or leave it out.",
    ErrorKind.UNKNOWN: "Nobody knows whether {call} happened: no clear answer came. Look at the resource, then decide.",
    ErrorKind.UNASSUMABLE: "The environment's role can't be used for {call}. Ask an administrator to check the role, "
    "its trust policy and its external id.",
}
AT_QUOTA = (
    "AWS refused {call}: a quota of the account is used up ({code}). Ask AWS for a higher one in Service Quotas or "
    "delete what isn't needed, then apply again."
)

ASKED: Mapping[ErrorKind, str] = {
    ErrorKind.UNKNOWN: "AWS gave no clear answer to {call} ({code}). Asking changed nothing: try again in a minute, "
    "and tell an administrator if it stays.",
}


@contextmanager
def translated(
    service: str, operation: str, *, emulated: bool = False, quiet: bool = False, asking: bool = False
) -> Iterator[None]:
    """Raise `AwsError` for everything that botocore raises inside.

    `emulated` says that an endpoint of our settings answers and not AWS: only there are the unreadable 500 and the
    unrouted 404 of a missing operation told apart from an outage. `quiet` leaves AWS's own message out.
    `asking`: the call only reads, so its failure leaves no question open.
    """
    try:
        yield
    except (ClientError, BotoCoreError, HTTPError, ResponseParserError) as error:
        raise translate(error, service, operation, emulated=emulated, quiet=quiet, asking=asking) from None


def translate(
    error: Exception,
    service: str,
    operation: str,
    *,
    emulated: bool = False,
    quiet: bool = False,
    asking: bool = False,
) -> AwsError:
    """The meaning of one exception."""
    call, sentences = f"{service}.{operation}", {**SENTENCES, **(ASKED if asking else {})}
    if isinstance(error, ClientError):
        return _client_error(error, call, sentences, emulated=emulated, quiet=quiet)
    kind, code = _kind_without_answer(error, emulated=emulated), type(error).__name__
    return AwsError(kind, sentences[kind].format(call=call, code=code) + _members(error), code=code)


def unassumable(error: AwsError, role: str) -> AwsError:
    """The same error, where the call that failed was the one that takes on the environment's role.

    What may pass by itself keeps its kind; nothing was sent with the role.
    """
    if error.kind in (ErrorKind.THROTTLED, ErrorKind.UNKNOWN):
        reason = error.code or error.kind
        sentence = f"AWS didn't let the role {role} be assumed just now ({reason}). Try again in a minute."
        return AwsError(
            error.kind, sentence, code=error.code, request_id=error.request_id, http_status=error.http_status
        )
    sentence = (
        f"The role {role} can't be assumed ({error.code or error.kind}). "
        "Ask an administrator to check the role, its trust policy and the environment's external id."
    )
    return AwsError(
        ErrorKind.UNASSUMABLE, sentence, code=error.code, request_id=error.request_id, http_status=error.http_status
    )


def _client_error(
    error: ClientError, call: str, sentences: Mapping[ErrorKind, str], *, emulated: bool, quiet: bool
) -> AwsError:
    details: Mapping[str, Any] = error.response.get("Error", {})
    metadata: Mapping[str, Any] = error.response.get("ResponseMetadata", {})
    code = str(details.get("Code", ""))[:120]
    status = int(metadata.get("HTTPStatusCode") or 0)
    kind = _kind(code, status, emulated=emulated)
    message = "" if quiet else _message(str(details.get("Message", "")))
    full = kind is ErrorKind.REFUSED and QUOTA.search(code)
    sentence = (AT_QUOTA if full else sentences[kind]).format(call=call, code=code)
    sentence += f" AWS says: {message}" if message else ""
    return AwsError(
        kind, sentence, code=code, request_id=str(metadata.get("RequestId") or "")[:128], http_status=status
    )


def _kind(code: str, status: int, *, emulated: bool) -> ErrorKind:
    bare = code.removeprefix("Client.").removeprefix("Server.")
    rules = (
        (ErrorKind.THROTTLED, bare in THROTTLED or status == 429),
        (ErrorKind.NOT_IMPLEMENTED, bare in NOT_IMPLEMENTED or status == 501),
        (ErrorKind.NOT_IMPLEMENTED, emulated and bare in {"404", "500"}),
        (ErrorKind.UNKNOWN, status >= 500 or status == 0 or bare in SENT_MAYBE),
        (ErrorKind.DENIED, bare in DENIED or status in {401, 403}),
        (ErrorKind.EXISTS, bool(EXISTS.search(bare))),
        (ErrorKind.MISSING, bool(MISSING.search(bare))),
    )
    return next((kind for kind, holds in rules if holds), ErrorKind.REFUSED)


def _kind_without_answer(error: Exception, *, emulated: bool) -> ErrorKind:
    if isinstance(error, NoCredentialsError | PartialCredentialsError | CredentialRetrievalError):
        return ErrorKind.UNASSUMABLE
    if isinstance(error, ParamValidationError | NoRegionError | UnknownServiceError | UnknownRegionError):
        return ErrorKind.INVALID
    if isinstance(error, ResponseParserError) and emulated:
        return ErrorKind.NOT_IMPLEMENTED
    return ErrorKind.UNKNOWN


def _members(error: Exception) -> str:
    """The members that botocore names in a refused parameter, without the values it quotes."""
    if not isinstance(error, ParamValidationError):
        return ""
    report = str(error.kwargs.get("report", ""))
    names = re.findall(
        r"(?:for parameter|required parameter in|Unknown parameter in) ([A-Za-z][A-Za-z0-9_.\[\]]*)", report
    )
    return f" Look at {', '.join(dict.fromkeys(names))}." if names else ""


def _message(text: str) -> str:
    """AWS's message on one line, without control characters, at most 300 characters."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= 300 else f"{line[:299]}…"

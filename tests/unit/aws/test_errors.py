from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    ReadTimeoutError,
)
from botocore.parsers import ResponseParserError

from apps.aws.errors import SENTENCES, translate, translated, unassumable
from apps.aws.gateway import AwsError, ErrorKind


def answered(code: str, status: int, message: str = "") -> ClientError:
    metadata: Any = {"HTTPStatusCode": status, "RequestId": "r-1"}
    return ClientError({"Error": {"Code": code, "Message": message}, "ResponseMetadata": metadata}, "ModifyDBInstance")


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("Throttling", 400, ErrorKind.THROTTLED),
        ("RequestLimitExceeded", 503, ErrorKind.THROTTLED),
        ("SlowDown", 503, ErrorKind.THROTTLED),
        ("TooManyRequests", 429, ErrorKind.THROTTLED),
        ("AccessDenied", 403, ErrorKind.DENIED),
        ("UnauthorizedOperation", 403, ErrorKind.DENIED),
        ("Client.UnauthorizedOperation", 403, ErrorKind.DENIED),
        ("AuthFailure", 401, ErrorKind.DENIED),
        ("403", 403, ErrorKind.DENIED),
        ("ExpiredToken", 400, ErrorKind.DENIED),
        ("DBInstanceNotFound", 404, ErrorKind.MISSING),
        ("DBInstanceNotFoundFault", 404, ErrorKind.MISSING),
        ("ResourceNotFoundException", 400, ErrorKind.MISSING),
        ("InvalidInstanceID.NotFound", 400, ErrorKind.MISSING),
        ("NoSuchBucket", 404, ErrorKind.MISSING),
        ("AWS.SimpleQueueService.NonExistentQueue", 400, ErrorKind.MISSING),
        ("BucketAlreadyOwnedByYou", 409, ErrorKind.EXISTS),
        ("BucketAlreadyExists", 409, ErrorKind.EXISTS),
        ("InvalidGroup.Duplicate", 400, ErrorKind.EXISTS),
        ("DBInstanceAlreadyExists", 400, ErrorKind.EXISTS),
        ("InvalidParameterValue", 400, ErrorKind.REFUSED),
        ("InvalidDBInstanceState", 400, ErrorKind.REFUSED),
        ("LimitExceededException", 400, ErrorKind.REFUSED),
        ("InvalidAction", 400, ErrorKind.NOT_IMPLEMENTED),
        ("NotImplemented", 501, ErrorKind.NOT_IMPLEMENTED),
        ("InternalFailure", 500, ErrorKind.UNKNOWN),
        ("ServiceUnavailable", 503, ErrorKind.UNKNOWN),
        ("RequestTimeout", 400, ErrorKind.UNKNOWN),
        ("SomethingNew", 0, ErrorKind.UNKNOWN),
        ("500", 500, ErrorKind.UNKNOWN),
        ("404", 404, ErrorKind.MISSING),
    ],
)
def test_every_code_has_one_meaning(code: str, status: int, kind: ErrorKind) -> None:
    error = translate(answered(code, status), "rds", "modify_db_instance")
    assert (error.kind, error.code, error.http_status, error.request_id) == (kind, code, status, "r-1")
    assert error.retryable == (kind is ErrorKind.THROTTLED)


@pytest.mark.parametrize(
    "error",
    [answered("500", 500), answered("404", 404), ResponseParserError("Unable to parse response: <html>")],
)
def test_what_an_emulated_endpoint_lacks_is_not_taken_for_an_outage(error: Exception) -> None:
    assert translate(error, "rds", "x", emulated=True).kind is ErrorKind.NOT_IMPLEMENTED


@pytest.mark.parametrize(
    "error",
    [
        ConnectTimeoutError(endpoint_url="https://rds"),
        ReadTimeoutError(endpoint_url="https://rds"),
        EndpointConnectionError(endpoint_url="https://rds"),
        ConnectionClosedError(endpoint_url="https://rds"),
        ResponseParserError("Unable to parse response"),
    ],
)
def test_no_clear_answer_means_that_nobody_knows(error: Exception) -> None:
    assert translate(error, "rds", "x").kind is ErrorKind.UNKNOWN


def test_refused_parameters_are_named_without_their_values() -> None:
    report = "Invalid type for parameter MasterUserPassword, value: ['hunter2'], type: <class 'list'>, valid types: str"
    error = translate(ParamValidationError(report=report), "rds", "modify_db_instance")
    assert error.kind is ErrorKind.INVALID
    assert "MasterUserPassword" in error.sentence
    assert "hunter2" not in f"{error!r} {error} {error.__dict__}"


def test_missing_credentials_of_the_process_are_not_a_denial() -> None:
    assert translate(NoCredentialsError(), "sts", "assume_role").kind is ErrorKind.UNASSUMABLE


def test_a_role_that_cannot_be_assumed_is_named() -> None:
    denied = translate(answered("AccessDenied", 403, "not authorized"), "sts", "assume_role")
    error = unassumable(denied, "arn:aws:iam::111111111111:role/ringi")
    assert error.kind is ErrorKind.UNASSUMABLE
    assert "arn:aws:iam::111111111111:role/ringi" in error.sentence
    assert "AccessDenied" in error.sentence


def test_the_message_of_aws_is_one_short_line() -> None:
    error = translate(answered("InvalidParameterValue", 400, "bad\nlevel=ERROR \x1b[31m" + "x" * 900), "rds", "x")
    assert "\n" not in error.sentence
    assert "\x1b" not in error.sentence
    assert len(error.sentence) < 500


def test_the_message_of_aws_is_left_out_where_it_could_repeat_a_secret() -> None:
    error = translate(answered("InvalidParameterValue", 400, "hunter2 is too short"), "rds", "x", quiet=True)
    assert "hunter2" not in str(error)


def test_the_original_exception_is_not_carried_along() -> None:
    with pytest.raises(AwsError) as error, translated("rds", "x"):
        raise ParamValidationError(report="value: hunter2")
    assert error.value.__suppress_context__
    assert error.value.__cause__ is None


def test_other_exceptions_pass() -> None:
    with pytest.raises(ZeroDivisionError), translated("rds", "x"):
        raise ZeroDivisionError


def test_every_kind_has_a_sentence() -> None:
    assert set(SENTENCES) == set(ErrorKind)


@pytest.mark.parametrize(
    ("code", "full"),
    [
        ("VpcLimitExceeded", True),
        ("InstanceQuotaExceeded", True),
        ("LimitExceededException", True),
        ("ServiceQuotaExceededException", True),
        ("DBSubnetGroupQuotaExceededFault", True),
        ("TooManyLoadBalancers", True),
        ("InvalidParameterValue", False),
        ("RequestLimitExceeded", False),
        ("TooManyRequestsException", False),
    ],
)
def test_a_quota_that_is_used_up_is_said_with_what_helps(code: str, full: bool) -> None:
    assert ("Service Quotas" in translate(answered(code, 400), "ec2", "create_vpc").sentence) == full

"""Injected faults: refusals, throttling, errors and silence, each before or after the effect of the request."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from apps.sandbox.endpoint.incoming import Incoming
from apps.sandbox.endpoint.wire import Failure


class Kind(StrEnum):
    DENIED = "denied"
    THROTTLING = "throttling"
    QUOTA = "quota"  # of the account, for what is created
    ERROR = "error"  # 500
    UNAVAILABLE = "unavailable"  # 503
    DROPPED = "dropped"  # the connection is closed without an answer
    TIMEOUT = "timeout"  # the connection stays silent for `seconds` and is closed then


class When(StrEnum):
    BEFORE = "before"
    AFTER = "after"


@dataclass
class Fault:
    """One fault for the next `times` requests that match; "*" matches everything. `caller` is part of an ARN."""

    kind: Kind
    service: str = "*"
    operation: str = "*"
    account: str = "*"
    region: str = "*"
    caller: str = ""
    when: When = When.BEFORE
    times: int = 1
    seconds: float = 60.0

    def __post_init__(self) -> None:
        self.kind, self.when = Kind(self.kind), When(self.when)

    def matches(self, incoming: Incoming) -> bool:
        pairs = (
            (self.service, incoming.service),
            (self.operation, incoming.operation),
            (self.account, incoming.account),
            (self.region, incoming.region),
        )
        return (
            self.times > 0
            and all(wanted in ("*", actual) for wanted, actual in pairs)
            and self.caller in incoming.caller.arn
        )


def failure_of(fault: Fault, incoming: Incoming) -> Failure | None:
    """The error of a fault in the codes of the service; None where there is no answer at all."""
    family = incoming.service if incoming.service in {"ec2", "s3"} else incoming.protocol
    match fault.kind:
        case Kind.DENIED:
            return denied(incoming)
        case Kind.THROTTLING:
            code, status = THROTTLING.get(family, ("Throttling", 400))
            return Failure(code, "Rate exceeded", status)
        case Kind.QUOTA:
            code, status = QUOTAS.get(incoming.operation, ("LimitExceededException", 400))
            return Failure(code, "The maximum number of them has been reached.", status)
        case Kind.ERROR:
            code = "InternalError" if family in {"ec2", "s3"} else "InternalFailure"
            return Failure(code, "An internal error has occurred", 500)
        case Kind.UNAVAILABLE:
            code = "Unavailable" if family == "ec2" else "ServiceUnavailable"
            return Failure(code, "The service is unavailable. Please try again shortly.", 503)
    return None


THROTTLING: dict[str, tuple[str, int]] = {
    "ec2": ("RequestLimitExceeded", 503),
    "s3": ("SlowDown", 503),
    "json": ("ThrottlingException", 400),
    "rest-json": ("TooManyRequestsException", 429),
}
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html, and what the creations of RDS and of
# Elastic Load Balancing list as their errors in botocore's models
QUOTAS: dict[str, tuple[str, int]] = {
    "CreateVpc": ("VpcLimitExceeded", 400),
    "CreateSubnet": ("SubnetLimitExceeded", 400),
    "CreateSecurityGroup": ("SecurityGroupLimitExceeded", 400),
    "CreateInternetGateway": ("InternetGatewayLimitExceeded", 400),
    "AllocateAddress": ("AddressLimitExceeded", 400),
    "RunInstances": ("InstanceLimitExceeded", 400),
    "CreateDBInstance": ("InstanceQuotaExceeded", 400),
    "CreateLoadBalancer": ("TooManyLoadBalancers", 400),
    "CreateTargetGroup": ("TooManyTargetGroups", 400),
}
DENIED: dict[str, tuple[str, int]] = {
    "ec2": ("UnauthorizedOperation", 403),
    "json": ("AccessDeniedException", 400),
    "rest-json": ("AccessDeniedException", 403),
}
PREFIXES = {"elbv2": "elasticloadbalancing", "elb": "elasticloadbalancing"}


def denied(incoming: Incoming) -> Failure:
    family = "ec2" if incoming.service == "ec2" else incoming.protocol
    code, status = DENIED.get(family, ("AccessDenied", 403))
    action = f"{PREFIXES.get(incoming.service, incoming.service)}:{incoming.operation}"
    return Failure(code, f"User: {incoming.caller.arn} is not authorized to perform: {action}", status)


def from_json(value: dict[str, Any]) -> Fault:
    """A fault from the control API. Raises `TypeError` or `ValueError` for unknown fields and kinds."""
    return Fault(**value)

"""The door to AWS as the rest of the product sees it: a protocol and the values that pass through it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from apps.planning.plan import Observation

Json = Any


class ErrorKind(StrEnum):
    """What an error of AWS means for the caller, whatever protocol and code it came in."""

    DENIED = "denied"
    UNASSUMABLE = "unassumable"  # the environment's role can't be assumed
    THROTTLED = "throttled"
    MISSING = "missing"  # the resource doesn't exist
    EXISTS = "exists"
    REFUSED = "refused"  # AWS says the request is not valid now
    INVALID = "invalid"  # botocore's own model refuses the parameters; nothing was sent
    NOT_IMPLEMENTED = "not_implemented"
    UNKNOWN = "unknown"  # 5xx, time-out, reset: nobody knows whether it happened


class AwsError(Exception):
    """A translated error: `sentence` is for people; `code`, `request_id` and `http_status` are AWS's own."""

    def __init__(
        self, kind: ErrorKind, sentence: str, *, code: str = "", request_id: str = "", http_status: int = 0
    ) -> None:
        super().__init__(sentence)
        self.kind = kind
        self.sentence = sentence
        self.code = code
        self.request_id = request_id
        self.http_status = http_status

    @property
    def retryable(self) -> bool:
        return self.kind is ErrorKind.THROTTLED


@dataclass(frozen=True)
class Answer:
    """What AWS answered to a call. `outputs` are the values that the plan's call names."""

    request_id: str
    http_status: int
    outputs: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True)
class Access:
    """How to get into an account: the role to assume with its ExternalId, and the name that CloudTrail will show."""

    account: str
    role_arn: str
    external_id: str
    session_name: str


class Gateway(Protocol):
    """One account through one role. Every method raises `AwsError`."""

    def list(self, type_name: str, region: str, skip: Collection[str] = ()) -> Iterable[Observation]:
        """All resources of a type in a region, in bulk, but those whose identifiers are to be left out."""

    def read(self, type_name: str, region: str, identifier: str) -> Observation | None:
        """One resource, or None when it does not exist."""

    def read_many(self, type_name: str, region: str, identifiers: Collection[str]) -> Mapping[str, Observation]:
        """Those of the resources that exist, by identifier; in pages where that takes fewer calls."""

    def ask(self, service: str, operation: str, region: str, parameters: Mapping[str, Json]) -> Mapping[str, Json]:
        """The whole answer of an operation that only reads."""

    def ready(self, service: str, region: str) -> None:
        """Make sure that a call could be sent: assume the role. Whatever goes wrong here, nothing was sent."""

    def execute(
        self,
        service: str,
        operation: str,
        region: str,
        parameters: Mapping[str, Json],
        outputs: Mapping[str, str],
        *,
        quiet: bool = False,
    ) -> Answer:
        """Make one call, once, without retries. `outputs` maps a name to a JMESPath expression over the answer.

        `quiet`: the parameters hold a secret, so what AWS says of them is not repeated.
        """

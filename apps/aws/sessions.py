"""Clients for an account through its role, and nothing that could show a credential.

The process's own credentials (environment, web identity, instance) only assume roles. A role is assumed with the
environment's external id and a session name that CloudTrail shows, and kept until shortly before it expires. What
botocore makes for a service in a region serves all roles (`apps.aws.client`). Clients that read repeat a failed call
by botocore's standard rules; clients that write never do, since a lost answer is not a failed call
(`total_max_attempts` counts the first attempt too).
"""

import re
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.credentials import ReadOnlyCredentials

from apps.aws import shapes
from apps.aws.client import Borrowed, Client
from apps.aws.errors import translated, unassumable
from apps.aws.gateway import Access, AwsError, ErrorKind
from apps.aws.regions import regions

ROLE = re.compile(r"arn:(aws[a-z-]*):iam::(\d{12}):role/[\w+=,.@/-]{1,512}")
CONNECT_SECONDS = 5
READ_SECONDS = 20
ASSUMED_FOR = timedelta(hours=1)
EXPIRY_MARGIN = timedelta(minutes=5)
Kind = tuple[str, str, bool]  # service, region, whether it writes
Own = tuple[str, str]  # service, region


@dataclass(frozen=True, repr=False)
class _Credentials:
    """What STS gave, hidden from every representation."""

    signing: ReadOnlyCredentials
    expires: datetime

    def fresh(self) -> bool:
        return datetime.now(UTC) < self.expires - EXPIRY_MARGIN


class ClientFactory:
    """Makes and keeps botocore clients; one per process, safe to share between threads.

    `endpoint_url` comes from the deployment's settings alone ("" = AWS itself); botocore's own ways to configure one
    are ignored.
    """

    def __init__(self, endpoint_url: str = "") -> None:
        self.endpoint_url = endpoint_url
        self._own, self._assuming = _session(), _session()
        self._assuming.register_component("credential_provider", Borrowed())
        self._lock = threading.Lock()
        self._credentials: dict[Access, _Credentials] = {}
        self._clients: dict[Kind, Any] = {}
        self._own_clients: dict[Own, Any] = {}

    def __repr__(self) -> str:
        return f"ClientFactory({self.endpoint_url or 'AWS'})"

    def client(self, access: Access, service: str, region: str, *, mutating: bool) -> Client:
        """A client of one service. Raises `AwsError` for an unknown region or a role that can't be assumed."""
        _check_region(region)
        with translated(service, "client"):
            signing = self._assumed(access, region).signing
            kind = (service, region, mutating)
            with self._lock:
                if kind not in self._clients:
                    self._clients[kind] = self._make(self._assuming, service, region, mutating=mutating)
                return Client(self._clients[kind], signing)

    def own(self, service: str, region: str) -> Any:
        """A client with the process's own credentials, to ask who they are and which roles they may assume.

        It is kept when there are credentials: botocore looks for them once per client, and they may come later.
        """
        _check_region(region)
        with translated(service, "client"), self._lock:
            kept = self._own_clients.get((service, region))
            made = kept or self._make(self._own, service, region, mutating=False)
            if self._own.get_credentials() is not None:
                self._own_clients[service, region] = made
            return made

    def _assumed(self, access: Access, region: str) -> _Credentials:
        with self._lock:
            kept = self._credentials.get(access)
        if kept and kept.fresh():
            return kept
        assumed = self._assume(access, region)
        with self._lock:
            self._credentials = {a: c for a, c in self._credentials.items() if c.fresh()} | {access: assumed}
        return assumed

    def _assume(self, access: Access, region: str) -> _Credentials:
        role = ROLE.fullmatch(access.role_arn)
        if role is None or role[2] != access.account:
            sentence = f"{access.role_arn[:80]!r} is not a role of account {access.account}. Correct the environment."
            raise AwsError(ErrorKind.UNASSUMABLE, sentence)
        try:
            with translated("sts", "assume_role"):
                return self._ask_sts(access, region)
        except AwsError as error:
            raise unassumable(error, access.role_arn) from None

    def _ask_sts(self, access: Access, region: str) -> _Credentials:
        given = self.own("sts", region).assume_role(
            RoleArn=access.role_arn,
            RoleSessionName=access.session_name,
            DurationSeconds=int(ASSUMED_FOR.total_seconds()),
            **({"ExternalId": access.external_id} if access.external_id else {}),
        )["Credentials"]
        signing = ReadOnlyCredentials(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
        return _Credentials(signing, expires=given["Expiration"])

    def _make(self, session: botocore.session.Session, service: str, region: str, *, mutating: bool) -> Any:
        options: dict[str, Any] = {
            "retries": {"total_max_attempts": 1} if mutating else {"mode": "standard", "total_max_attempts": 5},
            "connect_timeout": CONNECT_SECONDS,
            "read_timeout": READ_SECONDS,
            "ignore_configured_endpoint_urls": True,
        }
        return session.create_client(
            service, region_name=region, endpoint_url=self.endpoint_url or None, config=Config(**options)
        )


def _session() -> botocore.session.Session:
    session = botocore.session.Session()
    session.register_component("data_loader", shapes.LOADER)  # each model is parsed once
    return session


def _check_region(region: str) -> None:
    """A region is a part of a host name: only those that botocore lists are ever put into one."""
    if region not in regions():
        sentence = f"{region[:40]!r} is not a region of AWS. Choose one of the environment's regions."
        raise AwsError(ErrorKind.INVALID, sentence)


def session_name(change_request: int, key: str, attempt: int) -> str:
    """The name that CloudTrail shows for one attempt at a call: "ringi-CR-12-1.2-1", 2 to 64 characters STS accepts."""
    return re.sub(r"[^\w+=,.@-]", "-", f"ringi-CR-{change_request}-{key}-{attempt}", flags=re.ASCII)[:64]

"""A real AWS endpoint on the loopback behind the product's own doors."""

import json
from typing import Any

from moto.iam.models import iam_backends

from apps.aws.boto_gateway import BotoGateway
from apps.aws.gateway import Access
from apps.aws.sessions import ClientFactory
from apps.environments.models import Environment
from apps.inventory import commands
from apps.inventory import scan as scans
from apps.inventory.models import ScanState, TypeScan
from apps.people.models import User
from apps.runs.states import RunState
from tests.aws.conftest import plain
from tests.integration import flow

ACCOUNT = "111111111111"
People = dict[str, User]


def make_roles() -> None:
    """The two roles of an environment, in the process of the endpoint."""
    condition = {"StringEquals": {"sts:ExternalId": "an-external-id"}}
    trust = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole", "Condition": condition}
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    iam = iam_backends[ACCOUNT]["aws"]
    for name in ("read", "write"):
        iam.create_role(name, json.dumps({"Statement": [trust]}), "/", None, "", [], "3600")
        iam.put_role_policy(name, "all", json.dumps({"Version": "2012-10-17", "Statement": [everything]}))


class Endpoint:
    """Opens gateways of the account at the endpoint, as `environments.gateways` does."""

    def __init__(self, url: str) -> None:
        self.factory = ClientFactory(url)

    def access(self, role: str, session: str) -> Access:
        return Access(ACCOUNT, f"arn:aws:iam::{ACCOUNT}:role/{role}", "an-external-id", session)

    def reader(self, environment: Environment, session: str) -> BotoGateway:
        return BotoGateway(self.factory, self.access("read", session))

    def writer(self, environment: Environment, session: str) -> BotoGateway:
        return BotoGateway(self.factory, self.access("write", session), mutating=True)

    def client(self, service: str) -> Any:
        return plain(self.factory, self.access("write", "test"), service)


def executed(people: People, prod: Environment, real: Any, *changes: flow.DraftInput) -> Any:
    run = flow.pump(flow.started(people, prod, real, *changes), real)
    assert run.state == RunState.SUCCEEDED, (run.failure, run.drift, list(run.steps.values()))
    return run


def refreshed(environment: Environment, real: Endpoint) -> None:
    """Read everything into inventory."""
    commands.request_refresh(by=None, environment=environment)
    for scan in TypeScan.objects.filter(environment=environment, state=ScanState.QUEUED):
        scans.scan(scan_id=scan.pk, open_reader=real.reader)

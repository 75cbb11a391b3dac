"""The strict endpoint with the demo's estate, and one of each type that the estate has none of."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from botocore import xform_name

from apps.aws.boto_gateway import BotoGateway
from apps.aws.gateway import Access
from apps.aws.sessions import ClientFactory
from apps.planning.plan import Observation
from apps.sandbox import estate
from apps.sandbox.endpoint.server import Endpoint
from tests.aws import one_of_each
from tests.aws.exercise import TOKYO, Exercise
from tests.integration.endpoint import make_roles

SLOW = ("rds", "redshift", "elasticache", "sagemaker")


class Lab:
    """The endpoint with the estate, and what it shows of each type."""

    def __init__(self, endpoint: Endpoint) -> None:
        access = Access(
            estate.NON_PRODUCTION, f"arn:aws:iam::{estate.NON_PRODUCTION}:role/write", "an-external-id", "test"
        )
        self.endpoint, self.exercise = (
            endpoint,
            Exercise(BotoGateway(ClientFactory(endpoint.url), access, mutating=True), asks=True),
        )
        self.known: dict[str, list[Observation]] = {}
        self.client = estate.Account(endpoint.url, estate.NON_PRODUCTION, TOKYO).client

    def all(self, type_name: str) -> list[Observation]:
        if type_name not in self.known:
            self.known[type_name] = list(self.exercise.gateway.list(type_name, TOKYO))
        return self.known[type_name]

    def calls(self) -> int:
        return len(self.endpoint.calls())

    def changed_by(self, since: int) -> list[str]:
        """The operations since then that are no reads."""
        made = self.endpoint.calls()[since:]
        names = [xform_name(call.operation) for call in made]
        return [name for name in names if not name.startswith(("describe_", "list_", "get_", "head_", "assume_"))]


@contextmanager
def opened() -> Iterator[Lab]:
    with pytest.MonkeyPatch.context() as environment, Endpoint() as endpoint:
        environment.setenv("AWS_ACCESS_KEY_ID", "ringi")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "ringi")
        endpoint.seed()
        endpoint.lab(settle=dict.fromkeys(SLOW, 0))
        make_roles()
        lab = Lab(endpoint)
        one_of_each.make(lab.client)
        yield lab

"""What AWS may answer, over real HTTP: while reading, planning and running, before and after the effect of a call.

Each must be a sentence where the person looks, and never a second effect.
"""

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse
from moto.rds.responses import RDSResponse

from apps.aws import sessions
from apps.changes.models import ChangeRequest
from apps.changes.states import State
from apps.environments import gateways
from apps.environments.models import Environment
from apps.inventory import commands as inventory
from apps.inventory import scan as scans
from apps.inventory.models import Resource, ScanState, TypeScan
from apps.people.models import User
from apps.runs.states import RunState
from apps.sandbox.endpoint.server import Endpoint
from tests.integration import flow
from tests.integration.bad_input.conftest import SignIn, words
from tests.integration.endpoint import make_roles
from tests.integration.estate import RDS

pytestmark = pytest.mark.lab
People = dict[str, User]
ACCOUNT, NAME = "111111111111", "orders-prod"
READ_SECONDS = sessions.READ_SECONDS
FOR_EVER, PATIENCE, LITTLE_PATIENCE = 100, 1.0, 0.3
READ = "rds.describe_db_instances"
WHILE_READING = {
    "denied": f"AWS denied {READ}. Ask an administrator to allow it in the policy of the environment's role.",
    "throttling": f"AWS is throttling {READ}. Wait a minute and try again.",
    "error": f"AWS gave no clear answer to {READ} (InternalFailure). Asking changed nothing: try again in a minute",
    "unavailable": f"AWS gave no clear answer to {READ} (ServiceUnavailable).",
    "dropped": f"AWS gave no clear answer to {READ} (ConnectionClosedError).",
    "timeout": f"AWS gave no clear answer to {READ} (ReadTimeoutError).",
    "not implemented": f"The endpoint does not implement {READ}. Use an endpoint that does, or leave it out.",
    "external id": "The role arn:aws:iam::111111111111:role/read can't be assumed (AccessDenied). Ask an administrator",
    "no role": "The role arn:aws:iam::111111111111:role/nobody can't be assumed (AccessDenied). Ask an administrator",
    "refused": "AWS didn't let the role arn:aws:iam::111111111111:role/read be assumed just now "
    "(EndpointConnectionError). Try again in a minute.",
}
UNCLEAR = ("error", "unavailable", "dropped", "timeout")


class Aws:
    """The laboratory with one database, the environment's two roles, and ways to make it fail."""

    def __init__(self, endpoint: Endpoint, environment: Environment, patch: pytest.MonkeyPatch, settings: Any) -> None:
        self.endpoint, self.environment, self.patch, self.settings = endpoint, environment, patch, settings
        self.reader, self.writer = gateways.reader, gateways.writer

    def fail(self, kind: str, operation: str, when: str = "before", times: int = FOR_EVER) -> None:
        patience = LITTLE_PATIENCE if times == FOR_EVER else PATIENCE
        match kind:
            case "not implemented":
                self.patch.setattr(RDSResponse, METHODS[operation], not_implemented)
            case "external id":
                Environment.objects.update(external_id="another-id")
            case "no role":
                Environment.objects.update(read_role_arn=f"arn:aws:iam::{ACCOUNT}:role/nobody")
            case "refused":
                self.use(f"http://127.0.0.1:{closed_port()}")
            case _:
                self.patch.setattr(sessions, "READ_SECONDS", patience if kind == "timeout" else READ_SECONDS)
                fault = {"kind": kind, "operation": operation, "when": when, "times": times, "seconds": patience + 0.5}
                self.endpoint.lab(faults=[fault])
        gateways.factory.cache_clear()

    def use(self, url: str) -> None:
        self.settings.RINGI_AWS_ENDPOINT_URL = url
        gateways.factory.cache_clear()

    def mend(self) -> None:
        self.endpoint.lab(faults=[])
        self.patch.setattr(sessions, "READ_SECONDS", READ_SECONDS)
        gateways.factory.cache_clear()

    def effects(self) -> int:
        calls = [call for call in self.endpoint.calls() if call.operation == "ModifyDBInstance"]
        return sum(call.effect for call in calls)


METHODS = {"DescribeDBInstances": "describe_db_instances", "ModifyDBInstance": "modify_db_instance"}


def not_implemented(*_: Any) -> Any:
    raise NotImplementedError


def closed_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture(scope="module")
def running() -> Iterator[Endpoint]:
    with Endpoint() as endpoint:
        yield endpoint


@pytest.fixture
def real(running: Endpoint, prod: Environment, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    running.reset()
    running.lab(settle={"rds": 0, "redshift": 0})
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ringi")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "ringi")
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0.0)
    settings.RINGI_PROCESS = "executor"
    make_roles()
    aws = Aws(running, prod, monkeypatch, settings)
    aws.use(running.url)
    database = {
        "DBInstanceIdentifier": NAME, "DBInstanceClass": "db.r6g.large", "Engine": "postgres", "AllocatedStorage": 100,
        "MasterUsername": "orders", "ManageMasterUserPassword": True,
    }  # fmt: skip
    gateways.writer(prod, "seed").execute("rds", "create_db_instance", flow.TOKYO, database, {})
    yield aws
    gateways.factory.cache_clear()


def read(environment: Environment) -> TypeScan:
    inventory.request_refresh(by=None, environment=environment, types=[RDS])
    row = TypeScan.objects.get()
    scans.scan(scan_id=row.pk, open_reader=gateways.reader)
    row.refresh_from_db()
    return row


@pytest.mark.parametrize("kind", list(WHILE_READING))
def test_a_reading_that_fails_says_what_to_do_and_keeps_what_was_known(
    sign_in: SignIn, prod: Environment, real: Aws, kind: str
) -> None:
    assert read(prod).state == ScanState.DONE
    real.fail(kind, "DescribeDBInstances")
    row = read(prod)
    assert row.state == ScanState.FAILED
    resource = Resource.objects.get(identifier=NAME)
    assert resource.gone_at is None
    for page in (reverse("web:environment", args=["prod"]), reverse("web:resource", args=[resource.pk])):
        assert WHILE_READING[kind] in words(sign_in("aiko").get(page))


@pytest.mark.parametrize("kind", list(WHILE_READING))
def test_a_plan_that_can_not_be_made_gives_the_draft_back_with_the_sentence(
    sign_in: SignIn, people: People, prod: Environment, real: Aws, kind: str
) -> None:
    request = flow.draft(people["aiko"], prod)
    real.fail(kind, "DescribeDBInstances")
    flow.submitted(people["aiko"], request, real)  # type: ignore[arg-type]
    assert request.state == State.DRAFT
    assert request.draft_changes.get().desired == flow.resize().desired
    assert WHILE_READING[kind] in words(sign_in("aiko").get(reverse("web:change_request", args=[request.pk])))
    answer = sign_in("aiko").get(f"/api/v1/change-requests/{request.pk}/").json()
    assert WHILE_READING[kind] in answer["problems"][0]["sentence"]


@pytest.mark.parametrize("kind", ["denied", "not implemented", "external id", "no role"])
def test_a_run_that_may_not_look_stops_before_any_call_with_the_sentence(
    sign_in: SignIn, people: People, prod: Environment, real: Aws, kind: str
) -> None:
    run = flow.started(people, prod, real)  # type: ignore[arg-type]
    real.fail(kind, "DescribeDBInstances")
    assert flow.pump(run, real).state == RunState.FAILED  # type: ignore[arg-type]
    assert real.effects() == 0
    assert WHILE_READING[kind] in words(sign_in("aiko").get(reverse("web:run", args=[run.pk])))
    assert WHILE_READING[kind] in words(
        sign_in("aiko").get(reverse("web:change_request", args=[run.change_request_id]))
    )
    assert WHILE_READING[kind] in sign_in("aiko").get(f"/api/v1/runs/{run.pk}/").json()["failure"]


@pytest.mark.parametrize("kind", ["throttling", "timeout", "refused"])
def test_a_run_that_gets_no_answer_while_looking_says_so_and_goes_on_later(
    sign_in: SignIn, people: People, prod: Environment, real: Aws, kind: str
) -> None:
    run = flow.started(people, prod, real)  # type: ignore[arg-type]
    url = real.settings.RINGI_AWS_ENDPOINT_URL
    real.fail(kind, "DescribeDBInstances")
    flow.once(run, real)  # type: ignore[arg-type]
    assert WHILE_READING[kind] in words(sign_in("aiko").get(reverse("web:run", args=[run.pk])))
    real.mend()
    real.use(url)
    assert flow.pump(run, real).state == RunState.SUCCEEDED  # type: ignore[arg-type]
    assert real.effects() == 1


CALL = "rds.modify_db_instance"
REFUSALS = {
    "denied": f"AWS denied {CALL}. Ask an administrator to allow it in the policy of the environment's role.",
    "not implemented": f"The endpoint does not implement {CALL}.",
}


@pytest.mark.parametrize("kind", list(REFUSALS))
def test_a_call_that_is_refused_fails_the_run_with_the_sentence(
    sign_in: SignIn, people: People, prod: Environment, real: Aws, kind: str
) -> None:
    run = flow.started(people, prod, real)  # type: ignore[arg-type]
    real.fail(kind, "ModifyDBInstance")
    assert flow.pump(run, real).state == RunState.FAILED  # type: ignore[arg-type]
    assert real.effects() == 0
    assert REFUSALS[kind] in words(sign_in("aiko").get(reverse("web:run", args=[run.pk])))
    request = ChangeRequest.objects.get(pk=run.change_request_id)
    assert (request.state, request.applied_at) == (State.APPROVED, None)


def test_a_write_role_that_can_not_be_assumed_fails_the_run_with_the_sentence(
    sign_in: SignIn, people: People, prod: Environment, real: Aws
) -> None:
    run = flow.started(people, prod, real)  # type: ignore[arg-type]
    Environment.objects.update(write_role_arn=f"arn:aws:iam::{ACCOUNT}:role/gone")
    assert flow.pump(run, real).state == RunState.FAILED  # type: ignore[arg-type]
    page = words(sign_in("aiko").get(reverse("web:run", args=[run.pk])))
    assert "The role arn:aws:iam::111111111111:role/gone can't be assumed (AccessDenied). Ask an administrator" in page


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", [*UNCLEAR, "throttling"])
def test_a_call_without_a_clear_answer_has_one_effect(
    people: People, prod: Environment, real: Aws, kind: str, when: str
) -> None:
    run = flow.started(people, prod, real)  # type: ignore[arg-type]
    real.fail(kind, "ModifyDBInstance", when, times=1)
    assert flow.pump(run, real).state == RunState.SUCCEEDED  # type: ignore[arg-type]
    throttled_after = kind == "throttling" and when == "after"  # AWS never does that: throttled means not done
    assert real.effects() == 1 or throttled_after


def test_a_resource_that_vanished_before_the_plan_is_said_at_its_change(
    sign_in: SignIn, people: People, prod: Environment, real: Aws
) -> None:
    request = flow.draft(people["aiko"], prod, flow.resize("gone-prod"))
    flow.submitted(people["aiko"], request, real)  # type: ignore[arg-type]
    assert request.state == State.DRAFT
    assert request.problems[0]["ordinal"] == 1
    page = words(sign_in("aiko").get(reverse("web:change_request", args=[request.pk])))
    assert request.problems[0]["sentence"] in page


def test_a_resource_that_vanished_after_the_approval_is_said_before_any_call(
    sign_in: SignIn, people: People, prod: Environment, real: Aws
) -> None:
    run = flow.started(people, prod, real)  # type: ignore[arg-type]
    gone = {"DBInstanceIdentifier": NAME, "SkipFinalSnapshot": True}
    gateways.writer(prod, "outside").execute("rds", "delete_db_instance", flow.TOKYO, gone, {})
    assert flow.pump(run, real).state == RunState.FAILED  # type: ignore[arg-type]
    assert real.effects() == 0
    page = words(sign_in("aiko").get(reverse("web:run", args=[run.pk])))
    assert "Changed outside since it was approved: existence of orders-prod. No call was made for it; plan it" in page
    assert "Plan again on what is live" in page

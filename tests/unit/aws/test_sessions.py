import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.credentials import ReadOnlyCredentials

from apps.aws import sessions
from apps.aws.client import Client
from apps.aws.gateway import Access, AwsError, ErrorKind
from apps.aws.sessions import ClientFactory, session_name

ROLE = "arn:aws:iam::111111111111:role/ringi-read"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Access]:
    """The accesses for which STS was asked; it answers at once, without a network."""
    accesses: list[Access] = []

    def answer(_: ClientFactory, access: Access, region: str) -> Any:
        accesses.append(access)
        return sessions._Credentials(
            ReadOnlyCredentials(f"AKIA{access.session_name}", "very-secret", "token-secret"),
            datetime.now(UTC) + LIFE[0],
        )

    monkeypatch.setattr(ClientFactory, "_ask_sts", answer)
    return accesses


LIFE = [timedelta(hours=1)]


def access(name: str = "ringi-CR-1-1.1-1", role: str = ROLE) -> Access:
    return Access("111111111111", role, "external", name)


@pytest.mark.parametrize(
    "region",
    ["evil.com/#", "eu-west-1.evil.com", "@", "", "ap-northeast-9", "AP-NORTHEAST-1", "ap-northeast-1\n", "xx-west-1"],
)
def test_only_regions_of_aws_become_part_of_a_host_name(asked: list[Access], region: str) -> None:
    with pytest.raises(AwsError, match="not a region") as error:
        ClientFactory().client(access(), "ec2", region, mutating=False)
    assert error.value.kind is ErrorKind.INVALID
    assert asked == []


@pytest.mark.parametrize(
    "role", ["", "arn:aws:iam::222222222222:role/ringi-read", "arn:aws:iam::111111111111:user/x", f"{ROLE}\n"]
)
def test_a_role_of_another_account_is_never_assumed(asked: list[Access], role: str) -> None:
    with pytest.raises(AwsError, match="not a role of account 111111111111") as error:
        ClientFactory().client(access(role=role), "ec2", "ap-northeast-1", mutating=False)
    assert error.value.kind is ErrorKind.UNASSUMABLE
    assert asked == []


def test_a_role_is_assumed_once_until_it_nearly_expires(asked: list[Access], monkeypatch: pytest.MonkeyPatch) -> None:
    factory = ClientFactory()
    for _ in range(3):
        factory.client(access(), "ec2", "ap-northeast-1", mutating=False)
    factory.client(access("ringi-CR-2-1.1-1"), "ec2", "ap-northeast-1", mutating=False)
    assert [a.session_name for a in asked] == ["ringi-CR-1-1.1-1", "ringi-CR-2-1.1-1"]
    monkeypatch.setattr("tests.unit.aws.test_sessions.LIFE", [timedelta(minutes=4)])
    for _ in range(2):
        factory.client(access("short"), "ec2", "ap-northeast-1", mutating=False)
    assert [a.session_name for a in asked[2:]] == ["short", "short"]


def test_clients_are_kept_apart_by_service_region_and_whether_they_write(asked: list[Access]) -> None:
    factory = ClientFactory()
    kinds = [("ec2", "ap-northeast-1", False), ("ec2", "us-west-2", False), ("ec2", "us-west-2", True)]
    clients = [factory.client(access(), s, r, mutating=m) for s, r, m in kinds for _ in range(2)]
    assert len({id(client.shared) for client in clients}) == 3


class Signed(Exception):
    """Stands for the sending of a signed request."""


def test_roles_share_a_client_and_each_signs_with_its_own_key(asked: list[Access]) -> None:
    def signed(request: Any, **_: Any) -> None:
        raise Signed(request.headers["Authorization"])

    factory = ClientFactory("http://127.0.0.1:9")
    first, second = (factory.client(access(name), "sqs", "us-west-2", mutating=True) for name in ("one", "two"))
    assert first.shared is second.shared
    first.meta.events.register("before-send.sqs", signed)
    ways: list[Callable[[Client], Any]] = [
        lambda client: client.call("list_queues"),
        lambda client: next(client.pages("list_queues")),
        lambda client: client.whole("list_queues"),
    ]
    for ask in ways:
        for client, name in ((first, b"AKIAone"), (second, b"AKIAtwo"), (first, b"AKIAone")):
            with pytest.raises(Signed) as sent:
                ask(client)
            assert name in sent.value.args[0]
    with pytest.raises(LookupError):  # nobody asks
        first.shared.list_queues()


def test_only_reading_clients_repeat_a_call(asked: list[Access]) -> None:
    factory = ClientFactory()
    reading, writing = (factory.client(access(), "rds", "us-west-2", mutating=m).meta.config for m in (False, True))
    assert (reading.retries["mode"], reading.retries["total_max_attempts"]) == ("standard", 5)
    assert writing.retries["total_max_attempts"] == 1
    assert (writing.connect_timeout, writing.read_timeout) == (5, 20)


def test_the_endpoint_comes_from_the_argument_alone(asked: list[Access], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://evil.example")
    monkeypatch.setenv("AWS_ENDPOINT_URL_RDS", "http://evil.example")
    client = ClientFactory().client(access(), "rds", "us-west-2", mutating=True)
    assert client.meta.endpoint_url == "https://rds.us-west-2.amazonaws.com"
    client = ClientFactory("http://127.0.0.1:9").client(access(), "rds", "us-west-2", mutating=True)
    assert client.meta.endpoint_url == "http://127.0.0.1:9"


def test_no_representation_holds_a_credential(asked: list[Access]) -> None:
    factory = ClientFactory()
    client = factory.client(access(), "rds", "us-west-2", mutating=True)
    shown = f"{factory!r} {factory.__dict__} {client!r}"
    assert "very-secret" not in shown
    assert "token-secret" not in shown


def test_a_process_without_credentials_can_not_assume_a_role(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    with pytest.raises(AwsError, match="can't be assumed") as error:
        ClientFactory("http://127.0.0.1:9").client(access(), "rds", "us-west-2", mutating=False)
    assert error.value.kind is ErrorKind.UNASSUMABLE


@pytest.mark.parametrize("key", ["1.2", "1.2/../x", "é", "x" * 90])
def test_a_session_name_is_one_that_sts_accepts(key: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_+=,.@-]{2,64}", session_name(12, key, 3))


def test_a_session_name_shows_request_call_and_attempt() -> None:
    assert session_name(12, "1.2", 3) == "ringi-CR-12-1.2-3"

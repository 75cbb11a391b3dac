"""Accounts and environments: who defines them, what is refused, and which process gets through which door."""

from typing import Any

import pytest

from apps.audit.models import Event
from apps.aws.gateway import AwsError, ErrorKind
from apps.environments import gateways
from apps.environments.commands import change_environment, connect_account, define_environment
from apps.environments.models import Account, Environment
from apps.people.models import Role, RoleBinding, User
from apps.refusal import Refused

SECRET = "an-external-id-of-prod"


@pytest.fixture
def goro(db: None) -> User:
    person = User.objects.create_user("goro", full_name="Goro Hayashi")
    RoleBinding.objects.create(user=person, role=Role.ADMINISTRATOR)
    return person


@pytest.fixture
def account(goro: User) -> Account:
    return connect_account(by=goro, number="111111111111", name="models")


def values(account: Account, **changed: Any) -> dict[str, Any]:
    return {
        "slug": "prod",
        "name": "Production",
        "account": account,
        "regions": ["ap-northeast-1", "us-west-2"],
        "read_role_arn": f"arn:aws:iam::{account.number}:role/ringi/read",
        "write_role_arn": f"arn:aws:iam::{account.number}:role/ringi/write",
        "external_id": SECRET,
    } | changed


@pytest.fixture
def prod(goro: User, account: Account) -> Environment:
    return define_environment(by=goro, **values(account))


def test_an_environment_is_defined_with_its_event_and_without_its_secret(prod: Environment) -> None:
    assert prod.default_region == "ap-northeast-1"
    events = Event.objects.filter(stream="config").order_by("seq")
    assert [(e.verb, e.subject) for e in events] == [
        ("account.connected", "111111111111"),
        ("environment.added", "prod"),
    ]
    assert SECRET not in "".join(e.text for e in events)


ROLE = "arn:aws:iam::111111111111:role/"
WRONG = [
    ("slug", "Prod", "slug"),
    ("slug", "", "slug"),
    ("slug", "prod\n", "slug"),
    ("slug", "../prod", "slug"),
    ("regions", [], "regions"),
    ("regions", ["tokyo"], "regions"),
    ("regions", ["ap-northeast-1", "ap-northeast-1"], "regions"),
    ("regions", ["ap-northeast-9"], "regions"),
    ("regions", ["evil.com/#"], "regions"),
    ("regions", ["eu-west-1.evil.com"], "regions"),
    ("regions", ["x@eu-west-1"], "regions"),
    ("regions", ["eu-west-1\n"], "regions"),
    ("read_role_arn", "arn:aws:iam::222222222222:role/read", "read_role_arn"),
    ("read_role_arn", "arn:aws:s3:::bucket", "read_role_arn"),
    ("read_role_arn", "arn:aws:iam::111111111111:user/eve", "read_role_arn"),
    ("write_role_arn", ROLE + "x\n", "write_role_arn"),
    ("write_role_arn", ROLE, "write_role_arn"),
    ("write_role_arn", ROLE + "ringi/read", "write_role_arn"),
    ("external_id", "", "external_id"),
    ("external_id", "two words", "external_id"),
    ("resource_tag", "prod", "resource_tag"),
    ("resource_tag", "a=b=c", "resource_tag"),
]


@pytest.mark.parametrize(("field", "value", "code"), WRONG)
def test_a_wrong_definition_is_refused(goro: User, account: Account, field: str, value: Any, code: str) -> None:
    with pytest.raises(Refused) as refused:
        define_environment(by=goro, **values(account, **{field: value}))
    assert refused.value.refusal.code == code
    assert not Environment.objects.exists()


@pytest.mark.parametrize(("field", "value", "code"), [row for row in WRONG if row[0] != "slug"])
def test_a_wrong_change_is_refused(goro: User, prod: Environment, field: str, value: Any, code: str) -> None:
    with pytest.raises(Refused) as refused:
        change_environment(by=goro, environment=prod, **{field: value})
    assert refused.value.refusal.code == code
    before = getattr(prod, field)
    prod.refresh_from_db()
    assert getattr(prod, field) == before


def test_a_change_records_what_moved(goro: User, prod: Environment) -> None:
    change_environment(by=goro, environment=prod, enabled=False, name="Production")
    event = Event.objects.get(verb="environment.changed")
    assert event.data == {"before": {"enabled": True}, "after": {"enabled": False}}


def test_an_environment_never_moves_to_another_account(goro: User, prod: Environment) -> None:
    other = connect_account(by=goro, number="222222222222", name="other")
    with pytest.raises(Refused) as refused:
        change_environment(by=goro, environment=prod, account=other)
    assert refused.value.refusal.code == "account"


@pytest.mark.parametrize("name", ["slug", "id", "account_id", "pk"])
def test_its_names_and_its_account_can_not_be_assigned(goro: User, prod: Environment, name: str) -> None:
    with pytest.raises(TypeError):
        change_environment(by=goro, environment=prod, **{name: "x"})


@pytest.mark.parametrize(
    ("number", "name"), [("12345", "x"), ("11111111111１", "x"), ("111111111111", "again"), ("2" * 12, " ")]
)
def test_a_wrong_account_is_refused(goro: User, account: Account, number: str, name: str) -> None:
    with pytest.raises(Refused):
        connect_account(by=goro, number=number, name=name)


@pytest.mark.parametrize("role", [Role.REQUESTER, Role.REVIEWER, Role.AUDITOR])
def test_nobody_but_administrators_defines_anything(prod: Environment, role: Role) -> None:
    aiko = User.objects.create_user("aiko", full_name="Aiko Mori")
    RoleBinding.objects.create(user=aiko, role=role)
    with pytest.raises(Refused):
        connect_account(by=aiko, number="222222222222", name="mine")
    with pytest.raises(Refused):
        change_environment(by=aiko, environment=prod, enabled=False)
    with pytest.raises(Refused):
        define_environment(by=aiko, **values(prod.account, slug="mine"))


@pytest.mark.parametrize(
    ("process", "reads", "writes"),
    [("web", False, False), ("beat", False, False), ("planner", True, False), ("executor", True, True)],
)
def test_each_process_has_its_doors_only(
    prod: Environment, settings: Any, process: str, reads: bool, writes: bool
) -> None:
    settings.RINGI_PROCESS = process
    for door, allowed in ((gateways.reader, reads), (gateways.writer, writes)):
        if allowed:
            assert door(prod, "ringi-test")
        else:
            with pytest.raises(AwsError) as error:
                door(prod, "ringi-test")
            assert error.value.kind is ErrorKind.DENIED
            assert process in error.value.sentence


def test_a_reader_does_not_make_calls(prod: Environment, settings: Any) -> None:
    settings.RINGI_PROCESS = "planner"
    with pytest.raises(AwsError, match="may only read"):
        gateways.reader(prod, "ringi-test").execute("rds", "reboot_db_instance", "ap-northeast-1", {}, {})

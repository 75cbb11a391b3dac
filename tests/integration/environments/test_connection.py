"""The test of a connection over HTTP: each way in, each thing that can be missing, and nothing that is changed."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from django.test import override_settings

from apps.audit.models import Event
from apps.audit.verbs import sentence
from apps.aws import stack
from apps.aws.sessions import ClientFactory
from apps.environments import connection, gateways, template
from apps.environments.models import Account, ConnectionTest, Environment
from apps.people.models import Role, RoleBinding, User
from apps.refusal import Refused
from apps.sandbox.endpoint.server import Endpoint
from tests.integration.environments import deployed

pytestmark = pytest.mark.lab
HOME, ACCOUNT = "444444444444", "222222222222"
READ, WRITE = (f"arn:aws:iam::{ACCOUNT}:role/ringi/prod-{kind}" for kind in ("read", "write"))
PLANNER, EXECUTOR = (f"arn:aws:iam::{HOME}:user/ringi-{name}" for name in ("planner", "executor"))
WAYS = [("planner", False), ("executor", False), ("executor", True)]


@pytest.fixture(scope="module")
def running() -> Iterator[Endpoint]:
    with Endpoint(unknown_keys_are_root=False) as endpoint:
        yield endpoint


class Aws:
    """The endpoint as the owner of its accounts sees it, and the keys of the two workers."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.iam, home = self.owner(ACCOUNT), self.owner(HOME)
        self.keys = {}
        for name in ("planner", "executor"):
            home.create_user(UserName=f"ringi-{name}")
            self.keys[name] = home.create_access_key(UserName=f"ringi-{name}")["AccessKey"]

    def owner(self, account: str) -> Any:
        made = boto3.client(
            "iam", "us-east-1", endpoint_url=self.endpoint.url, aws_access_key_id="x", aws_secret_access_key="x"
        )
        made.meta.events.register(
            "before-sign.*.*", lambda request, **_: request.headers.add_header("x-moto-account-id", account)
        )
        return made

    def trust(self, role: str, change: Any) -> None:
        """Let a function change the statements of a role's trust policy."""
        policy = self.iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
        change(policy["Statement"])
        self.iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(policy))

    def without(self, role: str, action: str) -> None:
        """Take one action out of the role's policies, by a new version of the one that has it."""
        for each in self.iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
            found = self.iam.get_policy_version(PolicyArn=each["PolicyArn"], VersionId="v1")["PolicyVersion"][
                "Document"
            ]
            for statement in found["Statement"]:
                if isinstance(statement["Action"], list) and action in statement["Action"]:
                    statement["Action"].remove(action)
                    self.iam.create_policy_version(
                        PolicyArn=each["PolicyArn"], PolicyDocument=json.dumps(found), SetAsDefault=True
                    )


@pytest.fixture
def aws(running: Endpoint) -> Aws:
    running.reset()
    return Aws(running)


@pytest.fixture
def goro(db: None) -> User:
    person = User.objects.create_user("goro", full_name="Goro Hayashi")
    RoleBinding.objects.create(user=person, role=Role.ADMINISTRATOR)
    return person


def environment(slug: str = "prod", **values: Any) -> Environment:
    account, _ = Account.objects.get_or_create(number=ACCOUNT, name="models")
    roles = {"read_role_arn": READ, "write_role_arn": WRITE, "external_id": "of-prod"}
    return Environment.objects.create(
        slug=slug, name=slug, account=account, regions=["ap-northeast-1"], **{**roles, **values}
    )


@pytest.fixture
def prod(db: None) -> Environment:
    return environment()


def deploy(aws: Aws, prod: Environment) -> None:
    wanted = stack.template(template.wanted(prod))
    deployed.create(aws.iam, wanted, {"Planner": PLANNER, "Executor": EXECUTOR})


def outcomes(
    aws: Aws, prod: Environment, goro: User, monkeypatch: pytest.MonkeyPatch
) -> dict[tuple[str, bool], list[str]]:
    """Ask for the test and let every worker do its part, with its own keys; what each found."""
    connection.request_test(by=goro, environment=prod)
    for row in ConnectionTest.objects.filter(environment=prod, state="queued"):
        factory = ClientFactory(aws.endpoint.url)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", aws.keys[row.process]["AccessKeyId"])
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", aws.keys[row.process]["SecretAccessKey"])
        monkeypatch.setattr(gateways, "factory", lambda made=factory: made)
        with override_settings(RINGI_PROCESS=row.process):
            connection.carry_out(test_id=row.pk, knock=gateways.knock)
    rows = ConnectionTest.objects.filter(environment=prod, state="done")
    return {(row.process, row.writes): [each["sentence"] for each in row.findings] for row in rows}


def test_a_stack_from_the_template_lacks_nothing_and_its_test_changes_nothing(
    aws: Aws, prod: Environment, goro: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy(aws, prod)
    before = len(aws.endpoint.calls())
    assert outcomes(aws, prod, goro, monkeypatch) == {way: [] for way in WAYS}
    made = aws.endpoint.calls()[before:]
    assert {call.operation for call in made if not call.operation.startswith(("Describe", "List", "Get"))} == {
        "AssumeRole"
    }
    assert {call.operation for call in made if "prod-write" in call.caller} == {"GetCallerIdentity"}
    assert template.principals() == {"planner": PLANNER, "executor": EXECUTOR}
    assert f'"Default": "{PLANNER}"' in template.text(prod)


def test_the_test_is_in_the_log_with_what_was_found(
    aws: Aws, prod: Environment, goro: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy(aws, prod)
    outcomes(aws, prod, goro, monkeypatch)
    asked, *ended = Event.objects.filter(stream="config").order_by("seq")
    assert (asked.actor, sentence(asked)) == ("goro", "asked to test the connection of prod")
    assert sentence(ended[0]) == "tested the connection of prod (planner, read role): nothing is missing"
    assert len(ended) == 3
    assert "of-prod" not in "".join(event.text for event in (asked, *ended))


def test_where_nobody_may_look_a_missing_role_is_one_of_the_causes_that_are_named(
    aws: Aws, prod: Environment, goro: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = outcomes(aws, prod, goro, monkeypatch)
    [words] = found["planner", False]
    for cause in (f"{READ} can't be assumed", "role doesn't exist", f"doesn't name {PLANNER}", "another external id"):
        assert cause in words
    assert f"doesn't name {EXECUTOR}" in found["executor", True][0]


def test_a_missing_role_is_missing_where_another_environment_of_the_account_may_look(
    aws: Aws, prod: Environment, goro: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy(aws, prod)
    other = f"arn:aws:iam::{ACCOUNT}:role/ringi/dev-"
    dev = environment("dev", read_role_arn=f"{other}read", write_role_arn=f"{other}write")
    found = outcomes(aws, dev, goro, monkeypatch)
    assert found["planner", False] == [f"{other}read doesn't exist. Create it with the template."]
    assert found["executor", True] == [f"{other}write doesn't exist. Create it with the template."]


def test_a_wrong_external_id_is_told_from_a_principal_that_is_not_named(
    aws: Aws, prod: Environment, goro: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy(aws, prod)
    aws.trust(
        "prod-write", lambda statements: statements[0]["Condition"]["StringEquals"].update({"sts:ExternalId": "x"})
    )
    found = outcomes(aws, prod, goro, monkeypatch)
    assert found["planner", False] == []
    [words] = found["executor", True]
    assert words.endswith("its trust policy requires another external id than the environment has.")

    def only_the_planner(statements: Any) -> None:
        for each in statements:
            each["Principal"]["AWS"] = [PLANNER]

    aws.trust("prod-write", only_the_planner)
    [words] = outcomes(aws, prod, goro, monkeypatch)["executor", True]
    assert words.endswith(f"its trust policy doesn't name {EXECUTOR}.")


def test_a_wrong_external_id_of_the_read_role_is_told_by_a_neighbour(
    aws: Aws, prod: Environment, goro: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy(aws, prod)
    dev = environment("dev", external_id="of-dev")
    [words] = outcomes(aws, dev, goro, monkeypatch)["planner", False]
    assert words == f"{READ} can't be assumed: its trust policy requires another external id than the environment has."


@pytest.mark.parametrize("lost", ["sts:SetSourceIdentity", "sts:TagSession"])
def test_a_name_or_tags_that_are_not_allowed_are_named(
    aws: Aws, prod: Environment, goro: User, monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    deploy(aws, prod)
    aws.trust("prod-write", lambda statements: statements[1]["Action"].remove(lost))
    found = outcomes(aws, prod, goro, monkeypatch)
    assert found["executor", False] == []
    [words] = found["executor", True]
    assert words.startswith(f"{lost} is not allowed. Add it to the trust policy of {WRITE}")


def test_a_role_that_opens_to_any_external_id_is_reported(
    aws: Aws, prod: Environment, goro: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy(aws, prod)
    aws.trust("prod-read", lambda statements: statements[0].pop("Condition"))
    [words] = outcomes(aws, prod, goro, monkeypatch)["planner", False]
    assert words == f"{READ} opens without an external id. Its trust policy must require the environment's."


@pytest.mark.parametrize(
    ("role", "action", "way"),
    [
        ("prod-read", "rds:DescribeDBInstances", ("planner", False)),
        ("prod-read", "s3:GetBucketPolicy", ("planner", False)),
        ("prod-write", "rds:ModifyDBInstance", ("executor", True)),
    ],
)
def test_a_missing_action_is_named(
    aws: Aws,
    prod: Environment,
    goro: User,
    monkeypatch: pytest.MonkeyPatch,
    role: str,
    action: str,
    way: tuple[str, bool],
) -> None:
    deploy(aws, prod)
    aws.without(role, action)
    [words] = outcomes(aws, prod, goro, monkeypatch)[way]
    assert f"{role} lacks {action}. What needs" in words
    row = ConnectionTest.objects.get(environment=prod, process=way[0], writes=way[1])
    assert [each["hinders"] for each in row.findings] == [False]


def test_a_list_that_is_denied_is_missing_even_where_nobody_may_read_the_policies(
    aws: Aws, prod: Environment, goro: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy(aws, prod)
    aws.without("prod-read", "iam:GetRole")
    aws.without("prod-read", "redshift:DescribeClusters")
    [words] = outcomes(aws, prod, goro, monkeypatch)["planner", False]
    assert "lacks redshift:DescribeClusters." in words


def test_a_role_of_another_account_is_not_even_tried(
    aws: Aws, prod: Environment, goro: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    Environment.objects.update(read_role_arn=f"arn:aws:iam::{HOME}:role/ringi/prod-read")
    prod.refresh_from_db()
    before = len(aws.endpoint.calls())
    [words] = outcomes(aws, prod, goro, monkeypatch)["planner", False]
    assert f"is in account {HOME}, another one than the environment's {ACCOUNT}" in words
    assert HOME not in str([call.parameters for call in aws.endpoint.calls()[before:]])


def test_a_worker_without_credentials_says_so(
    aws: Aws, prod: Environment, goro: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(gateways, "factory", lambda: ClientFactory(aws.endpoint.url))
    connection.request_test(by=goro, environment=prod)
    connection.carry_out(test_id=ConnectionTest.objects.get(process="planner").pk, knock=gateways.knock)
    row = ConnectionTest.objects.get(process="planner")
    assert "has no credentials of AWS" in row.findings[0]["sentence"]
    assert row.principal == ""


def test_credentials_that_aws_does_not_know_are_told_from_none(
    aws: Aws, prod: Environment, goro: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws.keys["planner"] = {"AccessKeyId": "AKIAUNKNOWN", "SecretAccessKey": "x"}
    [words] = outcomes(aws, prod, goro, monkeypatch)["planner", False]
    assert "doesn't take the credentials of this process (InvalidClientTokenId)" in words


def test_the_web_process_goes_no_way_at_all(prod: Environment, goro: User) -> None:
    connection.request_test(by=goro, environment=prod)
    with override_settings(RINGI_PROCESS="web"):
        connection.carry_out(test_id=ConnectionTest.objects.get(process="planner").pk, knock=gateways.knock)
    assert "The web process may not read AWS" in ConnectionTest.objects.get(process="planner").findings[0]["sentence"]


def test_the_planner_does_not_try_the_write_role(prod: Environment, goro: User) -> None:
    connection.request_test(by=goro, environment=prod)
    with override_settings(RINGI_PROCESS="planner"):
        connection.carry_out(test_id=ConnectionTest.objects.get(writes=True).pk, knock=gateways.knock)
    assert "The planner process may not change AWS" in ConnectionTest.objects.get(writes=True).findings[0]["sentence"]


def test_only_administrators_ask_for_a_test(prod: Environment) -> None:
    aiko = User.objects.create_user("aiko", full_name="Aiko Mori")
    RoleBinding.objects.create(user=aiko, role=Role.REQUESTER)
    with pytest.raises(Refused, match="Only administrators"):
        connection.request_test(by=aiko, environment=prod)
    assert not ConnectionTest.objects.exists()


def test_what_carries_the_tags_of_neighbours_is_left_to_them(prod: Environment) -> None:
    Environment.objects.filter(pk=prod.pk).update(resource_tag="env=prod")
    environment("stg", resource_tag="env=stg")
    environment("jp", resource_tag="env=本番")
    environment("whole")
    prod.refresh_from_db()
    assert template.others(prod) == {"env": ["stg"]}
    assert template.others(Environment.objects.get(slug="whole")) == {}

"""Secrets by reference over HTTP: the approved version is what AWS gets, and it is kept nowhere."""

import json
from typing import Any

import pytest
from django.db import connection

from apps.changes.models import ChangeRequest
from apps.environments.models import Environment
from apps.people.models import User
from apps.refusal import Refused
from apps.runs.states import RunState
from tests.integration import flow
from tests.integration.endpoint import Endpoint, executed
from tests.integration.estate import TOKYO

People = dict[str, User]
TASK, GROUP = "AWS::ECS::TaskDefinition", "AWS::ElastiCache::ReplicationGroup"
SECRET, NEWER = "canary-5f1d0a7e", "canary-of-tomorrow"


def task(value: str) -> flow.DraftInput:
    variables = [{"Name": "PASSWORD", "Value": value}, {"Name": "LOG", "Value": "info"}]
    containers = [{"Name": "web", "Image": "web:1", "Memory": 64, "Environment": variables}]
    desired = {"Family": "web", "ContainerDefinitions": containers}
    return flow.DraftInput("create", TASK, TOKYO, "", "web", desired)


def variables(real: Endpoint, family: str = "web") -> dict[str, str]:
    found = real.client("ecs").describe_task_definition(taskDefinition=family)["taskDefinition"]
    return {row["name"]: row["value"] for row in found["containerDefinitions"][0]["environment"]}


def everything_kept() -> str:
    """All rows of all tables, as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        names = [name for (name,) in cursor.fetchall()]
        rows = []
        for name in names:
            cursor.execute(f'SELECT row_to_json(t)::text FROM "{name}" t')
            rows += [text for (text,) in cursor.fetchall()]
    return "\n".join(rows)


def problems(request: ChangeRequest) -> list[Any]:
    request.refresh_from_db()
    return [(each["property"], each["code"]) for each in request.problems]


def test_the_version_that_was_approved_is_fetched_and_kept_nowhere(
    people: People, prod: Environment, real: Endpoint
) -> None:
    manager = real.client("secretsmanager")
    manager.create_secret(Name="orders/db", SecretString=json.dumps({"password": SECRET}))
    run = flow.started(people, prod, real, task("{{resolve:secretsmanager:orders/db:SecretString:password}}"))
    manager.put_secret_value(SecretId="orders/db", SecretString=json.dumps({"password": NEWER}))

    run = flow.pump(run, real)

    assert run.state == RunState.SUCCEEDED, run.failure
    assert variables(real) == {"PASSWORD": SECRET, "LOG": "info"}
    kept = everything_kept()
    assert "orders/db" in kept
    assert SECRET not in kept
    assert NEWER not in kept


def test_a_password_of_a_cache_comes_from_an_encrypted_parameter(
    people: People, prod: Environment, real: Endpoint
) -> None:
    real.client("ssm").put_parameter(Name="/cache/password", Value=SECRET * 2, Type="SecureString")
    desired = {
        "ReplicationGroupId": "sessions",
        "ReplicationGroupDescription": "Sessions",
        "Engine": "redis",
        "CacheNodeType": "cache.t4g.small",
        "TransitEncryptionEnabled": True,
        "AuthToken": "{{resolve:ssm-secure:/cache/password}}",
    }
    executed(people, prod, real, flow.DraftInput("create", GROUP, TOKYO, "", "sessions", desired))
    [found] = real.client("elasticache").describe_replication_groups()["ReplicationGroups"]
    assert found["AuthTokenEnabled"] is True
    assert SECRET not in everything_kept()


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        ("{{resolve:secretsmanager:nowhere}}", "no_secret"),
        ("{{resolve:secretsmanager:there:SecretString::AWSPREVIOUS}}", "no_secret"),
        ("{{resolve:secretsmanager:there:SecretString:::no-such-version}}", "no_secret"),
        (f"{{{{resolve:secretsmanager:arn:aws:secretsmanager:{TOKYO}:222222222222:secret:x-a1}}}}", "no_secret"),
        ("{{resolve:secretsmanager:doomed}}", "no_secret"),
        ("{{resolve:ssm-secure:nowhere}}", "no_secret"),
        ("{{resolve:ssm-secure:plain}}", "no_secret"),
        ("{{resolve:ssm-secure:there:9}}", "no_secret"),
        ("{{resolve:secretsmanager:there:SecretBinary}}", "secret"),
        ("x{{resolve:secretsmanager:there}}", "misplaced_secret"),
    ],
)
def test_what_is_not_there_goes_back_to_its_field(
    people: People, prod: Environment, real: Endpoint, reference: str, code: str
) -> None:
    manager, ssm = real.client("secretsmanager"), real.client("ssm")
    for name in ("there", "doomed"):
        manager.create_secret(Name=name, SecretString=SECRET)
    manager.delete_secret(SecretId="doomed")
    ssm.put_parameter(Name="there", Value=SECRET, Type="SecureString")
    ssm.put_parameter(Name="plain", Value=SECRET, Type="String")
    request = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod, task(reference)), real)
    assert problems(request) == [("ContainerDefinitions", code)]


def test_a_secret_without_the_member_fails_before_any_call(people: People, prod: Environment, real: Endpoint) -> None:
    real.client("secretsmanager").create_secret(Name="db", SecretString=SECRET)
    run = flow.started(people, prod, real, task("{{resolve:secretsmanager:db:SecretString:password}}"))
    run = flow.pump(run, real)
    assert run.state == RunState.FAILED
    step = run.steps.get()
    assert "no JSON object, so it has no password" in step.cause + step.outcome
    assert not step.attempts.exists()
    assert SECRET not in everything_kept()
    assert real.client("ecs").list_task_definitions()["taskDefinitionArns"] == []


def test_what_aws_says_of_a_call_with_a_secret_is_not_repeated(
    people: People, prod: Environment, real: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    from moto.core.exceptions import JsonRESTError
    from moto.ecs.models import EC2ContainerServiceBackend

    def refuse(_: Any, *given: Any, **named: Any) -> None:
        raise JsonRESTError("ClientException", f"Invalid: {given} {named}")

    real.client("secretsmanager").create_secret(Name="db", SecretString=SECRET)
    run = flow.started(people, prod, real, task("{{resolve:secretsmanager:db}}"))
    monkeypatch.setattr(EC2ContainerServiceBackend, "register_task_definition", refuse)
    run = flow.pump(run, real)
    assert run.state == RunState.FAILED
    assert "AWS refused ecs.register_task_definition" in run.steps.get().outcome
    assert SECRET not in everything_kept()


def test_a_secret_itself_is_refused_before_it_is_kept(people: People, prod: Environment) -> None:
    change = flow.DraftInput("create", GROUP, TOKYO, "", "s", {"ReplicationGroupId": "s", "AuthToken": SECRET})
    with pytest.raises(Refused, match="Write no secret into AuthToken"):
        flow.draft(people["aiko"], prod, change)

"""References to secrets: how they are written, where they may stand, and that nothing else becomes one."""

from typing import Any

import pytest

from apps.catalog.registry import BY_NAME
from apps.planning import secrets
from apps.planning.plan import SecretRef
from apps.planning.secrets import Named, parse

ARN = "arn:aws:secretsmanager:ap-northeast-1:111111111111:secret:orders/db-a1B2c3"
TASK, GROUP, DATABASE = "AWS::ECS::TaskDefinition", "AWS::ElastiCache::ReplicationGroup", "AWS::RDS::DBInstance"
REFERENCE = "{{resolve:secretsmanager:orders/db:SecretString:password::v1}}"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("{{resolve:secretsmanager:orders/db}}", Named("secretsmanager", "orders/db")),
        ("{{resolve:secretsmanager:db:SecretString}}", Named("secretsmanager", "db")),
        ("{{resolve:secretsmanager:db:SecretString:password}}", Named("secretsmanager", "db", "password")),
        ("{{resolve:secretsmanager:db:SecretString:p w:AWSPREVIOUS}}", None),
        (
            "{{resolve:secretsmanager:db:SecretString:pw:AWSPREVIOUS}}",
            Named("secretsmanager", "db", "pw", "AWSPREVIOUS"),
        ),
        (f"{{{{resolve:secretsmanager:{ARN}:SecretString:pw::v1}}}}", Named("secretsmanager", ARN, "pw", "", "v1")),
        ("{{resolve:secretsmanager:db:SecretString:pw:AWSCURRENT:v1}}", None),
        ("{{resolve:secretsmanager:db:SecretBinary}}", None),
        ("{{resolve:secretsmanager:}}", None),
        ("{{resolve:ssm-secure:/orders/db}}", Named("ssm-secure", "/orders/db")),
        ("{{resolve:ssm-secure:/orders/db:3}}", Named("ssm-secure", "/orders/db", version="3")),
        ("{{resolve:ssm-secure:db:0}}", None),
        ("{{resolve:ssm:db}}", None),
        ("postgres://{{resolve:ssm-secure:db}}", None),
        (" {{resolve:ssm-secure:db}}", None),
        ("hunter2", None),
    ],
)
def test_a_reference_is_read_as_cloudformation_reads_it(text: str, named: Named | None) -> None:
    if named is None:
        with pytest.raises(ValueError, match=r"Write|Leave"):
            parse(text)
    else:
        assert parse(text) == named
        assert parse(str(named)) == named


def placed(type_name: str, name: str, value: Any) -> Any:
    return secrets.placed(BY_NAME[type_name], name, value)


def wrong(type_name: str, name: str, value: Any) -> list[str]:
    return [code for code, _ in secrets.wrong(BY_NAME[type_name], name, placed(type_name, name, value))]


def test_it_becomes_a_node_only_where_a_secret_may_stand() -> None:
    assert placed(GROUP, "AuthToken", REFERENCE) == SecretRef(REFERENCE)
    rows = [{"Name": "web", "Image": REFERENCE, "Environment": [{"Name": REFERENCE, "Value": REFERENCE}]}]
    [row] = placed(TASK, "ContainerDefinitions", rows)
    assert row["Environment"] == [{"Name": REFERENCE, "Value": SecretRef(REFERENCE)}]
    assert row["Image"] == REFERENCE
    assert wrong(TASK, "ContainerDefinitions", rows) == ["misplaced_secret", "misplaced_secret"]


@pytest.mark.parametrize(
    ("type_name", "name", "value", "codes"),
    [
        (GROUP, "AuthToken", REFERENCE, []),
        (GROUP, "AuthToken", "hunter2", ["plain_secret"]),
        (GROUP, "AuthToken", "(not read)", ["plain_secret"]),
        (GROUP, "AuthToken", "{{resolve:secretsmanager:db}}", ["unpinned_secret"]),
        (GROUP, "AuthToken", SecretRef("arn:x"), ["unpinned_secret"]),
        (GROUP, "ReplicationGroupDescription", REFERENCE, ["misplaced_secret"]),
        (GROUP, "ReplicationGroupDescription", f"is {REFERENCE}", ["misplaced_secret"]),
        (GROUP, "Tags", [{"Key": "password", "Value": REFERENCE}], ["misplaced_secret"]),
        (GROUP, "Tags", [{"Key": "password", "Value": SecretRef(REFERENCE)}], ["misplaced_secret"]),
        (DATABASE, "DBName", SecretRef(REFERENCE), ["misplaced_secret"]),
        (TASK, "ContainerDefinitions", [{"Environment": [{"Name": "A", "Value": "plain"}]}], []),
        (TASK, "ContainerDefinitions", [{"Environment": [{"Name": "A", "Value": REFERENCE}]}], []),
        (
            TASK,
            "ContainerDefinitions",
            [{"Environment": [{"Name": "A", "Value": f"x{REFERENCE}"}]}],
            ["misplaced_secret"],
        ),
    ],
)
def test_what_could_be_read_by_all_is_refused(type_name: str, name: str, value: Any, codes: list[str]) -> None:
    assert wrong(type_name, name, value) == codes


def test_a_secret_itself_is_found_before_anything_is_kept() -> None:
    assert secrets.plain(BY_NAME[GROUP], {"Engine": "redis", "AuthToken": "hunter2"}) == "AuthToken"
    assert secrets.plain(BY_NAME[GROUP], {"Engine": "redis", "AuthToken": "{{resolve:ssm-secure:a}}"}) == ""

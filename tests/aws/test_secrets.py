"""Parameters, keys and secrets; what is secret in them is never read."""

from typing import Any

import pytest

from apps.planning.plan import PlanRefused
from tests.aws.exercise import TOKYO, Exercise

PARAMETER, KEY, SECRET = "AWS::SSM::Parameter", "AWS::KMS::Key", "AWS::SecretsManager::Secret"
PROD, STG = [{"Key": "env", "Value": "prod"}], [{"Key": "env", "Value": "stg"}]
ROOT = {"Sid": "root", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111111111111:root"}, "Resource": "*"}
POLICY = {"Version": "2012-10-17", "Statement": [{**ROOT, "Action": "kms:*"}]}


def test_a_parameter_lives(exercise: Exercise) -> None:
    exercise.live(
        PARAMETER,
        "/shop/limit",
        {"Name": "/shop/limit", "Type": "String", "Value": "10", "Description": "Orders a minute.", "Tags": PROD},
        {"Value": "20", "Description": "Orders a minute at most.", "Tags": STG},
        {"Type": "SecureString", "Tier": "Cheap"},
    )


def test_a_changed_parameter_keeps_what_is_not_changed(exercise: Exercise) -> None:
    made = exercise.create(PARAMETER, "/shop/note", Name="/shop/note", Type="StringList", Value="a,b", Description="x")
    exercise.run(exercise.plan(made, Value="a,b,c"))
    again = exercise.read(PARAMETER, "/shop/note").document
    assert (again["Value"], again["Type"], again["Description"]) == ("a,b,c", "StringList", "x")


def test_a_secure_string_is_not_read_and_only_its_tags_are_changed(exercise: Exercise, client: Any) -> None:
    client("ssm").put_parameter(Name="/shop/key", Type="SecureString", Value="do not show")
    seen = exercise.read(PARAMETER, "/shop/key")
    assert "Value" not in seen.document
    assert "do not show" not in str(list(exercise.gateway.list(PARAMETER, TOKYO)))
    with pytest.raises(PlanRefused, match="only its tags can be changed"):
        exercise.plan(seen, Value="other")
    exercise.change(seen, Tags=PROD)


def test_a_key_lives_and_is_gone_when_its_deletion_is_scheduled(exercise: Exercise) -> None:
    deny = {**ROOT, "Sid": "no", "Effect": "Deny", "Action": "kms:ScheduleKeyDeletion"}
    exercise.live(
        KEY,
        "orders",
        {"Description": "Orders.", "KeyPolicy": POLICY, "KeySpec": "SYMMETRIC_DEFAULT", "Tags": PROD},
        {
            "Description": "All orders.",
            "EnableKeyRotation": True,
            "KeyPolicy": {**POLICY, "Statement": [*POLICY["Statement"], deny]},
            "Tags": STG,
        },
        {"KeySpec": "RSA_2048", "KeyPolicy": "text", "Enabled": "perhaps"},
    )


def test_a_key_is_disabled_and_enabled(exercise: Exercise) -> None:
    made = exercise.create(KEY, "logs", Description="Logs.", KeyPolicy=POLICY)
    exercise.change(made, Enabled=False)
    [difference] = exercise.plan(made, Enabled=False).changes[0].differences
    assert difference.effect.kind == "interrupts"


def test_only_symmetric_keys_rotate(exercise: Exercise) -> None:
    made = exercise.create(KEY, "signing", KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY", Description="Signs.")
    with pytest.raises(PlanRefused, match="Only symmetric"):
        exercise.plan(made, EnableKeyRotation=True)


def test_a_secret_lives_without_its_value(exercise: Exercise, client: Any) -> None:
    client("secretsmanager").create_secret(Name="shop/key", SecretString="do not show")
    assert "do not show" not in str(list(exercise.gateway.list(SECRET, TOKYO)))
    exercise.live(
        SECRET,
        "shop/token",
        {"Name": "shop/token", "Description": "Of the shop.", "Tags": PROD},
        {"Description": "Of our shop.", "Tags": STG},
        {"Description": 3, "SecretString": "plain"},
    )

"""What is said about the structure of policies."""

from typing import Any

import pytest

from apps.catalog.policy import kind, located

ALLOW = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::models/*"}
EVERYONE = {**ALLOW, "Principal": "*"}


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


@pytest.mark.parametrize(
    ("which", "statement"),
    [
        ("identity", ALLOW),
        ("resource", EVERYONE),
        ("resource", {**ALLOW, "Principal": {"AWS": "arn:aws:iam::111122223333:root"}}),
        ("trust", {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}),
        ("identity", {**ALLOW, "Condition": {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}}),
    ],
)
def test_a_sound_policy_has_no_fault(which: str, statement: dict[str, Any]) -> None:
    assert located(which, policy(statement)) == []


@pytest.mark.parametrize(
    ("which", "statement"),
    [
        ("identity", EVERYONE),
        ("resource", ALLOW),
        ("identity", {**ALLOW, "Effect": "allow"}),
        ("identity", {**ALLOW, "NotAction": "s3:*"}),
        ("identity", {**ALLOW, "Condition": {"StringSame": {"a": "b"}}}),
        ("resource", {**ALLOW, "Principal": {"AWS": "bob"}}),
        ("trust", {"Effect": "Allow", "Action": "sts:AssumeRole"}),
    ],
)
def test_what_aws_would_not_take_is_said_at_its_statement(which: str, statement: dict[str, Any]) -> None:
    found = located(which, policy(statement))
    assert found
    assert all(at[:2] == ("Statement", 0) and said.endswith(".") for at, said in found), found


def test_a_policy_as_text_is_read_first() -> None:
    assert located("identity", '{"Statement": [') == [((), "This is not JSON: Expecting value in line 1, column 16.")]
    assert located("identity", '{"Version": "2012-10-17"}') != []


def test_the_property_says_which_policy_it_holds() -> None:
    assert kind("AWS::IAM::ManagedPolicy", "PolicyDocument") == "identity"
    assert kind("AWS::S3::BucketPolicy", "PolicyDocument") == "resource"
    assert kind("AWS::IAM::Role", "AssumeRolePolicyDocument") == "trust"
    assert kind("AWS::SQS::Queue", "RedrivePolicy") == ""

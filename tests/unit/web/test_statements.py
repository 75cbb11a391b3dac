"""Policies as forms: every statement by its members, and what is not changed stays as it was written."""

import json
import random
from typing import Any

import pytest
from django.http import QueryDict

from apps.web.forms.arrange import arranged, asked
from apps.web.forms.propose import ChangeForm
from tests.unit.web.test_change_form import TOKYO, controls, form

BUCKET_POLICY, MANAGED = "AWS::S3::BucketPolicy", "AWS::IAM::ManagedPolicy"
TLS_ONLY = {
    "Sid": "TlsOnly",
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": ["arn:aws:s3:::kumo-models", "arn:aws:s3:::kumo-models/*"],
    "Condition": {"Bool": {"aws:SecureTransport": False}},
}
READERS = {
    "Effect": "Allow",
    "Principal": {"AWS": ["arn:aws:iam::111122223333:root"], "Service": "cloudfront.amazonaws.com"},
    "Action": ["s3:GetObject"],
    "Resource": "arn:aws:s3:::kumo-models/*",
    "Condition": {"StringEquals": {"aws:SourceAccount": ["111122223333"], "s3:prefix": ["a", "b"]}},
}
STATEMENT = "PolicyDocument-Statement"


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Bucket": "kumo-models", "PolicyDocument": {"Version": "2012-10-17", "Statement": list(statements)}}


def wanted(sent: ChangeForm) -> list[dict[str, Any]]:
    assert sent.is_valid(), sent.errors
    found: list[dict[str, Any]] = sent.desired["PolicyDocument"]["Statement"]
    return found


def test_a_policy_sent_as_it_is_shown_changes_nothing() -> None:
    sent = form(BUCKET_POLICY, document(TLS_ONLY, READERS), {})
    assert not sent.is_valid()
    assert sent.desired == {}


def test_a_policy_with_a_name_is_a_form_too_and_as_json_it_has_a_label() -> None:
    given = document(TLS_ONLY)
    given["PolicyDocument"]["Id"] = "key-default-1"
    shown = form(BUCKET_POLICY, given)
    assert dict(controls(shown))["PolicyDocument-Id"] == "key-default-1"
    sent = form(BUCKET_POLICY, given, {})
    assert not sent.is_valid()
    assert sent.desired == {}
    assert 'aria-label="PolicyDocument"' in str(turned(shown, "text:PolicyDocument")["PolicyDocument"])


def test_a_changed_action_leaves_everything_else_as_it_was_written() -> None:
    typed = {f"{STATEMENT}-1-Action": "s3:GetObject\r\ns3:GetObjectTagging"}
    first, second = wanted(form(BUCKET_POLICY, document(TLS_ONLY, READERS), typed))
    assert first == TLS_ONLY
    assert second == {**READERS, "Action": ["s3:GetObject", "s3:GetObjectTagging"]}


def test_a_list_of_one_stays_a_list() -> None:
    [statement] = wanted(form(BUCKET_POLICY, document(READERS), {f"{STATEMENT}-0-Action": "s3:PutObject"}))
    assert statement["Action"] == ["s3:PutObject"]


def test_rows_make_principals_and_conditions() -> None:
    typed = {
        f"{STATEMENT}-0-Principal-2-Kind": "AWS",
        f"{STATEMENT}-0-Principal-2-Who": "444455556666",
        f"{STATEMENT}-0-Condition-2-Operator": "IpAddress",
        f"{STATEMENT}-0-Condition-2-Key": "aws:SourceIp",
        f"{STATEMENT}-0-Condition-2-Values": "192.0.2.0/24\n198.51.100.0/24",
    }
    [statement] = wanted(form(BUCKET_POLICY, document(READERS), typed))
    assert statement["Principal"] == {
        "AWS": ["arn:aws:iam::111122223333:root", "444455556666"],
        "Service": "cloudfront.amazonaws.com",
    }
    assert statement["Condition"] == {
        **READERS["Condition"],  # type: ignore[dict-item]
        "IpAddress": {"aws:SourceIp": ["192.0.2.0/24", "198.51.100.0/24"]},
    }


def test_a_policy_that_is_new_is_written_in_the_form_alone() -> None:
    typed = {
        "ManagedPolicyName": "readers",
        "PolicyDocument-Version": "2012-10-17",
        f"{STATEMENT}-0-Effect": "Allow",
        f"{STATEMENT}-0-Action": "s3:GetObject",
        f"{STATEMENT}-0-Resource": "arn:aws:s3:::kumo-models/*",
    }
    [statement] = wanted(form(MANAGED, {}, typed, creating=True))
    assert statement == {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::kumo-models/*"}


@pytest.mark.parametrize(
    ("typed", "control", "sentence"),
    [
        ({"Effect": "Maybe"}, "Effect", "Maybe"),
        ({"Action": ""}, "", "Action"),
        ({"Principal-0-Who": ""}, "Principal-0-Who", "Say who this is"),
        ({"Principal-0-Who": "nobody"}, "Principal-0-Who", "12 digits"),
        ({"Principal-0-Kind": "Everyone"}, "Principal", "Everyone includes all others"),
        ({"Condition-0-Key": "s3:prefix"}, "Condition-1-Key", "there twice"),
        ({"Condition-0-Values": ""}, "Condition-0-Values", "Give the values"),
        ({"Condition-0-Operator": "Like"}, "Condition", "Like"),
    ],
)
def test_what_is_wrong_is_said_at_its_control(typed: dict[str, str], control: str, sentence: str) -> None:
    sent = form(BUCKET_POLICY, document(READERS), {f"{STATEMENT}-0-{name}": value for name, value in typed.items()})
    assert not sent.is_valid()
    place = f"{STATEMENT}-0-{control}".removesuffix("-")
    faults = sent.faults()
    assert any(sentence in said for said in faults[place]), faults
    assert sentence in str(sent["PolicyDocument"])


SPACED = {"StringEquals": {"aws:SourceAccount": [" 1 "]}}
OTHERS = {"Effect": "Deny", "NotPrincipal": {"AWS": "111122223333"}, "Action": "s3:*", "Resource": "*"}


@pytest.mark.parametrize(
    ("statement", "place", "value"),
    [(OTHERS, "", OTHERS), ({**READERS, "Condition": SPACED}, "-Condition", SPACED)],
)
def test_what_controls_can_not_show_is_edited_as_json_and_the_rest_is_not(
    statement: dict[str, Any], place: str, value: Any
) -> None:
    names = dict(controls(form(BUCKET_POLICY, document(TLS_ONLY, statement))))
    assert f"{STATEMENT}-0-Effect" in names
    assert json.loads(names[f"{STATEMENT}-1{place}"]) == value
    sent = form(BUCKET_POLICY, document(TLS_ONLY, statement), {f"{STATEMENT}-0-Sid": "Tls"})
    assert sent.fields["PolicyDocument"].clean(sent["PolicyDocument"].data)["Statement"] == [
        {**TLS_ONLY, "Sid": "Tls"},
        statement,
    ]


def test_members_that_are_rare_are_shown_when_they_are_set_or_asked_for() -> None:
    rare = {"Effect": "Deny", "Principal": "*", "NotAction": "s3:Get*", "Resource": "*"}
    assert f"{STATEMENT}-0-NotAction" in dict(controls(form(BUCKET_POLICY, document(rare))))
    shown = form(BUCKET_POLICY, document(TLS_ONLY))
    assert f"{STATEMENT}-0-NotAction" not in dict(controls(shown))
    opened = turned(shown, f"open:{STATEMENT}-0-NotAction")
    assert f"{STATEMENT}-0-NotAction" in dict(controls(opened))


def turned(shown: ChangeForm, button: str) -> ChangeForm:
    data = QueryDict(mutable=True)
    for name, value in controls(shown):
        data.appendlist(name, value)
    ask = asked(button)
    assert ask is not None
    moved, focus = arranged(data, ask)
    return ChangeForm(shown.native, TOKYO, shown.document, arranged=moved, focus=focus)


def test_a_policy_is_turned_into_json_and_back() -> None:
    shown = form(BUCKET_POLICY, document(TLS_ONLY, READERS), {f"{STATEMENT}-0-Sid": "Tls"})
    text = turned(shown, "text:PolicyDocument")
    names = dict(controls(text))
    assert json.loads(names["PolicyDocument"])["Statement"][0]["Sid"] == "Tls"
    again = dict(controls(turned(text, "form:PolicyDocument")))
    assert again[f"{STATEMENT}-0-Sid"] == "Tls"
    assert "PolicyDocument" not in again


def test_json_that_is_broken_stays_json() -> None:
    text = turned(form(BUCKET_POLICY, document(TLS_ONLY)), "text:PolicyDocument")
    text.fields["PolicyDocument"].initial = None
    data = QueryDict(mutable=True)
    data["PolicyDocument"] = "{"
    ask = asked("form:PolicyDocument")
    assert ask is not None
    moved, focus = arranged(data, ask)
    back = ChangeForm(text.native, TOKYO, text.document, arranged=moved, focus=focus)
    assert dict(controls(back))["PolicyDocument"] == "{"
    assert "This is not JSON" in str(back["PolicyDocument"])


@pytest.mark.parametrize("seed", range(40))
def test_any_policy_survives_the_form(seed: int) -> None:
    chance = random.Random(seed)
    given = document(*[statement(chance) for _ in range(chance.randint(1, 4))])
    shown = form(BUCKET_POLICY, given)
    data = QueryDict(mutable=True)
    for name, value in controls(shown):
        data.appendlist(name, value)
    sent = ChangeForm(shown.native, TOKYO, given, data)
    sent.is_valid()
    assert sent.cleaned_data["PolicyDocument"] == given["PolicyDocument"]


def statement(chance: random.Random) -> dict[str, Any]:
    def some(*values: str) -> Any:
        found = chance.sample(values, chance.randint(1, len(values)))
        return found[0] if len(found) == 1 and chance.random() < 0.5 else found

    accounts = ("111122223333", "arn:aws:iam::444455556666:root", "*")
    who = [
        "*",
        {"AWS": some(*accounts)},
        {"Service": some("ec2.amazonaws.com", "lambda.amazonaws.com"), "AWS": some(*accounts)},
    ]
    conditions: list[Any] = [
        {"Bool": {"aws:SecureTransport": chance.choice([True, "true"])}},
        {"NumericLessThan": {"s3:max-keys": chance.choice([5, "5"])}, "StringLike": {"s3:prefix": some("a/*", "b")}},
    ]
    found: dict[str, Any] = {"Effect": chance.choice(["Allow", "Deny"]), "Principal": chance.choice(who)}
    found[chance.choice(["Action", "NotAction"])] = some("s3:GetObject", "s3:PutObject", "s3:List*")
    found[chance.choice(["Resource", "NotResource"])] = some("arn:aws:s3:::a", "arn:aws:s3:::b/*")
    if chance.random() < 0.5:
        found["Condition"] = chance.choice(conditions)
    if chance.random() < 0.3:
        found["Sid"] = f"S{chance.randint(1, 10**9)}"
    return found

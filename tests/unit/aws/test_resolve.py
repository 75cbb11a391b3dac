import re
from typing import Any

import pytest

from apps.aws import resolve
from apps.aws.gateway import AwsError, ErrorKind
from apps.aws.resolve import Known
from apps.planning.plan import Call, Output, Repeat, SecretRef, Slot

GROUP = Output(1, "GroupId")


def call(**parameters: Any) -> Call:
    return Call("2.3", "ec2", "run_instances", "ap-northeast-1", parameters, Repeat.TOKENED, "Create it")


def test_outputs_token_and_request_tag_are_filled_in() -> None:
    filled = resolve.parameters(
        call(
            ClientToken=Slot("token"),
            Groups=[GROUP],
            Tags=[{"Key": "a", "Value": "b"}, {"Key": "ringi:request", "Value": Slot("request")}],
            MaxCount=1,
        ),
        Known({GROUP: "sg-1"}, token="a-token", mark="CR-12/2/0123"),
    )
    assert filled == {
        "ClientToken": "a-token",
        "Groups": ["sg-1"],
        "Tags": [{"Key": "a", "Value": "b"}, {"Key": "ringi:request", "Value": "CR-12/2/0123"}],
        "MaxCount": 1,
    }


def test_the_token_is_the_same_for_the_same_call_and_no_other() -> None:
    tokens = {resolve.token(nonce, key) for nonce, key in (("a", "2.3"), ("a", "2.3"), ("a", "2.4"), ("b", "2.3"))}
    assert len(tokens) == 3
    assert all(re.fullmatch(r"[0-9a-f-]{36}", token) for token in tokens)


@pytest.mark.parametrize("found", [None, "", 7, ["sg-1"], "sg 1", "sg-1\n", "x" * 3000])
def test_an_output_that_is_not_a_plain_identifier_is_refused(found: Any) -> None:
    known = Known({} if found is None else {GROUP: found})
    with pytest.raises(AwsError, match="GroupId of change 1") as error:
        resolve.parameters(call(Groups=[{"deep": GROUP}]), known)
    assert error.value.kind is ErrorKind.INVALID


def test_a_secret_is_fetched_only_by_those_who_can() -> None:
    parameters = call(Password=SecretRef("arn"))
    assert resolve.parameters(parameters, Known(secret=lambda ref: f"secret of {ref.reference}")) == {
        "Password": "secret of arn"
    }
    with pytest.raises(AwsError, match="Nobody fetches secrets"):
        resolve.parameters(parameters, Known())


@pytest.mark.parametrize("slot", [Slot("token"), Slot("request")])
def test_a_slot_that_nobody_fills_is_refused(slot: Slot) -> None:
    with pytest.raises(AwsError, match="can't be filled in"):
        resolve.parameters(call(Tags=[{"Key": "ringi:request", "Value": slot}]), Known())


def test_anything_else_is_refused() -> None:
    with pytest.raises(AwsError):
        resolve.parameters(call(When=object()), Known())

from typing import Any

import pytest

from apps.aws.shapes import sensitive
from apps.aws.validate import validate_call, validate_parameters, validate_plan
from apps.planning.plan import Action, Call, Change, Output, Plan, Repeat, SecretRef, Slot, Target


def call(operation: str, service: str = "rds", **parameters: Any) -> Call:
    return Call("1.1", service, operation, "ap-northeast-1", parameters, Repeat.ABSOLUTE, "Set it")


def test_a_call_that_botocore_would_send_has_nothing_wrong() -> None:
    assert validate_call(call("modify_db_instance", DBInstanceIdentifier="orders", AllocatedStorage=100)) == []


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({}, "DBInstanceIdentifier is missing."),
        ({"DBInstanceIdentifier": "x", "Colour": "red"}, "Colour is not known."),
        ({"DBInstanceIdentifier": "x", "AllocatedStorage": "100"}, "AllocatedStorage has the wrong type."),
        ({"DBInstanceIdentifier": "x", "VpcSecurityGroupIds": [1]}, "VpcSecurityGroupIds[0] has the wrong type."),
    ],
)
def test_what_botocore_refuses_is_named_by_its_member(parameters: dict[str, Any], sentence: str) -> None:
    assert validate_call(call("modify_db_instance", **parameters)) == [f"rds.modify_db_instance: {sentence}"]


def test_no_sentence_holds_a_value() -> None:
    found = validate_call(call("modify_db_instance", DBInstanceIdentifier="x", MasterUserPassword=["hunter2"]))
    assert found == ["rds.modify_db_instance: MasterUserPassword has the wrong type."]


def test_nodes_stand_for_values_of_the_type_that_is_wanted_there() -> None:
    rows = [{"Key": "env", "Value": "prod"}, {"Key": "ringi:request", "Value": Slot("request")}]
    tags = [{"ResourceType": "security-group", "Tags": rows}]
    made = call("create_security_group", "ec2", GroupName="a", Description="b", VpcId=Output(1, "VpcId"))
    assert validate_call(made) == []
    assert validate_parameters("ec2", "create_security_group", {**made.parameters, "TagSpecifications": tags}) == []
    secret = call("modify_db_instance", DBInstanceIdentifier="x", MasterUserPassword=SecretRef("arn"))
    assert validate_call(secret) == []
    assert validate_call(call("modify_db_instance", DBInstanceIdentifier="x", AllocatedStorage=Output(1, "a"))) == []
    assert validate_call(call("run_instances", "ec2", MinCount=1, MaxCount=1, ClientToken=Slot("token"))) == []


@pytest.mark.parametrize("service", ["rds", "nothing", "../../etc/passwd"])
def test_an_operation_that_does_not_exist_is_refused(service: str) -> None:
    assert validate_call(call("explode", service)) == [f"{service} has no operation explode in the installed botocore."]


def test_problems_of_a_plan_are_given_with_their_change() -> None:
    bad = Change(3, Action.UPDATE, "T", "ap-northeast-1", "x", "x", (), (call("modify_db_instance"),))
    [problem] = validate_plan(Plan(Target("prod", "1"), (bad,)))
    assert (problem.ordinal, problem.code) == (3, "invalid_call")
    assert problem.sentence.endswith(".")


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "expected"),
    [
        ("rds", "modify_db_instance", {"MasterUserPassword": "x"}, True),
        ("redshift", "modify_cluster", {"MasterUserPassword": "x"}, True),
        ("elasticache", "modify_replication_group", {"AuthToken": "x"}, True),
        ("lambda", "update_function_configuration", {"Environment": {"Variables": {"A": "x"}}}, True),
        ("rds", "modify_db_instance", {"DBInstanceClass": "x"}, False),
        ("rds", "explode", {}, False),
    ],
)
def test_calls_that_carry_secrets_are_known(service: str, operation: str, parameters: Any, expected: bool) -> None:
    assert sensitive(service, operation, parameters) is expected

from typing import Any

import pytest

from apps.planning.plan import PlanRefused
from tests.aws.exercise import TOKYO, Exercise

SUBNETS, PARAMETERS = "AWS::RDS::DBSubnetGroup", "AWS::RDS::DBParameterGroup"
NOT_EXERCISED = {
    SUBNETS: {"SubnetIds": "moto forgets a group that is modified", "DBSubnetGroupDescription": "the same"},
    PARAMETERS: {"Parameters": "moto lacks the call that sets one back to its default"},
}


def test_a_subnet_group_lives(exercise: Exercise, subnets: list[str]) -> None:
    exercise.live(
        SUBNETS,
        "inner",
        {
            "DBSubnetGroupName": "inner",
            "DBSubnetGroupDescription": "Where databases are",
            "SubnetIds": subnets,
            "Tags": [{"Key": "env", "Value": "prod"}],
        },
        {"Tags": [{"Key": "env", "Value": "stg"}, {"Key": "team", "Value": "shop"}]},
        {"DBSubnetGroupName": "Inner", "SubnetIds": [{"Ref": "other"}]},
    )


def test_the_subnets_of_a_group_are_sent_with_its_description(exercise: Exercise, subnets: list[str]) -> None:
    values = {"DBSubnetGroupName": "whole", "DBSubnetGroupDescription": "Old", "SubnetIds": subnets}
    made = exercise.create(SUBNETS, "whole", **values)
    [call] = exercise.plan(made, DBSubnetGroupDescription="New").calls
    assert call.parameters["SubnetIds"] == made.document["SubnetIds"]


def new(**more: Any) -> dict[str, Any]:
    group = {"DBParameterGroupName": "orders", "Family": "postgres16", "Description": "Orders"}
    return group | {"Parameters": {"max_connections": "200", "log_statement": "all"}} | more


def test_a_parameter_group_lives(exercise: Exercise) -> None:
    exercise.live(
        PARAMETERS,
        "orders",
        new(Tags=[{"Key": "env", "Value": "prod"}]),
        {"Parameters": {"max_connections": 300, "log_statement": "ddl"}, "Tags": []},
        {"Parameters": {"max_connections": [1, 2]}, "Family": "mysql8.0", "DBParameterGroupName": "Orders"},
    )


def test_parameters_are_sent_twenty_at_a_time_and_go_back_to_their_default(exercise: Exercise) -> None:
    made = exercise.create(PARAMETERS, "orders", **new(DBParameterGroupName="many"))
    plan = exercise.plan(made, Parameters={f"p{n}": n for n in range(25)})
    reset, *modified = plan.calls
    assert [row["ParameterName"] for row in reset.parameters["Parameters"]] == ["log_statement", "max_connections"]
    assert reset.parameters["ResetAllParameters"] is False
    assert [len(call.parameters["Parameters"]) for call in modified] == [20, 5]
    assert {row["ApplyMethod"] for call in plan.calls for row in call.parameters["Parameters"]} == {"pending-reboot"}


@pytest.mark.parametrize(
    "values", [{"Family": "sqlserver-se-15.0"}, {"Parameters": '{"max_connections": 200}'}], ids=["SQL Server", "text"]
)
def test_parameters_that_can_not_be_sent_are_refused(exercise: Exercise, values: dict[str, Any]) -> None:
    with pytest.raises(PlanRefused) as refused:
        exercise.create(PARAMETERS, "orders", **new(**values))
    assert [problem.property for problem in refused.value.problems] == ["Parameters"]


def test_groups_are_listed_as_they_are_read(exercise: Exercise) -> None:
    exercise.create(PARAMETERS, "listed", **new(DBParameterGroupName="listed"))
    listed = {seen.identifier: seen for seen in exercise.gateway.list(PARAMETERS, TOKYO)}
    assert listed["listed"] == exercise.read(PARAMETERS, "listed")

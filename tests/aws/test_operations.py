"""Log groups, alarms and event rules."""

from typing import Any

import pytest

from apps.planning.plan import Observation, PlanRefused
from tests.aws.exercise import TOKYO, Exercise

GROUP, ALARM, RULE = "AWS::Logs::LogGroup", "AWS::CloudWatch::Alarm", "AWS::Events::Rule"
TOPIC = "arn:aws:sns:ap-northeast-1:111111111111:alerts"
QUEUE = "arn:aws:sqs:ap-northeast-1:111111111111:orders"
NOT_EXERCISED = {GROUP: {"KmsKeyId": "moto lacks associate_kms_key"}}
CPU = {
    "Namespace": "AWS/EC2",
    "MetricName": "CPUUtilization",
    "Statistic": "Average",
    "Dimensions": [{"Name": "InstanceId", "Value": "i-1"}],
    "Period": 300,
    "EvaluationPeriods": 3,
    "DatapointsToAlarm": 2,
    "ComparisonOperator": "GreaterThanThreshold",
    "Threshold": 80.0,
    "ActionsEnabled": True,
    "AlarmActions": [TOPIC],
}


def test_a_log_group_lives(exercise: Exercise, client: Any) -> None:
    client("logs").create_log_group(logGroupName="/serving/other")
    exercise.live(
        GROUP,
        "/serving",
        {"LogGroupName": "/serving", "RetentionInDays": 30, "Tags": [{"Key": "env", "Value": "prod"}]},
        {
            "RetentionInDays": 90,
            "Tags": [{"Key": "env", "Value": "stg"}, {"Key": "owner", "Value": "aiko"}],
        },
        {"RetentionInDays": 2, "LogGroupClass": "INFREQUENT_ACCESS"},
    )


def test_an_alarm_lives(exercise: Exercise) -> None:
    exercise.live(
        ALARM,
        "cpu",
        {"AlarmName": "cpu", **CPU, "Tags": [{"Key": "env", "Value": "prod"}]},
        {
            "Threshold": 90.0,
            "AlarmDescription": "Look at the graph first.",
            "TreatMissingData": "notBreaching",
            "OKActions": [TOPIC],
            "Tags": [{"Key": "env", "Value": "stg"}],
        },
        {"Period": "often", "DatapointsToAlarm": 4, "ExtendedStatistic": "p99", "Metrics": [{"Id": "m1"}]},
    )


def test_an_alarm_is_sent_as_a_whole(exercise: Exercise) -> None:
    exercise.create(ALARM, "disk", AlarmName="disk", **CPU)
    [call] = exercise.plan(exercise.read(ALARM, "disk"), Threshold=70.0).calls
    assert {**call.parameters, **CPU, "AlarmName": "disk", "Threshold": 70.0} == call.parameters


def test_a_rule_lives_and_loses_its_targets_before_it_is_deleted(exercise: Exercise) -> None:
    pattern = {"source": ["aws.ec2"], "detail-type": ["EC2 Instance State-change Notification"]}
    exercise.live(
        RULE,
        "changes",
        {
            "Name": "changes",
            "EventPattern": pattern,
            "State": "ENABLED",
            "Targets": [{"Id": "queue", "Arn": QUEUE}, {"Id": "topic", "Arn": TOPIC}],
            "Tags": [{"Key": "env", "Value": "prod"}],
        },
        {
            "EventPattern": {**pattern, "detail": {"state": ["stopped"]}},
            "State": "DISABLED",
            "Description": "Stopped instances.",
            "Targets": [{"Id": "queue", "Arn": QUEUE, "InputPath": "$.detail"}, {"Id": "other", "Arn": TOPIC}],
            "Tags": [],
        },
        {"State": "ON", "EventPattern": "text", "Targets": [{"Id": "queue"}]},
    )


def test_rules_of_every_bus_are_known(exercise: Exercise, client: Any) -> None:
    client("events").create_event_bus(Name="shop")
    made = exercise.create(RULE, "orders", Name="orders", EventBusName="shop", EventPattern={"source": ["shop"]})
    assert made.document["EventBusName"] == "shop"
    assert made.arn.endswith(":rule/shop/orders")
    assert made in list(exercise.gateway.list(RULE, TOKYO))
    exercise.delete(made)


def test_a_rule_needs_a_pattern_or_a_schedule(exercise: Exercise) -> None:
    before = {"Arn": "arn", "Name": "nightly", "EventBusName": "shop", "EventPattern": {"source": ["shop"]}}
    seen = Observation(RULE, TOKYO, "arn", "nightly", "arn", "", before)
    with pytest.raises(PlanRefused, match="needs an event pattern or a schedule"):
        exercise.plan(seen, EventPattern=None)
    with pytest.raises(PlanRefused, match="Only rules of the default event bus"):
        exercise.plan(seen, ScheduleExpression="rate(1 hour)")

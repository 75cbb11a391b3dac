"""Values that AWS refuses and no schema says: each is refused at its property."""

from typing import Any

import pytest

from tests.unit.catalog.conftest import Planned, Refused

GROUP, QUEUE, RULE = "AWS::AutoScaling::AutoScalingGroup", "AWS::SQS::Queue", "AWS::Events::Rule"
LISTENER_RULE, NODES, TABLE = "AWS::ElasticLoadBalancingV2::ListenerRule", "AWS::EKS::Nodegroup", "AWS::DynamoDB::Table"
REPOSITORY, ALARM, DOMAIN = "AWS::ECR::Repository", "AWS::CloudWatch::Alarm", "AWS::OpenSearchService::Domain"
DLQ = "arn:aws:sqs:ap-northeast-1:111111111111:dead"
PATH = {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/a"]}}
BEFORE: dict[str, dict[str, Any]] = {
    GROUP: {"AutoScalingGroupName": "x", "MinSize": "1", "MaxSize": "3", "DesiredCapacity": "2"},
    QUEUE: {"QueueUrl": "https://sqs/x", "QueueName": "x"},
    RULE: {
        "Arn": "arn:aws:events:ap-northeast-1:111111111111:rule/x",
        "Name": "x",
        "EventBusName": "default",
        "ScheduleExpression": "rate(1 hour)",
    },
    LISTENER_RULE: {"RuleArn": "arn:x:listener-rule/x", "ListenerArn": "arn:x", "Conditions": [PATH]},
    NODES: {"ClusterName": "x", "NodegroupName": "x", "Arn": "arn:x"},
    TABLE: {"TableName": "x", "BillingMode": "PAY_PER_REQUEST"},
    REPOSITORY: {"RepositoryName": "x"},
    ALARM: {"AlarmName": "x", "MetricName": "x", "EvaluationPeriods": 1},
    DOMAIN: {"DomainName": "x", "EBSOptions": {"EBSEnabled": True, "VolumeSize": 10}},
}
WRONG: list[tuple[str, str, Any]] = [
    (GROUP, "MinSize", "4"),
    (GROUP, "MaxSize", "1"),
    (GROUP, "DesiredCapacity", "9"),
    (GROUP, "MaxInstanceLifetime", 3600),
    (GROUP, "TerminationPolicies", ["Oldest"]),
    (QUEUE, "RedrivePolicy", {"deadLetterTargetArn": DLQ}),
    (QUEUE, "RedrivePolicy", {"maxReceiveCount": 3}),
    (QUEUE, "RedrivePolicy", {"deadLetterTargetArn": DLQ, "maxReceiveCount": 1001}),
    (QUEUE, "RedriveAllowPolicy", {"redrivePermission": "all"}),
    (QUEUE, "RedriveAllowPolicy", {"redrivePermission": "byQueue"}),
    (QUEUE, "RedriveAllowPolicy", {"redrivePermission": "denyAll", "sourceQueueArns": [DLQ]}),
    (RULE, "EventPattern", {"source": "aws.ec2"}),
    (RULE, "EventPattern", {"detail": {"state": []}}),
    (RULE, "Targets", [{"Id": "1", "Arn": "my-queue"}]),
    (LISTENER_RULE, "Conditions", [{"Field": "path"}]),
    (LISTENER_RULE, "Conditions", [{"Field": "source-ip", "SourceIpConfig": {"Values": []}}]),
    (LISTENER_RULE, "Conditions", [PATH, PATH]),
    (NODES, "ScalingConfig", {"MinSize": 1, "MaxSize": 2}),
    (NODES, "ScalingConfig", {"MinSize": 3, "DesiredSize": 2, "MaxSize": 4}),
    (TABLE, "SSESpecification", {"SSEEnabled": True}),
    (TABLE, "PointInTimeRecoverySpecification", {"RecoveryPeriodInDays": 7}),
    (REPOSITORY, "LifecyclePolicy", {"LifecyclePolicyText": '{"rules": [{"rulePriority": 1}]}'}),
    (ALARM, "EvaluateLowSampleCountPercentile", "never"),
    (DOMAIN, "EBSOptions", {}),
]
AT = {(GROUP, "MinSize"): "MaxSize", (GROUP, "MaxSize"): "DesiredCapacity"}


@pytest.mark.parametrize(("type_name", "name", "value"), WRONG, ids=[f"{t}.{n}={v}" for t, n, v in WRONG])
def test_a_value_that_aws_would_refuse_is_refused_at_its_property(
    refused: Refused, type_name: str, name: str, value: Any
) -> None:
    found = refused(type_name, BEFORE[type_name], **{name: value})
    assert set(found) == {AT.get((type_name, name), name)}


@pytest.mark.parametrize(
    ("type_name", "name", "value"),
    [
        (GROUP, "DesiredCapacity", "3"),
        (GROUP, "MaxInstanceLifetime", 86400),
        (QUEUE, "RedrivePolicy", {"deadLetterTargetArn": DLQ, "maxReceiveCount": 5}),
        (QUEUE, "RedriveAllowPolicy", {"redrivePermission": "byQueue", "sourceQueueArns": [DLQ]}),
        (RULE, "EventPattern", {"source": ["aws.ec2"], "detail": {"state": [{"prefix": "run"}]}}),
        (NODES, "ScalingConfig", {"MinSize": 1, "DesiredSize": 2, "MaxSize": 4}),
    ],
)
def test_a_value_that_aws_takes_is_planned(planned: Planned, type_name: str, name: str, value: Any) -> None:
    assert planned(type_name, BEFORE[type_name], **{name: value})


@pytest.mark.parametrize(
    ("name", "before", "value"),
    [
        ("TableClass", "STANDARD_INFREQUENT_ACCESS", "STANDARD"),
        ("PointInTimeRecoverySpecification", None, {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 35}),
    ],
)
def test_what_dynamodb_shows_as_nothing_is_planned_as_nothing(
    planned: Planned, name: str, before: Any, value: Any
) -> None:
    [call] = planned(TABLE, BEFORE[TABLE] | ({name: before} if before else {}), **{name: value})
    assert call.sets == {name: None if name == "TableClass" else {"PointInTimeRecoveryEnabled": True}}

"""Amazon CloudWatch: alarms, which one call writes as a whole."""

from collections.abc import Iterator

from apps.catalog.tags import resource_tags
from apps.catalog.types import (
    Arguments,
    Create,
    Delete,
    Document,
    Modify,
    NativeType,
    Part,
    Property,
    Read,
    Wait,
    online,
    replaces,
)

CREATE_ONLY = "AWS::CloudWatch::Alarm registry schema: create-only property"
WRITTEN = online(
    "botocore, cloudwatch PutMetricAlarm: When you update an existing alarm, its state is left unchanged, but the "
    "update completely overwrites the previous configuration of the alarm."
)
ALARM_NAME: Arguments = {"AlarmName": "AlarmName"}
METRIC = ("Namespace", "MetricName", "Dimensions", "Statistic", "ExtendedStatistic", "Period", "Unit")
THRESHOLD = ("ComparisonOperator", "Threshold", "EvaluationPeriods", "DatapointsToAlarm", "TreatMissingData")
ACTIONS = ("ActionsEnabled", "AlarmActions", "OKActions", "InsufficientDataActions")
SETTINGS = (
    *("AlarmDescription", *METRIC, *THRESHOLD, *ACTIONS),
    *("EvaluateLowSampleCountPercentile", "Metrics", "ThresholdMetricId"),
)
KEPT = ("ActionConfiguration", "EvaluationCriteria", "EvaluationInterval", "EvaluationWindow", "WarmUpConfiguration")
WHOLE = (*SETTINGS, *KEPT)
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html: valid values
LIMITS = {"EvaluateLowSampleCountPercentile": {"enum": ["evaluate", "ignore"]}}
SETS = ("AlarmActions", "OKActions", "InsufficientDataActions", "Dimensions")


def refuse(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    """Source: `botocore, cloudwatch PutMetricAlarm` on MetricName, Statistic and DatapointsToAlarm."""
    ways = [name for name in ("MetricName", "Metrics", "EvaluationCriteria") if after.get(name)]
    if not ways and (not before or before.get("MetricName") or before.get("Metrics")):
        yield "MetricName", "An alarm watches a metric. Name one, or write an expression under Metrics."
    elif len(ways) > 1:
        yield ways[1], f"An alarm with {ways[0]} can't have {ways[1]} as well. Leave one of them out."
    if after.get("Statistic") and after.get("ExtendedStatistic"):
        yield "ExtendedStatistic", "An alarm has one statistic. Leave Statistic or ExtendedStatistic out."
    wanted, periods = after.get("DatapointsToAlarm"), after.get("EvaluationPeriods")
    if isinstance(wanted, int) and isinstance(periods, int) and wanted > periods:
        yield "DatapointsToAlarm", f"At most the evaluation periods, which are {periods}. Write less, or raise those."


ALARM = NativeType(
    name="AWS::CloudWatch::Alarm",
    title="CloudWatch alarm",
    service="cloudwatch",
    list=Read("describe_alarms", items="MetricAlarms[]"),
    read=Read("describe_alarms", items="MetricAlarms[]", arguments={"AlarmNames": "[id]"}),
    identifier="AlarmName",
    label="AlarmName",
    arn="Arn",
    parts=(Part("list_tags_for_resource", {"ResourceARN": "Arn"}, {"Tags": "Tags"}),),
    properties={
        "AlarmName": Property(replaces(CREATE_ONLY)),
        "Arn": Property(read="AlarmArn", editable=False),
        **{name: Property(WRITTEN, unordered=name in SETS, limits=LIMITS.get(name, {})) for name in SETTINGS},
        **{name: Property(editable=False, help="Not covered yet: it stays as it is.") for name in KEPT},
        "Tags": Property(unordered=True),
    },
    update=(
        Modify("put_metric_alarm", ALARM_NAME, WHOLE, together=(WHOLE,), omits=True),
        resource_tags({"ResourceARN": "arn"}, "tag_resource", "untag_resource"),
    ),
    create=Create(
        "put_metric_alarm",
        properties=("AlarmName", *SETTINGS),
        outputs={},
        tags=lambda rows: ("Tags", rows),
        unique=True,
    ),
    delete=Delete(
        "delete_alarms",
        {"AlarmNames": "[AlarmName]"},
        "Nobody is told any more, and the alarm's history ends.",
        Wait(until=("gone",), minutes=0.1, timeout_minutes=5),
        "botocore, cloudwatch DeleteAlarms: Deletes the specified alarms.",
    ),
    first=("AlarmName", "AlarmDescription", *METRIC[:4], "Period", *THRESHOLD, "AlarmActions", "OKActions", "Tags"),
    refers={
        "AlarmActions/*": "AWS::SNS::Topic.TopicArn",
        "OKActions/*": "AWS::SNS::Topic.TopicArn",
        "InsufficientDataActions/*": "AWS::SNS::Topic.TopicArn",
    },
    refuse=refuse,
)

"""Amazon EventBridge: rules of all event buses."""

import re
from collections.abc import Iterator, Mapping

from apps.catalog import texts
from apps.catalog.tags import resource_tags
from apps.catalog.types import (
    Arguments,
    Create,
    Delete,
    Document,
    Json,
    Modify,
    NativeType,
    Part,
    Property,
    Read,
    SetDiff,
    Wait,
    online,
    replaces,
)

SCHEMA = "AWS::Events::Rule registry schema: {} property"
WRITTEN = online("botocore, events PutRule: When you initially enable or disable a rule")
NAMED: Arguments = {"Name": "Name", "EventBusName": "EventBusName"}
RULE_OF: Arguments = {"Rule": "Name", "EventBusName": "EventBusName"}
# The ARN is <...>:rule/<name> on the default bus, <...>:rule/<bus>/<name> on others, whose names may hold slashes.
BUS = "join('/', path[1:-1]) || 'default'"
SETTINGS = ("Description", "EventPattern", "ScheduleExpression", "State", "RoleArn")


def ids(targets: Json) -> Json:
    return [target["Id"] for target in targets]


# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html: 1 goes with the singular.
SCHEDULE = re.compile(r"rate\((1 (minute|hour|day)|([2-9]|[1-9]\d+) (minutes|hours|days))\)|cron\(\S+( \S+){5}\)")


def no_pattern(pattern: Json) -> str:
    """Where a structure is no event pattern ("" = it is one): at its ends are lists.

    Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html.
    """
    for name, inner in pattern.items():
        if isinstance(inner, Mapping):
            if not inner or (found := no_pattern(inner)):
                return found if inner else str(name)
        elif not isinstance(inner, list) or not inner:
            return str(name)
    return ""


def refuse(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    """Source: `botocore, events PutRule`: a rule must have an event pattern or a schedule, schedules are for the
    default bus only (`https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html`)."""
    yield from texts.refuse(before, after, "EventPattern")
    if not after.get("EventPattern") and not after.get("ScheduleExpression"):
        yield "EventPattern", "A rule needs an event pattern or a schedule. Write one of them."
    pattern = after.get("EventPattern")
    if isinstance(pattern, Mapping) and pattern != before.get("EventPattern") and (name := no_pattern(pattern)):
        yield "EventPattern", f"{name} is neither an object nor a list of values to match. Write it as a list."
    for target in after.get("Targets") or []:
        if isinstance(target.get("Arn"), str) and not target["Arn"].startswith("arn:"):
            yield "Targets", f"{target['Arn']!r} is not the ARN of a target. Write one."
    schedule = after.get("ScheduleExpression")
    if isinstance(schedule, str) and schedule != before.get("ScheduleExpression") and not SCHEDULE.fullmatch(schedule):
        yield "ScheduleExpression", "Write rate(5 minutes), rate(1 hour), or cron(0 10 * * ? *) with its six fields."
    if after.get("ScheduleExpression") and after.get("EventBusName", "default") != "default":
        yield "ScheduleExpression", "Only rules of the default event bus have a schedule. Leave it out."


RULE = NativeType(
    name="AWS::Events::Rule",
    title="EventBridge rule",
    service="events",
    list=Read(
        "list_rules",
        items="Rules[]",
        arguments={"EventBusName": "parent.Name"},
        within=Read("list_event_buses", items="EventBuses[]", arguments={"Limit": "`100`"}),
    ),
    read=Read(
        "describe_rule",
        items="[@]",
        arguments={"Name": "path[-1]", "EventBusName": BUS},
        missing=("ResourceNotFoundException",),
    ),
    identifier="Arn",
    label="Name",
    arn="Arn",
    parts=(
        Part("list_targets_by_rule", RULE_OF, {"Targets": "Targets"}),
        Part("list_tags_for_resource", {"ResourceARN": "Arn"}, {"Tags": "Tags"}),
    ),
    properties={
        "Arn": Property(editable=False),
        "Name": Property(replaces(SCHEMA.format("create-only"))),
        "EventBusName": Property(replaces(SCHEMA.format("conditionally create-only"))),
        "Description": Property(),
        "EventPattern": Property(decode=texts.structure, encode=texts.text),
        "ScheduleExpression": Property(help="For example rate(5 minutes), or cron(0 12 * * ? *) in UTC."),
        "State": Property(),
        "RoleArn": Property(),
        "Targets": Property(unordered=True),
        "Tags": Property(unordered=True),
    },
    update=(
        Modify("put_rule", NAMED, SETTINGS, together=(SETTINGS,), omits=True),
        SetDiff(
            property="Targets",
            arguments=RULE_OF,
            add="put_targets",
            add_argument="Targets",
            remove="remove_targets",
            remove_argument="Ids",
            key=("Id",),
            encode_remove=ids,
            add_replaces=True,
            size=10,
        ),
        resource_tags({"ResourceARN": "arn"}, "tag_resource", "untag_resource"),
    ),
    create=Create(
        "put_rule",
        properties=("Name", "EventBusName", *SETTINGS),
        outputs={"Arn": "RuleArn"},
        tags=lambda rows: ("Tags", rows),
        defaults={"EventBusName": "default"},
        unique=True,
    ),
    delete=Delete(
        "delete_rule",
        NAMED,
        "Nothing is started by it any more.",
        Wait(until=("gone",), minutes=0.1, timeout_minutes=5),
        "botocore, events DeleteRule: Deletes the specified rule.",
        clears=("Targets",),
    ),
    first=("Name", *SETTINGS, "Targets", "EventBusName", "Tags"),
    refuse=refuse,
)

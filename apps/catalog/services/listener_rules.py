"""Elastic Load Balancing, version 2: the rules of listeners."""

from collections.abc import Iterator

from apps.catalog.services import elbv2_actions
from apps.catalog.services.elbv2 import GONE, LISTENER, rows, schema, tag_calls, tags
from apps.catalog.tags import TAGS
from apps.catalog.types import Create, Delete, Document, Json, Modify, NativeType, Property, Read, replaces

CONFIG = {
    "host-header": "HostHeaderConfig",
    "path-pattern": "PathPatternConfig",
    "http-request-method": "HttpRequestMethodConfig",
    "source-ip": "SourceIpConfig",
    "http-header": "HttpHeaderConfig",
    "query-string": "QueryStringConfig",
}
ONCE = ("host-header", "path-pattern", "http-request-method", "source-ip")


def with_listener(rule: Json) -> list[Json]:
    """A rule with its listener, which only its ARN says; default rules belong to the listener itself."""
    kind, _, path = rule["RuleArn"].partition(":listener-rule/")
    listener = f"{kind}:listener/{path.rpartition('/')[0]}"
    return [] if rule.get("IsDefault") else [{**rule, "ListenerArn": listener}]


def moved(before: Document, after: Document, sent: Document) -> Document:
    return {"RulePriorities": [{"RuleArn": before["RuleArn"], "Priority": after["Priority"]}]}


def refuse(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    if not after.get("ListenerArn"):
        yield "ListenerArn", "Give the listener that the rule belongs to."
    yield from elbv2_actions.refuse("Actions", before, after)
    if after.get("Conditions") != before.get("Conditions"):
        yield from (("Conditions", sentence) for sentence in matched(after.get("Conditions") or []))


def matched(conditions: list[Json]) -> Iterator[str]:
    """Source: `botocore, elbv2 CreateRule` and `elbv2 RuleCondition`: what a condition is made of."""
    fields = [condition.get("Field") for condition in conditions]
    for condition, field in zip(conditions, fields, strict=True):
        config = condition.get(CONFIG.get(str(field), "")) or {}
        if field not in CONFIG:
            yield f"Every condition names its Field: {', '.join(CONFIG)}. Choose one."
        elif not (config.get("Values") or config.get("RegexValues") or condition.get("Values")):
            yield f"The condition on {field} names no values in {CONFIG[field]}. Write one."
    for field in sorted({str(each) for each in fields if each in ONCE and fields.count(each) > 1}):
        yield f"A rule has one condition on {field}. Write its values into that one."


LISTENER_RULE = NativeType(
    name="AWS::ElasticLoadBalancingV2::ListenerRule",
    title="Listener rule",
    service="elbv2",
    list=Read(
        "describe_rules",
        items="Rules[]",
        arguments={"ListenerArn": "parent.ListenerArn"},
        within=LISTENER.list,
        split=with_listener,
    ),
    read=Read(
        "describe_rules",
        items="Rules[]",
        arguments={"RuleArns": "[id]"},
        missing=("RuleNotFound",),
        split=with_listener,
    ),
    identifier="RuleArn",
    label="RuleArn",
    called=lambda document: f"Rule {document.get('Priority')}" if document.get("Priority") else "",
    arn="RuleArn",
    parts=(tags("RuleArn"),),
    properties={
        "RuleArn": Property(editable=False),
        "ListenerArn": Property(replaces(schema("ListenerRule"))),
        "Priority": Property(decode=int, help="Rules are tried from the lowest to the highest."),
        "Conditions": Property(form=elbv2_actions.conditions),
        "Actions": Property(decode=elbv2_actions.shown, encode=elbv2_actions.sent, form=elbv2_actions.actions),
        "Tags": TAGS,
    },
    update=(
        Modify("set_rule_priorities", {}, ("Priority",), adapt=moved),
        Modify("modify_rule", {"RuleArn": "RuleArn"}, ("Conditions", "Actions")),
        tag_calls("RuleArn"),
    ),
    create=Create(
        "create_rule",
        properties=("ListenerArn", "Priority", "Conditions", "Actions"),
        outputs={"RuleArn": "Rules[0].RuleArn"},
        tags=rows,
        distinct=("ListenerArn", "Priority"),
    ),
    delete=Delete(
        "delete_rule",
        {"RuleArn": "RuleArn"},
        "Requests that matched it are taken by the next rule that matches, or by the default actions.",
        GONE,
        "botocore, elbv2 CreateRule: If the conditions for no rules are met, the actions for the default rule are "
        "performed.",
    ),
    first=("ListenerArn", "Priority", "Conditions", "Actions", "Tags"),
    refuse=refuse,
    uncovered={"Not covered yet.": ("Transforms",)},
)

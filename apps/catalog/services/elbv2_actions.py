"""Actions and conditions of listeners and their rules: how the API and the schema spell them, and what AWS refuses."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from apps.catalog.types import Convert, Document, Json

Action = Mapping[str, Any]
LOGINS = ("AuthenticateCognitoConfig", "AuthenticateOidcConfig")
# What holds where nothing is said: botocore, elbv2 RedirectActionConfig ("Any components that you do not modify retain
# their original values"), FixedResponseActionConfig, AuthenticateOidcActionConfig and AuthenticateCognitoActionConfig
LOGIN = {
    "SessionCookieName": "AWSELBAuthSessionCookie",
    "Scope": "openid",
    "SessionTimeout": "604800",
    "OnUnauthenticatedRequest": "authenticate",
}
SAME = {"Protocol": "#{protocol}", "Host": "#{host}", "Port": "#{port}", "Path": "/#{path}"}
FILLED = {
    **dict.fromkeys(LOGINS, LOGIN),
    "RedirectConfig": {**SAME, "Query": "#{query}"},
    "FixedResponseConfig": {"ContentType": "text/plain"},
}
CONFIG = {
    "forward": "ForwardConfig",
    "redirect": "RedirectConfig",
    "fixed-response": "FixedResponseConfig",
    "authenticate-cognito": "AuthenticateCognitoConfig",
    "authenticate-oidc": "AuthenticateOidcConfig",
    "jwt-validation": "JwtValidationConfig",
}
LAST = ("forward", "redirect", "fixed-response")
CONTENT_TYPES = ("text/plain", "text/css", "text/html", "application/javascript", "application/json")
SHORT = {"host-header": "HostHeaderConfig", "path-pattern": "PathPatternConfig"}
PORTS, SECONDS = range(1, 65_536), range(1, 604_801)


def members(value: Json, names: tuple[str, ...], kind: Convert) -> Json:
    """A structure with the named members converted; anything else, such as an output of another change, as it is."""
    if not isinstance(value, Mapping):
        return value
    return {name: kind(member) if name in names else member for name, member in value.items()}


def timed(value: Json, kind: Convert) -> Json:
    """Actions with session time-outs of that kind: seconds are text in the registry schema, a number in the API."""
    return [members(action, LOGINS, lambda config: members(config, ("SessionTimeout",), kind)) for action in value]


def shown(value: Json) -> Json:
    return timed(value, str)


def sent(value: Json) -> Json:
    return timed(value, int)


def actions(value: Json) -> Json:
    """Actions with what AWS fills in, and with the shorter form of a forward to one target group.

    AWS shows both forms of that: https://github.com/getmoto/moto/issues/4716
    """
    if not isinstance(value, list):
        return value
    alone = len(value) == 1
    return [action(each, alone) if isinstance(each, Mapping) else each for each in value]


def action(given: Action, alone: bool) -> Action:
    filled = {
        name: {**FILLED[name], **value} if name in FILLED and isinstance(value, Mapping) else value
        for name, value in given.items()
        if not (alone and name == "Order")
    }
    config = filled.pop("ForwardConfig", None)
    if not isinstance(config, Mapping) or not isinstance(config.get("TargetGroups"), list):
        return filled if config is None else {**filled, "ForwardConfig": config}
    return forward(filled, config)


def forward(others: Action, config: Mapping[str, Json]) -> Action:
    """A forward in one of its two forms; both, as they are, where they disagree."""
    groups = [{"Weight": 1, **each} if isinstance(each, Mapping) else each for each in config["TargetGroups"]]
    sticky = config.get("TargetGroupStickinessConfig") or {"Enabled": False}
    whole = {**config, "TargetGroups": groups, "TargetGroupStickinessConfig": sticky}
    named = [each.get("TargetGroupArn") if isinstance(each, Mapping) else None for each in groups]
    only = others.get("TargetGroupArn")
    if only is not None and named != [only]:
        return {**others, "ForwardConfig": whole}
    if len(groups) == 1 and named[0] and groups[0]["Weight"] == 1 and sticky == {"Enabled": False}:
        return {**others, "TargetGroupArn": named[0]}
    return {**{name: value for name, value in others.items() if name != "TargetGroupArn"}, "ForwardConfig": whole}


def conditions(value: Json) -> Json:
    """Conditions in their longer form: AWS shows both of a host or a path (botocore, elbv2 RuleCondition)."""
    return [condition(each) if isinstance(each, Mapping) else each for each in value]


def condition(given: Mapping[str, Json]) -> Mapping[str, Json]:
    name, values = SHORT.get(str(given.get("Field")), ""), given.get("Values")
    long = given.get(name) or {}
    if not name or not values or long.get("Values", values) != values:
        return given
    return {**{member: one for member, one in given.items() if member != "Values"}, name: {**long, "Values": values}}


def refuse(name: str, before: Document, after: Document) -> Iterator[tuple[str, str]]:
    """What AWS refuses of the actions of a listener or rule. Source: `botocore, elbv2 Action` and its parts."""
    given = [each for each in after.get(name) or [] if isinstance(each, Mapping)]
    if not given or before.get(name) == after.get(name):
        return
    protocol = after.get("Protocol")
    for number, each in enumerate(given, 1):
        yield from ((name, f"Action {number}: {said}") for said in wrong(each, protocol))
    orders = [each.get("Order") for each in given]
    if len(given) > 1 and (None in orders or len(set(orders)) < len(orders)):
        yield name, "Several actions need an Order each, no two the same."
        return
    kinds = [each.get("Type") for each in sorted(given, key=lambda each: each.get("Order") or 0)]
    if [kind for kind in kinds if kind in LAST] != kinds[-1:]:
        yield name, f"The last action, and no other, is {', '.join(LAST[:-1])} or {LAST[-1]}."


def wrong(given: Action, protocol: Json) -> Iterator[str]:
    """What is wrong with one action by itself, in a listener of that protocol (None = not known)."""
    kind = str(given.get("Type"))
    own = CONFIG.get(kind, "")
    foreign = [name for name in CONFIG.values() if name != own and given.get(name) is not None]
    if foreign:
        yield f"{kind} takes no {foreign[0]}. Remove it."
    if kind != "forward" and not given.get(own):
        yield f"{kind} needs {own}. Give it."
    if kind not in LAST and protocol not in (None, "HTTPS"):
        yield f"{kind} is for HTTPS listeners only; this one is {protocol}."
    config = given.get(own)
    if kind == "forward":
        yield from wrong_forward(given, config if isinstance(config, Mapping) else {})
    elif kind == "redirect" and isinstance(config, Mapping):
        yield from wrong_redirect(config, protocol)
    elif kind == "fixed-response" and isinstance(config, Mapping):
        if config.get("ContentType", CONTENT_TYPES[0]) not in CONTENT_TYPES:
            yield f"ContentType is one of {', '.join(CONTENT_TYPES)}."
    elif isinstance(config, Mapping):
        yield from wrong_login(config)


def wrong_forward(given: Action, config: Mapping[str, Json]) -> Iterator[str]:
    groups: Sequence[Json] = config.get("TargetGroups") or []
    only, named = given.get("TargetGroupArn"), [each.get("TargetGroupArn") for each in groups]
    if only is None and not groups:
        yield "forward needs a target group. Name it in TargetGroupArn, or several in ForwardConfig."
    if only is not None and groups and named != [only]:
        yield "TargetGroupArn names another target group than ForwardConfig. Leave TargetGroupArn out."
    if any(not 0 <= each.get("Weight", 1) <= 999 for each in groups if isinstance(each.get("Weight", 1), int)):
        yield "The weight of a target group is 0 to 999."
    if len({str(each) for each in named}) < len(named):
        yield "A target group is there twice. Keep one of them."
    sticky = config.get("TargetGroupStickinessConfig") or {}
    if sticky.get("Enabled") is True and sticky.get("DurationSeconds") not in SECONDS:
        yield "Stickiness needs DurationSeconds, 1 to 604800."


def wrong_redirect(config: Mapping[str, Json], protocol: Json) -> Iterator[str]:
    if all(config.get(name, same) == same for name, same in SAME.items()):
        yield "A redirect to the same place would go round for ever. Change protocol, host, port or path."
    if protocol == "HTTPS" and config.get("Protocol") == "HTTP":
        yield "AWS doesn't redirect HTTPS to HTTP. Choose HTTPS."
    port = str(config.get("Port", SAME["Port"]))
    if port != SAME["Port"] and not (port.isdecimal() and int(port) in PORTS):
        yield "Port is 1 to 65535, or #{port} for the same."
    if not str(config.get("Path", "/")).startswith("/"):
        yield "Path begins with /."


def wrong_login(config: Mapping[str, Json]) -> Iterator[str]:
    """A number that can't be sent as one, and a secret, which nobody may read in a request."""
    if not str(config.get("SessionTimeout", "1")).isdecimal():
        yield "SessionTimeout is a number of seconds. Write digits."
    if "ClientSecret" in config:
        yield "A secret can't stand here. Give UseExistingClientSecret: true instead."

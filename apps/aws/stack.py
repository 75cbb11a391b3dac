"""The CloudFormation template that lets Ringi into an account: the two roles of one environment and their boundary.

Made from the same lists as docs/iam, for one environment: its regions, its external id, the names of its roles, and the
principals that Ringi's workers are. A role's policies are managed ones, since what a role may do outgrows one policy.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from apps.aws.permissions import allow, boundary, calls, deny, document, looks
from apps.catalog.registry import TYPES

Json = Any
# "The size of each managed policy can't exceed 6,144 characters"; white space doesn't count.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
POLICY_MOST = 6144
ROLE = re.compile(r"arn:(?P<partition>[^:]+):iam::\d{12}:role(?P<path>/(?:.+/)?)(?P<name>[^/]+)")
NEWEST = "2010-09-09"
PASSES = "SomeRolesArePassedOn"
PATH = "/ringi/"


@dataclass(frozen=True)
class Wanted:
    """One environment as its template needs it.

    `principals` are the ARNs that planner and executor are, "" for one that nobody knows yet. `others` maps the key of
    a tag to its values on what belongs to other environments of the account.
    """

    slug: str
    account: str
    regions: Sequence[str]
    read_role_arn: str
    write_role_arn: str
    external_id: str
    principals: Mapping[str, str] = field(default_factory=dict)
    others: Mapping[str, Sequence[str]] = field(default_factory=dict)


def template(wanted: Wanted) -> dict[str, Json]:
    """The template as a JSON document, to be created with CAPABILITY_NAMED_IAM."""
    reading = _split([*_allowed("Reads", looks(), wanted)])
    writing = _split([*_others(wanted), *_allowed("Calls", calls(), wanted)])
    policies = {f"Read{number}": each for number, each in enumerate(reading, 1)}
    policies |= {f"Write{number}": each for number, each in enumerate(writing, 1)}
    return {
        "AWSTemplateFormatVersion": NEWEST,
        "Description": f"The roles with which Ringi reads and changes {wanted.slug}.",
        "Parameters": _parameters(wanted),
        "Conditions": {PASSES: {"Fn::Not": [{"Fn::Equals": [{"Fn::Join": ["", {"Ref": "PassedRoles"}]}, ""]}]}},
        "Resources": {
            "Boundary": _policy(wanted, "Boundary", document(_boundary(wanted))),
            **{name: _policy(wanted, name, each) for name, each in policies.items()},
            "Passing": {"Condition": PASSES, **_policy(wanted, "Passing", document([_passing()]))},
            "ReadRole": _role(wanted.read_role_arn, wanted, ("Planner", "Executor"), _refs("Read", reading)),
            "WriteRole": _role(wanted.write_role_arn, wanted, ("Executor",), [*_refs("Write", writing), _passed()]),
        },
        "Outputs": {name: {"Value": {"Fn::GetAtt": [name, "Arn"]}} for name in ("ReadRole", "WriteRole")},
    }


def text(wanted: Wanted) -> str:
    """The template as it is shown and downloaded."""
    return json.dumps(template(wanted), indent=2) + "\n"


def size(policy: Json) -> int:
    """How much of `POLICY_MOST` a policy takes."""
    return len(re.sub(r"\s", "", json.dumps(policy)))


def _parameters(wanted: Wanted) -> dict[str, Json]:
    found = {name: _principal(name, wanted.principals.get(name.lower(), "")) for name in ("Planner", "Executor")}
    words = "The roles that changes may hand to a service, by ARN, as for RDS monitoring. Empty: none."
    return found | {"PassedRoles": {"Type": "CommaDelimitedList", "Default": "", "Description": words}}


def _principal(name: str, arn: str) -> dict[str, Json]:
    known = {"Default": arn} if arn else {}
    words = f"The user or role as which Ringi's {name.lower()} runs, by ARN."
    return {"Type": "String", "Description": words, "AllowedPattern": "arn:aws[a-z-]*:iam::[0-9]{12}:.+"} | known


def _allowed(sid: str, actions: frozenset[str], wanted: Wanted) -> Iterable[Json]:
    """Those of types without a region everywhere, the others in the environment's regions.

    "Some global services, such as IAM, have a single endpoint", whose region is not the environment's.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    """
    everywhere = [declared for declared in TYPES if declared.everywhere]
    free = actions & (looks(everywhere) | calls(everywhere))
    inside = {"StringEquals": {"aws:RequestedRegion": list(wanted.regions)}}
    yield allow(f"{sid}Everywhere", free)
    yield allow(f"{sid}InItsRegions", actions - free, Condition=inside)


def _others(wanted: Wanted) -> Iterable[Json]:
    """What carries the tag of another environment of the account stays as it is, where AWS tells tags to IAM."""
    for number, (key, values) in enumerate(sorted(wanted.others.items()), 1):
        condition = {"StringEquals": {f"aws:ResourceTag/{key}": sorted(values)}}
        yield deny(f"NotWhatIsOfOthers{number}", "*", Condition=condition)


def _split(statements: Sequence[Json]) -> list[Json]:
    """Policies that together say what the statements say, none of them too long for IAM."""
    policies: list[list[Json]] = [[]]
    for statement in statements:
        actions = statement["Action"]
        for one in [actions] if isinstance(actions, str) else actions:
            longer = _with(policies[-1], statement, one)
            if size(document(longer)) > POLICY_MOST:
                longer = _with([], statement, one)
                policies.append(longer)
            policies[-1] = longer
    return [document(each) for each in policies]


def _with(policy: Sequence[Json], statement: Json, action: str) -> list[Json]:
    last = policy[-1] if policy and policy[-1]["Sid"] == statement["Sid"] else None
    if last is None:
        return [*policy, {**statement, "Action": [action]}]
    return [*policy[:-1], {**last, "Action": [*last["Action"], action]}]


def _policy(wanted: Wanted, name: str, content: Json) -> dict[str, Json]:
    named = f"ringi-{wanted.slug}-{name.lower()}"
    properties = {"ManagedPolicyName": named, "Path": PATH, "PolicyDocument": content}
    return {"Type": "AWS::IAM::ManagedPolicy", "Properties": properties}


def _refs(kind: str, policies: Sequence[Json]) -> list[Json]:
    return [{"Ref": f"{kind}{number}"} for number in range(1, len(policies) + 1)]


def _role(arn: str, wanted: Wanted, trusted: Sequence[str], policies: Sequence[Json]) -> dict[str, Json]:
    named = ROLE.fullmatch(arn)
    if named is None:
        raise ValueError(f"{arn!r} is not the ARN of a role")
    properties = {
        "RoleName": named["name"],
        "Path": named["path"],
        "AssumeRolePolicyDocument": document(_trust([{"Ref": name} for name in trusted], wanted.external_id)),
        "ManagedPolicyArns": list(policies),
        "PermissionsBoundary": {"Ref": "Boundary"},
    }
    return {"Type": "AWS::IAM::Role", "Properties": properties}


def _trust(principals: Sequence[Json], external_id: str) -> list[Json]:
    """Who may assume a role, with which external id, and with a name and tags that CloudTrail shows.

    The external id is asked for where the role is assumed; the other two are never granted alone.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_permissions-required
    """
    who = {"Principal": {"AWS": list(principals)}}
    known = {"Condition": {"StringEquals": {"sts:ExternalId": external_id}}}
    return [
        {"Sid": "RingiEnters", "Effect": "Allow", **who, "Action": "sts:AssumeRole", **known},
        {"Sid": "UnderANameWithTags", "Effect": "Allow", **who, "Action": ["sts:SetSourceIdentity", "sts:TagSession"]},
    ]


def _boundary(wanted: Wanted) -> list[Json]:
    named = ROLE.fullmatch(wanted.read_role_arn)
    start = f"arn:{named['partition'] if named else 'aws'}:iam::{wanted.account}"
    own = [f"{start}:role{PATH}*", f"{start}:policy{PATH}*", wanted.read_role_arn, wanted.write_role_arn]
    some = deny("OnlyTheseRolesArePassedOn", "iam:PassRole", NotResource={"Ref": "PassedRoles"})
    none = deny("NoRoleIsPassedOn", "iam:PassRole")
    return boundary(own, {"Fn::If": [PASSES, some, none]})


def _passing() -> dict[str, Json]:
    return allow("PassesRolesOn", "iam:PassRole", Resource={"Ref": "PassedRoles"})


def _passed() -> dict[str, Json]:
    return {"Fn::If": [PASSES, {"Ref": "Passing"}, {"Ref": "AWS::NoValue"}]}

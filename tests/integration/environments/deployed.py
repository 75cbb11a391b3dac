"""A stack of roles and policies made from its template over IAM's own API, where the endpoint has no CloudFormation."""

import json
from collections.abc import Mapping
from typing import Any

Json = Any


def create(iam: Any, template: Json, parameters: Mapping[str, str]) -> None:
    """Create every role and policy of the template in its order, with its parameters' defaults and those given."""
    values = {name: each.get("Default", "") for name, each in template["Parameters"].items()} | dict(parameters)
    known: dict[str, Json] = {
        name: value.split(",") if name == "PassedRoles" else value for name, value in values.items()
    }
    passes = bool(values["PassedRoles"])
    for name, each in template["Resources"].items():
        if "Condition" in each and not passes:
            continue
        known[name] = _made(iam, each["Type"], filled(each["Properties"], known, passes))


def filled(value: Json, known: Mapping[str, Json], passes: bool) -> Json:
    """The value as CloudFormation resolves it: Ref and Fn::If; what has no value is left out."""
    if isinstance(value, list):
        return [one for one in (filled(each, known, passes) for each in value) if one is not None]
    if not isinstance(value, dict):
        return value
    if "Ref" in value:
        return None if value["Ref"] == "AWS::NoValue" else known[value["Ref"]]
    if "Fn::If" in value:
        return filled(value["Fn::If"][1 if passes else 2], known, passes)
    return {name: filled(each, known, passes) for name, each in value.items()}


def _made(iam: Any, kind: str, given: Json) -> str:
    if kind == "AWS::IAM::ManagedPolicy":
        document = json.dumps(given["PolicyDocument"])
        made = iam.create_policy(PolicyName=given["ManagedPolicyName"], Path=given["Path"], PolicyDocument=document)
        return str(made["Policy"]["Arn"])
    assert kind == "AWS::IAM::Role"
    iam.create_role(
        RoleName=given["RoleName"],
        Path=given["Path"],
        AssumeRolePolicyDocument=json.dumps(given["AssumeRolePolicyDocument"]),
        PermissionsBoundary=given["PermissionsBoundary"],
    )
    for arn in given["ManagedPolicyArns"]:
        iam.attach_role_policy(RoleName=given["RoleName"], PolicyArn=arn)
    return str(given["RoleName"])

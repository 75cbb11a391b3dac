"""The IAM policies that the declared types need: `python -m apps.aws.permissions [--check]` writes docs/iam/.

It writes actions.json too, the actions of each type, since naming them takes the models of all services.

The read role may make the reads of the declarations, and look at the policies of roles, so that the test of a
connection can say what is missing. The write role may make their calls and nothing else: whoever calls looks with the
read role. What AWS wants beside a call's own action (iam:PassRole, keys of KMS) depends on the resources and is not in
these files. The boundary is recommended for both.
"""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from apps.aws import shapes
from apps.catalog.operations import reading, writing
from apps.catalog.registry import TYPES
from apps.catalog.types import NativeType

ACTIONS = Path(__file__).with_name("actions.json")
FOLDER = Path(__file__).resolve().parents[2] / "docs" / "iam"
PREFIXES = {
    "efs": "elasticfilesystem",
    "elb": "elasticloadbalancing",
    "elbv2": "elasticloadbalancing",
    "opensearch": "es",
}
# Where S3 names an action other than the operation.
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
S3_ACTIONS = {
    "ListBuckets": "ListAllMyBuckets",
    "HeadBucket": "ListBucket",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "DeleteBucketCors": "PutBucketCORS",
    "DeleteBucketOwnershipControls": "PutBucketOwnershipControls",
    "DeleteBucketTagging": "PutBucketTagging",
}

# How the policies of a role are read; IAM's types themselves don't need the first two.
OF_ROLES = frozenset(
    {
        "iam:GetRolePolicy",
        "iam:ListRolePolicies",
        "iam:ListAttachedRolePolicies",
        "iam:GetPolicy",
        "iam:GetPolicyVersion",
        "iam:GetRole",
    }
)
OF_PRICES = frozenset({"pricing:GetProducts"})
RECORDS = (
    "cloudtrail:DeleteEventDataStore",
    "cloudtrail:DeleteTrail",
    "cloudtrail:PutEventSelectors",
    "cloudtrail:PutInsightSelectors",
    "cloudtrail:StopEventDataStoreIngestion",
    "cloudtrail:StopLogging",
    "cloudtrail:UpdateEventDataStore",
    "cloudtrail:UpdateTrail",
    "config:DeleteConfigRule",
    "config:DeleteConfigurationRecorder",
    "config:DeleteDeliveryChannel",
    "config:PutConfigurationRecorder",
    "config:PutDeliveryChannel",
    "config:StopConfigurationRecorder",
    "organizations:*",
)
Json = Any


def action(service: str, operation: str) -> str:
    """The IAM action of an operation as the API names it: ("s3", "ListBuckets") -> "s3:ListAllMyBuckets"."""
    name = S3_ACTIONS.get(operation, operation) if service == "s3" else operation
    return f"{PREFIXES.get(service, service)}:{name}"


def reads(declared: NativeType) -> frozenset[str]:
    return frozenset(_written()[declared.name]["reads"])


def writes(declared: NativeType) -> frozenset[str]:
    return frozenset(_written()[declared.name]["writes"])


@cache
def _written() -> Mapping[str, Mapping[str, Sequence[str]]]:
    found: dict[str, dict[str, list[str]]] = json.loads(ACTIONS.read_text())
    return found


def derived() -> dict[str, dict[str, list[str]]]:
    """What actions.json has to hold: by type, the actions that read it and those that change it."""
    return {
        each.name: {"reads": _actions(each, reading(each)), "writes": _actions(each, writing(each))} for each in TYPES
    }


def _actions(declared: NativeType, methods: Iterable[str]) -> list[str]:
    found = {method: shapes.operation(declared.service, method) for method in methods}
    return sorted({action(declared.service, model.name) for model in found.values() if model})


def looks(types: Iterable[NativeType] = TYPES) -> frozenset[str]:
    """Every action of the read role."""
    return (OF_ROLES | OF_PRICES).union(*map(reads, types))


def calls(types: Iterable[NativeType] = TYPES) -> frozenset[str]:
    """Every action of the write role."""
    return frozenset[str]().union(*map(writes, types))


def policies() -> dict[str, Any]:
    """File name -> policy document."""
    own = ["arn:aws:iam::ACCOUNT:role/ringi/*", "arn:aws:iam::ACCOUNT:policy/ringi/*"]
    passed = {"NotResource": ["arn:aws:iam::ACCOUNT:role/NAME-OF-A-ROLE-THAT-MAY-BE-PASSED"]}
    return {
        "read-role.json": document([allow("RingiReads", looks())]),
        "write-role.json": document([allow("RingiCalls", calls())]),
        "secrets.json": document(fetches()),
        "boundary.json": document(boundary(own, deny("OnlyTheseRolesArePassedOn", "iam:PassRole", **passed))),
    }


def fetches() -> list[Json]:
    """The statements that let runs fetch what requests refer to: of these secrets and parameters, and no others."""
    named = "arn:aws:{}NAMES-OF-THOSE-THAT-MAY-BE-USED*".format
    secrets, parameters = named("secretsmanager:*:ACCOUNT:secret:"), named("ssm:*:ACCOUNT:parameter/")
    return [
        allow("SecretsThatRequestsReferTo", "secretsmanager:GetSecretValue", Resource=secrets),
        allow("ParametersThatRequestsReferTo", "ssm:GetParameter", Resource=parameters),
    ]


def boundary(own: Sequence[str], passing: Json) -> list[Json]:
    """The statements of the boundary: `own` are Ringi's roles and policies, `passing` denies to pass on other roles."""
    return [
        allow("WhatTheRolePolicyAllows", "*"),
        deny("NeitherItselfNorTheRolesOfRingi", NotAction=["iam:Get*", "iam:List*"], Resource=list(own)),
        passing,
        deny("NoOtherRole", "sts:AssumeRole"),
        deny("NotTheRecordsOfWhatHappens", RECORDS),
    ]


def document(statements: Sequence[Json]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(sid: str, actions: str | Iterable[str], **more: Json) -> dict[str, Json]:
    return _statement(sid, "Allow", actions, more)


def deny(sid: str, actions: str | Iterable[str] = (), **more: Json) -> dict[str, Json]:
    """`NotAction` in `more` takes the place of the actions."""
    return _statement(sid, "Deny", actions, more)


def _statement(sid: str, effect: str, actions: str | Iterable[str], more: dict[str, Json]) -> dict[str, Json]:
    """On every resource, unless `more` says which."""
    where = {} if {"Resource", "NotResource"} & set(more) else {"Resource": "*"}
    what = {} if "NotAction" in more else {"Action": actions if isinstance(actions, str) else sorted(actions)}
    return {"Sid": sid, "Effect": effect, **what, **where, **more}


def main(arguments: list[str]) -> int:
    """Write the policies, or with `--check` name those that are not up to date (exit code 1)."""
    wanted = {ACTIONS: json.dumps(derived(), indent=1) + "\n"}
    if "--check" not in arguments:
        ACTIONS.write_text(wanted[ACTIONS])
    wanted |= {FOLDER / name: json.dumps(policy, indent=2) + "\n" for name, policy in policies().items()}
    if "--check" in arguments:
        stale = [path for path, text in wanted.items() if not path.exists() or path.read_text() != text]
        print("\n".join(f"{path} is not up to date: run make docs" for path in stale) or "up to date")
        return 1 if stale else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path, text in wanted.items():
        path.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

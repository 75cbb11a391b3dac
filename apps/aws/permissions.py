"""The IAM policies that the declared types need: `python -m apps.aws.permissions [--check]` writes docs/iam/.

The read role may make the reads of the declarations, the write role their calls and nothing else: whoever calls looks
with the read role. What AWS wants beside a call's own action (iam:PassRole, keys of KMS) depends on the resources and
is not in these files.
"""

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, assert_never

from apps.aws import shapes
from apps.catalog.registry import TYPES
from apps.catalog.types import Modify, NativeType, Put, Read, SetDiff, Update

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "iam"
PREFIXES = {"elbv2": "elasticloadbalancing", "elb": "elasticloadbalancing"}
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
    "DeleteBucketTagging": "PutBucketTagging",
}


def action(service: str, operation: str) -> str:
    """The IAM action of an operation as the API names it: ("s3", "ListBuckets") -> "s3:ListAllMyBuckets"."""
    name = S3_ACTIONS.get(operation, operation) if service == "s3" else operation
    return f"{PREFIXES.get(service, service)}:{name}"


def reads(declared: NativeType) -> frozenset[str]:
    parts = [part.operation for part in declared.parts]
    return _actions(declared, [*_read(declared.list), *_read(declared.read), *parts])


def writes(declared: NativeType) -> frozenset[str]:
    ends = [each.operation for each in (declared.create, declared.delete) if each]
    return _actions(declared, [*ends, *(method for update in declared.update for method in _update(update))])


def _actions(declared: NativeType, methods: Iterable[str]) -> frozenset[str]:
    found = {method: shapes.operation(declared.service, method) for method in methods}
    return frozenset(action(declared.service, model.name) for model in found.values() if model)


def _read(read: Read) -> Iterator[str]:
    yield read.operation
    if read.within:
        yield from _read(read.within)


def _update(update: Update) -> Iterator[str]:
    match update:
        case Modify():
            yield update.operation
            if update.around:
                yield from (update.around.before.operation, update.around.after.operation)
        case Put():
            yield from filter(None, (update.operation, update.clear))
        case SetDiff():
            yield from (update.add, update.remove)
        case _:
            assert_never(update)


def policies() -> dict[str, Any]:
    """File name -> policy document."""
    looks = sorted(frozenset[str]().union(*map(reads, TYPES)))
    calls = sorted(frozenset[str]().union(*map(writes, TYPES)))
    return {
        "read-role.json": _document("RingiReads", looks),
        "write-role.json": _document("RingiCalls", calls),
    }


def _document(sid: str, actions: list[str]) -> dict[str, Any]:
    allowed = {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [allowed]}


def main(arguments: list[str]) -> int:
    """Write the policies, or with `--check` name those that are not up to date (exit code 1)."""
    wanted = {FOLDER / name: json.dumps(policy, indent=2) + "\n" for name, policy in policies().items()}
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

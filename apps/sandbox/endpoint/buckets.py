"""What S3 refuses of a bucket, and moto takes."""

import re
from typing import Any

from apps.sandbox.endpoint.incoming import Incoming
from apps.sandbox.endpoint.wire import Failure

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
NAME = re.compile(
    r"(?!xn--|sthree-|amzn-s3-demo-)(?!\d+(\.\d+){3}$)(?!.*\.\.)(?!.*(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$)"
    r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"
)
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
ACTIONS = {
    *("Expiration", "Transitions", "NoncurrentVersionExpiration", "NoncurrentVersionTransitions"),
    "AbortIncompleteMultipartUpload",
}


def malformed() -> Failure:
    return Failure("MalformedXML", "The XML you provided was not well-formed or did not validate against our schema")


def named(incoming: Incoming) -> Failure | None:
    name = str(incoming.parameters.get("Bucket", ""))
    return None if NAME.fullmatch(name) else Failure("InvalidBucketName", "The specified bucket is not valid.")


def versioning(incoming: Incoming) -> Failure | None:
    wanted = (incoming.parameters.get("VersioningConfiguration") or {}).get("Status")
    return None if wanted in {"Enabled", "Suspended"} else malformed()


def encryption(incoming: Incoming) -> Failure | None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_ServerSideEncryptionByDefault.html: one rule; no key."""
    rules = (incoming.parameters.get("ServerSideEncryptionConfiguration") or {}).get("Rules") or []
    default: dict[str, Any] = rules[0].get("ApplyServerSideEncryptionByDefault", {}) if len(rules) == 1 else {}
    if default.get("SSEAlgorithm") not in {"AES256", "aws:kms", "aws:kms:dsse"}:
        return malformed()
    if default["SSEAlgorithm"] == "AES256" and default.get("KMSMasterKeyID"):
        return Failure("InvalidArgument", "a KMSMasterKeyID is not applicable if the default sse algorithm is AES256")
    return None


def lifecycle(incoming: Incoming) -> Failure | None:
    for rule in (incoming.parameters.get("LifecycleConfiguration") or {}).get("Rules") or []:
        if not ACTIONS & rule.keys():
            return Failure("InvalidRequest", "At least one action needs to be specified in a rule")
        if len(rule.get("Expiration") or {}) > 1:
            return malformed()
    return None

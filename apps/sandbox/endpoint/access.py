"""IAM as far as the product relies on it: known keys, roles that exist and trust the caller, allowed actions."""

from apps.sandbox.endpoint.caller import role_at, trusts
from apps.sandbox.endpoint.faults import PREFIXES, denied
from apps.sandbox.endpoint.incoming import Incoming
from apps.sandbox.endpoint.wire import Failure

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


def action_of(incoming: Incoming) -> str:
    name = S3_ACTIONS.get(incoming.operation, incoming.operation) if incoming.service == "s3" else incoming.operation
    return f"{PREFIXES.get(incoming.service, incoming.service)}:{name}"


def refusal(incoming: Incoming, *, unknown_keys_are_root: bool) -> Failure | None:
    """Why the caller may not do this, or None."""
    caller = incoming.caller
    anonymous = not caller.arn
    if anonymous and not unknown_keys_are_root:
        return Failure("InvalidClientTokenId", "The security token included in the request is invalid.", 403)
    if incoming.operation == "AssumeRole":
        return assume_role_refusal(incoming)
    if anonymous or caller.may(action_of(incoming)) or incoming.operation == "GetCallerIdentity":
        return None
    return denied(incoming)


def assume_role_refusal(incoming: Incoming) -> Failure | None:
    arn = str(incoming.parameters.get("RoleArn", ""))
    role = role_at(arn)
    external_id = str(incoming.parameters.get("ExternalId", ""))
    if role is not None and trusts(role.assume_role_policy_document, incoming.caller, external_id):
        return None
    sentence = f"User: {incoming.caller.arn} is not authorized to perform: sts:AssumeRole on resource: {arn}"
    return Failure("AccessDenied", sentence, 403)

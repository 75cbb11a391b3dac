"""IAM as far as the product relies on it: known keys, roles that exist and trust the caller, allowed actions."""

from apps.aws.permissions import action
from apps.sandbox.endpoint.caller import role_at, trusts
from apps.sandbox.endpoint.faults import denied
from apps.sandbox.endpoint.incoming import Incoming
from apps.sandbox.endpoint.wire import Failure

FURTHER = {"SourceIdentity": "sts:SetSourceIdentity", "Tags": "sts:TagSession"}  # what a member of AssumeRole asks for


def action_of(incoming: Incoming) -> str:
    return action(incoming.service, incoming.operation)


def refusal(incoming: Incoming, *, unknown_keys_are_root: bool) -> Failure | None:
    """Why the caller may not do this, or None."""
    caller = incoming.caller
    anonymous = not caller.arn
    if anonymous and not unknown_keys_are_root:
        return Failure("InvalidClientTokenId", "The security token included in the request is invalid.", 403)
    if incoming.operation == "AssumeRole":
        return assume_role_refusal(incoming)
    if anonymous or caller.may(action_of(incoming), incoming.region) or incoming.operation == "GetCallerIdentity":
        return None
    return denied(incoming)


def assume_role_refusal(incoming: Incoming) -> Failure | None:
    arn = str(incoming.parameters.get("RoleArn", ""))
    role = role_at(arn)
    external_id = str(incoming.parameters.get("ExternalId", ""))
    wanted = ["sts:AssumeRole", *(name for member, name in FURTHER.items() if incoming.parameters.get(member))]
    for name in wanted:
        if role is None or not trusts(role.assume_role_policy_document, incoming.caller, name, external_id):
            sentence = f"User: {incoming.caller.arn} is not authorized to perform: {name} on resource: {arn}"
            return Failure("AccessDenied", sentence, 403)
    return None

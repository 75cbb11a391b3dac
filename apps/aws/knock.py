"""The test of a connection: does a role let this process in, and what does it lack?

Knocks and looks, with sts:AssumeRole, sts:GetCallerIdentity, the lists of the declared types and IAM's reads of the
role. Nothing is changed; through the write role nothing is asked but who it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apps.aws import trust
from apps.aws.client import Client
from apps.aws.errors import translated
from apps.aws.gateway import Access, AwsError, ErrorKind
from apps.aws.parts import arguments
from apps.aws.permissions import action, calls, looks
from apps.aws.sessions import ClientFactory
from apps.catalog.registry import TYPES
from apps.catalog.types import Read

Json = Any
SHORTEST = 900  # seconds; "can range from 900 seconds (15 minutes)", botocore's AssumeRole
NAME = {"SourceIdentity": "ringi"}
TAGS = {"Tags": [{"Key": "ringi:request", "Value": "test"}]}
FURTHER: tuple[tuple[str, Mapping[str, Json]], ...] = (("sts:SetSourceIdentity", NAME), ("sts:TagSession", TAGS))
# https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
BY_ITS_OWN_POLICY = "no identity-based policy allows"
NAMED_MOST = 8


@dataclass(frozen=True)
class Finding:
    """What is missing, in words. Without what `hinders` nothing works; the rest keeps some types from working."""

    hinders: bool
    sentence: str


@dataclass(frozen=True)
class Tested:
    """`principal` is who this process is, as a trust policy names it, "" where it has no credentials."""

    principal: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Door:
    """The role to be tested. `readers` are ways to look at the account's roles, the likeliest first."""

    access: Access
    region: str
    writes: bool
    readers: Sequence[Access] = ()

    @property
    def arn(self) -> str:
        return self.access.role_arn

    @property
    def wanted(self) -> frozenset[str]:
        return calls() if self.writes else looks()


class Closed(Exception):
    """The role can't be assumed; says why."""


@dataclass(frozen=True)
class Role:
    """A role as a reader sees it: None when it doesn't exist."""

    iam: Client
    shown: Mapping[str, Json] | None


def tried(factory: ClientFactory, door: Door) -> Tested:
    """Try the role and say what is missing. Raises nothing of AWS."""
    try:
        principal = _who(factory, door.region)
    except AwsError as error:
        return Tested("", (Finding(True, _without_keys(error)),))
    found: list[Finding] = []
    try:
        found += _entered(factory, door, principal)
        found += _inside(factory, door)
    except Closed as why:
        found.append(Finding(True, str(why)))
    except AwsError as error:
        found.append(Finding(True, error.sentence))
    return Tested(principal, tuple(found))


def _who(factory: ClientFactory, region: str) -> str:
    with translated("sts", "get_caller_identity", asking=True):
        arn: str = factory.own("sts", region).get_caller_identity()["Arn"]
    return trust.principal_of(arn)


def _without_keys(error: AwsError) -> str:
    if error.kind is ErrorKind.UNASSUMABLE:
        return "This process has no credentials of AWS. Give it those of its own user or role, and start it again."
    if error.kind is ErrorKind.DENIED:
        return f"AWS doesn't take the credentials of this process ({error.code}). Give it others, and start it again."
    return error.sentence


def _entered(factory: ClientFactory, door: Door, principal: str) -> Iterator[Finding]:
    """Raises `Closed`."""
    if (account := door.arn.split(":")[4]) != door.access.account:
        raise Closed(f"{door.arn} is in account {account}, another one than the environment's {door.access.account}.")
    if _knock(factory, door, **NAME, **TAGS):
        if error := _knock(factory, door):
            raise Closed(_why(factory, door, principal, error))
        for name, more in FURTHER:
            refused = _knock(factory, door, **more)
            if refused and refused.kind is ErrorKind.DENIED:
                where = f"to the trust policy of {door.arn} and to the policy of {principal}"
                yield Finding(True, f"{name} is not allowed. Add it {where}.")
    if door.access.external_id and not _knock(factory, door, ExternalId=None):
        words = f"{door.arn} opens without an external id. Its trust policy must require the environment's."
        yield Finding(True, words)


def _knock(factory: ClientFactory, door: Door, **more: Json) -> AwsError | None:
    """Assume the role and forget it. None in `more` leaves a parameter out."""
    given = {
        "RoleArn": door.arn,
        "RoleSessionName": door.access.session_name,
        "DurationSeconds": SHORTEST,
        "ExternalId": door.access.external_id or None,
        **more,
    }
    try:
        with translated("sts", "assume_role", asking=True):
            factory.own("sts", door.region).assume_role(**{name: value for name, value in given.items() if value})
    except AwsError as error:
        return error
    return None


def _why(factory: ClientFactory, door: Door, principal: str, error: AwsError) -> str:
    """Why the role can't be assumed. AWS doesn't tell, so somebody who may look at the role is asked."""
    if error.kind is not ErrorKind.DENIED:
        return f"{door.arn} couldn't be assumed just now. {error.sentence}"
    if BY_ITS_OWN_POLICY in error.sentence:
        return f"{door.arn} can't be assumed: the policy of {principal} doesn't allow {trust.ASSUME} on it."
    role = _look(factory, door)
    if role is None:
        return (
            f"{door.arn} can't be assumed by {principal} ({error.code}). AWS doesn't say which of these it is: the "
            f"role doesn't exist; its trust policy doesn't name {principal}; it requires another external id; or the "
            f"policy of {principal} doesn't allow {trust.ASSUME} on it."
        )
    if role.shown is None:
        return f"{door.arn} doesn't exist. Create it with the template."
    why = trust.closed_to(role.shown["AssumeRolePolicyDocument"], principal, door.access.external_id)
    otherwise = (
        f"its trust policy would let {principal} in. Look whether the policy of {principal} allows {trust.ASSUME} on "
        "it, and whether a policy of the organization forbids it"
    )
    return f"{door.arn} can't be assumed: {why or otherwise}."


def _look(factory: ClientFactory, door: Door) -> Role | None:
    """The role as the first reader sees it that may look; None when nobody may."""
    for reader in door.readers:
        try:
            iam = factory.client(reader, "iam", door.region, mutating=False)
            with translated("iam", "get_role", asking=True):
                return Role(iam, iam.call("get_role", RoleName=_name(door))["Role"])
        except AwsError as error:
            if error.kind is ErrorKind.MISSING:
                return Role(iam, None)
    return None


def _name(door: Door) -> str:
    return door.arn.rpartition("/")[2]


def _inside(factory: ClientFactory, door: Door) -> Iterator[Finding]:
    """What the role lacks. That it is good for anything in the region is asked first."""
    sts = factory.client(door.access, "sts", door.region, mutating=False)
    with translated("sts", "get_caller_identity", asking=True):
        sts.call("get_caller_identity")
    refused = set() if door.writes else set(_refused(factory, door))
    if missing := refused | set(_not_granted(factory, door)):
        yield Finding(False, _lacks(door, sorted(missing)))


def _refused(factory: ClientFactory, door: Door) -> Iterator[str]:
    """The lists that AWS denies when they are really asked for, one page of each type."""
    for declared in TYPES:
        first = _first(declared.list)
        client = factory.client(door.access, declared.service, door.region, mutating=False)
        given = arguments(first.arguments, {"region": door.region, "account": door.access.account})
        try:
            with translated(declared.service, first.operation, asking=True):
                client.call(first.operation, **given)
        except AwsError as error:
            if error.kind is ErrorKind.DENIED:
                yield action(declared.service, client.meta.method_to_api_mapping[first.operation])


def _first(read: Read) -> Read:
    return _first(read.within) if read.within else read


def _not_granted(factory: ClientFactory, door: Door) -> list[str]:
    """What the role's policies don't grant, as far as somebody may read them."""
    role = _look(factory, door)
    if role is None or role.shown is None:
        return []
    try:
        with translated("iam", "get_role_policy", asking=True):
            return trust.lacking(_policies(role.iam, _name(door)), door.wanted)
    except AwsError:
        return []


def _policies(iam: Client, name: str) -> Iterator[Json]:
    """Every policy of a role, attached and inline, as a document."""
    for page in iam.pages("list_attached_role_policies", RoleName=name):
        for each in page["AttachedPolicies"]:
            version = iam.call("get_policy", PolicyArn=each["PolicyArn"])["Policy"]["DefaultVersionId"]
            found = iam.call("get_policy_version", PolicyArn=each["PolicyArn"], VersionId=version)
            yield found["PolicyVersion"]["Document"]
    for page in iam.pages("list_role_policies", RoleName=name):
        for each in page["PolicyNames"]:
            yield iam.call("get_role_policy", RoleName=name, PolicyName=each)["PolicyDocument"]


def _lacks(door: Door, missing: Sequence[str]) -> str:
    named = ", ".join(missing[:NAMED_MOST])
    more = f" and {len(missing) - NAMED_MOST} more" if len(missing) > NAMED_MOST else ""
    what = "changed" if door.writes else "read"
    return f"{door.arn} lacks {named}{more}. What needs them can't be {what}, until the role is as the template says."

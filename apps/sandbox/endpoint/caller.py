"""Who calls: the person, role session or account behind an access key, and which actions its policies allow."""

import fnmatch
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from moto.core import DEFAULT_ACCOUNT_ID
from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

PARTITION = "aws"


@dataclass(frozen=True)
class Caller:
    """`arn` is "" for a key that IAM doesn't know. `root` marks the owner of the account, who may do everything."""

    account: str
    arn: str
    session: str = ""
    policies: tuple[str, ...] = ()
    root: bool = False

    def may(self, action: str, region: str) -> bool:
        """Whether an identity policy allows an action such as `rds:ModifyDBInstance`, and none denies it.

        Of conditions only the region is judged; a statement with any other doesn't count.
        """
        known = [entry for entry in statements(self.policies) if holds(entry.get("Condition", {}), region)]
        effects = {entry["Effect"] for entry in known if matches(entry.get("Action", []), action)}
        return self.root or effects == {"Allow"}


def statements(policies: Iterable[str]) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    for policy in policies:
        entries = json.loads(unquote(policy)).get("Statement", [])
        found.extend([entries] if isinstance(entries, dict) else entries)
    return found


def matches(patterns: str | list[str], value: str) -> bool:
    listed = [patterns] if isinstance(patterns, str) else patterns
    return any(fnmatch.fnmatchcase(value.lower(), pattern.lower()) for pattern in listed)


def holds(condition: Mapping[str, Any], region: str) -> bool:
    wanted = condition.get("StringEquals", {}).get("aws:RequestedRegion")
    return not condition or (wanted is not None and matches(wanted, region))


def root_of(account: str) -> Caller:
    return Caller(account, f"arn:aws:iam::{account}:root", root=True)


def caller_of(key: str, account: str) -> Caller:
    """The caller behind an access key. A given account is that of the seeding code, which acts as its owner."""
    if account:
        return root_of(account)
    for number in list(iam_backends):
        known = iam_backends[number][PARTITION].access_keys.get(key)
        if known is None:
            continue
        session = sts_backends[number][PARTITION].get_assumed_role_from_access_key(key)
        if session is not None:
            return session_of(number, session)
        user = iam_backends[number][PARTITION].get_user(known.user_name)
        return Caller(number, user.arn, policies=tuple(user.policies.values()))
    return Caller(DEFAULT_ACCOUNT_ID, "")


def session_of(account: str, session: Any) -> Caller:
    role = role_at(session.role_arn)
    return Caller(account, session.arn, session.session_name, policies_of(role) if role else ())


def policies_of(role: Any) -> tuple[str, ...]:
    """A role's inline policies and those that are attached to it."""
    attached = [
        version for policy in role.managed_policies.values() for version in policy.versions if version.is_default
    ]
    return (*role.policies.values(), *(version.document for version in attached))


def role_at(arn: str) -> Any:
    """moto's role with this ARN, or None."""
    account = arn.split(":")[4] if arn.count(":") >= 5 else ""
    if account not in iam_backends:
        return None
    roles = iam_backends[account][PARTITION].roles.values()
    return next((role for role in roles if role.arn == arn), None)


def trusts(trust_policy: str, caller: Caller, action: str, external_id: str) -> bool:
    """Whether a trust policy allows the caller an action on its role with this ExternalId ("" = none given)."""
    for entry in statements([trust_policy]):
        principals = entry.get("Principal", {})
        names = principals.get("AWS", []) if isinstance(principals, dict) else principals
        known = {caller.arn, caller.account, f"arn:aws:iam::{caller.account}:root", "*"}
        trusted = known & set([names] if isinstance(names, str) else names)
        expected = entry.get("Condition", {}).get("StringEquals", {}).get("sts:ExternalId")
        right = expected is None or external_id in ([expected] if isinstance(expected, str) else expected)
        if entry["Effect"] == "Allow" and matches(entry["Action"], action) and trusted and right:
            return True
    return False

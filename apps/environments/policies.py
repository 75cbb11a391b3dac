"""What an account and an environment must look like. Takes facts, gives a `Refusal` or None; asks nothing itself."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from apps.people.policies import SLUG
from apps.refusal import Refusal
from apps.unseen import holds_unseen

NUMBER = re.compile(r"[0-9]{12}")
ROLE_ARN = re.compile(r"arn:aws(?:-cn|-us-gov)?:iam::(?P<account>[0-9]{12}):role/[\w+=,.@/-]{1,512}", re.ASCII)
EXTERNAL_ID = re.compile(r"[\w+=,.@:/-]{2,1224}", re.ASCII)
TAG = re.compile(r"[^=\x00-\x1f]{1,63}=[^=\x00-\x1f]{1,63}")
LARGEST_LIMIT = 1000


@dataclass(frozen=True)
class Definition:
    """The facts of an environment: `account` is the account's number, the first of `regions` is the default."""

    slug: str
    account: str
    regions: Sequence[str]
    read_role_arn: str
    write_role_arn: str
    external_id: str
    resource_tag: str


def check_account(*, number: str, name: str) -> Refusal | None:
    if not NUMBER.fullmatch(number):
        return Refusal("number", "An account number has exactly 12 digits.")
    if not name.strip() or holds_unseen(name):
        return Refusal("name", "Give the account the name your team calls it.")
    return None


def check_unconnected(connected: bool) -> Refusal | None:
    return Refusal("number", "This account is connected already.") if connected else None


def check_slug(slug: str) -> Refusal | None:
    if SLUG.fullmatch(slug):
        return None
    return Refusal("slug", "A short name has up to 30 lower-case letters, digits and -, such as prod.")


def check_free(taken: bool) -> Refusal | None:
    return Refusal("slug", "Another environment has this short name. Choose a different one.") if taken else None


def check_limit(name: str, value: int) -> Refusal | None:
    if 1 <= value <= LARGEST_LIMIT:
        return None
    return Refusal(name, f"Choose a number from 1 to {LARGEST_LIMIT}.")


def check_two_administrators(count: int) -> Refusal | None:
    if count > 1:
        return None
    sentence = "Only one person administers this installation. Make somebody else an administrator first."
    return Refusal("two_administrators", sentence)


def check_window_name(name: str, *, taken: bool) -> Refusal | None:
    if taken:
        return Refusal("name", "Another window has this name. Give it one of its own.")
    return None if name.strip() and not holds_unseen(name) else Refusal("name", "Give it a name that can be read.")


def check_same_account(before: str, after: str) -> Refusal | None:
    """What was approved was approved for one account, so an environment never moves to another."""
    if before == after:
        return None
    return Refusal("account", f"This environment stays in account {before}. Define a new one in account {after}.")


def refusals(wanted: Definition, known_regions: Collection[str]) -> list[Refusal]:
    """Everything that speaks against it; the code of each is the name of its field."""
    found = (
        check_regions(wanted.regions, known_regions),
        check_arn(wanted.read_role_arn, wanted.account, "read_role_arn"),
        check_arn(wanted.write_role_arn, wanted.account, "write_role_arn"),
        check_two_roles(wanted),
        check_external_id(wanted.external_id),
        check_tag(wanted.resource_tag),
    )
    return [refusal for refusal in found if refusal]


def check_regions(regions: Sequence[str], known: Collection[str]) -> Refusal | None:
    if not regions:
        return Refusal("regions", "Give at least one region, the default first, such as ap-northeast-1.")
    strange = next((region for region in regions if region not in known), None)
    if strange is not None:
        return Refusal("regions", f"“{strange[:40]}” is not a region of AWS; write it as ap-northeast-1.")
    if len(set(regions)) != len(regions):
        return Refusal("regions", "A region is named twice. Name each once, the default first.")
    return None


def check_arn(arn: str, account: str, code: str) -> Refusal | None:
    match = ROLE_ARN.fullmatch(arn)
    if match is None:
        return Refusal(code, "This is not a role's ARN; it looks like arn:aws:iam::123456789012:role/name.")
    if match["account"] != account:
        return Refusal(code, f"This role is in account {match['account']}, the environment is in {account}.")
    return None


def check_two_roles(wanted: Definition) -> Refusal | None:
    if wanted.read_role_arn != wanted.write_role_arn:
        return None
    sentence = "Use a role of its own for writing: the read role must not be able to change anything."
    return Refusal("write_role_arn", sentence)


def check_external_id(value: str) -> Refusal | None:
    if EXTERNAL_ID.fullmatch(value):
        return None
    return Refusal("external_id", "Use 2 to 1224 letters, digits and + = , . @ : / - _ only.")


def check_tag(value: str) -> Refusal | None:
    if not value or TAG.fullmatch(value):
        return None
    return Refusal("resource_tag", "Write it as name=value, for example environment=prod.")

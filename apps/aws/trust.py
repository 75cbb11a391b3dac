"""What a role's policies say: whom its trust policy lets in, and which actions the others grant. Asks nobody.

Policies are taken as IAM gives them. Conditions other than the external id are not judged: what is granted under one
counts as granted.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

Json = Any
ASSUME = "sts:AssumeRole"
EXTERNAL_ID = "sts:ExternalId"
EQUALS = ("StringEquals", "StringLike")


def closed_to(policy: Json, principal: str, external_id: str) -> str:
    """Why a trust policy doesn't let the principal in, as the second half of a sentence; "" where it does."""
    naming = [each for each in _statements([policy]) if each["Effect"] == "Allow" and _names(each, principal)]
    assuming = [each for each in naming if _matches(each.get("Action", ()), ASSUME)]
    if not naming:
        return f"its trust policy doesn't name {principal}"
    if not assuming:
        return f"its trust policy doesn't allow {ASSUME} to {principal}"
    if not any(_knows(each, external_id) for each in assuming):
        return "its trust policy requires another external id than the environment has"
    return ""


def principal_of(arn: str) -> str:
    """How a trust policy names who has this ARN: a session by its role, whose path nobody can tell."""
    if ":assumed-role/" not in arn:
        return arn
    start, _, rest = arn.partition(":assumed-role/")
    return f"{start.replace(':sts:', ':iam:')}:role/{rest.split('/')[0]}"


def lacking(policies: Iterable[Json], wanted: Collection[str]) -> list[str]:
    """The wanted actions that no statement grants, or that one denies everywhere and always; by name."""
    statements = list(_statements(policies))
    granted = [_listed(each["Action"]) for each in statements if each["Effect"] == "Allow" and "Action" in each]
    denied = [_listed(each["Action"]) for each in statements if _always_denies(each)]
    return sorted(
        one
        for one in wanted
        if not any(_matches(names, one) for names in granted) or any(_matches(names, one) for names in denied)
    )


def _always_denies(statement: Mapping[str, Json]) -> bool:
    everywhere = "*" in _listed(statement.get("Resource", ()))
    return statement["Effect"] == "Deny" and "Action" in statement and everywhere and not statement.get("Condition")


def _statements(policies: Iterable[Json]) -> Iterator[Mapping[str, Json]]:
    for policy in policies:
        yield from _listed(policy.get("Statement", ()))


def _listed(value: Json) -> list[Json]:
    return [value] if isinstance(value, str | Mapping) else list(value)


def _matches(patterns: Json, action: str) -> bool:
    return any(fnmatchcase(action.lower(), str(pattern).lower()) for pattern in _listed(patterns))


def _names(statement: Mapping[str, Json], principal: str) -> bool:
    """By ARN, by account, or as anybody; a role also under any path."""
    who = statement.get("Principal", {})
    named = {str(each) for each in _listed(who.get("AWS", ()) if isinstance(who, Mapping) else who)}
    start, _, name = principal.rpartition("/")
    account = principal.split(":")[4]
    whole = {principal, account, f"{':'.join(principal.split(':')[:5])}:root", "*"}
    return bool(named & whole) or any(
        each.startswith(f"{start}/") and each.endswith(f"/{name}") and start.endswith(":role") for each in named
    )


def _knows(statement: Mapping[str, Json], external_id: str) -> bool:
    """Whether a statement lets this external id in; one that doesn't ask for any does."""
    conditions = statement.get("Condition", {})
    asked = [conditions[operator][EXTERNAL_ID] for operator in EQUALS if EXTERNAL_ID in conditions.get(operator, {})]
    return all(any(fnmatchcase(external_id, str(each)) for each in _listed(one)) for one in asked)

"""Whether a policy allows more than before. Pure, and on the safe side: what isn't surely covered is said to be more.

A statement is covered when one statement of before allows all of its actions, on all of its resources, to all of its
principals, under no further condition. No library that is kept does this offline; AWS's own CheckNoNewAccess wants
another permission and is paid for by the call.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

Json = Any
Statement = Mapping[str, Json]
OPPOSITES = ("NotAction", "NotResource", "NotPrincipal")


def widened(before: Json, after: Json) -> list[str]:
    """What the policy allows anew, a phrase for each statement."""
    old, new = list(statements(before)), list(statements(after))
    found = [said(each) for each in new if _allows(each) and not any(_covers(one, each) for one in old)]
    left = [_plain(each) for each in new]
    lifted = [each for each in old if not _allows(each) and _plain(each) not in left]
    return [*found, *(f"no longer denies {_names(each)}" for each in lifted)]


def statements(policy: Json) -> Iterator[Statement]:
    if isinstance(policy, str):
        try:
            policy = json.loads(policy)
        except ValueError:
            return
    listed = policy.get("Statement") if isinstance(policy, Mapping) else None
    for each in listed if isinstance(listed, list) else [listed]:
        if isinstance(each, Mapping):
            yield each


def said(statement: Statement) -> str:
    """What a statement allows, in a few words."""
    where = ", ".join(_listed(statement.get("Resource"))[:3])
    whom = ", ".join(_principals(statement)[:3])
    more = f" on {where}" if where else ""
    return f"allows {_names(statement)}{more}{f' to {whom}' if whom else ''}"


def _names(statement: Statement) -> str:
    listed = _listed(statement.get("Action")) or [f"everything but {', '.join(_listed(statement.get('NotAction')))}"]
    return ", ".join(listed[:4]) + (f" and {len(listed) - 4} more" if len(listed) > 4 else "")


def _allows(statement: Statement) -> bool:
    return statement.get("Effect") == "Allow"


def _covers(old: Statement, new: Statement) -> bool:
    if _plain(old) == _plain(new):
        return True
    if not _allows(old) or any(name in each for name in OPPOSITES for each in (old, new)):
        return False
    if old.get("Condition") and old.get("Condition") != new.get("Condition"):
        return False
    sides = ((_listed(old.get(name)), _listed(new.get(name))) for name in ("Action", "Resource"))
    return all(_within(*side) for side in sides) and _within(_principals(old), _principals(new))


def _within(old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether every pattern of the new is matched by one of the old. A new one's wildcards count as letters."""
    return all(any(fnmatchcase(each.lower(), one.lower().replace("[", "[[]")) for one in old) for each in new)


def _listed(value: Json) -> list[str]:
    return [str(each) for each in (value if isinstance(value, list) else [value]) if each is not None]


def _principals(statement: Statement) -> list[str]:
    """Principals as "AWS:arn"; "*" is everybody, whichever way it is written."""
    named = statement.get("Principal")
    if isinstance(named, Mapping):
        found = [f"{kind}:{each}" for kind, value in named.items() for each in _listed(value)]
        return ["*" if each == "AWS:*" else each for each in found]
    return _listed(named)


def _plain(statement: Statement) -> str:
    return json.dumps({name: value for name, value in statement.items() if name != "Sid"}, sort_keys=True, default=str)

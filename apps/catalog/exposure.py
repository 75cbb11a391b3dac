"""What opens something to everybody, and what may cut off somebody: sentences from the values before and after.

Each function gives "" where it has nothing to say. Values that only a run will know name nobody here.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Json = Any
Judge = Callable[[Json, Json], str]
EVERYBODY = ("0.0.0.0/0", "::/0")
PEERS = (
    *("CidrIp", "CidrIpv6", "SourceSecurityGroupId", "DestinationSecurityGroupId"),
    *("SourcePrefixListId", "DestinationPrefixListId"),
)
BLOCKS = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")


def rules_opened(before: Json, after: Json) -> str:
    """Rules of a security group that let everybody in."""
    known = {_spoken(rule) for rule in _rows(before)}
    new = [said for rule in _rows(after) if _peer(rule) in EVERYBODY and (said := _spoken(rule)) not in known]
    return f"Lets everybody in: {', '.join(new)}." if new else ""


def rules_closed(before: Json, after: Json) -> str:
    """Rules of a security group that go."""
    left = {_spoken(rule) for rule in _rows(after)}
    gone = [said for rule in _rows(before) if (said := _spoken(rule)) not in left]
    return f"Cuts off what only these allowed: {', '.join(gone)}." if gone else ""


def policy_opened(before: Json, after: Json) -> str:
    """Statements of a resource's policy that allow everybody something, without a condition."""
    known = [_plain(each) for each in _open(before)]
    new = [str(each.get("Action", "everything")) for each in _open(after) if _plain(each) not in known]
    return f"Allows everybody, without a condition: {', '.join(new)}." if new else ""


def made_public(before: Json, after: Json) -> str:
    return "It gets a public address." if after is True and before is not True else ""


def made_private(before: Json, after: Json) -> str:
    return "Cuts off everybody outside of its network." if before is True and after is not True else ""


def faces_internet(before: Json, after: Json) -> str:
    """Of a load balancer, whose default is to do so."""
    return "It can be reached from the internet." if after == "internet-facing" != before else ""


def unblocked(before: Json, after: Json) -> str:
    """Blocks of public access to a bucket that go. A new bucket has all four."""
    old, new = (value if isinstance(value, Mapping) else {} for value in (before, after))
    gone = [name for name in BLOCKS if (old.get(name) is True or not before) and new.get(name) is not True]
    return f"Switches off {', '.join(gone)}: a policy or an access list may then open it to everybody." if gone else ""


def removed(what: str) -> Judge:
    """Members of a list that go, such as security groups or subnets."""

    def judge(before: Json, after: Json) -> str:
        left = after if isinstance(after, list) else []
        gone = [str(each) for each in before or () if each not in left] if isinstance(before, list) else []
        return f"May cut off what only {', '.join(gone)} {what}." if gone else ""

    return judge


def _rows(value: Json) -> Iterator[Mapping[str, Json]]:
    yield from (rule for rule in value or () if isinstance(rule, Mapping)) if isinstance(value, list) else ()


def _peer(rule: Mapping[str, Json]) -> str:
    return next((str(rule[name]) for name in PEERS if rule.get(name)), "")


def _spoken(rule: Mapping[str, Json]) -> str:
    """A rule in words, without its description: "tcp 22 of 0.0.0.0/0"."""
    protocol, begin, end = (rule.get(name) for name in ("IpProtocol", "FromPort", "ToPort"))
    ports = "" if begin is None else f" {begin}" if begin == end else f" {begin}-{end}"
    return f"{'all traffic' if str(protocol) == '-1' else protocol}{ports} of {_peer(rule)}"


def _open(policy: Json) -> Iterator[Mapping[str, Json]]:
    """Statements that allow everybody."""
    listed = policy.get("Statement", ()) if isinstance(policy, Mapping) else ()
    for each in [listed] if isinstance(listed, Mapping) else listed:
        if isinstance(each, Mapping) and each.get("Effect") == "Allow" and not each.get("Condition"):
            principal = each.get("Principal")
            named = principal.get("AWS") if isinstance(principal, Mapping) else principal
            if "*" in (named if isinstance(named, list) else [named]):
                yield each


def _plain(statement: Mapping[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in statement.items() if name != "Sid"}

"""Lifecycle rules of Amazon S3, which the API groups otherwise than the registry schema."""

import re
from collections.abc import Iterator, Mapping

from apps.catalog.types import Document, Json

NAME, SIZE = "LifecycleConfiguration", "TransitionDefaultMinimumObjectSize"
DEFAULT_SIZE = "all_storage_classes_128K"
OLD = ("Transition", "NoncurrentVersionTransition", "NoncurrentVersionExpirationInDays")  # each has a newer form
SAME = ("Status", "NoncurrentVersionExpiration", "AbortIncompleteMultipartUpload")
LARGEST = 2**50  # a petabyte: no object is larger, and every number up to it is sent exactly
SIZES = ("ObjectSizeGreaterThan", "ObjectSizeLessThan")
EXPIRATION = {"Days": "ExpirationInDays", "Date": "ExpirationDate", "ExpiredObjectDeleteMarker": None}
TRANSITION = {"Days": "TransitionInDays", "Date": "TransitionDate"}
NONCURRENT = {"NoncurrentDays": "TransitionInDays"}
SOURCE = (
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html: "
    "Amazon S3 deletes expired objects on your behalf"
)


def renamed(value: Mapping[str, Json], names: Mapping[str, str | None]) -> dict[str, Json]:
    return {names.get(name) or name: member for name, member in value.items()}


def back(names: Mapping[str, str | None]) -> dict[str, str | None]:
    return {shown or sent: sent for sent, shown in names.items()}


def shown(configuration: Json) -> Json:
    rules = configuration.get("Rules")
    size = configuration.get(SIZE)
    more = {SIZE: size} if size not in (None, DEFAULT_SIZE) else {}
    return {"Rules": [rule_shown(rule) for rule in rules], **more} if rules else None


def rule_shown(rule: Mapping[str, Json]) -> Json:
    given = rule.get("Filter") or {}
    filters = {"Prefix": rule.get("Prefix"), **given, **(given.get("And") or {})}
    tags = filters.get("Tags") or [filters["Tag"]] if filters.get("Tag") or filters.get("Tags") else None
    answer = {
        "Id": rule.get("ID"),
        **{name: rule.get(name) for name in SAME},
        "Prefix": filters["Prefix"] or None,
        "TagFilters": tags,
        **{name: filters.get(name) for name in SIZES},
        **renamed(rule.get("Expiration") or {}, EXPIRATION),
        "Transitions": [renamed(each, TRANSITION) for each in rule.get("Transitions") or []],
        "NoncurrentVersionTransitions": [
            renamed(each, NONCURRENT) for each in rule.get("NoncurrentVersionTransitions") or []
        ],
    }
    return {name: value for name, value in answer.items() if value not in (None, [], False)}


def sent(configuration: Json) -> Json:
    return {"Rules": [rule_sent(rule) for rule in configuration["Rules"]]}


ACTIONS = (
    *("ExpirationInDays", "ExpirationDate", "ExpiredObjectDeleteMarker", "Transitions"),
    *("NoncurrentVersionExpiration", "NoncurrentVersionTransitions", "AbortIncompleteMultipartUpload"),
)
MIDNIGHT = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(T00:00(:00(\.0+)?)?(Z|\+00:00))?")


def rule_sent(rule: Mapping[str, Json]) -> Json:
    expiration = {name: rule[name] for name in back(EXPIRATION) if rule.get(name) is not None}
    transitions = [renamed(each, back(TRANSITION)) for each in rule.get("Transitions") or []]
    noncurrent = [renamed(each, back(NONCURRENT)) for each in rule.get("NoncurrentVersionTransitions") or []]
    answer = {
        "ID": rule["Id"],
        **{name: rule.get(name) for name in SAME},
        "Filter": filter_sent(rule),
        "Expiration": renamed(expiration, back(EXPIRATION)),
        "Transitions": transitions,
        "NoncurrentVersionTransitions": noncurrent,
    }
    return {name: value for name, value in answer.items() if value not in (None, [], {}) or name == "Filter"}


def filter_sent(rule: Mapping[str, Json]) -> Json:
    """One condition stands alone, several stand in `And`, and none is the empty prefix."""
    tags = rule.get("TagFilters") or []
    conditions = {"Prefix": rule["Prefix"]} if rule.get("Prefix") else {}
    conditions |= {name: int(rule[name]) for name in SIZES if rule.get(name) is not None}
    if len(conditions) + len(tags) > 1:
        return {"And": {**conditions, **({"Tags": tags} if tags else {})}}
    return {"Tag": tags[0]} if tags else conditions or {"Prefix": ""}


def whole(configuration: Json) -> Json:
    """A rule with an empty prefix is one for all objects, which AWS shows without a prefix."""
    if not isinstance(configuration, Mapping) or not isinstance(configuration.get("Rules"), list):
        return configuration
    rules = [_for_all(rule) if isinstance(rule, Mapping) else rule for rule in configuration["Rules"]]
    return {**configuration, "Rules": rules}


def _for_all(rule: Mapping[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in rule.items() if name != "Prefix" or value != ""}


def refuse(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    """What could not be read back as it was written, or would be lost in writing."""
    wanted = after.get(NAME)
    if wanted is None or wanted == before.get(NAME):
        return
    if SIZE in wanted or SIZE in (before.get(NAME) or {}):
        yield NAME, f"{SIZE} can't be kept by a change here yet. Change the rules outside and refresh."
    for rule in wanted.get("Rules") or [{}]:
        if not rule.get("Id"):
            yield NAME, "Every rule needs an Id, by which it is recognised. Give it one."
        for name in OLD:
            if name in rule:
                yield NAME, f"{name} is the old form of a list. Write {name.removesuffix('InDays')} as AWS shows it."
        for name in SIZES:
            if not str(rule.get(name, "0")).isdecimal() or int(rule.get(name, 0)) > LARGEST:
                yield NAME, f"{name} is a number of bytes, {LARGEST} at most. Write digits."
        yield from ((NAME, sentence) for sentence in wrong(rule))


def wrong(rule: Mapping[str, Json]) -> Iterator[str]:
    """Sources: `botocore, s3 LifecycleExpiration` and `Transition`.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html: one or more actions of a rule.
    """
    if not any(rule.get(name) not in (None, [], {}) for name in ACTIONS):
        yield "A rule does something: expires, moves, or ends uploads. Give it an action."
    if len([name for name in back(EXPIRATION) if rule.get(name) is not None]) > 1:
        yield "An expiration has days, or a date, or only removes delete markers. Keep one of them."
    moves = rule.get("Transitions") or []
    if any(each.get("TransitionInDays") is None and not each.get("TransitionDate") for each in moves):
        yield "A transition says when: after days, or at a date. Give one of the two."
    dates = [rule.get("ExpirationDate"), *(each.get("TransitionDate") for each in moves)]
    if any(isinstance(date, str) and not MIDNIGHT.fullmatch(date) for date in dates):
        yield "A date is midnight in UTC: 2027-01-31T00:00:00Z. Write it so."

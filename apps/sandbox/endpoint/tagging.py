"""Tags as AWS refuses them, whatever the service: twice the same key, keys of AWS's own, too many, too long.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions, which the others repeat. Tags of
buckets have rules of their own (`bucket_tags`).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from apps.sandbox.endpoint.incoming import Incoming
from apps.sandbox.endpoint.wire import Failure

MOST, LONGEST_KEY, LONGEST_VALUE = 50, 128, 256
CREATES = ("Create", "Run", "Register", "Allocate", "Import", "Tag", "AddTags", "Put")


def refusal(incoming: Incoming) -> Failure | None:
    """Of whatever gives tags to something. A removal names keys only."""
    if incoming.service == "s3" or not incoming.operation.startswith(CREATES):
        return None
    return next((Failure("InvalidParameterValue", said) for rows in given(incoming) for said in wrong(rows)), None)


def given(incoming: Incoming) -> Iterator[list[tuple[str, str]]]:
    asked = incoming.parameters
    yield pairs(asked.get("Tags") or asked.get("tags"))
    for each in asked.get("TagSpecifications") or []:
        yield pairs(each.get("Tags"))


def pairs(tags: Any) -> list[tuple[str, str]]:
    if isinstance(tags, Mapping):
        return [(str(key), str(value)) for key, value in tags.items()]
    rows = [{name.lower(): value for name, value in row.items()} for row in tags or [] if isinstance(row, Mapping)]
    return [(str(row.get("key", "")), str(row.get("value", ""))) for row in rows]


def wrong(rows: list[tuple[str, str]]) -> Iterator[str]:
    keys = [key for key, _ in rows]
    if len(set(keys)) < len(keys):
        yield "Tag keys must be unique"
    if len(rows) > MOST:
        yield f"The maximum number of tags for a resource is {MOST}"
    for key, value in rows:
        if key.lower().startswith("aws:"):
            yield f"Tag keys starting with 'aws:' are reserved for internal use: {key}"
        if not 1 <= len(key) <= LONGEST_KEY or len(value) > LONGEST_VALUE:
            yield f"Tag key must have a length of 1 to {LONGEST_KEY}, its value of at most {LONGEST_VALUE}"

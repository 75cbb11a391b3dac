"""What AWS answered about a resource, to the resource's document. Pure: no client, no clock.

Documents are JSON: moments are ISO 8601 texts in UTC, None members are left out. Tags that AWS keeps for itself
(`aws:*`) and our own request tag are not part of a document, so that no difference or export ever touches them.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import jmespath

from apps.catalog.canonical import formed
from apps.catalog.types import NativeType, Part, Property
from apps.planning.plan import REQUEST_TAG, Observation

Json = Any
TAGS = "Tags"


@dataclass(frozen=True)
class PartAnswer:
    """A part with its answer: None = not configured. `unread` is why it could not be read ("" = it could)."""

    part: Part
    answer: Mapping[str, Json] | None
    unread: str = ""


@dataclass(frozen=True)
class Place:
    """Where a resource was read."""

    account: str
    region: str
    partition: str = "aws"


def document(native: NativeType, item: Mapping[str, Json]) -> dict[str, Json]:
    """The properties that the item itself holds."""
    elsewhere = {name for part in native.parts for name in part.properties}
    found = {
        name: _shown(declared, _search(declared.read or f'"{name}"', item))
        for name, declared in native.properties.items()
        if declared.read or name not in elsewhere
    }
    return {name: value for name, value in found.items() if value is not None}


def completed(native: NativeType, base: Mapping[str, Json], parts: Sequence[PartAnswer]) -> dict[str, Json]:
    """The document with what its parts add; a part's value wins over the item's."""
    answer = dict(base)
    for part in parts:
        for name, expression in part.part.properties.items() if part.answer is not None else ():
            value = _shown(native.properties.get(name), _search(expression, part.answer))
            if value is not None:
                answer[name] = value
    return answer


def observation(native: NativeType, item: Mapping[str, Json], parts: Sequence[PartAnswer], place: Place) -> Observation:
    """One resource from its item and the answers of its parts."""
    whole = completed(native, document(native, item), parts)
    unread = {name: part.unread for part in parts if part.unread for name in part.part.properties}
    tags = whole.get(TAGS)
    identified = identifier(native, item)
    return Observation(
        type=native.name,
        region=place.region,
        identifier=identified,
        name=(native.called(whole) if native.called else "") or str(_search(native.label, whole) or identified),
        arn=arn(native, whole, identified, place),
        status=str(_search(native.status, item) or "") if native.status else "",
        document={**whole, TAGS: own_tags(tags)} if isinstance(tags, list) else whole,
        unread={name: why for name, why in unread.items() if name not in whole},
        request=next((str(t.get("Value")) for t in tags if t.get("Key") == REQUEST_TAG), "") if tags else "",
    )


def identifier(native: NativeType, item: Mapping[str, Json]) -> str:
    """What identifies the resource of an item, which the item itself must hold; "" where it doesn't."""
    return str(_search(native.identifier, document(native, item)) or "")


def own_tags(tags: list[Json]) -> list[Json]:
    """The tags that people set, by their key."""
    kept = [tag for tag in tags if not str(tag.get("Key", "")).startswith("aws:") and tag.get("Key") != REQUEST_TAG]
    return sorted(kept, key=lambda tag: str(tag.get("Key", "")))


def jsonable(value: Json) -> Json:
    """The value as JSON, without None members of structures."""
    if isinstance(value, Mapping):
        return {str(name): jsonable(member) for name, member in value.items() if member is not None}
    if isinstance(value, list | tuple | set):
        return [jsonable(item) for item in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _search(expression: str, value: Json) -> Json:
    return jmespath.search(expression, value) if expression else None


def _shown(declared: Property | None, value: Json) -> Json:
    """A value of an answer as the document shows it."""
    decode = declared.decode if declared else None
    return formed(declared, jsonable(value if decode is None or value is None else decode(value)))


def arn(native: NativeType, whole: Mapping[str, Json], identifier: str, place: Place) -> str:
    """The ARN of a resource, from its document or put together; "" where it has none."""
    found = _search(native.arn, whole)
    if isinstance(found, str):
        return found
    known = {"partition": place.partition, "region": place.region, "account": place.account, "id": identifier}
    return native.arn_template.format(**{**dict.fromkeys(native.properties, ""), **whole, **known})

"""How DynamoDB writes what a table's document says, and what it refuses."""

from collections.abc import Iterator, Mapping

from apps.catalog.types import Document, Json

UNITS = ("ReadCapacityUnits", "WriteCapacityUnits")
INDEX = ("IndexName", "KeySchema", "Projection")
INDEXES = "GlobalSecondaryIndexes"
LONGEST = 35  # days


def throughput(value: Json) -> Json:
    """None for a table on demand, which AWS shows as zeros."""
    return {name: value[name] for name in UNITS} if any(value.get(name) for name in UNITS) else None


def indexes(found: Json) -> Json:
    return [_index(each) for each in found]


def _index(found: Mapping[str, Json]) -> Json:
    given = throughput(found.get("ProvisionedThroughput") or {})
    return {name: found[name] for name in INDEX if name in found} | ({"ProvisionedThroughput": given} if given else {})


def streamed(found: Json) -> Json:
    return {"StreamViewType": found["StreamViewType"]} if found.get("StreamEnabled") else None


def stream(value: Json) -> Json:
    return {"StreamEnabled": True, **value}


def encrypted(found: Json) -> Json:
    if found.get("Status") not in ("ENABLED", "ENABLING", "UPDATING"):
        return None
    named = {"SSEType": found.get("SSEType"), "KMSMasterKeyId": found.get("KMSMasterKeyArn")}
    return {"SSEEnabled": True} | {name: value for name, value in named.items() if value}


def sse(value: Json) -> Json:
    return {"Enabled" if name == "SSEEnabled" else name: member for name, member in value.items()}


def recoverable(found: Json) -> Json:
    """Whether the table can be restored, and to which day where it isn't the longest time."""
    enabled = found.get("PointInTimeRecoveryStatus") == "ENABLED"
    days = found.get("RecoveryPeriodInDays")
    shorter = {"RecoveryPeriodInDays": days} if enabled and days not in (None, LONGEST) else {}
    return {"PointInTimeRecoveryEnabled": enabled, **shorter}


def expiring(found: Json) -> Json:
    if found.get("TimeToLiveStatus") not in ("ENABLED", "ENABLING"):
        return {"Enabled": False}
    return {"Enabled": True, "AttributeName": found["AttributeName"]}


def own_key(given: Json) -> Json:
    """With its only type; DynamoDB's own key is shown as nothing (`botocore, dynamodb SSEDescription`)."""
    if not isinstance(given, Mapping) or given.get("SSEEnabled") is None:
        return given
    return {**given, "SSEType": "KMS"} if given["SSEEnabled"] else None


def standard(given: Json) -> Json:
    """A table that never had another class is shown without one."""
    return None if given == "STANDARD" else given


def period(given: Json) -> Json:
    """Recovery that is off has no days, and the longest time is shown as none."""
    if not isinstance(given, Mapping) or "PointInTimeRecoveryEnabled" not in given:
        return given
    kept = given["PointInTimeRecoveryEnabled"] and given.get("RecoveryPeriodInDays") not in (None, LONGEST)
    return {name: value for name, value in given.items() if name != "RecoveryPeriodInDays" or kept}


def off(given: Json) -> Json:
    """Expiry that is off names no attribute."""
    return {"Enabled": False} if isinstance(given, Mapping) and given.get("Enabled") is False else given


def pointed(before: Document, after: Document, arguments: Document) -> Document:
    """Taking expiry away names the attribute as well (`botocore, dynamodb UpdateTimeToLive`)."""
    old, new = ((values.get("TimeToLiveSpecification") or {}) for values in (before, after))
    return {"TimeToLiveSpecification": {"AttributeName": old.get("AttributeName"), "Enabled": False, **new}}


def priced(before: Document, after: Document, arguments: Document) -> Document:
    """A throughput goes with the mode that has one (`botocore, dynamodb UpdateTable` on BillingMode)."""
    on_demand = after.get("BillingMode") == "PAY_PER_REQUEST"
    return {name: value for name, value in arguments.items() if not (on_demand and name == "ProvisionedThroughput")}


def indexed(before: Document, after: Document, arguments: Document) -> Document:
    """What becomes of the indexes, one by one, with the attributes of all keys."""
    old, new = _by_name(before), _by_name(after)
    gone = [{"Delete": {"IndexName": name}} for name in old if name not in new]
    made = [{"Create": index} for name, index in new.items() if name not in old]
    changed = [
        {"Update": {"IndexName": name, "ProvisionedThroughput": index["ProvisionedThroughput"]}}
        for name, index in new.items()
        if name in old and index != old[name] and index.get("ProvisionedThroughput")
    ]
    return {
        "AttributeDefinitions": after.get("AttributeDefinitions") or [],
        "GlobalSecondaryIndexUpdates": gone + made + changed,
    }


def _by_name(document: Document) -> dict[str, Json]:
    return {index["IndexName"]: index for index in document.get(INDEXES) or []}


def refuse(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    """Sources: `botocore, dynamodb CreateTable` and `dynamodb UpdateTable`, on each of them."""
    yield from _capacity(before, after)
    yield from _index_changes(before, after) if before else ()
    for index in _by_name(after).values():
        yield from _unknown(INDEXES, index, (*INDEX, "ProvisionedThroughput"))
    known = {each["AttributeName"] for each in after.get("AttributeDefinitions") or []}
    keys = {each["AttributeName"] for each in _keys(after)}
    for name in sorted(keys - known) if after.get("KeySchema") else ():
        yield "AttributeDefinitions", f"{name} is part of a key. Define it."
    for name in sorted(known - keys) if after.get("KeySchema") else ():
        yield "AttributeDefinitions", f"{name} is part of no key, and only those are defined. Remove it."
    yield from _stream_and_expiry(before, after)
    yield from _encryption_and_recovery(before, after)


def _stream_and_expiry(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    old, new = (values.get("StreamSpecification") or {} for values in (before, after))
    yield from _unknown("StreamSpecification", new, ("StreamViewType",))
    if old and new and old != new:
        yield "StreamSpecification", "A stream keeps its view type. Take it away first, then add another."
    old, new = (values.get("TimeToLiveSpecification") or {} for values in (before, after))
    named = new.get("AttributeName")
    if new.get("Enabled") and not named:
        yield "TimeToLiveSpecification", "Expiry needs the attribute that holds the time. Name it."
    if old.get("Enabled") and new.get("Enabled") and named != old.get("AttributeName"):
        yield "TimeToLiveSpecification", "The attribute changes only while expiry is off. Switch it off first."


def _encryption_and_recovery(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    key = after.get("SSESpecification") or {}
    named = key.get("SSEEnabled") and key.get("KMSMasterKeyId")
    if key and not named and key != before.get("SSESpecification"):
        yield "SSESpecification", "SSEEnabled with KMSMasterKeyId, or nothing for DynamoDB's own key. Name a key."
    recovery = after.get("PointInTimeRecoverySpecification") or {}
    if recovery and recovery.get("PointInTimeRecoveryEnabled") is None:
        yield "PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled says whether. Give it."


def _unknown(name: str, given: Mapping[str, Json], known: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for member in sorted(given.keys() - set(known)):
        yield name, f"{member} is not covered yet there. Leave it out."


def _capacity(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    provisioned = after.get("BillingMode", "PROVISIONED") == "PROVISIONED"
    if provisioned and not after.get("ProvisionedThroughput"):
        yield "ProvisionedThroughput", "A provisioned table needs its units. Give them, or choose PAY_PER_REQUEST."
    if not provisioned and after.get("ProvisionedThroughput") not in (None, before.get("ProvisionedThroughput")):
        yield "ProvisionedThroughput", "A table on demand has none. Leave it out, or choose PROVISIONED."
    if any(units < 1 for units in (after.get("ProvisionedThroughput") or {}).values()):
        yield "ProvisionedThroughput", "At least 1 unit of each. Write more."
    switched = before.get("BillingMode") == "PAY_PER_REQUEST" and provisioned
    if switched and after.get(INDEXES):
        yield "BillingMode", "The indexes would need units in the same call, which is not covered yet."


def _index_changes(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    old, new = _by_name(before), _by_name(after)
    if len(old.keys() ^ new.keys()) > 1:
        yield INDEXES, "AWS adds or removes one index at a time. Make a change for each."
    for name in old.keys() & new.keys():
        if any(old[name].get(member) != new[name].get(member) for member in ("KeySchema", "Projection")):
            yield INDEXES, f"{name} can't change its key or projection. Add an index of another name, then remove it."
    if (
        before.get("KeySchema")
        and before.get("AttributeDefinitions") != after.get("AttributeDefinitions")
        and old == new
    ):
        yield "AttributeDefinitions", "The attributes change with the indexes only. Add or remove an index."


def _keys(document: Document) -> Iterator[Mapping[str, Json]]:
    yield from document.get("KeySchema") or []
    for each in (*(document.get(INDEXES) or []), *(document.get("LocalSecondaryIndexes") or [])):
        yield from each.get("KeySchema") or []

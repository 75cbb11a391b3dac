"""What makes a proposal impossible, as (property, code, sentence); every check yields all it finds.

What the registry schema says against a value (enum, range, pattern, unknown members) is said at its property, whatever
door it came through; parameters outside botocore's model are refused by `apps.aws.validate`.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import jmespath

from apps.catalog import shape
from apps.catalog.types import Modify, NativeType, Only, Property
from apps.planning import codec, diff, secrets
from apps.planning.parameters import nodes
from apps.planning.plan import Call, Difference, Slot

Json = Any
Found = tuple[str, str, str]
NUMBERS, PRODUCT = re.compile(r"\d+"), re.compile(r"\D*")
RESERVED = ("aws:", "ringi:")
MOST_TAGS, LONGEST_KEY, LONGEST_TAG = 50, 128, 256
EMPTY: tuple[Json, ...] = (None, "", [], {})


def status(native: NativeType, now: str, names: Collection[str] = ()) -> Iterator[Found]:
    """A resource that is in the middle of something, unless that admits a change of these properties."""
    admitted = names and set(names) <= {*native.admits.get(now, ())}
    if native.settled and now not in native.settled and not admitted:
        settled = " or ".join(native.settled)
        sentence = f"It is {now or 'unknown'} now and can be changed when it is {settled}. {_help(native, now)}"
        if some := native.admits.get(now):
            sentence = f"It is {now} now, in which only {', '.join(some)} can be changed. Propose those by themselves."
        yield "", "status", sentence


def deletable(native: NativeType, now: str, consents: Mapping[str, str]) -> Iterator[Found]:
    """A resource that AWS does not delete as it is now, or not with a last snapshot."""
    how = native.delete
    if how is None or not native.settled or now in native.settled:
        return
    if now not in how.admits:
        states = " or ".join([*native.settled, *how.admits])
        yield "", "status", f"It is {now or 'unknown'} now and can be deleted when it is {states}. {_help(native, now)}"
    elif how.snapshot and now in how.snapshot.never and not consents.get("no_snapshot", "").strip():
        yield (
            "",
            "status",
            f"It is {now}, and AWS takes no last snapshot of it then. Delete it without, with the reason.",
        )


def guarded(native: NativeType, document: Mapping[str, Json]) -> Iterator[Found]:
    """A resource that is protected against being deleted."""
    guard = native.delete.guard if native.delete else None
    if guard and jmespath.search(guard.holds, dict(document)):
        sentence = (
            f"It is protected: AWS does not delete it while its {guard.property} says so. Take the protection away by "
            "a request of its own, then propose this again."
        )
        yield "", "protected", sentence


def _help(native: NativeType, now: str) -> str:
    return native.cures[now].sentence if now in native.cures else "Wait, then propose again."


def readable(native: NativeType, names: Mapping[str, Json], unread: Mapping[str, str]) -> Iterator[Found]:
    """Properties that could not be read, or that would be sent along with one that changes."""
    needed = dict.fromkeys(names)
    for strategy in native.update:
        for group in strategy.together if isinstance(strategy, Modify) else ():
            needed |= dict.fromkeys(group) if set(group) & set(names) else {}
    for name in needed:
        if name in unread:
            yield (name, "unread", f"{name} could not be read: {unread[name]} It can't be changed unseen.")


def pending(native: NativeType, document: Mapping[str, Json], calls: Sequence[Call]) -> Iterator[Found]:
    """What AWS has waiting and a call would carry out at once, without its being proposed."""
    how, set_here = native.pending, {name for call in calls for name in call.sets}
    if how is None or not any(call.operation in how.operations for call in calls):
        return
    window = document.get("PreferredMaintenanceWindow")
    until = f" until the maintenance window ({window})" if window else ""
    for name, coming in (document.get(how.property) or {}).items():
        if name not in set_here:
            said = coming if isinstance(coming, str) else json.dumps(coming, sort_keys=True)
            yield (
                name if name in native.properties else "",
                "pending",
                f"AWS holds {name} = {said} back{until}, and this change would carry that out at once. "
                "Propose that value here, too, so that it is reviewed, or wait until AWS has carried it out.",
            )


def kept(native: NativeType, document: Mapping[str, Json], wanted: Mapping[str, Json]) -> Iterator[Found]:
    """Items of a list that AWS merges: it has no way to remove them."""
    for name, value in wanted.items():
        key = native.properties[name].merges if name in native.properties else ""
        lost = diff.by_key(document.get(name), key).keys() - diff.by_key(value, key).keys() if key else ()
        for each in sorted(lost):
            yield name, "kept", f"AWS keeps {each} of {name} once it is there. Give it another value, or leave it."


def covered(native: NativeType, names: Mapping[str, Json], also: tuple[str, ...] = ()) -> Iterator[Found]:
    """Properties that this type doesn't know or doesn't let anyone set; `also` may be set all the same."""
    for name in names:
        if name not in native.properties:
            yield (name, "not_covered", f"{name} of {native.title} can't be changed here. Remove it from the proposal.")
        elif not native.properties[name].editable and name not in also:
            yield (name, "read_only", f"{name} is set by AWS and can't be changed. Remove it from the proposal.")


def value(native: NativeType, name: str, wanted: Json) -> Iterator[Found]:
    """Values that no plan can carry, and secrets anywhere but by reference at a property declared secret."""
    try:
        codec.text(wanted)
    except ValueError:
        yield (name, "value", f"{name} holds a value that can't be sent exactly. Write large numbers as text.")
        return
    if any(isinstance(node, Slot) for node in nodes(wanted)):
        yield (name, "value", f"{name} uses a placeholder that only Ringi fills in. Give it a value.")
    yield from ((name, code, sentence) for code, sentence in secrets.wrong(native, name, wanted))


def own_tags(name: str, wanted: Json) -> Iterator[Found]:
    """Keys of tags that belong to somebody else: AWS's, and those by which Ringi knows what it made."""
    rows = wanted if isinstance(wanted, list | tuple) and name.endswith("Tags") else ()
    keys = [str(row.get("Key", "")) for row in rows if isinstance(row, Mapping)]
    for key in keys:
        if key.lower().startswith(RESERVED):
            yield name, "reserved", f"No key of a tag may begin with aws: or ringi:. Remove the tag {key}."


def tags(name: str, before: Json, wanted: Json) -> Iterator[Found]:
    """Rules of every service: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions"""
    if not name.endswith("Tags") or not isinstance(wanted, list | tuple):
        return
    rows = [row for row in wanted if isinstance(row, Mapping)]
    keys = [str(row.get("Key", "")) for row in rows]
    for key in dict.fromkeys(key for key in keys if keys.count(key) > 1):
        yield name, "tags", f"The tag {key} is there twice. Keep one of them."
    if len(rows) > MOST_TAGS:
        yield name, "tags", f"AWS takes {MOST_TAGS} tags at most; these are {len(rows)}. Remove some."
    for row in rows:
        if row not in (before or ()):
            yield from ((name, "tags", said) for said in _wrong_tag(row))


def _wrong_tag(row: Mapping[str, Json]) -> Iterator[str]:
    key, text = str(row.get("Key", "")), row.get("Value")
    if not 1 <= len(key) <= LONGEST_KEY:
        yield f"The key of a tag has 1 to {LONGEST_KEY} characters; this has {len(key)}."
    if isinstance(text, str) and len(text) > LONGEST_TAG:
        yield f"The value of a tag has {LONGEST_TAG} characters at most; that of {key[:LONGEST_KEY]} has {len(text)}."
    if any(part != part.strip() for part in (key, text) if isinstance(part, str)):
        yield f"The tag {key.strip()} begins or ends with a space, which nobody sees. Remove it."


def shaped(
    native: NativeType, region: str, document: Mapping[str, Json], wanted: Mapping[str, Json]
) -> Iterator[Found]:
    """Values that the registry schema or the type itself refuses.

    An empty list means "not set"; values that only a run will know can't be judged.
    """
    after = {**document, **wanted}
    known = shape.shapes(native.name, region, after)
    judged = {n: value for n, value in wanted.items() if n in known and value != [] and not list(nodes(value))}
    found = [(name, "schema", said) for name, value in judged.items() for said in shape.faults(known[name], value)]
    yield from found
    for name in wanted if not found else ():
        yield from tags(name, document.get(name), wanted[name])
        yield from zones(region, name, wanted[name])
    if native.refuse and not found:
        yield from ((name, "refused", sentence) for name, sentence in native.refuse(document, after))


def zones(region: str, name: str, wanted: Json) -> Iterator[Found]:
    """Zones are called after their region: https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html"""
    for zone in wanted if isinstance(wanted, list | tuple) else [wanted]:
        if name in shape.ZONES and isinstance(zone, str) and not zone.startswith(region):
            yield name, "zone", f"{zone} is no zone of {region}. Choose one such as {region}a."


def complete(native: NativeType, region: str, wanted: Mapping[str, Json]) -> Iterator[Found]:
    """What a new resource lacks: what its schema requires, what it is called by, what must come with something else."""
    created = native.create.properties if native.create else ()
    for name in dict.fromkeys([*shape.required(native.name, region), *shape.naming(native)]):
        if name in created and wanted.get(name) in EMPTY:
            yield name, "required", f"{name} is needed for a new {native.title}. Give it a value."
    for name, others in shape.needed_with(native.name, region).items():
        for other in others if wanted.get(name) not in EMPTY else ():
            if wanted.get(other) in EMPTY:
                yield other, "required", f"{other} is needed together with {name}. Give it a value."


def step(declared: Property, difference: Difference) -> Iterator[Found]:
    """Numbers and versions that move the wrong way."""
    name = difference.property
    if declared.only and _wrong_way(declared.only, difference.before, difference.after):
        yield (name, "only", f"{name} can only {declared.only}: it is {difference.before} now. Choose another value.")


def _wrong_way(only: Only, before: Json, after: Json) -> bool:
    if only is Only.LATER:
        return _older(str(after or ""), str(before or ""))
    try:
        old, new = float(before), float(after)
    except (TypeError, ValueError):
        return False
    return new < old if only is Only.INCREASE else new > old


def _older(version: str, than: str) -> bool:
    """Whether a version comes before another of the same product, as far as both of them say."""
    new, old = (list(map(int, NUMBERS.findall(text))) for text in (version, than))
    said = min(len(new), len(old))
    return PRODUCT.findall(version)[0] == PRODUCT.findall(than)[0] and new[:said] < old[:said]

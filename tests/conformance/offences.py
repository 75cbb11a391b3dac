"""What a declaration gets wrong about AWS, as sentences: against the registry schemas and botocore's service models."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from html import unescape
from typing import Any

from botocore.loaders import create_loader
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StringShape, StructureShape

from apps.aws import shapes
from apps.aws.validate import validate_parameters
from apps.catalog import registry, schemas
from apps.catalog import shape as registry_shape
from apps.catalog.types import (
    Arguments,
    Batch,
    EffectKind,
    Lookup,
    Modify,
    NativeType,
    Part,
    Property,
    Put,
    Read,
    SetDiff,
    Wait,
)
from tests.conformance.expression import ANYTHING, ListOf, Schema, Unresolved, gives

TOKYO = "ap-northeast-1"
PROSE = create_loader()  # the product reads the models without it
PIECES = {"ids": ListOf(ANYTHING), "path": ListOf(ANYTHING)}
FACTS = {"id": ANYTHING, **PIECES, "region": ANYTHING, "account": ANYTHING}
URL = re.compile(r"https://docs\.aws\.amazon\.com/\S+(: .+)?")
QUOTE = re.compile(r"botocore, ([a-z0-9-]+) (\w+): (.+)")
SCHEMA = re.compile(r"(AWS::\w+::\w+) registry schema: (conditionally )?(create-only|mutable) property")
# The CloudFormation user guide says "Some interruptions" of these, and the CDK's data that they may replace.
MAY_INTERRUPT = {
    "AWS::EC2::Instance": {"EbsOptimized", "InstanceType", "SecurityGroupIds"},
    "AWS::EC2::SecurityGroup": {"SecurityGroupEgress", "SecurityGroupIngress"},
    "AWS::RDS::DBInstance": {
        *("AutoMinorVersionUpgrade", "BackupRetentionPeriod", "DBInstanceClass", "DBParameterGroupName"),
        *("EngineVersion", "MultiAZ", "PreferredMaintenanceWindow", "StorageType"),
    },
}
OPENS = re.compile(
    r"^(Public|MapPublic|Scheme$)|PubliclyAccessible|Ingress$|(Access|Key|FileSystem|Assume\w+|Repository)Polic|PolicyDocument"
)
PEERED = re.compile(r"SecurityGroup(s|Ids|Ingress|Egress)$|PubliclyAccessible")
CLOSED = {  # they name nobody
    ("AWS::IAM::ManagedPolicy", "PolicyDocument"): "what its holders may do",
    ("AWS::EC2::VPCEndpoint", "PolicyDocument"): "what may pass from within the network",
    ("AWS::EC2::KeyPair", "PublicKeyMaterial"): "the public half of a key",
}
KINDS = {
    "string": {"string", "timestamp", "blob"},
    "integer": {"integer", "long"},
    "number": {"float", "double"},
    "boolean": {"boolean"},
    "array": {"list"},
    "object": {"structure", "map"},
}
Offences = Iterator[str]


def schema(native: NativeType) -> Mapping[str, Any]:
    return schemas.schema(native.name, TOKYO)


def named(native: NativeType, keyword: str) -> set[str]:
    """The whole properties that a keyword of the schema lists."""
    paths = schema(native).get(keyword, ())
    return {path.removeprefix("/properties/") for path in paths if path.count("/") == 2}


@cache
def shaped(type_name: str) -> Mapping[str, registry_shape.Shape]:
    return registry_shape.shapes(type_name, TOKYO, {})


def changeable(declared: Property) -> bool:
    return declared.editable and declared.effect.kind is not EffectKind.REPLACES


# One property


def property_unknown(native: NativeType, name: str) -> Offences:
    if (name in schema(native)["properties"]) is native.properties[name].state:
        yield f"{name} {'is' if native.properties[name].state else 'is not'} in the registry schema"


def property_never_changes(native: NativeType, name: str) -> Offences:
    declared, only = native.properties[name], named(native, "createOnlyProperties")
    if name in only and changeable(declared):
        yield f"{name} is create-only and declared changeable in place"
    if name in named(native, "readOnlyProperties") and declared.editable:
        yield f"{name} is read-only and declared editable"
    created = native.create.properties if native.create else ()
    if name in only and declared.effect.kind is EffectKind.ONLINE and name not in created:
        yield f"{name} is create-only and declared online"
    if declared.effect.kind is EffectKind.REPLACES and name not in only | named(
        native, "conditionalCreateOnlyProperties"
    ):
        yield f"{name} is declared to replace, which the registry schema doesn't say"


def property_fixed_without_reason(native: NativeType, name: str) -> Offences:
    declared = native.properties[name]
    if declared.state and declared.editable:
        yield f"{name} is what AWS says and declared editable"
    if not declared.editable and not declared.help and name not in named(native, "readOnlyProperties"):
        yield f"{name} could be written, is not editable, and nothing says why"


def property_without_source(native: NativeType, name: str) -> Offences:
    declared = native.properties[name]
    doubtful = named(native, "conditionalCreateOnlyProperties") | MAY_INTERRUPT.get(native.name, set())
    needed = declared.effect.kind is not EffectKind.ONLINE or declared.irreversible or name in doubtful
    if needed and changeable(declared) and not declared.effect.source:
        yield f"{name} names no source for its effect"
    if declared.effect.source:
        yield from source(native, name, declared.effect.source)


def property_without_a_way(native: NativeType, name: str) -> Offences:
    """Changeable, but no update covers it."""
    covered = {each for update in native.update for each in _covers(update)}
    if changeable(native.properties[name]) and name not in covered:
        yield f"{name} is editable and no update covers it"


def property_not_read(native: NativeType, name: str) -> Offences:
    """Whether the item of a read, or a part of it, holds the property."""
    declared = native.properties[name]
    if not declared.read and any(name in part.properties for part in native.parts):
        return
    yield from unresolved(f"{name} read from", declared.read or f'"{name}"', item(native.service, native.read))


def property_opens_unseen(native: NativeType, name: str) -> Offences:
    """What may open something to everybody says when it does; lists of peers say whom a change may cut off."""
    declared = native.properties[name]
    if not (declared.editable or (native.create and name in native.create.properties)) or (native.name, name) in CLOSED:
        return
    if OPENS.search(name) and not declared.exposes:
        yield f"{name} may open something to everybody, and nothing says when"
    if PEERED.search(name) and changeable(declared) and not declared.cuts:
        yield f"{name} may cut off somebody, and nothing says when"


def property_limits(native: NativeType, name: str) -> Offences:
    """Limits narrow what the schema says of a property of that kind, and their patterns are understood."""
    known = shaped(native.name).get(name)
    if known and known.schema.get("pattern"):
        registry_shape.faults(known, "x")
    for keyword in native.properties[name].limits:
        if keyword not in {"minimum", "maximum", "enum", "pattern", "maxLength", "minLength"}:
            yield f"{name} is limited by {keyword}, which is no limit"


PROPERTY_RULES: tuple[Callable[[NativeType, str], Offences], ...] = (
    property_unknown,
    property_never_changes,
    property_fixed_without_reason,
    property_without_source,
    property_without_a_way,
    property_not_read,
    property_opens_unseen,
    property_limits,
)


# The whole type


def type_leaves_out(native: NativeType) -> Offences:
    excused = {name for names in native.uncovered.values() for name in names}
    fixed = ("readOnlyProperties", "createOnlyProperties", "writeOnlyProperties", "deprecatedProperties")
    known = set(schema(native)["properties"])
    settled = {name for keyword in fixed for name in named(native, keyword)}
    for name in sorted(known - set(native.properties) - settled - excused):
        yield f"{name} could be changed, is not declared, and nothing says why"
    for name in sorted(excused & set(native.properties) | excused - known):
        yield f"{name} is excused for nothing"


def type_reads(native: NativeType) -> Offences:
    for how in (native.list, native.read):
        yield from read(native, how)
    listed, one = item(native.service, native.list), item(native.service, native.read)
    if native.status:
        yield from unresolved("status", native.status, one)
    for name in ("status",) if native.status else ():
        yield from unresolved(name, native.status, listed)
    for part in native.parts:
        yield from one_part(native, part)


def type_expressions(native: NativeType) -> Offences:
    for purpose in ("identifier", "label", "arn"):
        if expression := getattr(native, purpose):
            yield from unresolved(purpose, expression, document(native))
    if native.arn_template:
        native.arn_template.format(**dict.fromkeys(("partition", "region", "account", "id", *native.properties), ""))


def type_states(native: NativeType) -> Offences:
    known = states(native)
    waits = [wait for wait in _waits(native) if wait]
    used = {*native.settled, *native.admits, *native.cures}
    used |= {state for wait in waits for state in (*wait.until, *wait.failed)}
    for state, cure in native.cures.items():
        yield from source(native, state, cure.source)
    if native.delete:
        last = native.delete.snapshot
        used |= {*native.delete.admits, *(last.never if last else ())}
        for state, where in native.delete.admits.items():
            yield from source(native, state, where)
    for update in native.update:
        if isinstance(update, Modify) and update.around:
            used |= {update.around.when, update.around.before.leaves, update.around.after.leaves}
    for state in sorted(used - {"gone"}):
        if not native.status:
            yield f"it waits for {state} and has no status"
        elif known and state not in known:
            yield f"{state} is not one of AWS's states {sorted(known)}"


def type_updates(native: NativeType) -> Offences:
    for update in native.update:
        match update:
            case Modify():
                yield from call(native, update.operation, update.arguments, update.always)
                for name in update.properties:
                    declared = native.properties[name]
                    if update.adapt and not (
                        declared.argument or argument_shape(native.service, update.operation, name)
                    ):
                        continue
                    yield from carries(native, update.operation, declared.argument or name, name, declared)
                for act in (update.around.before, update.around.after) if update.around else ():
                    yield from call(native, act.operation, act.arguments)
            case Put():
                yield from call(native, update.operation, update.arguments)
                clearing = {**update.arguments, **update.clear_arguments}
                yield from (call(native, update.clear, clearing) if update.clear else ())
                yield from (call(native, update.lower, update.arguments) if update.lower else ())
                if update.argument and not update.encode:
                    declared = replace(native.properties[update.property], wrap="")
                    yield from carries(native, update.operation, update.argument, update.property, declared)
            case SetDiff():
                for operation, argument, encode, more in (
                    *([(update.alter, update.add_argument, update.encode_add, {})] if update.alter else ()),
                    (update.add, update.add_argument, update.encode_add, {}),
                    (update.remove, update.remove_argument, update.encode_remove, update.remove_arguments),
                ):
                    yield from call(native, operation, {**update.arguments, **more})
                    taken = (ListShape, MapShape) if encode else ListShape
                    taken = StringShape if encode and update.size == 1 else taken
                    if not isinstance(argument_shape(native.service, operation, argument), taken):
                        yield f"{operation} takes no list as {argument}"


def type_acts_on_what_pends(native: NativeType) -> Offences:
    """A call that is applied immediately carries out all that AWS has waiting; what needs a reboot has its call."""
    how, states = native.pending, {name for name, declared in native.properties.items() if declared.state}
    if how and how.property not in states:
        yield f"{how.property} is where changes pend, and no state of the type"
    looked_at = {"", *(how.operations if how else ())}
    for update in native.update:
        operations = {update.operation, update.lower} if isinstance(update, Put) else set()
        sent, then = set(update.arguments), None
        if isinstance(update, Modify):
            operations, sent, then = {update.operation}, sent | {*update.always}, update.then
        if "ApplyImmediately" in sent and not operations <= looked_at:
            yield f"{update.operation} carries out what pends, which nobody looks at"
        yield from call(native, then.operation, then.arguments) if then else ()
        for name in _covers(update):
            reboots = native.properties[name].effect.kind is EffectKind.REBOOTS
            if reboots and not (then and name in then.properties and states >= {*then.shows}):
                yield f"{name} takes effect with a reboot, and no call makes it"


def type_creates(native: NativeType) -> Offences:
    how = native.create
    if how is None:
        return
    yield from call(native, how.operation, {})
    for name in how.properties if how.adapt is None else ():
        declared = native.properties[name]
        yield from carries(native, how.operation, declared.argument or name, name, declared)
    made = shapes.operation(native.service, how.operation)
    for name, expression in how.outputs.items():
        yield from unresolved(f"output {name}", expression, made.output_shape if made else None)
    for argument in how.region_arguments(TOKYO) if how.region_arguments else ():
        if argument_shape(native.service, how.operation, argument) is None:
            yield f"{how.operation} takes no {argument}"
    if how.tags and argument_shape(native.service, how.operation, how.tags([])[0]) is None:
        yield f"{how.operation} takes no tags as {how.tags([])[0]}"
    token = argument_shape(native.service, how.operation, how.token) if how.token else None
    if how.token and not (token and token.metadata.get("idempotencyToken")):
        yield f"{how.token} of {how.operation} is no idempotency token"


def type_deletes(native: NativeType) -> Offences:
    if native.delete:
        yield from call(native, native.delete.operation, native.delete.arguments)
        last = native.delete.snapshot
        for argument in (last.name, last.skip) if last else ():
            if argument and argument_shape(native.service, native.delete.operation, argument) is None:
                yield f"{native.delete.operation} takes no {argument}"
        if guard := native.delete.guard:
            yield from unresolved("guard", guard.holds, document(native))
            yield from source(native, "guard", guard.source)
            if guard.property not in native.properties or not native.properties[guard.property].editable:
                yield f"{guard.property} guards it and can't be changed"
        if not native.delete.irreversible or not native.delete.source:
            yield "deleting doesn't say what is lost and where that is written"
        yield from source(native, "deleting", native.delete.source) if native.delete.source else ()


def type_refers(native: NativeType) -> Offences:
    for pointer, target in native.refers.items():
        type_name, _, attribute = target.rpartition(".")
        other = registry.native(type_name)
        if other is None or attribute not in other.properties:
            yield f"{pointer} refers to {target}, which is not declared"
        if pointer.split("/")[0] not in native.properties:
            yield f"{pointer} refers to something and is not declared"


TYPE_RULES: tuple[Callable[[NativeType], Offences], ...] = (
    type_acts_on_what_pends,
    type_leaves_out,
    type_reads,
    type_expressions,
    type_states,
    type_updates,
    type_creates,
    type_deletes,
    type_refers,
)


# What they share


def source(native: NativeType, name: str, text: str) -> Offences:
    """An address of AWS's documentation, a sentence that the installed botocore holds, or a fact of the schema."""
    if quoted := QUOTE.fullmatch(text):
        service, operation, sentence = quoted.groups()
        if sentence not in documentation(service, operation):
            yield f"{name} quotes what botocore doesn't say: {sentence}"
    elif fact := SCHEMA.fullmatch(text):
        told, conditional, kind = fact.groups()
        keyword = "conditionalCreateOnlyProperties" if conditional else "createOnlyProperties"
        said = name in named(native, keyword) if kind == "create-only" else name not in named(native, keyword)
        if told != native.name or not said:
            yield f"{name} names a fact that the registry schema doesn't hold: {text}"
    elif not URL.fullmatch(text):
        yield f"{name} names a source that nobody can look up: {text}"


@cache
def documentation(service: str, operation: str) -> str:
    model = ServiceModel(PROSE.load_service_model(service, "service-2"), service)
    if operation not in model.operation_names:
        return ""
    found = model.operation_model(operation)
    sides = [side for side in (found.input_shape, found.output_shape) if isinstance(side, StructureShape)]
    members = [member for side in sides for member in side.members.values()]
    texts = [found.documentation, *(member.documentation for member in members)]
    return re.sub(r"\s+", " ", unescape(re.sub(r"</?[^>]+>", "", " ".join(texts))))


def document(native: NativeType) -> Mapping[str, Schema]:
    whole = schema(native)
    return {name: Schema(whole["properties"].get(name, {}), whole.get("definitions", {})) for name in native.properties}


def unresolved(purpose: str, expression: str, over: Any) -> Offences:
    try:
        gives(expression, over)
    except Unresolved as error:
        yield f"{purpose} {expression}: {error}"


def item(service: str, how: Read) -> Any:
    """The shape of one item of a list or read; `ANYTHING` when operation or path are wrong, which another rule says."""
    last = how.lookup or how
    operation = shapes.operation(service, last.operation)
    try:
        found = gives(last.items, operation.output_shape if operation else ANYTHING)
    except Unresolved:
        return ANYTHING
    if not isinstance(found, ListOf) or how.split:
        return ANYTHING
    added = dict.fromkeys(how.adds, ANYTHING)
    return {**found.item.members, **added} if added else found.item


def read(native: NativeType, how: Read) -> Offences:
    operation = shapes.operation(native.service, how.operation)
    if operation is None:
        yield f"{native.service} has no operation {how.operation}"
        return
    yield from unresolved("items", how.items, operation.output_shape)
    parent = item(native.service, how.within) if how.within else ANYTHING
    yield from arguments(native, how.operation, how.arguments, {**FACTS, "parent": parent})
    for name, expression in how.adds.items():
        yield from unresolved(name, expression, {**FACTS, "parent": parent})
    if how.within:
        yield from read(native, how.within)
    if how.lookup:
        yield from looked_up(native, how.lookup, {**FACTS, "parent": parent})


def looked_up(native: NativeType, how: Lookup, facts: Mapping[str, Any]) -> Offences:
    operation = shapes.operation(native.service, how.operation)
    if operation is None:
        yield f"{native.service} has no operation {how.operation}"
        return
    yield from unresolved("items", how.items, operation.output_shape)
    yield from arguments(native, how.operation, how.arguments, facts)
    taken = argument_shape(native.service, how.operation, how.argument)
    if isinstance(taken, ListShape) != (how.size > 1):
        yield f"{how.argument} of {how.operation} doesn't take {how.size} at once"


def one_part(native: NativeType, part: Part) -> Offences:
    operation = shapes.operation(native.service, part.operation)
    if part.batch:
        yield from batched(native, part, part.batch)
        return
    yield from call(native, part.operation, part.arguments)
    for name, expression in part.properties.items():
        if name not in native.properties:
            yield f"{part.operation} reads {name}, which is not declared"
        if operation:
            yield from unresolved(f"{name} read by {part.operation} from", expression, operation.output_shape)


def batched(native: NativeType, part: Part, batch: Batch) -> Offences:
    others = {name: expression for name, expression in part.arguments.items() if name != batch.argument}
    yield from call(native, part.operation, others)
    yield from unresolved(batch.argument, part.arguments[batch.argument], document(native))
    if not isinstance(argument_shape(native.service, part.operation, batch.argument), ListShape):
        yield f"{part.operation} takes no list as {batch.argument}"
        return
    operation = shapes.operation(native.service, part.operation)
    found = gives(batch.items, operation.output_shape if operation else ANYTHING)
    about = found.item if isinstance(found, ListOf) else found.member if isinstance(found, ListShape) else ANYTHING
    for purpose, expression in {"key": batch.key, **part.properties}.items():
        yield from unresolved(f"{purpose} read by {part.operation} from", expression, about)
    yield from (
        f"{part.operation} reads {n}, which is not declared" for n in part.properties if n not in native.properties
    )


def call(native: NativeType, operation: str, given: Arguments, always: Mapping[str, Any] | None = None) -> Offences:
    """Arguments over the document and the ARN, and constants, against what the operation takes."""
    if shapes.operation(native.service, operation) is None:
        yield f"{native.service} has no operation {operation}"
        return
    yield from arguments(native, operation, given, {**document(native), "arn": ANYTHING})
    wrong = validate_parameters(native.service, operation, always) if always else []
    yield from (sentence for sentence in wrong if not sentence.endswith("is missing."))


def arguments(native: NativeType, operation: str, given: Arguments, over: Mapping[str, Any]) -> Offences:
    for argument, expression in given.items():
        taken = argument_shape(native.service, operation, argument)
        if taken is None:
            yield f"{operation} takes no {argument}"
            continue
        try:
            value = gives(expression, over)
        except Unresolved as error:
            yield f"{argument} of {operation} from {expression}: {error}"
            continue
        if isinstance(value, ListOf) != isinstance(taken, ListShape):
            yield f"{argument} of {operation} is no {taken.type_name}"


def argument_shape(service: str, operation: str, argument: str) -> Shape | None:
    taken = shapes.input_shape(service, operation)
    return taken.members.get(argument) if isinstance(taken, StructureShape) else None


def carries(native: NativeType, operation: str, argument: str, name: str, declared: Property) -> Offences:
    """Whether the argument takes a value of the property's kind; what `encode` makes of it is shown by the plans."""
    taken = argument_shape(native.service, operation, argument)
    if taken is not None and declared.wrap:
        taken = _inside(taken, declared.wrap)
    if taken is None:
        yield f"{operation} takes no {argument} for {name}"
        return
    whole = Schema(schema(native)["properties"].get(name, {}), schema(native).get("definitions", {})).whole
    if not declared.encode and taken.type_name not in KINDS[str(whole.get("type", "object"))]:
        yield f"{argument} of {operation} is {taken.type_name}, {name} is {whole.get('type')}"


def _inside(taken: Shape, member: str) -> Shape | None:
    if isinstance(taken, MapShape):
        return taken.value
    return taken.members.get(member) if isinstance(taken, StructureShape) else None


def states(native: NativeType) -> set[str]:
    """The states that botocore's model lists; empty where it lists none."""
    try:
        found = gives(native.status, item(native.service, native.read)) if native.status else None
    except Unresolved:
        return set()
    return set(found.enum) if isinstance(found, StringShape) else set()


def _covers(update: Any) -> tuple[str, ...]:
    return (update.property,) if isinstance(update, Put | SetDiff) else tuple(update.properties)


def _waits(native: NativeType) -> Iterator[Wait | None]:
    for update in native.update:
        yield getattr(update, "wait", None)
        if isinstance(update, Modify) and update.around:
            yield from (update.around.before.wait, update.around.after.wait)
    yield native.create.wait if native.create else None
    yield native.delete.wait if native.delete else None

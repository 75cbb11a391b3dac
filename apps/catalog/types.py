"""What a native resource type declares, as frozen values.

A type says how its resources are listed and read into a *resource document* (properties named as the CloudFormation
registry schema names them), which properties may be changed, with what effect, and by which AWS calls. Nothing here
calls AWS or knows Django: `planning` compiles calls from these values and `aws` reads with them.

Expressions are JMESPath. `arguments` maps a boto3 argument name to an expression over the resource document.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from apps.catalog.exposure import Judge
from apps.catalog.lines import Lines

Json = Any
Document = Mapping[str, Json]
Arguments = Mapping[str, str]
Convert = Callable[[Json], Json]
Harmless = Callable[[Json, Json], bool]
Adapt = Callable[[Document, Document, Document], Document]
Asking = Callable[[str, Mapping[str, Any]], Mapping[str, Any]]
Keys = Callable[[str], tuple[tuple[str, ...], str]]
Refuse = Callable[[Document, Document], Iterable[tuple[str, str]]]


@dataclass(frozen=True)
class Join:
    """Texts with a separator between them, where some become known only in a run: what `encode` makes of such lists."""

    separator: str
    items: tuple[Json, ...]


class EffectKind(StrEnum):
    """What a change of a property does to the running resource."""

    ONLINE = "online"
    INTERRUPTS = "interrupts"
    REBOOTS = "reboots"
    REPLACES = "replaces"
    UNKNOWN = "unknown"
    EXPOSES = "exposes"


@dataclass(frozen=True)
class Effect:
    """An effect, its usual length in minutes (a stated rule of thumb) and the source it was taken from."""

    kind: EffectKind
    minutes: int = 0
    source: str = ""


def online(source: str = "") -> Effect:
    return Effect(EffectKind.ONLINE, 0, source)


def interrupts(minutes: int, source: str) -> Effect:
    return Effect(EffectKind.INTERRUPTS, minutes, source)


def reboots(minutes: int, source: str) -> Effect:
    return Effect(EffectKind.REBOOTS, minutes, source)


def replaces(source: str) -> Effect:
    return Effect(EffectKind.REPLACES, 0, source)


class Only(StrEnum):
    """The one direction in which a number may move, or a version: its numbers one by one, as in "16.4" or "1.30-5"."""

    INCREASE = "increase"
    DECREASE = "decrease"
    LATER = "go to a later version"


@dataclass(frozen=True)
class Property:
    """One property of the resource document that this type covers.

    `read` is evaluated on the item of a list or read answer (default: the property's own name); `decode` then turns the
    value into the document's form and `encode` turns the document's form into the argument's. `argument` is the boto3
    argument that carries it (default: same name); `wrap` puts the value into a one-member structure first.
    `unordered` lists compare as sets. `irreversible` says in a sentence why a change can't be taken back ("" = it
    can). `exposes` says in a sentence what a change opens to everybody, `cuts` whom it may cut off ("" = nobody);
    the first stands before every other effect. `lines` says how forms show the items of a list as a table; `keys`
    that the items are settings by their `Key`: for each the values to choose from, and in words what its `Value`
    may be. With `shortens` a change is irreversible only where a number becomes smaller, or is set for the first
    time. `harmless` says between which two values the change is online in spite of the `effect` that others have.
    Where `secret`, a text can only be a reference to a secret, and variables of an `Environment` in a structure may
    be one (`apps.planning.secrets`); no other property takes one. `limits` are keywords of JSON Schema that narrow
    the registry schema, for what AWS says only in prose. A property that could be written and is not `editable` says
    why in `help`. `columns` are the members of its items that a form asks for, in this order (default: all of them).
    `unset` is what the argument holds to say "not set", such as an empty text, where AWS takes one. `state` says how
    far AWS has come with other properties: no registry schema has it, and nobody sets it. `merges` names the member
    by which AWS merges a list: items that a call doesn't name stay as they are, and none can be removed. `pends` says
    in a sentence when a new value takes effect, where that is later than the call and no part of the change. `form`
    makes of a value the one that AWS shows for it: with what AWS fills in, and in the one of two spellings; it leaves
    what only a run will know as it is.
    """

    effect: Effect = field(default_factory=online)
    harmless: Harmless | None = None
    exposes: Judge | None = None
    cuts: Judge | None = None
    read: str = ""
    decode: Convert | None = None
    encode: Convert | None = None
    form: Convert | None = None
    argument: str = ""
    wrap: str = ""
    unset: Json = None
    only: Only | None = None
    irreversible: str = ""
    unordered: bool = False
    editable: bool = True
    secret: bool = False
    unit: str = ""
    help: str = ""
    limits: Mapping[str, Json] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    state: bool = False
    merges: str = ""
    pends: str = ""
    shortens: bool = False
    lines: Lines | None = None
    keys: Keys | None = None

    def lasting(self, before: Json, after: Json) -> str:
        """Why the change of one value of the document into another can't be taken back, "" where it can."""
        harmless = self.shortens and isinstance(before, int) and (after is None or after >= before)
        return "" if harmless else self.irreversible

    def effect_between(self, before: Json, after: Json) -> Effect:
        """The effect of changing one value of the document into another."""
        if opened := self.exposed(before, after):
            return opened
        if self.effect.kind is EffectKind.ONLINE and (cut := self.cuts(before, after) if self.cuts else ""):
            return interrupts(0, cut)
        return online(self.effect.source) if self.harmless and self.harmless(before, after) else self.effect

    def exposed(self, before: Json, after: Json) -> Effect | None:
        """What a change or a creation opens to everybody."""
        said, cut = (judge(before, after) if judge else "" for judge in (self.exposes, self.cuts))
        return Effect(EffectKind.EXPOSES, self.effect.minutes, f"{said} {cut}".strip()) if said else None


@dataclass(frozen=True)
class Lookup:
    """The second half of a list that gives names only: `argument` takes up to `size` of them, or one where it is 1.

    `items` selects the resources in the answer; `arguments` are expressions over the same facts as those of the list.
    """

    operation: str
    argument: str
    items: str
    size: int = 1
    arguments: Arguments = field(default_factory=dict)


@dataclass(frozen=True)
class Read:
    """A read that yields items: `items` selects a list of items in the (paginated) answer.

    `arguments` are expressions over `{"id": identifier, "ids": its parts between "|", "path": its parts between "/",
    "region", "account", "parent"}`.
    Error codes in `missing` mean that the resource does not exist. `within` is the read of the parents where AWS lists
    only the children of one: the read is made for each of them, as `parent`. `lookup` turns names into resources.
    `split` makes several resources of one item, such as the routes of a route table. `adds` are members that every
    item gets because its answer doesn't say them, such as the zone of a record: expressions over the same facts.
    """

    operation: str
    items: str
    arguments: Arguments = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    within: "Read | None" = None
    lookup: Lookup | None = None
    split: Callable[[Json], Iterable[Json]] | None = None
    adds: Arguments = field(default_factory=dict)


@dataclass(frozen=True)
class Batch:
    """How one call of a part serves up to `size` resources.

    `argument` takes what the part declares for it as a list; `items` selects the answers, and the member `key` of each
    says which resource it is about.
    """

    size: int
    argument: str
    items: str
    key: str


@dataclass(frozen=True)
class Part:
    """A further read per resource; `properties` maps document property -> expression over its answer.

    `arguments` are expressions over the document of the item and, as `arn`, the resource's ARN.
    `absent` lists the error codes that mean "not configured": the properties are then left out of the document. With a
    `batch`, `properties` are expressions over one item of the answer.
    """

    operation: str
    arguments: Arguments
    properties: Mapping[str, str]
    absent: tuple[str, ...] = ()
    batch: Batch | None = None


@dataclass(frozen=True)
class Wait:
    """Until when a call has not settled: the resource's status must be in `until` ("gone" = it no longer exists).

    `minutes` is the expected duration, `timeout_minutes` when a person is asked. A status in `failed` ends the wait.
    """

    until: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    minutes: float = 0
    timeout_minutes: float = 60


@dataclass(frozen=True)
class Act:
    """A call without property arguments, such as stop and start. The resource is then in status `leaves`."""

    operation: str
    arguments: Arguments
    leaves: str
    wait: Wait


@dataclass(frozen=True)
class Around:
    """Calls before and after an update that needs the resource in another state, when its status is `when`."""

    when: str
    before: Act
    after: Act


@dataclass(frozen=True)
class Then:
    """A call after an update that lets `properties` take effect; it is done when AWS shows the values of `shows`."""

    properties: tuple[str, ...]
    operation: str
    arguments: Arguments
    shows: Mapping[str, Json]
    wait: Wait


@dataclass(frozen=True)
class Pending:
    """What AWS has accepted and not carried out yet: the `state` property that maps properties to coming values.

    A call of one of `operations` carries all of it out at once, whatever else it was made for.
    """

    property: str
    operations: tuple[str, ...] = ()


@dataclass(frozen=True)
class Modify:
    """One call that carries only what changed.

    `together` lists groups of properties sent whole whenever one of them changes. `single` makes one call for each
    property (ModifyInstanceAttribute takes one attribute at a time). `adapt` is the last word over the arguments, from
    the documents before and after the call: what follows from values, and what must not be sent along with them.
    `omits` says that AWS takes a property that is left out as one that is not set: the call sends a whole. `then` is
    the call that some of the properties need to take effect.
    """

    operation: str
    arguments: Arguments
    properties: tuple[str, ...]
    always: Mapping[str, Json] = field(default_factory=dict)
    together: tuple[tuple[str, ...], ...] = ()
    single: bool = False
    omits: bool = False
    adapt: Adapt | None = None
    around: Around | None = None
    then: Then | None = None
    wait: Wait | None = None


@dataclass(frozen=True)
class Put:
    """One call that sends one whole property; `clear` is the operation that removes it where there is one.

    Without an `argument` the call itself is the value: `operation` makes it true, `clear` makes it false.
    `keeps` is the state property with items that AWS has put into the same list: the call sends them back as they are,
    since it replaces all. `clear_arguments` are added where `clear` needs more. `lower` is the operation that makes a
    number smaller, where `operation` only makes it larger.
    """

    operation: str
    arguments: Arguments
    property: str
    argument: str = ""
    encode: Convert | None = None
    clear: str = ""
    keeps: str = ""
    clear_arguments: Arguments = field(default_factory=dict)
    lower: str = ""
    wait: Wait | None = None


@dataclass(frozen=True)
class SetDiff:
    """Two calls over a list property seen as a set: `remove` what is gone, then `add` what is new, or the other way
    round where `adds_first`.

    `key` names the members that identify an item (all members when empty). `encode_add` / `encode_remove` turn the list
    of items into the argument. A removal whose key comes back with another value is left to `add` where `add_replaces`;
    where there is an `alter`, that operation gives such an item its other members.
    `remove_arguments` are added where `remove` needs more, and `size` is the most that one call takes. `rows` are two
    functions for a property that is a structure: from it to a list of items, and back.
    """

    property: str
    arguments: Arguments
    add: str
    add_argument: str
    remove: str
    remove_argument: str
    key: tuple[str, ...] = ()
    encode_add: Convert | None = None
    encode_remove: Convert | None = None
    add_replaces: bool = False
    adds_first: bool = False
    alter: str = ""
    remove_arguments: Arguments = field(default_factory=dict)
    size: int = 0
    rows: tuple[Convert, Convert] | None = None


Update = Modify | Put | SetDiff


@dataclass(frozen=True)
class Within:
    """What a new resource gets from the one of `type` that its `property` names: defaults by that one's document."""

    property: str
    type: str
    defaults: Callable[[Document], Document]


@dataclass(frozen=True)
class Create:
    """The create call. `properties` go in the call, all others follow through the update strategies.

    `identifier` is an expression over the answer (or over the arguments where the name is chosen by us); `outputs` maps
    document property -> expression over the answer. `token` names the idempotency-token member, `tags` is the function
    that turns tag rows into (argument name, value); it must pass the values on as they are, since one of them is filled
    in at the moment of the call. `region_arguments` adds arguments that depend on the region. `defaults` maps document
    property -> the value AWS itself gives a new resource, such as a security group's first egress rule; `within` adds
    those that depend on where it is made. `unique` says
    that we choose the identifier and AWS never makes a second resource of it, so that a repetition can't make two.
    `distinct` are the properties in which no two resources may agree, where they are not the identifier. `adapt` is the
    last word over the arguments, from the values and their arguments: what is named or wrapped otherwise than in
    updates. `follows` are types of which new resources of the same request come first, and deleted ones last, although
    no value names them.
    """

    operation: str
    properties: tuple[str, ...]
    outputs: Mapping[str, str]
    token: str = ""
    tags: Callable[[list[Json]], tuple[str, Json]] | None = None
    region_arguments: Callable[[str], Mapping[str, Json]] | None = None
    defaults: Mapping[str, Json] = field(default_factory=dict)
    unique: bool = False
    distinct: tuple[str, ...] = ()
    adapt: Callable[[Document, Document], Document] | None = None
    within: Within | None = None
    follows: tuple[str, ...] = ()
    wait: Wait | None = None


@dataclass(frozen=True)
class Snapshot:
    """The last snapshot that a deletion takes: the argument with its name, and the one that says that none is taken.

    Without `skip` none is taken where no name is given. `never` are the statuses in which AWS takes none.
    """

    name: str
    skip: str = ""
    never: tuple[str, ...] = ()


@dataclass(frozen=True)
class Guard:
    """What protects a resource: AWS does not delete it while `holds`, an expression over the document, is true.

    `property` is where that is changed, `source` where it is said.
    """

    property: str
    holds: str
    source: str


@dataclass(frozen=True)
class Delete:
    """The delete call; `irreversible` says in a sentence what is lost, `source` where that is said.

    `clears` are properties that AWS wants empty first, such as the targets of a rule; their own updates empty them.
    With a `snapshot` the deletion takes a last one, unless the request says why not. `admits` are the statuses beside
    the type's `settled` in which AWS deletes, each with the source that says so. `takes` is what AWS deletes along
    with it, though it names it: by type, an expression that holds of its documents, with the status as `Status`. A
    `guard` has to be taken away by a request of its own.
    """

    operation: str
    arguments: Arguments
    irreversible: str
    wait: Wait
    source: str = ""
    clears: tuple[str, ...] = ()
    snapshot: Snapshot | None = None
    admits: Mapping[str, str] = field(default_factory=dict)
    takes: Mapping[str, str] = field(default_factory=dict)
    guard: Guard | None = None


@dataclass(frozen=True)
class Cure:
    """What helps out of a status that doesn't end by itself, in a sentence, and where AWS says so."""

    sentence: str
    source: str


@dataclass(frozen=True)
class Beside:
    """What the same request does beside a change: to others of the type (`sisters`, as they will be), and otherwise.

    `named` gives the document of the resource that a value names, where the request makes it; `gone` are identifiers.
    """

    sisters: Sequence[Document] = ()
    gone: frozenset[str] = frozenset()
    named: Callable[[Json], Document | None] = lambda value: None


@dataclass(frozen=True)
class Asks:
    """What planning asks AWS about values before anybody reviews them, by operations that only read.

    `judge` gets a way to ask (operation, arguments) -> answer, the documents before and after, and what the request
    does beside; it yields (property, sentence) for what AWS would refuse.
    """

    operations: tuple[str, ...]
    judge: Callable[[Asking, Document, Document, Beside], Iterable[tuple[str, str]]]


@dataclass(frozen=True)
class NativeType:
    """A resource type with a native driver. `name` is its CloudFormation name, `service` its boto3 client.

    `identifier`, `label`, `arn` are expressions over the document; `status` over the item. `called` gives the name that
    people read where `label` would be an identifier ("" where it can't be said). `settled` lists the statuses in which
    a change may start, `admits` by another status the properties that may be changed in it, `cures` by a status that
    doesn't end by itself what helps. `first` lists the properties shown first in forms, in order. Arguments of updates
    are expressions over the document and, as `arn`, the resource's ARN. `refuse` yields (property, sentence) for what
    AWS refuses about the document before and after. `uncovered` says, reason by reason, which properties that could be
    written are left out; those that can only be set at creation, or never be read, need no reason here. What is
    `everywhere` has no region, such as IAM's: it is read in the first region of an environment only. `refers` says
    which other resource a value names where neither schema nor name does: "LoadBalancers/*/Arn" -> "<type>.<property>".
    `pending` is where AWS shows what it has accepted and not carried out. `asks` is what planning asks about values.
    `lags` says where it is known that the status stays as it was for a while after a call ("" = it doesn't): a wait
    then needs two looks that agree.
    """

    name: str
    title: str
    service: str
    list: Read
    read: Read
    identifier: str
    label: str
    properties: Mapping[str, Property]
    update: tuple[Update, ...]
    parts: tuple[Part, ...] = ()
    status: str = ""
    settled: tuple[str, ...] = ()
    admits: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    cures: Mapping[str, Cure] = field(default_factory=dict)
    arn: str = ""
    arn_template: str = ""
    create: Create | None = None
    delete: Delete | None = None
    first: tuple[str, ...] = ()
    stateful: bool = False
    everywhere: bool = False
    refers: Mapping[str, str] = field(default_factory=dict)
    refuse: Refuse | None = None
    called: Callable[[Document], str] | None = None
    uncovered: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pending: Pending | None = None
    asks: Asks | None = None
    lags: str = ""

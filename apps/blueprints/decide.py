"""The questions of an import: which values need a decision, which follow from a rule, which stay as they are. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from apps.blueprints.networks import overlap
from apps.blueprints.parts import word
from apps.blueprints.questions import ENVIRONMENT, MAPPED, TYPES, Kind
from apps.catalog import registry, schemas, shape

Json = Any
EVERYWHERE = ("AWS::S3::Bucket",)  # their names are taken by whoever in the world has them
SOURCE_TYPES = {name: of for of, name in TYPES.items()}
SECRETS = "AWS::SecretsManager::Secret"
SSM = "AWS::SSM::Parameter::"  # CloudFormation would read the value from there
Named = tuple[str, str, str]  # type, attribute, value
KINDS = {"AWS::EC2::AvailabilityZone::Name": Kind.ZONE, "AWS::EC2::Image::Id": Kind.IMAGE}


class Group(StrEnum):
    """How much thought a value needs."""

    DECIDE = "decide"
    RULE = "rule"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Row:
    """One value of the form. `source` is what it is in the source, `proposed` what it would be, `why` says whence.

    `map` is the mapping that it stands in ("" = a parameter); `choices` are all or some (`more`) of what it may be.
    """

    name: str
    kind: Kind
    source: str
    group: Group
    proposed: str = ""
    why: str = ""
    map: str = ""
    type: str = ""
    attribute: str = ""
    choices: tuple[str, ...] = ()
    only: bool = False
    hidden: bool = False
    required: bool = True
    help: str = ""
    label: str = ""

    @property
    def key(self) -> str:
        return f"{self.map}-{self.name}" if self.map else self.name


@dataclass(frozen=True)
class Here:
    """What the rules know of the target: where it is, which names and networks are taken, what was chosen before.

    `same` says whether the source is in the same account and region. `taken` are the names there by type, `before` the
    choices for the same pair of environments by kind and value of the source, `alike` the values of resources there
    that have the same logical name as one that is named in the source.
    """

    environment: str
    region: str
    same: bool = False
    taken: Mapping[str, frozenset[str]] = field(default_factory=dict)
    networks: Sequence[str] = ()
    before: Mapping[tuple[str, str], str] = field(default_factory=dict)
    alike: Mapping[Named, str] = field(default_factory=dict)


def rows(template: Mapping[str, Json], here: Here) -> list[Row]:
    """Everything that the form of an import asks for, parameters first."""
    about = (template.get("Metadata") or {}).get("Ringi") or {}
    source = str(about.get("Environment", ""))
    known = about.get("Parameters") or {}
    found = [_parameter(n, each, known.get(n, {}), here) for n, each in _parameters(template)]
    for name, values in (template.get("Mappings") or {}).items():
        own = values.get(source) if about else None
        if isinstance(own, Mapping) and (kind := _kind_of(name)):
            given = values.get(here.environment) or {}
            found += [_mapped(name, kind, key, str(value), given.get(key), source, here) for key, value in own.items()]
    found = [replace(each, label=_labelled(each.name, template)) if each.map else each for each in found]
    return [_remembered(each, here) for each in found]


def overrides(template: Mapping[str, Json], values: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """What was chosen and is another value in the source, or by default: as (label, there, chosen)."""
    about = (template.get("Metadata") or {}).get("Ringi") or {}
    known = about.get("Parameters") or {}
    source = {n: _text(known.get(n, {}).get("Source", each.get("Default", ""))) for n, each in _parameters(template)}
    keys: dict[str, str] = {}
    for name, by_environment in (template.get("Mappings") or {}).items():
        own = by_environment.get(str(about.get("Environment", ""))) or {}
        source |= {f"{name}-{key}": _text(value) for key, value in own.items()}
        keys |= {f"{name}-{key}": key for key in own}
    changed = [each for each in source if values.get(each, "") not in ("", source[each])]
    return [(_labelled(keys[n], template) if n in keys else n, source[n], values[n]) for n in changed]


def _labelled(key: str, template: Mapping[str, Json]) -> str:
    """A key of a mapping as the resource and its property: "OrdersDBInstance DBInstanceClass"."""
    names = [name for name in template.get("Resources") or {} if key.startswith(name)]
    longest = max(names, key=len, default="")
    return f"{longest} {key.removeprefix(longest)}".strip()


def _parameters(template: Mapping[str, Json]) -> Iterator[tuple[str, Mapping[str, Json]]]:
    for name, each in (template.get("Parameters") or {}).items():
        if name != ENVIRONMENT or not _is_ours(template):
            yield name, each


def _is_ours(template: Mapping[str, Json]) -> bool:
    return "Ringi" in (template.get("Metadata") or {})


def _parameter(name: str, declared: Mapping[str, Json], known: Mapping[str, str], here: Here) -> Row:
    asked = str(declared.get("Type", "String"))
    kind = Kind(known["Kind"]) if known.get("Kind") in {*Kind} else KINDS.get(asked, Kind.OTHER)
    of_type = SOURCE_TYPES.get(asked, ("", ""))
    type_name, attribute = (known["Type"], known["Attribute"]) if "Attribute" in known else of_type
    row = Row(
        name=name,
        kind=Kind.REFERENCE if type_name else kind,
        source=str(known.get("Source", "")),
        group=Group.DECIDE,
        type=type_name,
        attribute=attribute,
        choices=tuple(str(each) for each in declared.get("AllowedValues") or ()),
        only="AllowedValues" in declared,
        hidden=str(declared.get("NoEcho", "")).lower() == "true",
        help=str(declared.get("Description", "")),
    )
    if row.hidden and not row.choices:
        row = replace(row, choices=_secrets(here))
    if asked.startswith(SSM):
        said = f"The value of the SSM parameter {_text(declared.get('Default', ''))}. {row.help}"
        return replace(row, help=said.strip())
    if "Default" in declared:
        return replace(row, group=Group.UNCHANGED, proposed=_text(declared["Default"]), required=False)
    if own := here.alike.get((row.type, row.attribute, row.source)):
        return replace(row, group=Group.RULE, proposed=own, why="It has the same name there.")
    return _zone(row, here) if kind is Kind.ZONE else _as_it_is(row, here)


def _secrets(here: Here) -> tuple[str, ...]:
    """References to the secrets of the target."""
    return tuple(
        f"{{{{resolve:secretsmanager:{name}}}}}" for name in sorted(here.taken.get(SECRETS, ())) if ":" not in name
    )


def _text(value: Json) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _as_it_is(row: Row, here: Here) -> Row:
    """What means the same in the same account and region."""
    if here.same and row.source and not row.hidden:
        return replace(row, group=Group.UNCHANGED, proposed=row.source, why="It is in the same account and region.")
    return row


def _zone(row: Row, here: Here) -> Row:
    zones = schemas.zones(here.region)
    row = replace(row, choices=zones)
    if row.source in zones:
        return replace(row, group=Group.UNCHANGED, proposed=row.source)
    alike = next((each for each in zones if each[-1:] == row.source[-1:]), "")
    said = f"The zone of {here.region} with the same letter." if alike else ""
    return replace(row, proposed=alike, why=said)


def _kind_of(mapping: str) -> Kind | None:
    plain = mapping.rstrip("0123456789")
    return next((kind for kind, ending in MAPPED.items() if plain.endswith(ending)), None)


def _mapped(mapping: str, kind: Kind, key: str, value: str, given: Json, source: str, here: Here) -> Row:
    row = Row(key, kind, value, Group.UNCHANGED, proposed=value, map=mapping, type=type_of(mapping))
    if isinstance(given, str):
        return replace(row, proposed=given, group=Group.RULE, why=f"The blueprint has it for {here.environment}.")
    match kind:
        case Kind.NAME:
            return _name(row, source, here)
        case Kind.NETWORK:
            return _network(row, here)
        case _:
            return _size(row, here)


def type_of(mapping: str) -> str:
    """The type whose values a mapping of ours holds, "" for any other."""
    plain = mapping.rstrip("0123456789")
    stems = {plain.removesuffix(ending) for ending in MAPPED.values()}
    return next((each for each in registry.BY_NAME if "".join(each.split("::")[1:]) in stems), "")


def _name(row: Row, source: str, here: Here) -> Row:
    proposed = word(source).sub(here.environment, row.source) if source else row.source
    taken = here.taken.get(row.type, frozenset())
    if proposed != row.source and proposed not in taken:
        return replace(row, proposed=proposed, group=Group.RULE, why=f"{source} becomes {here.environment}.")
    if proposed in taken or row.type in EVERYWHERE:
        free = proposed if proposed != row.source and proposed not in taken else f"{row.source}-{here.environment}"
        why = "The name is taken there." if proposed in taken else "Names of buckets are taken in the whole world."
        return replace(row, proposed=free if free not in taken else "", group=Group.DECIDE, why=why)
    return row


def _network(row: Row, here: Here) -> Row:
    if row.type != "AWS::EC2::VPC":
        return row
    taken = next((each for each in here.networks if overlap(row.source, each)), "")
    if taken:
        return replace(row, group=Group.DECIDE, why=f"It overlaps {taken}, which is there already.")
    return row


def _size(row: Row, here: Here) -> Row:
    known = shape.shapes(row.type, here.region, {}) if row.type else {}
    prop = next((name for name in known if row.name.endswith(name) and known[name].choices), "")
    choices = known[prop].choices if prop else ()
    row = replace(row, choices=choices)
    if choices and row.source not in choices:
        return replace(row, proposed="", group=Group.DECIDE, why=f"{here.region} doesn't offer {row.source}.")
    return row


def _remembered(row: Row, here: Here) -> Row:
    """With what was chosen for it before, for the same pair of environments."""
    chosen = here.before.get((row.key, row.source)) or here.before.get((f"{row.kind}:{row.type}", row.source))
    if not chosen or row.hidden or chosen == row.proposed:
        return row
    return replace(row, proposed=chosen, group=Group.RULE, why="Chosen so before.")

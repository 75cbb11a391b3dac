"""What a template can't say for every environment: what must be decided elsewhere, and what has a name or a size there.

Decisions are `Parameters` without a default, each with its kind in the template's metadata. Names, networks and sizes
are `Mappings` by environment, because a template holds 200 parameters at most:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from apps.blueprints.parts import Part, word
from apps.catalog.references import Reference
from apps.planning.logical import logical

Json = Any
ENVIRONMENT = "Environment"
MOST_IN_A_MAPPING = 200
TYPES = {
    ("AWS::EC2::VPC", "VpcId"): "AWS::EC2::VPC::Id",
    ("AWS::EC2::Subnet", "SubnetId"): "AWS::EC2::Subnet::Id",
    ("AWS::EC2::SecurityGroup", "GroupId"): "AWS::EC2::SecurityGroup::Id",
    ("AWS::EC2::KeyPair", "KeyName"): "AWS::EC2::KeyPair::KeyName",
    ("AWS::EC2::Instance", "InstanceId"): "AWS::EC2::Instance::Id",
    ("AWS::EC2::Volume", "VolumeId"): "AWS::EC2::Volume::Id",
}


class Kind(StrEnum):
    """What is asked for."""

    REFERENCE = "reference"
    IMAGE = "image"
    ZONE = "zone"
    SECRET = "secret"  # noqa: S105 - says that one is asked for
    OTHER = "other"
    NAME = "name"
    NETWORK = "network"
    SIZE = "size"


MAPPED = {Kind.NAME: "Names", Kind.NETWORK: "Networks", Kind.SIZE: "Sizes"}
PARAMETER_TYPES = {Kind.ZONE: "AWS::EC2::AvailabilityZone::Name", Kind.IMAGE: "AWS::EC2::Image::Id"}


@dataclass
class Asked:
    """A parameter: what is asked for, the value in the source ("" for a secret), and where it goes."""

    kind: Kind
    was: str
    type: str = ""
    attribute: str = ""
    places: list[str] = field(default_factory=list)


class Questions:
    """The parameters and mappings of one template, made while its resources are written."""

    def __init__(self, environment: str, taken: set[str], known: Mapping[tuple[str, str], str]) -> None:
        """`taken` are the logical names of resources; `known` names what is outside by type and value."""
        self.environment, self.taken, self.outside = environment, {*taken, ENVIRONMENT}, known
        self.asked: dict[str, Asked] = {}
        self.by_value: dict[tuple[str, ...], str] = {}
        self.mappings: dict[str, dict[str, Json]] = {}
        self.names_environment = False

    def reference(self, reference: Reference, value: str, place: str) -> Json:
        """A resource that is not exported, of the type that the place names."""
        called = self.outside.get((reference.type, value), "")
        asked = Asked(Kind.REFERENCE, value, reference.type, reference.attribute)
        return self._parameter((reference.type, value), logical(reference.type, called), asked, place)

    def zone(self, value: str, place: str) -> Json:
        return self._parameter((Kind.ZONE, value), f"Zone{value[-1:].upper()}", Asked(Kind.ZONE, value), place)

    def image(self, value: str, place: str) -> Json:
        return self._parameter((Kind.IMAGE, value), "Image", Asked(Kind.IMAGE, value), place)

    def secret(self, name: str, place: str) -> Json:
        return self._parameter((place,), logical("Value", name), Asked(Kind.SECRET, ""), place)

    def other(self, value: str, place: str) -> Json:
        """Something of this account and region of which nothing is known but its identifier or ARN."""
        name = logical("Outside", value.rpartition(":")[2].rpartition("/")[2].rpartition("-")[0])
        return self._parameter((value,), name, Asked(Kind.OTHER, value), place)

    def mapped(self, kind: Kind, part: Part, name: str, value: Json) -> Json:
        """A value that every environment has its own of."""
        service, short = part.type.split("::")[1:]
        base = f"{service}{short}{MAPPED[kind]}"
        number = 1
        key = f"{part.logical}{name}"
        while len(self.mappings.get(_numbered(base, number), {}).get(self.environment, {})) >= MOST_IN_A_MAPPING:
            number += 1
        mapping = _numbered(base, number)
        self.mappings.setdefault(mapping, {}).setdefault(self.environment, {})[key] = value
        return {"Fn::FindInMap": [mapping, {"Ref": ENVIRONMENT}, key]}

    def called_after(self, value: str) -> Json:
        """A text that holds the name of the environment as a word, with the parameter in its place; None for others."""
        own = word(self.environment)
        if not own.search(value) or "${" in value:
            return None
        self.names_environment = True
        return {"Fn::Sub": own.sub(f"${{{ENVIRONMENT}}}", value)}

    def moved(self, said: Json) -> Json:
        """A text about this account or region, with the environment's name in it as the parameter."""
        text = said.get("Fn::Sub", "") if isinstance(said, Mapping) else ""
        own = word(self.environment)
        if not own.search(text) or not any(place in text for place in ("${AWS::AccountId}", "${AWS::Region}")):
            return said
        self.names_environment = True
        return {"Fn::Sub": own.sub(f"${{{ENVIRONMENT}}}", text)}

    def _parameter(self, key: tuple[str, ...], name: str, asked: Asked, place: str) -> Json:
        if key not in self.by_value:
            self.by_value[key] = own = _free(name, self.taken)
            self.taken.add(own)
            self.asked[own] = asked
        self.asked[self.by_value[key]].places.append(place)
        return {"Ref": self.by_value[key]}

    def parameters(self) -> dict[str, Json]:
        """The `Parameters` of the template."""
        first = {ENVIRONMENT: {"Type": "String", "Default": self.environment, "AllowedValues": [self.environment]}}
        needed = first if self.mappings or self.names_environment else {}
        return {**needed, **{name: _declared(each) for name, each in self.asked.items()}}

    def metadata(self) -> dict[str, Json]:
        """What the form of an import says about the parameters."""
        return {name: _described(each) for name, each in self.asked.items()}


def _numbered(base: str, number: int) -> str:
    return base if number == 1 else f"{base}{number}"


def _free(name: str, taken: set[str]) -> str:
    known, number = {each.casefold() for each in taken}, 1
    while _numbered(name, number).casefold() in known:
        number += 1
    return _numbered(name, number)


def _declared(asked: Asked) -> dict[str, Json]:
    own = TYPES.get((asked.type, asked.attribute)) or PARAMETER_TYPES.get(asked.kind, "String")
    hidden = {"NoEcho": True} if asked.kind is Kind.SECRET else {}
    return {"Type": own, **hidden, "Description": _description(asked)}


def _description(asked: Asked) -> str:
    where = ", ".join(asked.places[:3]) + (" and more" if len(asked.places) > 3 else "")
    was = f"{asked.was[:200]} in the source. " if asked.was else "Not read from the source. "
    return f"{was}Used by {where}."


def _described(asked: Asked) -> dict[str, Json]:
    named = {"Type": asked.type, "Attribute": asked.attribute} if asked.type else {}
    return {"Kind": str(asked.kind), **named, **({"Source": asked.was} if asked.was else {})}

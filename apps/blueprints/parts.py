"""The resources of an export, and which of the chosen ones can't be in it."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from apps.catalog import registry, schemas
from apps.catalog.hidden import HIDDEN
from apps.catalog.types import NativeType
from apps.planning.logical import logical
from apps.planning.replacement import settable

Json = Any
MADE_BY = {
    "aws:autoscaling:groupName": "the Auto Scaling group",
    "eks:nodegroup-name": "the node group",
    "elasticbeanstalk:environment-name": "the Elastic Beanstalk environment",
}
OF_AWS = re.compile(r"default([.:-].*)?|alias/aws/.*|arn:aws[a-z-]*:iam::aws:.*|.*AWSServiceRole.*")
OPAQUE = re.compile(r"(?:ami|vpc|subnet|sg|igw|nat|rtb|eni|vol|snap|eipalloc|lt|vpce|i|fs|acl|pl)-[0-9a-f]{8,17}")
TABLE, ROUTE = "AWS::EC2::RouteTable", "AWS::EC2::Route"
UNSET: tuple[Json, ...] = (None, [], {})
OWN_TAGS = ("aws:", "ringi:")


@dataclass(frozen=True)
class Part:
    """A resource as it was read, under the logical name that it has in the template."""

    type: str
    region: str
    identifier: str
    name: str
    arn: str
    document: Mapping[str, Json]
    status: str = ""
    logical: str = ""

    @property
    def native(self) -> NativeType:
        return registry.BY_NAME[self.type]

    @property
    def properties(self) -> dict[str, Json]:
        """What a new resource can be given to be like this one."""
        dropped = self.dropped
        return {name: value for name, value in self.given.items() if name not in dropped}

    @property
    def dropped(self) -> dict[str, str]:
        """What this one has and no new one can be given together with the rest, with the reason."""
        given, found = dict[str, Json](_answered(self.given)), dict[str, str]()
        while bad := [each for each in self._refused(given) if each[0] in given and each[0] not in self.required]:
            found |= dict(bad)
            given = {name: value for name, value in given.items() if name not in found}
        return found

    def _refused(self, given: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
        yield from self.native.refuse({}, given) if self.native.refuse else ()

    @cached_property
    def given(self) -> dict[str, Json]:
        """What can be set and is not what AWS sets by itself: tags of AWS's own and defaults are left out."""
        created = self.native.create
        defaults = created.defaults if created else {}
        kept = ((name, self.document.get(name)) for name in settable(self.native) if name in self._known)
        clean = {name: own_tags(name, value) for name, value in kept}
        return {
            name: value
            for name, value in clean.items()
            if name in self.required or (value not in UNSET and not (name in defaults and value == defaults[name]))
        }

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(schemas.registered(self.type, self.region).get("required", ()))

    @property
    def _known(self) -> Mapping[str, Json]:
        known: Mapping[str, Json] = schemas.registered(self.type, self.region).get("properties", {})
        return known


@dataclass(frozen=True)
class Left:
    """A chosen resource that is not in the template, and why."""

    type: str
    name: str
    identifier: str
    reason: str


def named(parts: Sequence[Part], environment: str) -> list[Part]:
    """The parts in a fixed order, each with a logical name of its own, in which the environment's name is not said.

    One that has a name already keeps it.
    """
    own, names = word(environment), {part.identifier: part.name for part in parts}
    answer = [part for part in parts if part.logical]
    taken = [part.logical for part in answer]
    for part in sorted(parts, key=lambda each: (each.region, each.type, _told(each, names), each.identifier)):
        if part.logical:
            continue
        taken.append(logical(part.type, own.sub("", _told(part, names)), taken))
        answer.append(replace(part, logical=taken[-1]))
    return answer


def _told(part: Part, names: Mapping[str, str]) -> str:
    """What it is called, with the names of others where it is called after their identifiers."""
    return OPAQUE.sub(lambda found: OPAQUE.sub("", names.get(found[0], "")), part.name)


def word(text: str) -> re.Pattern[str]:
    """A text where it stands as a word of its own, as "prod" in "orders-prod"."""
    return re.compile(rf"(?<![A-Za-z0-9]){re.escape(text)}(?![A-Za-z0-9])")


def sorted_out(parts: Sequence[Part], region: str) -> tuple[list[Part], list[Left]]:
    """Those that a template for a region can hold, and the others with the reason."""
    kept: list[Part] = []
    left: list[Left] = []
    mains = {part.identifier for part in parts if part.type == TABLE and part.status == "main"}
    for part in parts:
        reason = next(_of_main(part, mains), "") or next(_reasons(part, region), "")
        if reason:
            left.append(Left(part.type, part.name, part.identifier, reason))
        else:
            kept.append(part)
    return kept, left


def _of_main(part: Part, mains: Collection[str]) -> Iterator[str]:
    """https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html#RouteTables: the main route table"""
    if part.identifier in mains:
        yield "Every VPC has a main route table, which AWS makes with it."
    elif part.type == ROUTE and part.document.get("RouteTableId") in mains:
        yield "It is in the main route table of its VPC, which AWS makes anew: add it there afterwards."


def _reasons(part: Part, region: str) -> Iterator[str]:
    declared = registry.native(part.type)
    if declared is None:
        yield "Ringi doesn't know this type, so it can't tell what of it can be set."
    elif not schemas.registered(part.type, part.region):
        yield f"CloudFormation has no schema of this type in {part.region}."
    elif declared.create is None:
        yield "Resources of this type can't be made from here."
    elif part.region != region and not declared.everywhere:
        yield f"It is in {part.region}; a template is for one region. Export it by itself."
    for row in part.document.get("Tags") or ():
        if isinstance(row, Mapping) and row.get("Key") in MADE_BY:
            yield f"It is made by {MADE_BY[row['Key']]} {row.get('Value')}, which makes its own elsewhere."
    if part.document.get("GroupName") == "default" and part.type == "AWS::EC2::SecurityGroup":
        yield "Every VPC has a default security group, which AWS makes; it is never made again."
    if part.type == "AWS::EC2::Volume" and part.status == "in-use":
        yield "It is attached to an instance, which makes its own."
    if OF_AWS.fullmatch(part.identifier) and declared and part.identifier in part.properties.values():
        yield "AWS has it everywhere under this name."
    if "/aws-service-role/" in part.arn:
        yield "AWS makes this role for a service by itself."
    if declared and (unread := [name for name in part.required if part.properties.get(name) is None]):
        yield f"{' and '.join(unread)} can't be read, and nothing can be made without it."


def _answered(value: Json) -> Json:
    """The value with a text for each that was not read, as whoever makes a copy gives one."""
    match value:
        case Mapping():
            return {name: _answered(member) for name, member in value.items()}
        case list():
            return [_answered(item) for item in value]
        case _:
            return "given" if value == HIDDEN else value


def own_tags(name: str, value: Json) -> Json:
    """Tags without those of AWS and of Ringi."""
    if not name.endswith("Tags") or not isinstance(value, list):
        return value
    return [row for row in value if not str(row.get("Key", "")).startswith(OWN_TAGS)]

"""The resources that a template asks for in one place, as documents that drafts hold. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from apps.blueprints import circles, functions
from apps.blueprints.coerce import coerced
from apps.blueprints.foreach import unrolled
from apps.blueprints.resolve import NOTHING, Broken, Given, Place, Problem, Values, joined
from apps.blueprints.symbols import given_by
from apps.catalog import registry, schemas, shape, tags
from apps.catalog.types import NativeType
from apps.planning.replacement import settable

Json = Any
PARTITIONS = {"cn-": "aws-cn", "us-gov-": "aws-us-gov"}


@dataclass(frozen=True)
class Target:
    """Where the resources will be. `tag` is the row by which the environment knows its own, None where it has none."""

    environment: str
    account: str
    region: str
    name: str = "blueprint"
    tag: Mapping[str, str] | None = None

    @property
    def partition(self) -> str:
        return next((name for start, name in PARTITIONS.items() if self.region.startswith(start)), "aws")

    @property
    def pseudo(self) -> dict[str, Json]:
        ending = "amazonaws.com.cn" if self.partition == "aws-cn" else "amazonaws.com"
        return {
            "AWS::AccountId": self.account,
            "AWS::Region": self.region,
            "AWS::Partition": self.partition,
            "AWS::URLSuffix": ending,
            "AWS::StackName": self.name,
        }


@dataclass(frozen=True)
class Answers:
    """What was decided: parameters by name, and the mappings with the values of the target."""

    parameters: Mapping[str, Json] = field(default_factory=dict)
    mappings: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True)
class Wanted:
    """A resource that the template asks for, under the ordinal that its change will have."""

    ordinal: int
    logical: str
    type: str
    document: Mapping[str, Json]


@dataclass(frozen=True)
class There(Given):
    """A resource of the template that is there already."""

    type: str
    region: str
    identifier: str
    arn: str
    document: Mapping[str, Json]
    name: str = ""

    def attribute(self, name: str) -> Json:
        native = registry.BY_NAME[self.type]
        own = {native.identifier: self.identifier, native.arn: self.arn, **self.document}
        primary, _ = given_by(self.type, self.region)
        found = own.get(name or primary) or (self.arn if name.endswith("Arn") else None)
        if found is None and name in ("", primary):
            found = self.identifier
        if found is None:
            raise LookupError(f"{name or 'Ref'} of {self.identifier} is not known here.")
        return found


class New(Given):
    """A resource that the request makes."""

    def __init__(self, ordinal: int, native: NativeType, target: Target) -> None:
        self.ordinal, self.native, self.target = ordinal, native, target

    def attribute(self, name: str) -> Json:
        primary, created = given_by(self.native.name, self.target.region)[0], self.native.create
        name = name or primary
        if name == primary and created and name not in created.outputs and name not in settable(self.native):
            name = self.native.identifier  # one thing under two names, as Id and GroupId of a security group
        if created is not None and (name in created.outputs or name in settable(self.native)):
            return {"$output": {"change": self.ordinal, "attribute": name}}
        if name.endswith("Arn") and self.native.arn_template and "." not in self.native.identifier:
            return self._arn()
        known = ", ".join(sorted(created.outputs)) if created and created.outputs else "nothing"
        raise LookupError(f"{name or 'Ref'} of a new {self.native.title} is not known to the run, which gives {known}.")

    def _arn(self) -> Json:
        place = {"partition": self.target.partition, "region": self.target.region, "account": self.target.account}
        before, name, after = re.split(r"\{(id|[A-Z]\w*)\}", self.native.arn_template)
        attribute = self.native.identifier if name == "id" else name
        own = {"$output": {"change": self.ordinal, "attribute": attribute}}
        return joined("", [before.format(**place), own, after.format(**place)])


def wanted(
    template: Mapping[str, Json], answers: Answers, target: Target, there: Mapping[str, There]
) -> tuple[list[Wanted], list[Problem]]:
    """The resources with everything evaluated, and what stands in the way. `there` are those that exist, by name."""
    problems: list[Problem] = []
    conditions, zones = template.get("Conditions") or {}, schemas.zones(target.region)
    values = Values(answers.parameters, answers.mappings, conditions, target.pseudo, zones)
    try:
        resources = unrolled(template.get("Resources") or {}, answers.parameters, ("Resources",))
    except Broken as broken:
        return [], [broken.problem]
    kept = _kept(resources, values, problems)
    rules = {name: each for name, each in kept.items() if each["Type"] in circles.RULES.values()}
    own = {name: each for name, each in kept.items() if name not in rules}
    known = {name: registry.native(each["Type"]) for name, each in own.items()}
    given = {
        name: there.get(name) or New(ordinal, native, target)
        for ordinal, (name, native) in enumerate(known.items(), 1)
        if native is not None
    }
    values = replace(values, resources=given)
    documents = {name: _document(name, each, values, target, problems) for name, each in own.items()}
    documents = {
        n: each if n in there and "Tags" not in each else _tagged(known[n], each, target)
        for n, each in documents.items()
    }
    for name, each in rules.items():
        _fold(name, each, documents, values, problems)
    return [Wanted(n, name, own[name]["Type"], documents[name]) for n, name in enumerate(own, 1)], problems


def _kept(resources: Mapping[str, Json], values: Values, problems: list[Problem]) -> dict[str, Json]:
    """The resources whose conditions hold and whose types are known."""
    answer = {}
    for name, each in resources.items():
        place = ("Resources", name)
        try:
            if _holds(each, values, place):
                answer[name] = each
        except Broken as broken:
            problems.append(broken.problem)
    return answer


def _holds(each: Json, values: Values, place: Place) -> bool:
    if not isinstance(each, Mapping) or not isinstance(each.get("Type"), str):
        raise Broken(place, "A resource has a Type.")
    kind = each["Type"]
    if "Condition" in each and not functions.named(each["Condition"], values, (*place, "Condition")):
        return False
    native = registry.native(kind)
    if (native is None or native.create is None) and kind not in circles.RULES.values():
        raise Broken((*place, "Type"), f"{kind[:100]} can't be made here. {_instead(kind)}")
    return True


def _instead(kind: str) -> str:
    if kind == "AWS::CloudFormation::Stack":
        return "Import the nested template by itself."
    return "Take the resource out of the template."


def _document(
    name: str, each: Mapping[str, Json], values: Values, target: Target, problems: list[Problem]
) -> dict[str, Json]:
    """The document of one resource; what is wrong is added to the problems, property by property."""
    native = registry.BY_NAME[each["Type"]]
    document: dict[str, Json] = {}
    place = ("Resources", name, "Properties")
    known = shape.shapes(native.name, target.region, {})
    for prop, raw in (each.get("Properties") or {}).items():
        try:
            found = functions.value(raw, values, (*place, prop))
        except Broken as broken:
            problems.append(broken.problem)
            continue
        if found is NOTHING:
            continue
        if prop not in settable(native):
            problems.append(Problem((*place, prop), _unset(native, prop)))
            continue
        if prop == "Tags" and isinstance(found, Mapping):
            found = tags.from_map(found)
        document[prop] = coerced(known[prop], found) if prop in known else found
    return document


def _unset(native: NativeType, prop: str) -> str:
    reason = next((why for why, names in native.uncovered.items() if prop in names), "")
    return f"{prop} of a new {native.title} can't be set here. {reason}".strip()


def _tagged(native: NativeType | None, document: dict[str, Json], target: Target) -> dict[str, Json]:
    """With the tag by which the environment knows what is its own."""
    if native is None or target.tag is None or "Tags" not in settable(native):
        return document
    own, rows = dict(target.tag), document.get("Tags") or []
    there = any(row.get("Key") == own["Key"] for row in rows)
    rows = [own if row.get("Key") == own["Key"] else row for row in rows]
    return {**document, "Tags": rows if there else [*rows, own]}


def _fold(
    name: str,
    each: Mapping[str, Json],
    documents: Mapping[str, dict[str, Json]],
    values: Values,
    problems: list[Problem],
) -> None:
    """Put a rule that is a resource of its own into the group that it belongs to."""
    raw = dict(each.get("Properties") or {})
    place = ("Resources", name, "Properties")
    owners = circles.uses(raw.pop("GroupId", None)) & documents.keys()
    if len(owners) != 1:
        problems.append(Problem((*place, "GroupId"), "Only rules of groups of the same template can be made here."))
        return
    try:
        rule = functions.value(raw, values, place)
    except Broken as broken:
        problems.append(broken.problem)
        return
    prop = each["Type"].rpartition("::")[2]
    (owner,) = owners
    known = shape.shapes(circles.GROUP, values.pseudo["AWS::Region"], {})[prop]
    documents[owner][prop] = [*documents[owner].get(prop, []), coerced(shape.item(known), rule)]

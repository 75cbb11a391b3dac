"""What is exported, imported elsewhere and exported there again is the same template, whatever the estate is."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.blueprints.answers import answers
from apps.blueprints.compare import Side, compared
from apps.blueprints.decide import Here, rows
from apps.blueprints.export import Exported, exported
from apps.blueprints.inputs import inputs
from apps.blueprints.parts import Part
from apps.blueprints.wanted import Target, There, Wanted, wanted
from apps.catalog import registry
from tests.unit.blueprints.estates import OREGON, Place, identifier

Json = Any
PROD, DR = Place("prod", number=30), Place("dr", OREGON, "333333333333", number=60)
PREFIXES = {"VpcId": "vpc", "SubnetId": "subnet", "GroupId": "sg"}
CLASSES, WORDS = ("db.t3.medium", "db.r6g.large"), ("web", "prod", "of prod", "orders-prod", "a ${b} c", "production")


@st.composite
def estates(draw: st.DrawFn) -> list[Part]:
    """Some resources of some services, with values of their own: what one needs may be missing.

    A bucket's policy comes with its bucket, because ARNs of what is not exported stay as they are.
    """
    parts = PROD.parts(draw(st.integers(1, 2)))
    kept = draw(st.lists(st.sampled_from(parts), min_size=1, unique_by=id))
    buckets = {part.identifier for part in kept if part.type == "AWS::S3::Bucket"}
    whole = [part for part in kept if part.type != "AWS::S3::BucketPolicy" or part.identifier in buckets]
    return [_changed(draw, part) for part in parts if part in whole] or parts


def _changed(draw: st.DrawFn, part: Part) -> Part:
    document = dict(part.document)
    match part.type:
        case "AWS::RDS::DBInstance":
            document |= {"DBInstanceClass": draw(st.sampled_from(CLASSES)), "MultiAZ": draw(st.booleans())}
        case "AWS::SQS::Queue":
            document["VisibilityTimeout"] = draw(st.integers(0, 43200))
        case "AWS::EC2::SecurityGroup":
            ports = draw(st.lists(st.integers(1, 65535), unique=True, max_size=3))
            open_ = [{"IpProtocol": "tcp", "FromPort": n, "ToPort": n, "CidrIp": "10.9.0.0/16"} for n in ports]
            document["SecurityGroupIngress"] = [*document["SecurityGroupIngress"], *open_]
    if "Tags" in document:
        document["Tags"] = [*document["Tags"], {"Key": "about", "Value": draw(st.sampled_from(WORDS))}]
    return replace(part, document=document)


def export(parts: Sequence[Part], place: Place) -> Exported:
    return exported(parts, place.environment, place.account, place.region, {})


def imported(template: Mapping[str, Json], there: Mapping[str, There]) -> list[Wanted]:
    """Everything as the form of an import proposes it; what it asks for is something of the target."""
    asked = rows(template, Here(DR.environment, DR.region))
    values = {row.key: row.proposed or _chosen(row.attribute, row.name, row.source) for row in asked}
    target = Target(DR.environment, DR.account, DR.region, tag={"Key": "environment", "Value": DR.environment})
    found, problems = wanted(template, answers(template, asked, values, DR.environment), target, there)
    assert problems == []
    return found


def _chosen(attribute: str, name: str, source: str) -> str:
    """Something that was there before, under which a value of the source is asked for."""
    if attribute in PREFIXES:
        return identifier(PREFIXES[attribute], "chosen", name)
    return source.replace(PROD.account, DR.account).replace(PROD.region, DR.region).replace("prod", "dr")


def made(found: Sequence[Wanted]) -> list[Part]:
    """The resources as AWS would show them after a run."""
    known: dict[int, dict[str, Json]] = {}
    for each in found:
        known[each.ordinal] = dict(each.document) | _given(each)
    for _ in found:
        known = {number: _filled(document, known) for number, document in known.items()}
    return [_part(each, known[each.ordinal]) for each in found]


def _given(each: Wanted) -> dict[str, Json]:
    """What AWS gives a new resource."""
    name = next(
        (str(each.document[n]) for n in ("ManagedPolicyName", "RoleName", "QueueName") if n in each.document), ""
    )
    match each.type:
        case "AWS::IAM::ManagedPolicy":
            return {"PolicyArn": f"arn:aws:iam::{DR.account}:policy/{name}"}
        case "AWS::IAM::Role":
            return {"Arn": f"arn:aws:iam::{DR.account}:role/{name}"}
        case "AWS::SQS::Queue":
            url = f"https://sqs.{DR.region}.amazonaws.com/{DR.account}/{name}"
            return {"QueueUrl": url, "Arn": DR.arn("sqs", name)}
    own = registry.BY_NAME[each.type].identifier
    return {own: identifier(PREFIXES[own], each.logical)} if own in PREFIXES else {}


def _filled(value: Json, known: Mapping[int, Mapping[str, Json]]) -> Json:
    match value:
        case {"$output": {"change": int(change), "attribute": str(name)}}:
            return known[change][name]
        case {"$join": {"separator": str(separator), "items": list(parts)}}:
            return separator.join(str(_filled(part, known)) for part in parts)
        case Mapping():
            return {name: _filled(member, known) for name, member in value.items()}
        case list():
            return [_filled(item, known) for item in value]
        case _:
            return value


def _part(each: Wanted, document: Mapping[str, Json]) -> Part:
    native = registry.BY_NAME[each.type]
    own = str(document[native.identifier])
    tags = {row["Key"]: row["Value"] for row in document.get("Tags", ())}
    name = str(tags.get("Name") or document.get(native.label) or own)
    place = {"partition": "aws", "region": DR.region, "account": DR.account, "id": own}
    texts = {key: value for key, value in document.items() if isinstance(value, str)}
    arn = str(document.get(native.arn) or native.arn_template.format(**{**texts, **place}))
    return Part(each.type, DR.region, own, name, arn, document)


def compare(template: Mapping[str, Json]) -> Json:
    """What a template says without saying where: its resources, and the names of its questions and mappings.

    The tag by which the target knows its own is left out: the copy has it, too, where the source had none.
    """
    resources = {name: _untagged(each) for name, each in template["Resources"].items()}
    maps = {name: sorted(next(iter(values.values()))) for name, values in template.get("Mappings", {}).items()}
    return resources, sorted(template.get("Parameters", {})), maps


def _untagged(resource: Mapping[str, Json]) -> Json:
    properties = dict(resource["Properties"])
    tags = [row for row in properties.pop("Tags", []) if row["Key"] != "environment"]
    return {**resource, "Properties": {**properties, **({"Tags": tags} if tags else {})}}


@settings(max_examples=60, deadline=None)
@given(estates())
def test_an_export_of_an_import_of_an_export_is_the_export(parts: list[Part]) -> None:
    first = export(parts, PROD)
    copies = made(imported(first.template, {}))
    again = export(copies, DR)
    assert compare(again.template) == compare(first.template)
    there = {p.logical: There(p.type, p.region, p.identifier, p.arn, p.document, p.name) for p in again.parts}
    assert inputs(imported(first.template, there), there, DR.region, DR.region) == [], "a second import is nothing"


@settings(max_examples=30, deadline=None)
@given(estates())
def test_a_copy_differs_from_its_source_only_in_what_was_decided(parts: list[Part]) -> None:
    first = export(parts, PROD)
    decided = _decided(first.template)
    sides = [
        Side(PROD.environment, PROD.account, PROD.region, parts, "environment"),
        Side(DR.environment, DR.account, DR.region, made(imported(first.template, {})), "environment"),
    ]
    found = compared(sides)
    assert [each.logical for each in found if each.missing] == []
    differing = {(each.logical, other.property) for each in found for other in each.differences}
    passwords = {pair for pair in differing if pair[1] == "ManageMasterUserPassword"}  # none is read, so AWS keeps one
    assert differing - passwords <= decided


def _decided(template: Mapping[str, Json]) -> set[tuple[str, str]]:
    """The properties that a parameter is in."""
    names = set(template.get("Parameters", {})) - {"Environment"}
    return {
        (logical, name)
        for logical, each in template["Resources"].items()
        for name, value in each["Properties"].items()
        if names & set(_referred(value))
    }


def _referred(value: Json) -> Iterator[str]:
    match value:
        case {"Ref": str(name)}:
            yield name
        case str():
            yield from re.findall(r"\$\{(\w+)\}", value)
        case Mapping():
            for member in value.values():
                yield from _referred(member)
        case list():
            for item in value:
                yield from _referred(item)

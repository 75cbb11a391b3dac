"""Policies of an organisation: what its resources have to be like. Pure.

A policy speaks about documents, so it can be held against a plan and against what exists. Values that only a run will
know are given the benefit of the doubt.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any

import jmespath

from apps.catalog.registry import native

Json = Any
Document = Mapping[str, Json]
SIZES = ("InstanceType", "DBInstanceClass", "NodeType", "CacheNodeType")
# Where a resource says whether what it stores is encrypted. Buckets, tables, queues and secrets always are.
ENCRYPTED = {
    "AWS::EC2::Volume": "Encrypted",
    "AWS::EFS::FileSystem": "Encrypted",
    "AWS::ElastiCache::ReplicationGroup": "AtRestEncryptionEnabled",
    "AWS::OpenSearchService::Domain": "EncryptionAtRestOptions.Enabled",
    "AWS::RDS::DBCluster": "StorageEncrypted",
    "AWS::RDS::DBInstance": "StorageEncrypted",
    "AWS::Redshift::Cluster": "Encrypted",
}


class Kind(StrEnum):
    TAGS = "tags"
    REGIONS = "regions"
    SIZES = "sizes"
    INGRESS = "ingress"
    ENCRYPTION = "encryption"


class Force(StrEnum):
    """What a policy does to a plan that breaks it."""

    ADVISORY = "advisory"
    OVERRIDABLE = "overridable"
    MANDATORY = "mandatory"


@dataclass(frozen=True)
class Wanted:
    """One policy as it is judged: `values` are keys of tags, regions, or patterns of sizes."""

    kind: Kind
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Resource:
    type: str
    region: str
    document: Document


Found = tuple[str, str]  # property ("" = the resource), and a sentence


def broken(wanted: Wanted, resource: Resource) -> list[Found]:
    """Where a resource is not as it has to be."""
    return list(JUDGES[wanted.kind](wanted.values, resource))


def caused(wanted: Wanted, before: Resource | None, after: Resource) -> list[Found]:
    """What a change breaks that was not broken before."""
    stood = broken(wanted, before) if before else []
    return [each for each in broken(wanted, after) if each not in stood]


def _tags(keys: Sequence[str], resource: Resource) -> Iterator[Found]:
    declared = native(resource.type)
    if declared is None or "Tags" not in declared.properties:
        return
    rows = resource.document.get("Tags")
    if rows is not None and not isinstance(rows, list | tuple):
        return
    given = {str(row.get("Key")): row.get("Value") for row in rows or () if isinstance(row, Mapping)}
    missing = [key for key in keys if given.get(key) in (None, "")]
    if missing:
        yield "Tags", f"It lacks the tag{'s' if len(missing) > 1 else ''} {', '.join(missing)}."


def _regions(allowed: Sequence[str], resource: Resource) -> Iterator[Found]:
    declared = native(resource.type)
    if declared and not declared.everywhere and resource.region not in allowed:
        yield "", f"{resource.region} is not one of {', '.join(allowed)}."


def _sizes(patterns: Sequence[str], resource: Resource) -> Iterator[Found]:
    for name in SIZES:
        value = resource.document.get(name)
        if isinstance(value, str) and not any(fnmatchcase(value, pattern) for pattern in patterns):
            yield name, f"{value} is none of {', '.join(patterns)}."


def _ingress(_: Sequence[str], resource: Resource) -> Iterator[Found]:
    declared = native(resource.type)
    for name, each in declared.properties.items() if declared else ():
        if each.exposes and (opened := each.exposes(None, resource.document.get(name))):
            yield name, opened


def _encryption(_: Sequence[str], resource: Resource) -> Iterator[Found]:
    where = ENCRYPTED.get(resource.type, "")
    value = jmespath.search(where, dict(resource.document)) if where else True
    if value in (None, False, "false", "False"):
        yield where.split(".")[0], "What it stores is not encrypted."


JUDGES: Mapping[Kind, Callable[[Sequence[str], Resource], Iterator[Found]]] = {
    Kind.TAGS: _tags,
    Kind.REGIONS: _regions,
    Kind.SIZES: _sizes,
    Kind.INGRESS: _ingress,
    Kind.ENCRYPTION: _encryption,
}
NEEDS_VALUES = (Kind.TAGS, Kind.REGIONS, Kind.SIZES)

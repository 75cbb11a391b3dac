"""Which resources name which others: kept with every observation, asked in both directions.

A relation is what a document says. Whether the other resource is in inventory is looked up when somebody asks.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from operator import or_
from typing import Any

import jmespath
from django.db.models import Q, QuerySet

from apps.catalog import references, registry
from apps.environments.models import Environment
from apps.inventory.models import Relation, Resource, TypeScan

Json = Any
BATCH = 1000
LONGEST = 512


@dataclass(frozen=True)
class Link:
    """One resource at the other end of a relation; `at` is where the naming document names the other."""

    resource: Resource
    at: str


@dataclass(frozen=True)
class Users:
    """What names a resource. `unread` are the types that could name it and were never read, or not the last time."""

    links: tuple[Link, ...]
    unread: tuple[str, ...] = ()


def keep(rows: Mapping[int, Resource]) -> None:
    """Make the relations of these resources, by primary key, what their documents say."""
    wanted = {(pk, *each) for pk, row in rows.items() for each in _named(row)}
    kept = Relation.objects.filter(resource__in=list(rows))
    known = {
        each[1:]: each[0] for each in kept.values_list("pk", "resource_id", "pointer", "type", "attribute", "value")
    }
    Relation.objects.filter(pk__in=[pk for key, pk in known.items() if key not in wanted]).delete()
    new = [
        Relation(resource_id=pk, pointer=pointer, type=type_name, attribute=attribute, value=value)
        for pk, pointer, type_name, attribute, value in sorted(wanted - known.keys())
    ]
    Relation.objects.bulk_create(new, batch_size=BATCH)


def _named(row: Resource) -> Iterable[tuple[str, str, str, str]]:
    for each in references.named(row.type, row.document):
        if len(each.value) <= LONGEST:
            reference = each.reference
            yield "/".join(reference.pointer), reference.type, reference.attribute, each.value


def used_by(resource: Resource) -> tuple[Link, ...]:
    """What the resource's document names, as far as inventory has it."""
    rows = _account(resource.environment).filter(gone_at=None)
    links: dict[int, Link] = {}
    for relation in resource.relations.order_by("pointer", "value"):
        for found in _near(rows.filter(_named_by(relation)), resource):
            links.setdefault(found.pk, Link(found, relation.pointer))
    return tuple(links.values())


def users_of(environment: Environment, type_name: str, region: str, document: Mapping[str, Json]) -> Users:
    """What in the environment's account names the resource that has this document."""
    wanted = Q(pk__in=[])
    for name in references.named_by(type_name):
        if isinstance(value := document.get(name), str) and value:
            wanted |= Q(attribute=name, value=value)
    rows = Relation.objects.filter(wanted, type=type_name, resource__gone_at=None)
    rows = rows.filter(resource__environment__account=environment.account_id)
    links: dict[int, Link] = {}
    for row in rows.select_related("resource__environment").order_by("resource__name", "resource_id", "pointer"):
        if _reaches(row.resource, type_name, region) and not _itself(row.resource, type_name, document):
            links.setdefault(row.resource_id, Link(row.resource, row.pointer))
    return Users(tuple(links.values()), _unread(environment, type_name, region))


def used_by_each(near: Sequence[Resource]) -> dict[int, list[Link]]:
    """As `used_by` of each, by primary key, in a fixed number of queries. All are of one account."""
    asked = list(Relation.objects.filter(resource__in=near).order_by("pointer", "value"))
    if not asked:
        return {}
    found = list(_account(near[0].environment).filter(_any(map(_named_by, asked)), gone_at=None))
    users, links = {row.pk: row for row in near}, _Links()
    for relation in asked:
        user = users[relation.resource_id]
        named = [row for row in found if row.pk != user.pk and _is_named(row, relation)]
        for row in _near(named, user):
            links.add(user, Link(row, relation.pointer))
    return links.by_owner


def users_of_each(near: Sequence[Resource]) -> dict[int, list[Link]]:
    """What names each, by primary key, in one query. All are of one account."""
    wanted = _any(
        Q(type=row.type, attribute=name, value=value)
        for row in near
        for name in references.named_by(row.type)
        if isinstance(value := row.document.get(name), str) and value
    )
    rows = Relation.objects.filter(wanted, resource__gone_at=None)
    rows = rows.filter(resource__environment__account__in={row.environment.account_id for row in near})
    links = _Links()
    for relation in rows.select_related("resource__environment").order_by("resource__name", "resource_id", "pointer"):
        for row in near:
            user = relation.resource
            if row.pk != user.pk and _is_named(row, relation) and _reaches(user, row.type, row.region):
                links.add(row, Link(user, relation.pointer))
    return links.by_owner


class _Links:
    """The links of several resources, each other end once."""

    def __init__(self) -> None:
        self.by_owner: dict[int, list[Link]] = {}
        self._known: set[tuple[int, int]] = set()

    def add(self, owner: Resource, link: Link) -> None:
        if (key := (owner.pk, link.resource.pk)) not in self._known:
            self._known.add(key)
            self.by_owner.setdefault(owner.pk, []).append(link)


def _any(conditions: Iterable[Q]) -> Q:
    return reduce(or_, conditions, Q(pk__in=[]))


def _is_named(row: Resource, relation: Relation) -> bool:
    declared = registry.native(row.type)
    own = row.identifier if declared and declared.identifier == relation.attribute else None
    return row.type == relation.type and relation.value in (own, row.document.get(relation.attribute))


def holders(environment: Environment, type_name: str, region: str, document: Mapping[str, Json]) -> Users:
    """The users without those that AWS deletes together with the resource, as a VPC's default security group."""
    found, declared = users_of(environment, type_name, region, document), registry.native(type_name)
    takes = declared.delete.takes if declared and declared.delete else {}
    kept = (link for link in found.links if not _goes_along(link.resource, takes))
    return Users(tuple(kept), found.unread)


def _goes_along(user: Resource, takes: Mapping[str, str]) -> bool:
    return user.type in takes and bool(jmespath.search(takes[user.type], {**user.document, "Status": user.status}))


@cache
def users(type_name: str) -> tuple[str, ...]:
    """The types whose documents may name a resource of this type."""
    return tuple(
        kind for kind in registry.BY_NAME if any(each.type == type_name for each in references.references(kind))
    )


def _account(environment: Environment) -> QuerySet[Resource]:
    return Resource.objects.select_related("environment").filter(environment__account=environment.account_id)


def _named_by(relation: Relation) -> Q:
    declared = registry.native(relation.type)
    if declared and declared.identifier == relation.attribute:
        return Q(type=relation.type, identifier=relation.value)
    return Q(type=relation.type, **{f"document__{relation.attribute}": relation.value})


def _near(rows: Iterable[Resource], user: Resource) -> list[Resource]:
    return [row for row in rows if _reaches(user, row.type, row.region)]


def _reaches(user: Resource, type_name: str, region: str) -> bool:
    """Names hold within one region; what has none is named from all of them, and names in all of them."""
    kinds = (registry.native(user.type), registry.native(type_name))
    return user.region == region or any(kind.everywhere for kind in kinds if kind)


def _itself(user: Resource, type_name: str, document: Mapping[str, Json]) -> bool:
    """A security group whose rules name the group itself is no user of it."""
    return user.type == type_name and user.document == document


def _unread(environment: Environment, type_name: str, region: str) -> tuple[str, ...]:
    scans = TypeScan.objects.filter(environment=environment, finished_at__isnull=False, error="")
    known = set(scans.values_list("type", "region"))
    read = {
        kind
        for kind, place in known
        if place == region or (registry.BY_NAME.get(kind) and registry.BY_NAME[kind].everywhere)
    }
    return tuple(kind for kind in users(type_name) if kind not in read)

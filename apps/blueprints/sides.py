"""Environments as comparisons take them, and which of their differences are meant to be."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import combinations

from django.db.models import Q, QuerySet

from apps.blueprints.choose import doors, part_of
from apps.blueprints.compare import Compared, Side
from apps.blueprints.decide import Named
from apps.blueprints.models import Expected
from apps.blueprints.parts import Part
from apps.catalog import registry
from apps.catalog.references import references
from apps.environments.models import Environment
from apps.inventory.models import Resource, ScanState, TypeScan
from apps.refusal import Refusal, Refused

EVERYWHERE = [name for name, native in registry.BY_NAME.items() if native.everywhere]
MOST = 2000  # compared in about a second; a page waits for it
Mark = tuple[str, str, str]  # type, logical name, property


def side(environment: Environment, region: str, kinds: Collection[str] = ()) -> Side:
    """What inventory has of an environment in a region, and of what has no region.

    With `kinds` only of these types and those that they name. Raises `Refused` where it is too much to be compared.
    """
    rows, own = _rows(environment, region), doors(environment)
    if kinds:
        rows = rows.filter(type__in={*kinds, *(each.type for kind in kinds for each in references(kind))})
    if (count := rows.count()) > MOST:
        said = f"{environment.name} has {count:,} of them in {region}; at most {MOST:,} are compared at once."
        raise Refused(Refusal("too_many", f"{said} Choose a type."))
    found = [part_of(each) for each in rows.order_by("type", "name", "pk") if each.arn not in own]
    tag = environment.resource_tag.partition("=")[0]
    return Side(environment.slug, environment.account.number, region, found, tag)


def large(environment: Environment, region: str) -> bool:
    """Whether only some types of it can be compared at once."""
    return _rows(environment, region).count() > MOST


def types(environment: Environment, region: str) -> set[str]:
    """The types of which inventory has something there."""
    return set(_rows(environment, region).order_by().values_list("type", flat=True).distinct())


def _rows(environment: Environment, region: str) -> QuerySet[Resource]:
    return Resource.objects.filter(Q(region=region) | Q(type__in=EVERYWHERE), environment=environment, gone_at=None)


def unread(environment: Environment, region: str) -> list[str]:
    """The types that were never read there, or not the last time: what is missing of them may be there."""
    scans = TypeScan.objects.filter(environment=environment, finished_at__isnull=False, error="")
    known = set(scans.exclude(state=ScanState.FAILED).filter(region=region).values_list("type", flat=True))
    return [each.title for name, each in registry.BY_NAME.items() if not each.everywhere and name not in known]


def alike(asked: Iterable[Named], source: Side, target: Side) -> dict[Named, str]:
    """The values by which resources of the target are named, for those of the source with the same logical names."""
    wanted = set(asked)
    found: dict[Named, str] = {}
    for key, part in source.parts.items():
        for kind, attribute, value in wanted:
            if kind == part.type and key in target.parts and _value(part, attribute) == value:
                found[kind, attribute, value] = _value(target.parts[key], attribute)
    return {key: value for key, value in found.items() if value}


def _value(part: Part, attribute: str) -> str:
    own = {part.native.identifier: part.identifier, part.native.arn: part.arn}
    return str(part.document.get(attribute) or own.get(attribute) or "")


def pair(one: Environment, other: Environment) -> tuple[Environment, Environment]:
    """Two environments in the order in which expected differences are kept."""
    return (one, other) if one.slug < other.slug else (other, one)


def expected(environments: Sequence[Environment]) -> dict[Mark, Expected]:
    """The differences that are meant to be between each of these environments and all others of them."""
    pairs = [pair(one, other) for one, other in combinations(environments, 2)]
    by_pair: list[Mapping[Mark, Expected]] = []
    for one, other in pairs:
        rows = Expected.objects.filter(one=one, other=other).select_related("created_by")
        by_pair.append({(row.type, row.logical, row.property): row for row in rows})
    first, *rest = by_pair or [{}]
    return {mark: row for mark, row in first.items() if all(mark in each for each in rest)}


def marks(each: Compared) -> list[Mark]:
    """What can be said to be expected of a logical name: its differences, or that it is missing."""
    missing = [(each.type, each.logical, "")] if each.missing else []
    return [*missing, *((each.type, each.logical, found.property) for found in each.differences)]

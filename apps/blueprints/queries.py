"""Blueprints as pages read them, and what an import knows of its target. `slugs`: None = all environments."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db.models import Q, QuerySet

from apps.blueprints import sides
from apps.blueprints.decide import Here, Named, Row, rows
from apps.blueprints.foreach import LOOP
from apps.blueprints.models import Blueprint, Import, Promotion, Version
from apps.blueprints.questions import Kind
from apps.blueprints.wanted import Target, There
from apps.environments.models import Environment
from apps.inventory.models import Resource
from apps.planning.plan import Action
from apps.refusal import Refused

VPC = "AWS::EC2::VPC"
REMEMBERED = 50  # imports of a pair of environments that are looked at for what was chosen
LASTING = (Kind.REFERENCE, Kind.IMAGE, Kind.OTHER, Kind.ZONE)


def versions(slugs: frozenset[str] | None) -> QuerySet[Version]:
    """The versions that a person may look at: of what environments they see, or uploaded."""
    rows = Version.objects.select_related("blueprint", "created_by")
    return rows if slugs is None else rows.filter(Q(source={}) | Q(source__environment__in=slugs))


def newest(slugs: frozenset[str] | None) -> list[Version]:
    """The newest version of each blueprint, by name, without those that only carry differences to one environment."""
    ids = (
        versions(slugs)
        .filter(source__target__isnull=True)
        .order_by("blueprint__name", "-number")
        .distinct("blueprint__name")
        .values("pk")
    )
    return list(versions(slugs).filter(pk__in=ids).order_by("blueprint__name"))


def imports(blueprint: Blueprint, slugs: frozenset[str] | None) -> QuerySet[Import]:
    """Where a blueprint was imported, the last one first."""
    rows = Import.objects.filter(version__blueprint=blueprint)
    rows = rows.select_related("version__blueprint", "environment", "change_request", "created_by")
    return rows if slugs is None else rows.filter(environment__slug__in=slugs)


def promotions(slugs: frozenset[str] | None) -> QuerySet[Promotion]:
    """What is on its way and comes from where the person may look."""
    rows = Promotion.objects.select_related("version__blueprint", "origin__environment", "created_by")
    if slugs is None:
        return rows
    return rows.filter(Q(version__in=versions(slugs)) | Q(origin__environment__slug__in=slugs))


def used(slugs: frozenset[str] | None) -> QuerySet[Import]:
    """The last import of every blueprint into every environment and region."""
    place = ("version__blueprint_id", "environment_id", "region")
    last = Import.objects.order_by(*place, "-pk").distinct(*place).values("pk")
    rows = Import.objects.filter(pk__in=last).select_related("version", "environment").order_by("environment__position")
    return rows if slugs is None else rows.filter(environment__slug__in=slugs)


def target(environment: Environment, region: str, name: str) -> Target:
    key, _, value = environment.resource_tag.partition("=")
    tag = {"Key": key, "Value": value} if key else None
    return Target(environment.slug, environment.account.number, region, name, tag)


def here(version: Version, environment: Environment, region: str) -> Here:
    """What the rules of an import know of its target."""
    source = Environment.objects.filter(slug=version.source.get("environment", "")).first()
    same = source is not None and source.account_id == environment.account_id
    there = Resource.objects.filter(environment__account=environment.account_id, gone_at=None)
    own = {identifier for _, identifier in identifiers(version, environment).values()}
    taken: dict[str, set[str]] = defaultdict(set)
    for kind, name, identifier in there.filter(region=region).values_list("type", "name", "identifier"):
        taken[kind] |= set() if identifier in own else {name, identifier}
    networks = there.filter(region=region, type=VPC).exclude(identifier__in=own)
    return Here(
        environment=environment.slug,
        region=region,
        same=same and version.source.get("region") == region,
        taken={kind: frozenset(names) for kind, names in taken.items()},
        networks=[str(block) for block in networks.values_list("document__CidrBlock", flat=True) if block],
        before=chosen_before(version, environment, region),
        alike=_alike(version, source, environment, region),
    )


def _alike(version: Version, source: Environment | None, environment: Environment, region: str) -> dict[Named, str]:
    """What the resources outside the blueprint that it names are called in the target, by their names."""
    known = (version.template.get("Metadata") or {}).get("Ringi", {}).get("Parameters", {}).values()
    asked = {(each["Type"], each["Attribute"], each["Source"]) for each in known if each.get("Attribute")}
    if source is None or source == environment or not asked:
        return {}
    kinds = {kind for kind, _, _ in asked}
    try:
        own = sides.side(source, str(version.source["region"]), kinds), sides.side(environment, region, kinds)
    except Refused:
        return {}  # too many to look at for a proposal
    return sides.alike(asked, *own)


def chosen_before(version: Version, environment: Environment, region: str) -> Mapping[tuple[str, str], str]:
    """What was chosen for values of the same source in earlier imports into the environment, the last one last."""
    wanted = Q(version__blueprint=version.blueprint)
    if source := version.source.get("environment"):
        wanted |= Q(version__source__environment=source)
    earlier = Import.objects.filter(wanted, environment=environment, region=region).select_related("version")
    answer: dict[tuple[str, str], str] = {}
    for each in reversed(earlier[:REMEMBERED]):
        for row in rows(each.version.template, Here(environment.slug, region)):
            if chosen := each.values.get(row.key):
                answer |= dict.fromkeys(_keys(row, each.version.blueprint_id == version.blueprint_id), chosen)
    return answer


def _keys(row: Row, same: bool) -> list[tuple[str, str]]:
    """Under what a choice is remembered: for the blueprint by its place, for others by what it was chosen for."""
    general = [(f"{row.kind}:{row.type}", row.source)] if row.kind in LASTING and row.source else []
    return [*([(row.key, row.source)] if same else []), *general]


def identifiers(version: Version, environment: Environment) -> dict[str, tuple[str, str]]:
    """What the logical names of a blueprint are in an environment, as (type, identifier), where a run made them."""
    if version.carries:
        known = version.source["known"] if version.source["target"] == environment.slug else {}
        return _pairs(known) | _made(version.imports.filter(environment=environment))
    found: dict[str, tuple[str, str]] = {}
    exported = version.blueprint.versions.filter(source__environment=environment.slug, source__target__isnull=True)
    for own in exported.order_by("number").values_list("source__identifiers", flat=True):
        found |= _pairs(own or {})
    return found | _made(Import.objects.filter(version__blueprint=version.blueprint_id, environment=environment))


def _pairs(known: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, str]]:
    return {name: (kind, identifier) for name, (kind, identifier) in known.items()}


def _made(imports: QuerySet[Import]) -> dict[str, tuple[str, str]]:
    """What the runs of imports made, by logical name."""
    wanted = ("change_request__draft_changes__" + name for name in ("logical", "type", "made", "action"))
    rows = imports.order_by("pk").values_list(*wanted)
    return {logical: (kind, made) for logical, kind, made, act in rows if logical and made and act == Action.CREATE}


def no_longer(version: Version, environment: Environment) -> dict[str, There]:
    """What could be deleted with an import, by logical name: what earlier ones made and the version has no more."""
    if version.carries:
        return _there(_pairs(version.source["gone"]), environment)
    resources = version.template.get("Resources") or {}
    if any(name.startswith(LOOP) for name in resources):
        return {}  # its names are known only when it is imported
    return {name: each for name, each in there(version, environment).items() if name not in resources}


def there(version: Version, environment: Environment) -> dict[str, There]:
    """What of a blueprint exists in an environment, by logical name; what was deleted outside is not among it."""
    return _there(identifiers(version, environment), environment)


def _there(known: Mapping[str, tuple[str, str]], environment: Environment) -> dict[str, There]:
    rows = Resource.objects.filter(environment=environment, gone_at=None)
    rows = rows.filter(identifier__in={identifier for _, identifier in known.values()})
    by_key = {(row.type, row.identifier): row for row in rows}
    found = {name: by_key[key] for name, key in known.items() if key in by_key}
    return {name: There(r.type, r.region, r.identifier, r.arn, r.document, r.name) for name, r in found.items()}

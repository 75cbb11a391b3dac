"""What an export is of: resources of one environment as inventory has them, alone or with everything they need."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.db.models import Q

from apps.blueprints.export import Exported, exported
from apps.blueprints.parts import Left, Part
from apps.catalog import registry
from apps.environments.models import Environment
from apps.inventory.models import Relation, Resource
from apps.inventory.relations import used_by
from apps.refusal import Refusal

MOST = 500  # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
NONE = Refusal("none", "No resource is chosen. Tick some in the list of resources, or export an environment.")
TOO_MANY = Refusal("too_many", f"A template holds at most {MOST} resources. Choose fewer of them.")
DOOR = "Ringi itself comes into the account by this role."
PLACES = Refusal("environments", "These belong to several environments. Export each of them by itself.")


def check_chosen(resources: Sequence[Resource]) -> Refusal | None:
    if not resources:
        return NONE
    if len(resources) > MOST:
        return TOO_MANY
    return PLACES if len({each.environment_id for each in resources}) > 1 else None


def with_needs(resources: Sequence[Resource]) -> list[Resource]:
    """The resources and what they name in their environment, directly or through others."""
    found = {each.pk: each for each in resources}
    left = list(resources)
    while left and len(found) <= MOST:
        of = left.pop()
        new = [link.resource for link in used_by(of) if link.resource.environment_id == of.environment_id]
        left += [each for each in new if each.pk not in found]
        found |= {each.pk: each for each in new}
    return list(found.values())


def blueprint_of(resources: Sequence[Resource]) -> Exported:
    """The template of resources of one environment; those of another region than most are left out, with the reason."""
    environment, own_roles = resources[0].environment, doors(resources[0].environment)
    parts = [part_of(each) for each in resources if each.arn not in own_roles]
    made = exported(parts, environment.slug, environment.account.number, region_of(resources), outside(resources))
    own = [Left(each.type, each.name, each.identifier, DOOR) for each in resources if each.arn in own_roles]
    return replace(made, left=[*made.left, *own])


def doors(environment: Environment) -> set[str]:
    """The roles by which Ringi comes into the account."""
    found = Environment.objects.filter(account=environment.account_id).values_list("read_role_arn", "write_role_arn")
    return {arn for arns in found for arn in arns if arn}


def region_of(resources: Sequence[Resource]) -> str:
    """The region of most of them; what has none counts only where there is nothing else."""
    regional = [r.region for r in resources if not getattr(registry.native(r.type), "everywhere", False)]
    counted = Counter(regional or [each.region for each in resources])
    return min(counted, key=lambda region: (-counted[region], region))


def outside(resources: Sequence[Resource]) -> Mapping[tuple[str, str], str]:
    """What inventory calls the resources that these name, by type and the value that names them."""
    named = Relation.objects.filter(resource__in=resources).values_list("type", "value").distinct()
    types, values = {kind for kind, _ in named}, {value for _, value in named}
    account = resources[0].environment.account_id
    known = Resource.objects.filter(environment__account=account, gone_at=None, type__in=types)
    rows = known.filter(Q(identifier__in=values) | Q(arn__in=values)).values_list("type", "identifier", "arn", "name")
    return {(kind, value): name for kind, identifier, arn, name in rows for value in (identifier, arn) if value}


def part_of(each: Resource) -> Part:
    """A resource of inventory as exports and comparisons take it."""
    return Part(each.type, each.region, each.identifier, each.name, each.arn, each.document, each.status)


def whole(environment: Environment) -> list[Resource]:
    """Everything that an environment has, one more than fits at most."""
    rows = Resource.objects.select_related("environment__account").filter(environment=environment, gone_at=None)
    return list(rows.order_by("type", "name", "pk")[: MOST + 1])

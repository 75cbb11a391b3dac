"""What uses the resources that are to be deleted, directly or through others."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from apps.catalog import registry
from apps.changes.policies import MAX_CHANGES
from apps.inventory.models import Resource
from apps.inventory.relations import holders
from apps.planning.plan import Action
from apps.web.loading.subject import Slugs, able


@dataclass(frozen=True)
class User:
    """A resource that names another (`of`, called `uses`) at a place of its document.

    `goes` says whether it can be deleted along with it.
    """

    resource: Resource
    of: int
    uses: str
    at: str
    goes: bool


def users(resources: Sequence[Resource], slugs: Slugs) -> list[User]:
    """Those in environments that the person may see, the nearest first; no more than a request has changes."""
    found: dict[int, User] = {}
    left = list(resources)
    known = {each.pk for each in resources}
    while left and len(found) < MAX_CHANGES:
        of = left.pop(0)
        for link in holders(of.environment, of.type, of.region, of.document).links:
            each = link.resource
            if each.pk in known or not (slugs is None or each.environment.slug in slugs):
                continue
            known.add(each.pk)
            goes = each.environment_id == of.environment_id and _deletable(each)
            found[each.pk] = User(each, of.pk, of.name, link.at.replace("/*", ""), goes)
            left += [each] if goes else []
    return list(found.values())


def _deletable(each: Resource) -> bool:
    declared = registry.native(each.type)
    return declared is not None and able(declared, Action.DELETE)


def all_of(resource: Resource, found: Sequence[User]) -> str:
    """The query of the page on which the resource is deleted together with everything that can go along."""
    going = [resource.pk, *(each.resource.pk for each in found if each.goes)]
    return urlencode({"action": Action.DELETE, "resource": going}, doseq=True)

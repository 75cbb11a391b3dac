"""What inventory calls the resources that the changes of a request name."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q

from apps.catalog.references import named
from apps.environments.models import Environment
from apps.inventory.models import Resource
from apps.planning.plan import Plan, Proposal

Json = Any


def names(
    environment: Environment,
    proposals: Iterable[Proposal],
    planned: Plan | None,
    lives: Mapping[int, Mapping[str, Json]],
) -> dict[str, str]:
    """By the identifier or ARN that stands in a value; those that are called so anyway are left out."""
    told: set[str] = set()
    for proposal in proposals:
        live = {name: value for name, value in lives.get(proposal.ordinal, {}).items() if name in proposal.desired}
        for document in (proposal.base, proposal.desired, live):
            told |= {each.value for each in named(proposal.type, document)}
    for change in planned.changes if planned else ():
        for side in ("before", "after"):
            document = {each.property: getattr(each, side) for each in change.differences}
            told |= {each.value for each in named(change.type, document)}
    if not told:
        return {}
    rows = Resource.objects.filter(
        Q(identifier__in=told) | Q(arn__in=told), environment__account=environment.account_id
    )
    called: dict[str, str] = {}
    for identifier, arn, name in rows.values_list("identifier", "arn", "name"):
        called |= {value: name for value in (identifier, arn) if value in told and value != name}
    return called

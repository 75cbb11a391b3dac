"""The plan of a draft as far as inventory knows: the planner's pure function over the newest documents, no AWS.

It binds nobody. The planner observes live state when the request is submitted and may come to another plan.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from apps.catalog import registry
from apps.environments.models import Environment
from apps.inventory.models import Resource
from apps.planner import dependents, surroundings
from apps.planning import build
from apps.planning.parameters import identify
from apps.planning.plan import Observation, Plan, PlanRefused, Problem, Proposal, Target

Json = Any


@dataclass(frozen=True)
class Preview:
    """Either a plan, or the problems that stand in its way."""

    plan: Plan | None
    problems: tuple[Problem, ...] = ()


def preview(environment: Environment, proposals: Sequence[Proposal], resources: Mapping[int, Resource]) -> Preview:
    """`resources` maps ordinals to what inventory holds; a missing one counts as not existing."""
    observed = {p.ordinal: observation(resources.get(p.ordinal)) for p in proposals}
    users, unknown = dependents.users(environment, proposals, observed, observation)
    if unknown:
        return Preview(None, tuple(unknown))
    try:
        target = Target(environment.slug, environment.account.number)
        parents = surroundings.parents(proposals, observed, partial(_look, environment))
        return Preview(build.build(target, proposals, observed, users=users, parents=parents))
    except PlanRefused as refused:
        return Preview(None, refused.problems)


def _look(environment: Environment, type_name: str, region: str, identifier: str) -> Observation | None:
    """What any environment of the account has read."""
    rows = Resource.objects.filter(type=type_name, region=region, identifier=identifier)
    return observation(rows.filter(environment__account=environment.account_id).first())


def observation(resource: Resource | None) -> Observation | None:
    """What inventory last saw; None for what is gone."""
    if resource is None or resource.gone_at is not None:
        return None
    names = ("type", "region", "identifier", "name", "arn", "status", "document")
    return Observation(**{name: getattr(resource, name) for name in names})


def inventoried(environment: Environment, proposals: Sequence[Proposal]) -> dict[int, Resource]:
    """Ordinal -> the resource in inventory, in one query."""
    wanted = {(p.type, p.region, identifier_of(p)): p.ordinal for p in proposals}
    rows = Resource.objects.filter(environment=environment, identifier__in={key[2] for key in wanted})
    keyed = {(r.type, r.region, r.identifier): r for r in rows}
    return {ordinal: keyed[key] for key, ordinal in wanted.items() if key in keyed}


def identifier_of(proposal: Proposal) -> str:
    """The identifier that the resource has, or will get where its type lets us choose it."""
    declared = registry.native(proposal.type)
    return proposal.identifier or (identify(declared, proposal.desired) if declared else "")

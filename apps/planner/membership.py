"""Whether what a request touches belongs to its environment, where several share an account, and still will."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from apps.changes.models import ChangeRequest
from apps.environments.models import Environment
from apps.inventory.commands import belongs
from apps.people.access import can
from apps.people.models import Role
from apps.planner.facts import Check, Seen
from apps.planning.plan import Action, Observation, Problem, Proposal


def problems(request: ChangeRequest, proposals: Sequence[Proposal], seen: Seen) -> tuple[Problem, ...]:
    """What stands in the way: resources of other environments, or handed to one that is not the authors'."""
    found = [_stranger(request.environment, each, seen[each.ordinal]) for each in proposals]
    found += [_handed_over(request, each, other) for each, other in _moves(request.environment, proposals, seen)]
    return tuple(problem for problem in found if problem)


def leaving(request: ChangeRequest, proposals: Sequence[Proposal], seen: Seen) -> list[Check]:
    """A warning for every resource that the request takes out of its environment."""
    return [_warning(request.environment, *each) for each in _moves(request.environment, proposals, seen)]


def _stranger(environment: Environment, proposal: Proposal, seen: Observation | None) -> Problem | None:
    if proposal.action is Action.CREATE:
        if belongs(_as_wished(proposal), environment):
            return None
        sentence = f"Add the tag {environment.resource_tag}: it marks what belongs to {environment.name}."
        return Problem(proposal.ordinal, "Tags", "environment", sentence)
    if seen is None or belongs(seen, environment):
        return None
    sentence = f"{seen.name} doesn't belong to {environment.name}. Propose it in its own environment."
    return Problem(proposal.ordinal, "", "environment", sentence)


def _as_wished(proposal: Proposal) -> Observation:
    return Observation(proposal.type, proposal.region, "", proposal.name, "", "", proposal.desired)


def _moves(
    environment: Environment, proposals: Sequence[Proposal], seen: Seen
) -> Iterator[tuple[Proposal, Environment | None]]:
    """The changes of tags that take a resource out of the environment, each with the one that it then belongs to."""
    others = [each for each in Environment.objects.filter(account=environment.account_id) if each.pk != environment.pk]
    for proposal in proposals:
        live = seen[proposal.ordinal]
        if live is None or proposal.action is not Action.UPDATE or "Tags" not in proposal.desired:
            continue
        after = replace(live, document={**live.document, "Tags": proposal.desired["Tags"]})
        if belongs(live, environment) and not belongs(after, environment):
            marked = (other for other in others if other.resource_tag)
            yield proposal, next((other for other in marked if belongs(after, other)), None)


def _handed_over(request: ChangeRequest, proposal: Proposal, other: Environment | None) -> Problem | None:
    """Every author needs a role where the resource goes."""
    authors = [author.user for author in request.authors.select_related("user")]
    if other is None or all(can(author, Role.REQUESTER, other.slug) for author in authors):
        return None
    sentence = (
        f"With these tags {proposal.name} belongs to {other.name}, where not all authors of this request may propose "
        f"changes. Keep the tag {request.environment.resource_tag}, or have somebody of both environments propose it."
    )
    return Problem(proposal.ordinal, "Tags", "environment", sentence)


def _warning(environment: Environment, proposal: Proposal, other: Environment | None) -> Check:
    goes = f"belongs to {other.name} then" if other else "belongs to no environment then"
    sentence = f"{proposal.name} loses the tag {environment.resource_tag}: it leaves {environment.name} and {goes}."
    return {
        "name": "Environment", "outcome": "warn", "sentence": sentence, "ordinal": proposal.ordinal, "property": "Tags",
    }  # fmt: skip

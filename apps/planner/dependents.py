"""What depends on the resources that a request replaces or deletes, as inventory knows it.

A replacement switches the users to the new resource, so they must be known. A deletion leaves them behind, which people
are told.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from apps.catalog.registry import native
from apps.environments.models import Environment
from apps.inventory.models import Resource
from apps.inventory.relations import Link, Users, users_of
from apps.planner.facts import Seen
from apps.planning.plan import Action, Observation, Plan, Problem, Proposal
from apps.planning.replacement import replacing

Json = Any
Look = Callable[[Resource], Observation | None]
MOST_NAMED = 5


def users(
    environment: Environment, proposals: Sequence[Proposal], seen: Seen, look: Look
) -> tuple[dict[int, list[Observation]], list[Problem]]:
    """The users of every resource that must be replaced, each as `look` gives it, and what stands in the way.

    Where a type that could use it was not read, nobody knows the users: there is no entry then.
    """
    known: dict[int, list[Observation]] = {}
    problems: list[Problem] = []
    for proposal, live in _replaced(proposals, seen):
        found = users_of(environment, proposal.type, proposal.region, live.document)
        problems += _elsewhere(environment, proposal, found)
        if found.unread:
            problems.append(Problem(proposal.ordinal, "", "users", _unread(live.name, found)))
        else:
            known[proposal.ordinal] = [each for link in found.links if (each := look(link.resource))]
    return known, problems


def _replaced(proposals: Sequence[Proposal], seen: Seen) -> Iterator[tuple[Proposal, Observation]]:
    for proposal in proposals:
        declared, live = native(proposal.type), seen.get(proposal.ordinal)
        if declared is None or live is None or proposal.action is not Action.UPDATE:
            continue
        if replacing(declared, live.document, proposal.desired):
            yield proposal, live


def _elsewhere(environment: Environment, proposal: Proposal, found: Users) -> Iterator[Problem]:
    """What another environment of the account has is changed there, not here."""
    for link in found.links:
        other = link.resource.environment
        if other.pk != environment.pk:
            sentence = (
                f"{proposal.name} is used in {other.name}, which this request may not change. "
                "Create a new resource, have its users switched there, then delete the old one."
            )
            yield Problem(proposal.ordinal, "", "user", sentence)
            return


def _unread(name: str, found: Users) -> str:
    kinds = ", ".join(found.unread)
    return f"What uses {name} isn't known, because these types could not be read: {kinds}. Refresh them first."


def left_behind(environment: Environment, plan: Plan, seen: Seen) -> list[dict[str, Json]]:
    """A warning for every deletion of something that is still named by what the request doesn't touch."""
    touched = {(change.type, change.region, change.identifier) for change in plan.changes}
    answer = []
    for change in plan.changes:
        live = seen.get(change.ordinal)
        if change.action is not Action.DELETE or live is None or change.replaced_by:
            continue
        found = users_of(environment, change.type, change.region, live.document)
        links = [link for link in found.links if _key(link) not in touched]
        if links or found.unread:
            sentence = " ".join(
                filter(None, (_named(live.name, links), _unread(live.name, found) if found.unread else ""))
            )
            answer.append(
                {
                    "name": "Dependents",
                    "outcome": "warn",
                    "sentence": sentence,
                    "ordinal": change.ordinal,
                    "property": "",
                }
            )
    return answer


def _key(link: Link) -> tuple[str, str, str]:
    return link.resource.type, link.resource.region, link.resource.identifier


def _named(name: str, links: Sequence[Link]) -> str:
    if not links:
        return ""
    shown = [f"{link.resource.name} ({link.at})" for link in links[:MOST_NAMED]]
    more = f" and {len(links) - MOST_NAMED} more" if len(links) > MOST_NAMED else ""
    return f"{name} is used by {', '.join(shown)}{more}. AWS refuses to delete most of what is in use."

"""What depends on the resources that a request replaces or deletes, as inventory knows it.

A replacement switches the users to the new resource, so they must be known. A deletion takes them along, or says
why they may be left behind.
"""

from collections.abc import Callable, Iterator, Sequence

from apps.catalog.references import named, named_by
from apps.catalog.registry import native
from apps.environments.models import Environment
from apps.inventory.models import Resource
from apps.inventory.relations import Link, Users, holders, users_of
from apps.planner.facts import Check, Seen
from apps.planning.plan import Action, Change, Observation, Plan, Problem, Proposal
from apps.planning.replacement import replacing

Look = Callable[[Resource], Observation | None]
MOST_NAMED = 5
LET_GO = "Delete it in this request too or have it use something else, or say why this may go all the same."


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


def left_behind(
    environment: Environment, plan: Plan, proposals: Sequence[Proposal], seen: Seen
) -> tuple[list[Check], list[Problem]]:
    """What is said of every deletion of something that is still named by what the request leaves as it is.

    It is refused unless its proposal consents to that. Where types were not read, people are told.
    """
    reasons = {each.ordinal: each.consents.get("users", "").strip() for each in proposals}
    told: list[Check] = []
    problems: list[Problem] = []
    for change in plan.changes:
        live = seen.get(change.ordinal)
        if change.action is not Action.DELETE or live is None or change.replaced_by:
            continue
        found = holders(environment, change.type, change.region, live.document)
        links = [link for link in found.links if not _lets_go(link, plan, seen, live)]
        if links and not reasons.get(change.ordinal):
            problems.append(Problem(change.ordinal, "", "used", f"{_named(live.name, links)} {LET_GO}"))
        elif links:
            told.append(_warning(change, f"{_named(live.name, links)} AWS refuses to delete most of what is in use."))
        if found.unread:
            told.append(_warning(change, _unread(live.name, found)))
    return told, problems


def _warning(change: Change, sentence: str) -> Check:
    return {"name": "Dependents", "outcome": "warn", "sentence": sentence, "ordinal": change.ordinal, "property": ""}


def _lets_go(link: Link, plan: Plan, seen: Seen, gone: Observation) -> bool:
    """Whether the request deletes the user too, or has it name the resource no longer."""
    key = (link.resource.type, link.resource.region, link.resource.identifier)
    own = next((each for each in plan.changes if (each.type, each.region, each.identifier) == key), None)
    if own is None or own.action is Action.DELETE:
        return own is not None
    live = seen.get(own.ordinal)
    after = {**(live.document if live else {}), **{each.property: each.after for each in own.differences}}
    names = {gone.identifier, gone.arn, *(gone.document.get(name) for name in named_by(gone.type))}
    return not any(each.value in names for each in named(own.type, after) if each.reference.type == gone.type)


def _named(name: str, links: Sequence[Link]) -> str:
    shown = [f"{link.resource.name} ({link.at})" for link in links[:MOST_NAMED]]
    more = f" and {len(links) - MOST_NAMED} more" if len(links) > MOST_NAMED else ""
    return f"{name} is used by {', '.join(shown)}{more}."

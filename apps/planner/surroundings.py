"""Where new resources are made, as far as what AWS gives them by itself depends on it."""

from collections.abc import Callable, Iterable

from apps.catalog.registry import native
from apps.planner.facts import Seen
from apps.planning.plan import Observation, Proposal

Key = tuple[str, str, str]  # type, region, identifier
Look = Callable[[str, str, str], Observation | None]


def parents(proposals: Iterable[Proposal], seen: Seen, look: Look) -> dict[Key, Observation]:
    """Each of them as `look` gives it, also for what a proposal may come to replace."""
    wanted = dict.fromkeys(key for proposal in proposals if (key := _parent(proposal, seen)))
    return {key: found for key in wanted if (found := look(*key))}


def _parent(proposal: Proposal, seen: Seen) -> Key | None:
    declared, live = native(proposal.type), seen.get(proposal.ordinal)
    within = declared.create.within if declared and declared.create else None
    if within is None:
        return None
    named = proposal.desired.get(within.property) or (live.document.get(within.property) if live else None)
    return (within.type, proposal.region, named) if isinstance(named, str) else None

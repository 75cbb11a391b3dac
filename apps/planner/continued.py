"""What earlier runs of a request have created: the plan goes on from there, and creates nothing a second time."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from apps.catalog.registry import native
from apps.changes.ordinals import filled
from apps.planner.facts import Check, Seen
from apps.planning import diff
from apps.planning.plan import Action, Observation, PlanRefused, Problem, Proposal

Json = Any
ALL_MADE = Problem(
    0,
    "",
    "made",
    "Everything that this request asks for exists already: earlier runs have made it. Withdraw the request, or change "
    "what it asks for.",
)


def continued(proposals: Sequence[Proposal], made: Mapping[int, str], seen: Seen) -> tuple[list[Proposal], list[Check]]:
    """The proposals with what exists as an update of what is still missing, and a check for each that says so.

    What others take from it stands there as the value that is known by now. Raises `PlanRefused` when nothing is left.
    """
    there = {ordinal: live for ordinal in made if (live := seen.get(ordinal))}
    if not there:
        return list(proposals), []

    def gave(ordinal: int, attribute: str) -> Json:
        live = there.get(ordinal)
        return live and (live.document.get(attribute) or live.identifier)

    whole = [replace(proposal, desired=filled(dict(proposal.desired), gave)) for proposal in proposals]
    left = [after for p in whole if (after := _left(p, there[p.ordinal]) if p.ordinal in there else p)]
    if not left:
        raise PlanRefused((ALL_MADE,))
    return left, [_said(live) for live in there.values()]


def _left(proposal: Proposal, live: Observation) -> Proposal | None:
    """The update that is left of a creation; None when there is nothing left to do."""
    declared = native(proposal.type)
    wanted = {name: value for name, value in proposal.desired.items() if value is not None}
    names = diff.differing(declared, live.document, wanted) if declared else tuple(wanted)
    if not names:
        return None
    desired = {name: wanted[name] for name in names}
    return replace(proposal, action=Action.UPDATE, identifier=live.identifier, desired=desired, base={})


def _said(live: Observation) -> Check:
    sentence = f"{live.name} ({live.identifier}) was made by an earlier run. The plan goes on from there."
    return {"name": "Made before", "outcome": "pass", "sentence": sentence, "ordinal": 0, "property": ""}

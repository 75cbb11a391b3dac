"""What the organisation's policies say of a plan: of what it causes, not of what stood before."""

from collections.abc import Iterator, Sequence

from apps.evaluation.models import Policy
from apps.evaluation.organisation import Force, Resource, caused
from apps.planner import documents
from apps.planner.facts import Check, Seen, Users
from apps.planning.documents import after
from apps.planning.plan import Action, Change, Plan, PlanRefused, Problem, Proposal

NAME, CONSENT = "Policy", "policies"
HOW = {
    Force.MANDATORY: "Nobody may override that: change the request.",
    Force.OVERRIDABLE: "Change the request, or give a reason why it is right here.",
}


def checks(environment: str, plan: Plan, proposals: Sequence[Proposal], seen: Seen, users: Users) -> list[Check]:
    """A check for what is advised against or overridden. Raises `PlanRefused` for what may not be, or not yet."""
    reasons = {each.ordinal: each.consents.get(CONSENT, "").strip() for each in proposals}
    problems: list[Problem] = []
    told: list[Check] = []
    for policy in Policy.objects.filter(enabled=True):
        if policy.environments and environment not in policy.environments:
            continue
        for change, name, sentence in _found(policy, plan, seen, users):
            reason, force = reasons.get(change.ordinal, ""), Force(policy.force)
            if force is Force.ADVISORY or (force is Force.OVERRIDABLE and reason):
                why = f" Overridden: {reason}" if reason and force is Force.OVERRIDABLE else ""
                told.append(_check(change, name, f"{policy.name}: {sentence}{why}"))
            else:
                code = f"policy_{force}"
                problems.append(Problem(change.ordinal, name, code, f"{policy.name}: {sentence} {HOW[force]}"))
    if problems:
        raise PlanRefused(tuple(problems))
    return told


def _found(policy: Policy, plan: Plan, seen: Seen, users: Users) -> Iterator[tuple[Change, str, str]]:
    for change in plan.changes:
        if change.action is Action.DELETE:
            continue
        live = documents.before(change, seen, users)
        before = Resource(change.type, change.region, live) if live else None
        becomes = Resource(change.type, change.region, after(change, live))
        for name, sentence in caused(policy.wanted, before, becomes):
            yield change, name, sentence


def _check(change: Change, name: str, sentence: str) -> Check:
    return {"name": NAME, "outcome": "warn", "sentence": sentence, "ordinal": change.ordinal, "property": name}

"""Turns a submitted draft into a revision with its flow, or gives it back with what is wrong, each at its field.

AWS is asked outside of any transaction; what was found is then written in one. A second message for the same request
does nothing, and a lost one is found by the sweep, because the request itself says when it wants to be planned.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.aws.gateway import AwsError, Gateway
from apps.aws.validate import validate_plan
from apps.catalog.registry import native
from apps.changes import queries
from apps.changes.commands import claim_planning, record_plan, refuse_plan
from apps.changes.commands.planning import Planned
from apps.changes.models import ChangeRequest, DraftChange
from apps.changes.policies import MOVED_OUTSIDE
from apps.changes.states import State
from apps.environments.models import Environment
from apps.inventory.commands import record_observation
from apps.inventory.models import Resource
from apps.planner import asked, dependents, membership, policies, preflight, secrets, surroundings
from apps.planner.continued import continued
from apps.planner.evaluation import evaluated
from apps.planner.facts import Check, Seen, Users
from apps.planning import build, codec, diff
from apps.planning.parameters import identify
from apps.planning.plan import Action, Observation, Plan, PlanRefused, Problem, Proposal, Target
from apps.refusal import Refused
from apps.reviews.commands import settle
from apps.reviews.flow import check_flow, facts_of, open_flow

log = logging.getLogger(__name__)
Json = Any
TRIES_MOST = 3
MOVED = (
    "was changed outside since it was proposed. Keep the proposed value, take what is live, or edit the change; then "
    "submit it again."
)
NOTHING_MADE: Mapping[int, str] = {}
Open = Callable[[Environment, str], Gateway]


def plan_request(change_request_id: int, *, open_reader: Open) -> None:
    """Plan a request that is due; nothing when it isn't."""
    request = claim_planning(change_request_id=change_request_id)
    if request is None:
        return
    if request.planning_tries > TRIES_MOST:
        _give_back(request, (_broken("the planner died"),))
        return
    try:
        _plan(request, open_reader)
    except Exception as error:
        log.exception("planning met an unexpected error")
        _give_back(request, (_broken(type(error).__name__),))


def _broken(what: str) -> Problem:
    sentence = (
        f"Ringi failed to plan this request ({what}). Nothing is lost: submit it again, "
        "and if that fails too, ask an administrator to look at the planner's log."
    )
    return Problem(0, "", "broken", sentence)


def _plan(request: ChangeRequest, open_reader: Open) -> None:
    """Observe, plan, and keep the plan or what is wrong with it."""
    proposals = queries.proposals(request)
    try:
        aws = open_reader(request.environment, f"ringi-CR-{request.pk}-plan")
        made = dict(request.draft_changes.exclude(made="").values_list("ordinal", "made"))
        seen = observe(aws, proposals, made)
        proposals = secrets.pinned(aws, request.environment.account.number, proposals)
        proposals, before = continued(as_seen(proposals, seen), made, seen)
        proposals = rebased(proposals, seen) if request.rebase else proposals
        refuse_conflicts(request.environment, proposals, seen)
        planned = work_out(request, aws, proposals, seen, before=before)
    except PlanRefused as refused:
        _give_back(request, refused.problems)
    except Unreadable as unreadable:
        _give_back(request, (unreadable.problem,))
    except AwsError as error:
        _give_back(request, (Problem(0, "", error.kind, error.sentence),))
    else:
        _keep(request, proposals, planned)


def work_out(
    request: ChangeRequest, aws: Gateway, proposals: Sequence[Proposal], seen: Seen, *, before: Sequence[Check] = ()
) -> Planned:
    """The plan of proposals on what was seen, with everything that people read beside it. Raises `PlanRefused`."""
    plan, users = draw(request, aws, proposals, seen)
    behind, used = dependents.left_behind(request.environment, plan, proposals, seen)
    if used:
        raise PlanRefused(tuple(used))
    told = [*behind, *membership.leaving(request, proposals, seen), *asked.checks(aws, plan, seen)]
    told += policies.checks(request.environment.slug, plan, proposals, seen, users)
    linted = [*before, *told, *preflight.checks(plan, seen, users)]
    evaluation = evaluated(aws, request.environment, plan, seen, users, timezone.now())
    if problems := check_flow(request, facts_of(request, plan, _bases(seen), evaluation)):
        raise PlanRefused(problems)
    return _planned(plan, proposals, seen, linted, evaluation)


def draw(request: ChangeRequest, aws: Gateway, proposals: Sequence[Proposal], seen: Seen) -> tuple[Plan, Users]:
    """The plan alone, and what uses its resources. Raises `PlanRefused`."""
    users, unknown = dependents.users(request.environment, proposals, seen, partial(_user, aws))
    around = surroundings.parents(proposals, seen, aws.read)
    return drawn(request, proposals, seen, users, around, unknown), users


def due(limit: int = 100) -> list[int]:
    """The requests that wait for the planner, the one that waits longest first."""
    rows = ChangeRequest.objects.filter(state=State.PLANNING, planning_due_at__lte=timezone.now())
    return list(rows.order_by("planning_due_at").values_list("pk", flat=True)[:limit])


class Unreadable(Exception):
    """AWS did not say how one resource is."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.sentence)
        self.problem = problem


def observe(
    aws: Gateway, proposals: Sequence[Proposal], made: Mapping[int, str] = NOTHING_MADE
) -> dict[int, Observation | None]:
    """The resources as they are now, by ordinal, those of a kind read together; `made` is what runs created."""
    wanted: dict[tuple[str, str], dict[int, str]] = {}
    for proposal in proposals:
        if identifier := made.get(proposal.ordinal) or _identifier(proposal):
            wanted.setdefault((proposal.type, proposal.region), {})[proposal.ordinal] = identifier
    seen: dict[int, Observation | None] = dict.fromkeys(proposal.ordinal for proposal in proposals)
    for kind, identifiers in wanted.items():
        try:
            found = aws.read_many(*kind, identifiers.values())
        except AwsError as error:
            raise Unreadable(Problem(min(identifiers), "", error.kind, error.sentence)) from error
        seen |= {ordinal: found.get(identifier) for ordinal, identifier in identifiers.items()}
    return seen


def _identifier(proposal: Proposal) -> str:
    """What the resource is found under; a new one under the identifier that it will get, "" where AWS chooses it."""
    declared = native(proposal.type)
    if declared is None:
        return ""
    return proposal.identifier or identify(declared, proposal.desired)


def as_seen(proposals: Sequence[Proposal], seen: Seen) -> list[Proposal]:
    """The proposals, each with the name that its resource has now."""
    return [replace(p, name=live.name) if p.identifier and (live := seen[p.ordinal]) else p for p in proposals]


def rebased(proposals: Sequence[Proposal], seen: Seen) -> list[Proposal]:
    """The proposals as if their forms had shown what is live now."""
    return [_rebased(p, observation) if (observation := seen[p.ordinal]) else p for p in proposals]


def _rebased(proposal: Proposal, observation: Observation) -> Proposal:
    live = observation.document
    return replace(proposal, base={name: live[name] for name in proposal.desired if name in live})


def _user(aws: Gateway, resource: Resource) -> Observation | None:
    return aws.read(resource.type, resource.region, resource.identifier)


def drawn(
    request: ChangeRequest,
    proposals: Sequence[Proposal],
    seen: Seen,
    users: Users,
    parents: build.Parents,
    unknown: Sequence[Problem],
) -> Plan:
    """The plan. Raises `PlanRefused` with everything that is wrong with it."""
    environment = request.environment
    strangers = membership.problems(request, proposals, seen)
    if problems := (*strangers, *unknown):
        raise PlanRefused(problems)
    target = Target(environment.slug, environment.account.number)
    plan = build.build(target, proposals, seen, users=users, parents=parents)
    if problems := tuple(validate_plan(plan)):
        raise PlanRefused(problems)
    return plan


def refuse_conflicts(environment: Environment, proposals: Sequence[Proposal], seen: Seen) -> None:
    """Raise `PlanRefused` where somebody else has changed what is proposed; what was seen is kept for the page."""
    found = tuple(conflicts(proposals, seen))
    for ordinal in {problem.ordinal for problem in found}:
        if live := seen[ordinal]:
            record_observation(environment=environment, observation=live, cause="review")
    if found:
        raise PlanRefused(found)


def conflicts(proposals: Sequence[Proposal], seen: Seen) -> Iterator[Problem]:
    """Properties that are neither as their author saw them nor as proposed."""
    for proposal in proposals:
        found, declared = seen[proposal.ordinal], native(proposal.type)
        for name in build.moved(proposal.base, found) if found and declared else ():
            if name not in proposal.desired or name not in declared.properties:  # type: ignore[union-attr]
                continue
            live, how = found.document.get(name), declared.properties[name]  # type: ignore[union-attr]
            if not diff.same(live, proposal.desired[name], how):
                yield Problem(proposal.ordinal, name, MOVED_OUTSIDE, f"{name} of {proposal.name} {MOVED}")


def _planned(
    plan: Plan,
    proposals: Sequence[Proposal],
    seen: Seen,
    linted: Sequence[Check],
    evaluation: Mapping[str, Json],
) -> Planned:
    text = codec.canonical(plan)
    return Planned(
        canonical=text,
        digest=codec.digest(text),
        proposals=[asdict(proposal) for proposal in proposals],
        bases={str(ordinal): document for ordinal, document in _bases(seen).items()},
        desired={str(p.ordinal): _wanted(p, seen[p.ordinal]) for p in proposals},
        checks=[
            *_moved(proposals, seen),
            *linted,
            *_fits(),
        ],
        evaluation=evaluation,
    )


def _keep(request: ChangeRequest, proposals: Sequence[Proposal], planned: Planned) -> None:
    try:
        with transaction.atomic():
            _rebase_draft(request, proposals)
            settle(revision=record_plan(change_request=request, planned=planned, open_flow=open_flow))
    except Refused:
        return  # withdrawn or planned by another worker meanwhile: there is nothing left to do


def _bases(seen: Seen) -> dict[int, dict[str, Json]]:
    """The documents that were seen; empty for what is not there."""
    return {ordinal: dict(found.document) if found else {} for ordinal, found in seen.items()}


def _wanted(proposal: Proposal, seen: Observation | None) -> dict[str, Json]:
    """The whole document as it will be; empty for a deletion."""
    if proposal.action is Action.DELETE:
        return {}
    whole = (dict(seen.document) if seen else {}) | dict(proposal.desired)
    return {name: value for name, value in whole.items() if value is not None}


def _moved(proposals: Sequence[Proposal], seen: Seen) -> list[Check]:
    """A warning for every property that is no longer as the form showed it."""
    return [
        {
            "name": "Live state",
            "outcome": "warn",
            "sentence": f"{name} of {proposal.name} changed after this was proposed. Compare the three values.",
            "ordinal": proposal.ordinal,
            "property": name,
        }
        for proposal in proposals
        if (found := seen[proposal.ordinal])
        for name in build.moved(proposal.base, found)
    ]


FITS = (
    ("Values", "Every value fits the registry schema and the rules of its type."),
    ("Calls", "Every call fits AWS's own description of its operation."),
)


def _fits() -> list[Check]:
    """What a plan that was not refused has passed."""
    return [{"name": n, "outcome": "pass", "sentence": said, "ordinal": 0, "property": ""} for n, said in FITS]


def _rebase_draft(request: ChangeRequest, proposals: Sequence[Proposal]) -> None:
    """Keep the new base with the draft, so that a later edit starts from what was reviewed."""
    if request.rebase:
        for proposal in proposals:
            rows = DraftChange.objects.filter(change_request=request, ordinal=proposal.ordinal)
            rows.update(base=dict(proposal.base))


def _give_back(request: ChangeRequest, problems: Sequence[Problem]) -> None:
    try:
        refuse_plan(change_request=request, problems=problems)
    except Refused:
        return  # withdrawn meanwhile

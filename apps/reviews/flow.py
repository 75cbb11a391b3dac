"""Opens the approval flow of a new revision. Who may decide was frozen when the request was submitted."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.db.models import Q

from apps.changes.models import ChangeRequest, Revision
from apps.environments.models import Environment
from apps.people.access import holders
from apps.people.models import Role, User
from apps.planning.plan import Problem
from apps.reviews.models import FlowStep, Rule
from apps.reviews.policies import NEEDED, RULE
from apps.reviews.rules import met, strictest

Json = Any
NOTHING: Mapping[str, Json] = MappingProxyType({})
LONGEST = 500


def eligible(request: ChangeRequest) -> list[User]:
    """Of the reviewers at the time of submission those who still are, and are no authors, by name."""
    authors = set(request.authors.values_list("user_id", flat=True))
    reviewers = holders(Role.REVIEWER, request.environment.slug)
    frozen = request.reviewers
    return [p for p in reviewers if (frozen is None or p.pk in frozen) and p.pk not in authors]


def asked(environment: Environment, evaluation: Mapping[str, Json]) -> tuple[int, str]:
    """How many approvals a plan needs that was worked out like that, and which rule says so, in words."""
    rows = Rule.objects.filter(Q(environment=environment) | Q(environment=None), enabled=True)
    matching = [(rule.needed, f"{rule.name}: {why}") for rule in rows if (why := met(rule.condition, evaluation))]
    needed, names = strictest(matching, NEEDED)
    return needed, " ".join(names) or RULE


def check_flow(request: ChangeRequest, evaluation: Mapping[str, Json] = NOTHING) -> tuple[Problem, ...]:
    """Why no flow could ever complete, if so."""
    could = eligible(request)
    needed, why = asked(request.environment, evaluation) if evaluation else (NEEDED, RULE)
    if len(could) >= needed:
        return ()
    place = request.environment.name
    if not could:
        sentence = f"Nobody but its authors reviews in {place}. Ask an administrator to add a reviewer."
    else:
        names = " and ".join(str(person) for person in could)
        sentence = f"{needed} approvals are needed, and only {names} could give one. {why} Ask an administrator."
    return (Problem(0, "", "no_reviewer", sentence),)


def open_flow(revision: Revision) -> None:
    """One step whose scope is the whole plan, with as many approvals as the strictest rule asks for."""
    request = revision.change_request
    needed, why = asked(request.environment, revision.evaluation)
    FlowStep.objects.create(
        revision=revision,
        ordinal=1,
        name="Review",
        rule=why[:LONGEST],
        needed=needed,
        scope_digest=revision.digest,
        eligible=[person.pk for person in eligible(request)],
    )

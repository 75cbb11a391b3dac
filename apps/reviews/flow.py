"""Opens the approval flow of a new revision: which steps the rules ask for, and who may decide on each.

People, teams and rules are those at the time of submission. What changed since counts only where that is stricter.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Max, QuerySet
from django.db.models.functions import Coalesce, Greatest

from apps.changes.models import ChangeRequest, Revision
from apps.changes.states import FOLLOWED
from apps.people.access import holders
from apps.people.models import Role, User
from apps.planning import codec
from apps.planning.plan import Plan, Problem
from apps.reviews import scope
from apps.reviews.approvals import is_old, newest_approvals
from apps.reviews.conditions import Document, Facts
from apps.reviews.drawing import REVIEWERS, Drawn, Ruling, draw, tightened
from apps.reviews.models import FlowStep, Membership, Review, RuleVersion, Team

Json = Any
UNSEEN = timedelta(minutes=1)  # for so long a version that is being saved may not be seen yet


def eligible(request: ChangeRequest) -> list[User]:
    """Of the reviewers at the time of submission those who still are, and are no authors, by name."""
    authors = set(request.authors.values_list("user_id", flat=True))
    reviewers = holders(Role.REVIEWER, request.environment.slug)
    frozen = request.reviewers
    return [p for p in reviewers if (frozen is None or p.pk in frozen) and p.pk not in authors]


def facts_of(
    request: ChangeRequest, plan: Plan, bases: Mapping[int, Document], evaluation: Mapping[str, Json]
) -> Facts:
    about = {"production": request.environment.production, "emergency": bool(request.emergency)}
    return Facts.of(plan, bases=bases, evaluation=evaluation, **about)


def facts_of_revision(revision: Revision) -> Facts:
    """From what the revision keeps."""
    bases = {int(ordinal): document for ordinal, document in revision.bases.items()}
    return facts_of(revision.change_request, codec.parse(revision.canonical), bases, revision.evaluation)


def rulings(at: datetime | None = None) -> list[Ruling]:
    """What the rules that are switched on say now, or said then."""
    versions = RuleVersion.objects.select_related("rule").order_by("number")
    newest = {version.rule_id: version for version in (versions.filter(at__lte=at) if at else versions)}
    return [version.ruling for version in sorted(newest.values(), key=lambda each: each.rule.name) if version.enabled]


def drawn(request: ChangeRequest, facts: Facts) -> tuple[Drawn, ...]:
    """The steps that the rules ask for, of the time of submission and of now: the stricter of both."""
    now = draw(rulings(), facts)
    return tightened(draw(rulings(request.submitted_at), facts), now) if request.submitted_at else now


def asked_since(revision: Revision, at: datetime) -> tuple[Drawn, ...]:
    """What rules that were changed after the revision was planned, but not after `at`, ask for beyond its flow."""
    if not RuleVersion.objects.filter(at__gt=revision.created_at - UNSEEN, at__lte=at).exists():
        return ()
    flow = {step.who: step for step in revision.flow.all()}
    wanted = draw(rulings(at), facts_of_revision(revision))
    return tuple(step for step in wanted if step.needed and not _covers(flow.get(step.who), step))


def tightened_since() -> QuerySet[ChangeRequest]:
    """The requests that wait for people, and rules have changed since they were planned or last compared."""
    planned = F("revision__created_at") - UNSEEN
    since = Greatest(Coalesce("followed_at", planned), planned)
    waiting = ChangeRequest.objects.filter(state__in=FOLLOWED, applied_at=None).annotate(since=since)
    newest = RuleVersion.objects.aggregate(newest=Max("at"))["newest"]
    return waiting.filter(since__lt=newest) if newest else waiting.none()


def _covers(step: FlowStep | None, wanted: Drawn) -> bool:
    return step is not None and step.needed >= wanted.needed and set(step.changes) >= wanted.ordinals


def could_decide(request: ChangeRequest, step: Drawn, reviewers: list[User]) -> list[User]:
    """Of the reviewers those whom the step asks."""
    if step.who == REVIEWERS:
        return reviewers
    wanted = {int(step.who.partition(":")[2])}
    if step.who.startswith("team:"):
        members = Membership.objects.filter(team__in=wanted)
        if request.submitted_at:
            members = members.filter(since__lte=request.submitted_at)
        wanted = set(members.values_list("person", flat=True))
    return [person for person in reviewers if person.pk in wanted]


def check_flow(request: ChangeRequest, facts: Facts) -> tuple[Problem, ...]:
    """Why its flow could never complete, if so."""
    reviewers = eligible(request)
    found = ((step, could_decide(request, step, reviewers)) for step in drawn(request, facts))
    return tuple(_problem(request, step, could) for step, could in found if len(could) < step.needed)


def _problem(request: ChangeRequest, step: Drawn, could: list[User]) -> Problem:
    place, whose = request.environment.name, "" if step.who == REVIEWERS else f" of {name_of(step.who)}"
    if not could and not whose:
        sentence = f"Nobody but its authors reviews in {place}. Ask an administrator to add a reviewer."
        return Problem(0, "", "no_reviewer", sentence)
    needed = f"{step.needed} approvals{whose} are" if step.needed > 1 else f"An approval{whose} is"
    names = " and ".join(str(person) for person in could)
    only = f"only {names} could give one" if could else f"nobody of them reviews in {place}"
    return Problem(0, "", "no_reviewer", f"{needed} needed, and {only}. {words(step)} Ask an administrator.")


def open_flow(revision: Revision) -> set[int]:
    """Make the steps of a revision, each with those who may decide on it; the ids of those who have to.

    Whoever approved exactly the same of an older revision has not.
    """
    asked: set[int] = set()
    said = Review.objects.filter(revision__change_request=revision.change_request).select_related("step").order_by("pk")
    reviews, days = list(said), revision.change_request.environment.approval_days
    request, reviewers = revision.change_request, eligible(revision.change_request)
    plan = codec.parse(revision.canonical)
    for ordinal, step in enumerate(drawn(request, facts_of_revision(revision)), start=1):
        made = FlowStep.objects.create(
            revision=revision,
            ordinal=ordinal,
            name="No approval required" if not step.needed else name_of(step.who),
            rule=words(step),
            who=step.who,
            changes=sorted(step.ordinals),
            why=[asdict(why) for why in step.why],
            needed=step.needed,
            scope_digest=scope.digest(plan, step.ordinals),
            eligible=[person.pk for person in could_decide(request, step, reviewers)] if step.needed else [],
        )
        kept = newest_approvals(reviews, made).items()
        asked |= set(made.eligible) - {pk for pk, given in kept if not is_old(given, days, revision.created_at)}
    return asked


def words(step: Drawn) -> str:
    return " ".join(f"{why}" if str(why).endswith(".") else f"{why}." for why in step.why)


def name_of(who: str) -> str:
    """Whom a step asks, as pages call it."""
    kind, _, key = who.partition(":")
    if kind == REVIEWERS:
        return "Review"
    found = (Team if kind == "team" else User).objects.filter(pk=int(key)).first()
    return str(found) if found else "somebody who is gone"

"""Everything that the page of one change request shows, gathered once per request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils import timezone

from apps.audit import queries as audit
from apps.catalog.types import EffectKind
from apps.changes import queries
from apps.changes.models import ChangeRequest, Comment, Revision
from apps.changes.policies import MOVED_OUTSIDE
from apps.changes.rival import Key, Rival
from apps.changes.states import State
from apps.inventory.models import Resource
from apps.people.access import can
from apps.people.models import Role, User
from apps.people.queries import environments_of
from apps.planning import codec
from apps.planning.path import longest
from apps.planning.plan import Action, Plan, Problem, Proposal
from apps.refusal import Refusal
from apps.reviews import afterwards
from apps.reviews.models import AfterReview, Review
from apps.reviews.queries import awaiting
from apps.reviews.standing import Standing, standing
from apps.runs.models import Run
from apps.runs.states import RunState
from apps.web.loading import calendar, costs
from apps.web.loading.live import live
from apps.web.loading.names import names
from apps.web.loading.next_step import NextStep, next_step
from apps.web.loading.preview import inventoried, preview
from apps.web.loading.revisions import earlier
from apps.web.loading.revisions import views as revision_views
from apps.web.loading.subject import number
from apps.web.presenters import actual, checks, effects, evaluation, flow, history
from apps.web.presenters import changes as changed
from apps.web.presenters.changes import Beside, ChangeView
from apps.web.presenters.since import Since, since
from apps.web.presenters.threads import Thread, threads
from apps.web.presenters.values import seen

Json = Any
LONGEST_ORDINAL = 6
TYPED = ("review", "wording", "withdraw", "freeze", "schedule", "emergency", "after")
UNPLANNED = (State.DRAFT, State.PLANNING)


@dataclass(frozen=True)
class Typed:
    """What was typed into a form that was refused: `form` is comment, review, wording or withdraw."""

    form: str = ""
    values: Mapping[str, str] = field(default_factory=dict)

    def of(self, form: str) -> Mapping[str, str]:
        return self.values if self.form == form else {}

    @property
    def answer(self) -> tuple[int, str]:
        """The id of the comment that was to be answered (0 = none), and the text."""
        values = self.of("comment")
        return number(values.get("answers", "")), values.get("text", "")

    @property
    def comment(self) -> tuple[int | None, str, str]:
        values = {} if self.answer[0] else self.of("comment")
        ordinal = values.get("ordinal", "")
        return (
            int(ordinal) if ordinal.isdecimal() and len(ordinal) < LONGEST_ORDINAL else None,
            values.get("property", ""),
            values.get("text", ""),
        )


def page(request: ChangeRequest, person: User, typed: Typed, refusal: Refusal | None = None) -> dict[str, Any]:
    """The context of `change_request/detail.html`."""
    revision = shown_revision(request)
    comments = queries.comments(request)
    said = threads(comments, typed.answer)
    changes, planned = shown_changes(request, revision, said, typed)
    among = list(request.revisions.defer(*queries.PLANNED).order_by("number"))
    changes, differs = _since(request, earlier(revision, person, among), changes)
    found = standing(revision) if revision else None
    step = next_step(request, person, found)
    times = effects.Times.of(revision.evaluation if revision else {})
    given_back = _given_back(request, changes) if revision is None else []
    return (
        {
            "cr": request,
            "revision": revision,
            "since": differs,
            "older_revisions": [each for each in among if revision is None or each.number < revision.number],
            "digest": revision.digest if revision else "",
            "changes": changes,
            "checks": checks.listed(revision, {change.ordinal: change.name for change in changes}),
            "plan": planned,
            **_evaluation(revision, planned, typed, refusal),
            "planned_steps": planned_steps(planned, {change.ordinal: change.logical for change in changes}, times),
            "total": total(planned),
            "moved": any(change.moved for change in changes) and not _told(given_back),
            "live": live(request),
            "problems": [p for p in request.problems if not p["ordinal"]] if revision is None else [],
            "given_back": given_back,
            "step": step,
            **_emergency(request, person),
            **_scheduling(request, revision, step),
            "when": calendar.standing(revision, person) if revision and queries.is_open(request) else None,
            "next_waiting": _next_waiting(request, person),
            "asks": effects.asks(planned, times) if planned and revision and step.verb == "apply" else [],
            "may_decide": step.verb == "approve" and not step.blockers,
            "authors": [str(each.user) for each in request.authors.select_related("user").order_by("id")],
            "threads": [each for each in said if each.ordinal is None],
            "runs": list(Run.objects.filter(change_request=request).select_related("started_by", "revision")),
            "typed": {name: typed.of(name) for name in TYPED},
        }
        | _abilities(request, person)
        | _review(revision, found)
        | _history(request, comments)
        | _tabs(revision, changes)
    )


def _emergency(request: ChangeRequest, person: User) -> dict[str, Any]:
    """Whether the person may declare one, and how far its review afterwards is."""
    author = can(person, Role.REQUESTER, request.environment.slug)
    due = bool(request.emergency) and afterwards.is_due(request)
    return {
        "may_declare": author and request.state == State.DRAFT and request.environment.emergencies,
        "after": AfterReview.objects.filter(change_request=request).select_related("person").first(),
        "after_due": due,
        "may_after": due and afterwards.check_may(person, request) is None,
    }


def _scheduling(request: ChangeRequest, revision: Revision | None, step: NextStep) -> dict[str, Any]:
    """The start that is waited for, and what somebody who chooses a time should know."""
    if revision is None or request.state != State.APPROVED or not queries.is_open(request):
        return {"planned": None, "ahead": None}
    found = calendar.planned(revision)
    choosing = step.label.startswith("Apply") and not (found and found.waits)
    return {"planned": found, "ahead": calendar.ahead(revision, timezone.now()) if choosing else None}


def _since(
    request: ChangeRequest, before: Revision | None, changes: list[ChangeView]
) -> tuple[list[ChangeView], Since | None]:
    """The changes with what an earlier revision had, where there is one."""
    return since(before.number, revision_views(request, before), changes) if before else (changes, None)


def _given_back(request: ChangeRequest, changes: Sequence[ChangeView]) -> list[dict[str, Json]]:
    """What the planner found wrong with single changes, each with the name of its resource."""
    names = {change.ordinal: change.name for change in changes}
    return [{**raw, "name": names.get(raw["ordinal"], "")} for raw in request.problems if raw["ordinal"]]


def _told(given_back: Sequence[Mapping[str, Json]]) -> bool:
    """Whether what the planner gave back says already that values were changed outside."""
    return any(problem["code"] == MOVED_OUTSIDE for problem in given_back)


def _next_waiting(request: ChangeRequest, person: User) -> ChangeRequest | None:
    """Another request on which the person could decide now, the oldest first."""
    seen = queries.listed(queries.visible(environments_of(person))).exclude(pk=request.pk)
    return awaiting(person, seen).order_by("id").first()


def _evaluation(
    revision: Revision | None, planned: Plan | None, typed: Typed, refusal: Refusal | None
) -> dict[str, Any]:
    """Cost, speed and risk of a revision with their working, and the line about all of it."""
    if revision is None or planned is None:
        return {"cost": None, "speed": None, "risk": None, "verdict": "", "actual": None}
    cost = costs.shown(revision, typed.of("usage"), refusal)
    speed, risk = evaluation.speed(revision.evaluation, planned), evaluation.risk(revision.evaluation, planned)
    ran = Run.objects.filter(revision=revision, state=RunState.SUCCEEDED).first()
    really = actual.view(revision.evaluation, ran.actual) if ran else None
    verdict = evaluation.verdict(cost, speed, risk)
    return {"cost": cost, "speed": speed, "risk": risk, "verdict": verdict, "actual": really}


def planned_steps(
    planned: Plan | None, names: changed.Names, times: effects.Times
) -> list[tuple[str, changed.CallView]]:
    """The calls in the order in which they will run, each with the name of its resource."""
    if planned is None:
        return []
    views = changed.calls(planned.calls, names, times)
    return [(planned.change_of(view.key).name, view) for view in views]


def shown_revision(request: ChangeRequest) -> Revision | None:
    """The revision that the page is about; a draft, or what is being planned, has none yet."""
    drafted = request.state in UNPLANNED or (request.state == State.WITHDRAWN and request.revision is None)
    revision = None if drafted else request.revision
    if revision is not None:
        revision.change_request = request
    return revision


def shown_changes(
    request: ChangeRequest, revision: Revision | None, said: Sequence[Thread], typed: Typed
) -> tuple[list[ChangeView], Plan | None]:
    """The changes with the plan behind them: the frozen one, or a preview of the draft."""
    proposals = queries.planned_proposals(revision) if revision else queries.proposals(request)
    resources = inventoried(request.environment, proposals)
    planned: Plan | None
    if revision:
        planned, problems = codec.parse(revision.canonical), _problems(request)
    else:
        ahead = preview(request.environment, proposals, resources)
        planned, problems = ahead.plan, (*_problems(request), *ahead.problems)
    resources |= inventoried(request.environment, changed.added(proposals, planned))
    beside = Beside(
        resources,
        lives(revision, resources),
        _distinct(problems),
        checks.warnings(revision),
        said,
        queries.is_open(request),
        typed.comment,
        changed.logical_names(proposals),
        _rivals(request, proposals),
        effects.Times.of(revision.evaluation if revision else {}),
        names(request.environment, proposals, planned, lives(revision, resources)),
    )
    return changed.views(proposals, planned, beside), planned


def _rivals(request: ChangeRequest, proposals: Sequence[Proposal]) -> dict[Key, list[Rival]]:
    """Other open requests about the same resources, while this one is open."""
    if not queries.is_open(request):
        return {}
    keys = {(each.type, each.region, each.identifier) for each in proposals if each.identifier}
    found: dict[Key, list[Rival]] = {}
    for rival in queries.rivals(request.environment_id, keys, request.pk):
        found.setdefault(rival.resource, []).append(rival)
    return found


def lives(revision: Revision | None, resources: Mapping[int, Resource]) -> dict[int, Mapping[str, Json]]:
    """The newest known document of each resource: inventory's, or the planner's where that one is newer."""
    answer = {ordinal: ({} if r.gone_at else r.document) for ordinal, r in resources.items()}
    for ordinal, base in (revision.bases if revision else {}).items():
        seen = resources.get(int(ordinal))
        if base and revision and (seen is None or seen.observed_at < revision.created_at):
            answer[int(ordinal)] = base
    return answer


def total(planned: Plan | None) -> dict[str, Json]:
    """The whole plan in figures."""
    if planned is None:
        return {}
    waits, _ = longest(planned, {call.key: call.wait.minutes for call in planned.calls if call.wait})
    strongest = max((c.effect for c in planned.changes), key=lambda e: (list(EffectKind).index(e.kind), e.minutes))
    gone = [c for c in planned.changes if c.action is Action.DELETE and not c.replaced_by]
    lost = any(c.irreversible or any(d.irreversible for d in c.differences) for c in planned.changes)
    return {
        "calls": len(planned.calls),
        "time": effects.minutes(waits),
        "effect": f"Deletes {len(gone)}" if gone else effects.effect(strongest).label,
        "undo": "Some of it not" if lost else "Yes",
    }


def _problems(request: ChangeRequest) -> tuple[Problem, ...]:
    return tuple(Problem(**raw) for raw in request.problems)


def _distinct(problems: Sequence[Problem]) -> list[Problem]:
    """Each sentence once at its place: the preview often finds what the planner found."""
    readable = [replace(p, sentence=seen(p.sentence)) for p in problems]
    return list({(p.ordinal, p.property, p.sentence): p for p in readable}.values())


def _abilities(request: ChangeRequest, person: User) -> dict[str, bool]:
    """What the page offers; commands decide."""
    author = can(person, Role.REQUESTER, request.environment.slug)
    is_open = queries.is_open(request)
    wrote = request.authors.filter(user=person).exists()
    return {
        "can_edit": author and is_open and request.state != State.PLANNING,
        "can_withdraw": author and is_open,
        "may_suggest": is_open and not wrote,
        "may_hold_up": is_open and not wrote and can(person, Role.REVIEWER, request.environment.slug),
        "can_replan": author and is_open and request.state not in UNPLANNED,
    }


def _review(revision: Revision | None, found: Standing | None) -> dict[str, Any]:
    if revision is None or found is None:
        return {"flow": [], "stale": [], "reviews": [], "holding_up": []}
    reviews = list(Review.objects.filter(revision=revision).select_related("person"))
    return {
        "flow": flow.rows(found, revision, reviews),
        "stale": flow.stale(found, revision),
        "holding_up": found.threads,
        "reviews": [review for review in reviews if review.text],
    }


def _history(request: ChangeRequest, comments: Sequence[Comment]) -> dict[str, Any]:
    """The timeline, oldest first; what is older than the last few entries is folded."""
    entries = history.timeline(audit.stream(f"cr/{request.pk}"), {c.pk: c.text for c in comments})
    return {"older": entries[: -history.RECENT], "recent": entries[-history.RECENT :]}


def _tabs(revision: Revision | None, changes: Sequence[ChangeView]) -> dict[str, Any]:
    judged = (("Cost", None), ("Speed", None), ("Risk", None)) if revision else ()
    last = (("Checks", None), ("Review", None), ("Run", None), ("History", None))
    counts: tuple[tuple[str, int | None], ...] = (("Changes", len(changes)), *judged, *last)
    return {"tabs": [{"label": label, "url": f"#{label.lower()}", "count": count} for label, count in counts]}


__all__ = ["NextStep", "Typed", "page"]

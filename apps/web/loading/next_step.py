"""The one primary action of a change request: what comes next, and what stands in its way for this person.

A blocker is *fix* when this person can clear it, and *wait* when somebody or something else does. Nothing is decided
here: the commands check everything again.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from apps.changes.models import ChangeRequest
from apps.changes.policies import check_not_empty, check_role
from apps.changes.states import State
from apps.people.access import can
from apps.people.models import Role, User
from apps.refusal import Refusal
from apps.reviews.models import Review
from apps.reviews.policies import check_may_decide
from apps.reviews.standing import Standing, asked
from apps.runs.commands import facts
from apps.runs.models import Run
from apps.runs.policies import check_start
from apps.runs.states import RUN_LIVE, RunState
from apps.web.presenters.flow import someone

FIX, WAIT = "fix", "wait"


@dataclass(frozen=True)
class Blocker:
    kind: str
    sentence: str


@dataclass(frozen=True)
class NextStep:
    """`verb` names the form that the button sends, `url` where it leads instead; `blockers` are listed when pressed.

    `waiting` says whom the request waits for.
    """

    label: str
    icon: str
    waiting: str
    verb: str = ""
    url: str = ""
    blockers: tuple[Blocker, ...] = ()

    @property
    def mine(self) -> bool:
        """Whether this person can do it, or clear what stands in its way."""
        return not self.blockers or any(blocker.kind == FIX for blocker in self.blockers)


def next_step(request: ChangeRequest, person: User, standing: Standing | None) -> NextStep:
    if request.applied_at is not None:
        return _applied(request)
    by_state: dict[State, Callable[[], NextStep]] = {
        State.DRAFT: lambda: _draft(request, person),
        State.PLANNING: _planning,
        State.IN_REVIEW: lambda: _review(request, person, standing),
        State.CHANGES_REQUESTED: lambda: _rework(request, person),
        State.APPROVED: lambda: _approved(request, person, standing),
        State.REJECTED: lambda: _closed("Rejected."),
        State.WITHDRAWN: lambda: _closed("Withdrawn."),
    }
    return by_state[State(request.state)]()


def _blockers(*refusals: tuple[str, Refusal | None]) -> tuple[Blocker, ...]:
    return tuple(Blocker(kind, refusal.sentence) for kind, refusal in refusals if refusal)


def _author(request: ChangeRequest, person: User) -> Refusal | None:
    return check_role(can(person, Role.REQUESTER, request.environment.slug), request.environment.name)


def _draft(request: ChangeRequest, person: User) -> NextStep:
    empty = check_not_empty(request.draft_changes.count())
    blockers = _blockers((FIX, empty), (WAIT, _author(request, person)))
    return NextStep("Submit for review", "send", "Waiting for its author", "submit", blockers=blockers)


def _planning() -> NextStep:
    sentence = "The planner is reading live state and computing the calls. This page shows the plan when it arrives."
    return NextStep("Approve", "check", "Waiting for the plan", blockers=(Blocker(WAIT, sentence),))


def _review(request: ChangeRequest, person: User, standing: Standing | None) -> NextStep:
    revision = request.revision
    if revision is None or standing is None or not standing.steps:
        return _planning()
    ahead = [each for each in standing.steps if not each.complete]
    if standing.since and (not ahead or _author(request, person) is None):
        blockers = _blockers((WAIT, _author(request, person)))
        return NextStep("Plan again", "refresh-cw", "A rule asks for more since", "replan", blockers=blockers)
    if standing.threads and not ahead:
        return _held_up(standing)
    ahead = ahead or list(standing.steps[-1:])
    step = next((each for each in ahead if person.pk in each.step.eligible), ahead[0])
    authors = set(request.authors.values_list("user_id", flat=True))
    decided = Review.objects.filter(revision=revision, person=person).exists()
    refusal = check_may_decide(asked(person, step.step, revision, authors, decided=decided))
    names = someone(str(each) for each in step.could)
    blockers = (Blocker(WAIT, refusal.sentence), Blocker(WAIT, f"{names} can approve it.")) if refusal else ()
    waiting = f"Waiting for {names}, {step.given} of {step.needed}"
    return NextStep(f"Approve revision {revision.number}", "check", waiting, "approve", blockers=blockers)


def _rework(request: ChangeRequest, person: User) -> NextStep:
    blockers = _blockers((WAIT, _author(request, person)))
    return NextStep("Rework the changes", "pencil", "Waiting for its author", url="#changes", blockers=blockers)


def _approved(request: ChangeRequest, person: User, standing: Standing | None) -> NextStep:
    newest = request.runs.order_by("-number").first()
    if newest and newest.state in RUN_LIVE:
        return NextStep("Open the run", "play", f"Run {newest.number} is under way", url=_url(newest))
    if newest and newest.state == RunState.FAILED and newest.drift and newest.revision_id == request.revision_id:
        blockers = _blockers((WAIT, _author(request, person)))
        return NextStep("Plan again", "refresh-cw", "Live state moved", "replan", blockers=blockers)
    if request.revision is None:
        return _planning()
    if standing is not None and standing.threads:
        return _held_up(standing)
    if standing is not None and not standing.complete:
        blockers = _blockers((WAIT, _author(request, person)))
        return NextStep("Plan again", "refresh-cw", "An approval no longer counts", "replan", blockers=blockers)
    refusal = check_start(facts(person, request, request.revision, request.revision.digest))
    label = "Apply again" if newest else "Apply now"
    waiting = "Waiting for somebody to apply it"
    return NextStep(label, "play", waiting, "apply", blockers=_blockers((WAIT, refusal)))


def _held_up(standing: Standing) -> NextStep:
    first = standing.threads[0]
    waiting = f"Held up by a thread of {first.author}"
    return NextStep("Open the thread", "message-square", waiting, url=f"#thread-{first.pk}")


def _applied(request: ChangeRequest) -> NextStep:
    newest = request.runs.order_by("-number").first()
    url = _url(newest) if newest else reverse("web:runs")
    return NextStep("Open the run", "play", "Applied", url=url)


def _closed(word: str) -> NextStep:
    return NextStep("Propose another change", "plus", word, url=reverse("web:resources"))


def _url(run: Run) -> str:
    return reverse("web:run", args=[run.pk])

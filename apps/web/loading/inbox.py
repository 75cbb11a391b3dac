"""The inbox: what waits for the person, what waits for others, and what runs.

A section shows the first few and counts no further than `COUNTED`, so that it is as quick with thousands of requests.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from apps.changes import queries as changes
from apps.changes.models import ChangeRequest, Comment
from apps.changes.states import State
from apps.people.models import User
from apps.people.queries import environments_of
from apps.reviews import afterwards
from apps.reviews import queries as reviews
from apps.reviews.progress import Progress, progress_of
from apps.runs import queries as runs
from apps.runs.models import Run
from apps.web.presenters import flow

LIMIT, COUNTED = 25, 100
UNFINISHED = (State.DRAFT, State.PLANNING, State.CHANGES_REQUESTED)
NEEDED = (
    *("title", "state", "emergency", "submitted_at", "updated_at", "applied_at"),
    *("environment__name", "environment__approval_days", "after__applied_at"),
    *("created_by__full_name", "created_by__username", "revision"),
)
OWN = {
    State.DRAFT: "You, to submit it",
    State.PLANNING: "The planner",
    State.CHANGES_REQUESTED: "You, to rework it",
}


@dataclass(frozen=True)
class Row:
    """A request with whom or what it waits for, and since when; `risk` is a level or "", `approvals` like "1 of 2"."""

    request: ChangeRequest
    waits: str
    approvals: str
    risk: str
    since: datetime

    @property
    def pk(self) -> int:
        return self.request.pk


@dataclass(frozen=True)
class _Known:
    """What the rows of a page are made from: the reader; flows, who could decide, and threads by the request's id."""

    person: User
    flows: Mapping[int, Sequence[Progress]]
    could: Mapping[int, frozenset[int]]
    names: Mapping[int, str]
    threads: Mapping[int, Comment]


@dataclass(frozen=True)
class Section:
    """One list of the inbox; `hot` means that it asks this person to act. `more` is where all of it is listed."""

    key: str
    title: str
    empty: str
    requests: Sequence[Row] = ()
    runs: Sequence[Run] = ()
    count: int = 0
    hot: bool = False
    more: str = ""

    @property
    def counted(self) -> str:
        return f"{COUNTED}+" if self.count > COUNTED else str(self.count)

    @property
    def left(self) -> bool:
        return self.count > len(self.requests) + len(self.runs)


def sections(person: User) -> list[Section]:
    """The sections in reading order; a bounded number of queries whatever is in them."""
    slugs = environments_of(person)
    seen, listed = changes.visible(slugs), reverse("web:change_requests")
    to_decide, waiting = reviews.awaiting(person, seen), reviews.awaiting_others(person, seen)
    later = seen.filter(runs.WAITS, state=State.APPROVED, applied_at=None)
    decide, finish = _first(to_decide), _first(_unfinished(person, slugs))
    after = [pk for pk in _first(afterwards.due(seen))[:LIMIT] if _looks(person, pk)]
    others, ready = [*_first(waiting), *_first(later)], _first(runs.ready(seen))
    shown = _shown([decide[:LIMIT], finish[:LIMIT], others[:LIMIT], ready[:LIMIT], after], person)
    return [
        Section(
            "you", "Waiting for you", "Nothing waits for you.", [*_again(shown[4]), *shown[0], *shown[1]],
            count=len(after) + len(decide) + len(finish), hot=True, more=f"{listed}?state=in_review",
        ),
        Section(
            "others", "Waiting for others", "No change request waits for a reviewer, or for one that comes first.",
            shown[2], count=len(others), more=f"{listed}?state=in_review",
        ),
        Section(
            "ready", "Ready to run", "Nothing approved waits to be run.", shown[3], count=len(ready),
            more=f"{listed}?state=approved",
        ),
        _running("running", "Running", "Nothing is running.", runs.live(slugs)),
        _running("failed", "Failed", "No run needs a person.", runs.in_trouble(slugs)),
    ]  # fmt: skip


def _looks(person: User, pk: int) -> bool:
    return afterwards.check_may(person, ChangeRequest.objects.select_related("environment").get(pk=pk)) is None


def _again(rows: list[Row]) -> list[Row]:
    return [replace(row, waits="You, to review it afterwards") for row in rows]


def _unfinished(person: User, slugs: frozenset[str] | None) -> QuerySet[ChangeRequest]:
    return changes.written_by(person, slugs).filter(state__in=UNFINISHED)


def _first(rows: QuerySet[Any]) -> list[int]:
    """The ids of the first, one more than are counted."""
    return list(rows.values_list("pk", flat=True)[: COUNTED + 1])


def _running(key: str, title: str, empty: str, found: QuerySet[Run]) -> Section:
    ids = _first(found)
    rows = list(runs.listed(runs.visible(None)).filter(pk__in=ids[:LIMIT])) if ids else []
    return Section(key, title, empty, runs=rows, count=len(ids), more=reverse("web:runs"))


def _shown(lists: Sequence[Sequence[int]], person: User) -> list[list[Row]]:
    """The rows of several lists of ids, read together."""
    wanted = ChangeRequest.objects.filter(pk__in={pk for ids in lists for pk in ids})
    related = wanted.select_related("environment", "created_by", "after").only(*NEEDED)
    rows = _rows(list(changes.with_risk(related)), person)
    return [[rows[pk] for pk in ids] for ids in lists]


def _rows(requests: Sequence[ChangeRequest], person: User) -> dict[int, Row]:
    """Each request with what it waits for, by its id."""
    flows = progress_of(requests)
    could = {pk: frozenset[int]().union(*(step.could for step in steps)) for pk, steps in flows.items()}
    names = User.objects.filter(pk__in=set().union(*could.values())).values_list("pk", "full_name")
    known = _Known(person, flows, could, dict(names), changes.threads_of(requests))
    return {each.pk: _row(each, known) for each in requests}


def _row(request: ChangeRequest, known: _Known) -> Row:
    in_review = request.state == State.IN_REVIEW
    since = request.submitted_at if in_review and request.submitted_at else request.updated_at
    approvals = flow.approvals(known.flows.get(request.pk, ()))
    return Row(request, _waits(request, known), approvals, request.risk or "", since)  # type: ignore[attr-defined]


def _waits(request: ChangeRequest, known: _Known) -> str:
    state, person = State(request.state), known.person
    if state in OWN:
        return OWN[state]
    could = known.could.get(request.pk, frozenset()) if state is State.IN_REVIEW else frozenset()
    if request.pk in known.threads and not could:
        return f"A thread of {known.threads[request.pk].author}"
    if state is State.IN_REVIEW:
        names = sorted(known.names[pk] for pk in could - {person.pk} if pk in known.names)
        return flow.someone(["You", *names] if person.pk in could else names)
    if request.after is not None and request.after.applied_at is None:
        return f"{request.after.reference} first"
    return "Somebody to apply it"

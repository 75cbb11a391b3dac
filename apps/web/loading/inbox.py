"""The inbox: what waits for the person, what waits for others, and what runs."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from apps.changes import queries as changes
from apps.changes.models import ChangeRequest
from apps.changes.states import State
from apps.people.models import User
from apps.people.queries import environments_of
from apps.reviews import queries as reviews
from apps.runs import queries as runs
from apps.runs.models import Run

LIMIT = 50
UNFINISHED = (State.DRAFT, State.PLANNING, State.CHANGES_REQUESTED)


@dataclass(frozen=True)
class Section:
    """One list of the inbox; `hot` means that it asks this person to act."""

    key: str
    title: str
    empty: str
    requests: list[ChangeRequest]
    runs: list[Run]
    hot: bool = False

    @property
    def count(self) -> int:
        return len(self.requests) + len(self.runs)


def sections(person: User) -> list[Section]:
    """The sections in reading order; a bounded number of queries whatever is in them."""
    slugs = environments_of(person)
    seen = reviews.with_flow(changes.listed(changes.visible(slugs)))
    mine = reviews.with_flow(changes.listed(changes.written_by(person, slugs)))
    to_decide = list(reviews.awaiting(person, seen)[:LIMIT])
    to_finish = list(mine.filter(state__in=UNFINISHED)[:LIMIT])
    later = Q(state=State.APPROVED, applied_at=None) & runs.WAITS
    others = seen.filter(Q(state=State.IN_REVIEW) | later).exclude(pk__in=[each.pk for each in to_decide])
    return [
        _section("you", "Waiting for you", "Nothing waits for you.", [*to_decide, *to_finish], hot=True),
        _section(
            "others",
            "Waiting for others",
            "No change request waits for a reviewer, or for one that comes first.",
            list(others[:LIMIT]),
        ),
        _section("ready", "Ready to run", "Nothing approved waits to be run.", list(runs.ready(seen)[:LIMIT])),
        _section("running", "Running", "Nothing is running.", runs=list(runs.live(slugs)[:LIMIT])),
        _section("failed", "Failed", "No run needs a person.", runs=list(runs.in_trouble(slugs)[:LIMIT])),
    ]


def _section(key: str, title: str, empty: str, requests: Any = (), **more: Any) -> Section:
    return Section(key, title, empty, list(requests), **({"runs": []} | more))

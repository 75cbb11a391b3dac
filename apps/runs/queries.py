"""Runs as pages read them. `slugs` is what `people.queries.environments_of` gives: None = all environments."""

from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from apps.changes.models import ChangeRequest
from apps.changes.queries import PLANNED, words
from apps.changes.states import State
from apps.runs.models import Run, Step
from apps.runs.states import RUN_LIVE, STEP_PASSED, RunState
from apps.search import holding

WAITS = Q(after__isnull=False, after__applied_at=None)  # for the success of a request that comes first


@dataclass(frozen=True)
class Wanted:
    """What a person looks for; empty members don't narrow. `person` is the user name of who started it."""

    text: str = ""
    environment: str = ""
    person: str = ""
    state: str = ""


def visible(slugs: frozenset[str] | None) -> QuerySet[Run]:
    """The runs of the environments a person may look at, newest first, with their progress in steps."""
    steps = Step.objects.filter(run=OuterRef("pk"))
    rows = Run.objects.select_related("change_request__environment", "revision", "started_by", "held_by").annotate(
        steps_total=_count(steps), steps_done=_count(steps.filter(state__in=[s.value for s in STEP_PASSED]))
    )
    return rows if slugs is None else rows.filter(change_request__environment__slug__in=slugs)


def _count(steps: QuerySet[Step]) -> Coalesce:
    """For each row of a list by itself: joined and grouped, all rows would be counted to show some."""
    counted = steps.order_by().values("run").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0)


def listed(rows: QuerySet[Run]) -> QuerySet[Run]:
    """The rows as a list shows them: without what was planned, which may be large."""
    return rows.defer("drift", "actual", "change_request__search", *(f"revision__{name}" for name in PLANNED))


def search(rows: QuerySet[Run], wanted: Wanted) -> QuerySet[Run]:
    """Those of the rows that are looked for; each word occurs in the request's reference, title or a resource."""
    for word in words(wanted.text):
        rows = holding(rows, "change_request__search", word)
    asked = {
        "change_request__environment__slug": wanted.environment,
        "started_by__username": wanted.person,
        "state": wanted.state,
    }
    return rows.filter(**{name: value for name, value in asked.items() if value})


def live(slugs: frozenset[str] | None) -> QuerySet[Run]:
    return listed(visible(slugs)).filter(state__in=[s.value for s in RUN_LIVE - {RunState.ATTENTION}])


def measured(slugs: frozenset[str] | None) -> QuerySet[Run]:
    """The runs that were held against their estimates, newest first."""
    rows = visible(slugs).defer("drift", *(f"revision__{name}" for name in PLANNED if name != "evaluation"))
    return rows.filter(state=RunState.SUCCEEDED).exclude(actual={})


def in_trouble(slugs: frozenset[str] | None) -> QuerySet[Run]:
    """Runs that need a person: waiting for one, or failed with nothing newer for the same change request."""
    newer = Run.objects.filter(change_request=OuterRef("change_request"), number__gt=OuterRef("number"))
    states = (RunState.ATTENTION, RunState.FAILED)
    still_wanted = Q(change_request__state=State.APPROVED, change_request__revision=F("revision"))
    return listed(visible(slugs)).filter(Q(state=RunState.ATTENTION) | still_wanted, ~Exists(newer), state__in=states)


def ready(requests: QuerySet[ChangeRequest]) -> QuerySet[ChangeRequest]:
    """Approved requests that wait for no other, whose revision has no run, or whose newest run was cancelled."""
    newest = Run.objects.filter(revision=OuterRef("revision")).order_by("-number").values("state")[:1]
    never_ran = Q(newest_run=None) | Q(newest_run=RunState.CANCELLED)
    return requests.annotate(newest_run=Subquery(newest)).filter(
        never_ran, ~WAITS, state=State.APPROVED, applied_at=None
    )

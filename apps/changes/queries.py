"""Change requests as pages read them. `slugs` is what `people.queries.environments_of` gives: None = all."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Prefetch, QuerySet
from django.utils import timezone

from apps.changes.models import Author, ChangeRequest, Comment, DraftChange, Resolution
from apps.changes.rival import Key, Rival
from apps.changes.states import EDITABLE, OPEN, State
from apps.environments.models import Environment
from apps.inventory.models import Resource
from apps.people.models import User
from apps.planning.plan import Action, Proposal
from apps.search import holding

PROPOSED = ("ordinal", "type", "region", "identifier", "name", "logical", "desired", "base", "consents")
PLANNED = ("canonical", "proposals", "bases", "desired", "checks", "evaluation")


APPLIED = "applied"  # what lists call an approved request after it ran
WORDS_MOST = 8


@dataclass(frozen=True)
class Wanted:
    """What a person looks for; empty members don't narrow. `author` is a user name, `state` a `State` or `APPLIED`."""

    text: str = ""
    environment: str = ""
    author: str = ""
    state: str = ""


def visible(slugs: frozenset[str] | None) -> QuerySet[ChangeRequest]:
    """The change requests of the environments a person may look at, newest first, ready for a list."""
    rows = ChangeRequest.objects.select_related("environment", "created_by", "revision")
    return rows if slugs is None else rows.filter(environment__slug__in=slugs)


def listed(rows: QuerySet[ChangeRequest]) -> QuerySet[ChangeRequest]:
    """The rows as a list shows them: without what was planned, which may be large."""
    return rows.defer("search", *(f"revision__{name}" for name in PLANNED))


def search(rows: QuerySet[ChangeRequest], wanted: Wanted) -> QuerySet[ChangeRequest]:
    """Those of the rows that are looked for; each word occurs in the reference, the title or a resource."""
    for word in words(wanted.text):
        rows = holding(rows, "search", word)
    if wanted.environment:
        rows = rows.filter(environment__slug=wanted.environment)
    if wanted.author:
        rows = rows.filter(pk__in=Author.objects.filter(user__username=wanted.author).values("change_request"))
    if wanted.state == APPLIED:
        return rows.filter(applied_at__isnull=False)
    return rows.filter(state=wanted.state, applied_at=None) if wanted.state else rows


def words(text: str) -> list[str]:
    return text.lower().split()[:WORDS_MOST]


def editable(slugs: frozenset[str] | None, pk: int) -> ChangeRequest | None:
    """The request to which changes can be added still; one that was submitted becomes a draft by that."""
    return visible(slugs).filter(pk=pk, state__in=EDITABLE, applied_at=None).first()


def written_by(person: User, slugs: frozenset[str] | None) -> QuerySet[ChangeRequest]:
    """Those of which the person is an author."""
    return visible(slugs).filter(authors__user=person)


def touching(type_name: str, region: str, identifier: str, environment_id: int, limit: int = 20) -> list[ChangeRequest]:
    """The newest change requests whose draft or submitted revision names this resource."""
    touched = DraftChange.objects.filter(type=type_name, region=region, identifier=identifier)
    rows = ChangeRequest.objects.filter(environment_id=environment_id, pk__in=touched.values("change_request"))
    return list(rows.select_related("created_by")[:limit])


def rivals(environment_id: int, resources: Collection[Key], but: int | None = None) -> list[Rival]:
    """What other requests that are still open ask of these resources, the newest first; `but` is left out."""
    wanted = {identifier for _, _, identifier in resources if identifier}
    rows = DraftChange.objects.filter(identifier__in=wanted, change_request__environment=environment_id)
    rows = rows.filter(change_request__state__in=OPEN, change_request__applied_at=None).exclude(change_request=but)
    found = rows.select_related("change_request__created_by").order_by("-change_request_id", "ordinal")
    return [
        Rival(row.change_request, row.action, frozenset(row.desired), (row.type, row.region, row.identifier))
        for row in found
        if (row.type, row.region, row.identifier) in resources
    ]


FRESH = timedelta(minutes=1)  # for so long what was read of a resource counts as live


def is_open(request: ChangeRequest) -> bool:
    """Whether it can still come to be applied."""
    return request.state in OPEN and request.applied_at is None


def resources(request: ChangeRequest) -> dict[int, Resource]:
    """What inventory has of the existing resources that a request is about, by the ordinals of its changes."""
    asked = request.draft_changes.exclude(identifier="").order_by("ordinal")
    keys = {key[0]: key[1:] for key in asked.values_list("ordinal", "type", "region", "identifier")}
    rows = Resource.objects.filter(environment=request.environment_id, identifier__in={key[2] for key in keys.values()})
    known = {(row.type, row.region, row.identifier): row for row in rows.select_related("environment")}
    return {ordinal: known[key] for ordinal, key in keys.items() if key in known}


def most_created(environment: Environment, limit: int) -> list[str]:
    """The types of which most were proposed anew in an environment, the most frequent first."""
    made = DraftChange.objects.filter(change_request__environment=environment, action=Action.CREATE)
    rows = made.values("type").annotate(count=Count("pk")).order_by("-count", "type")[:limit]
    return [row["type"] for row in rows]


def planning_due() -> tuple[int, datetime | None]:
    """How many requests want the planner now, and since when the first of them does."""
    rows = ChangeRequest.objects.filter(state=State.PLANNING, planning_due_at__lte=timezone.now())
    due = rows.aggregate(count=Count("pk"), first=Min("planning_due_at"))
    return due["count"], due["first"]


def comments(request: ChangeRequest) -> list[Comment]:
    """What was said about the request, in order, with who said it and how threads were settled."""
    rows = Comment.objects.filter(change_request=request).select_related("author", "revision")
    return list(rows.prefetch_related(Prefetch("resolutions", Resolution.objects.select_related("by"))))


def proposals(request: ChangeRequest) -> list[Proposal]:
    """What the draft asks for, in its order."""
    rows = request.draft_changes.order_by("ordinal").values("action", *PROPOSED)
    return [Proposal(action=Action(row.pop("action")), **row) for row in rows]

"""Change requests as pages read them. `slugs` is what `people.queries.environments_of` gives: None = all."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, Min, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Coalesce
from django.utils import timezone

from apps.catalog import registry
from apps.catalog.types import Property
from apps.changes.models import Author, ChangeRequest, Comment, DraftChange, Resolution, Revision
from apps.changes.rival import Key, Rival
from apps.changes.states import EDITABLE, FOLLOWED, OPEN, State
from apps.environments.models import Environment
from apps.inventory.models import Resource, ResourceVersion
from apps.people.models import User
from apps.planning import codec, diff
from apps.planning.plan import Action, Change, Difference, Proposal
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


def planned_proposals(revision: Revision) -> list[Proposal]:
    """What was asked for when the revision was planned."""
    asked = ({name: raw[name] for name in PROPOSED if name in raw} for raw in revision.proposals)
    actions = (Action(raw["action"]) for raw in revision.proposals)
    return [Proposal(action=action, **values) for action, values in zip(actions, asked, strict=True)]


def behind() -> QuerySet[DraftChange]:
    """The changes whose request waits for people and whose resource has moved since, as inventory saw it."""
    here = {"environment": OuterRef("change_request__environment")}
    here |= {name: OuterRef(name) for name in ("type", "region", "identifier")}
    seen = ResourceVersion.objects.filter(
        **{f"resource__{name}": ref for name, ref in here.items()}, observed_at__gt=OuterRef("since")
    )
    gone = Resource.objects.filter(**here, gone_at__gt=OuterRef("since"))
    waiting = {"change_request__state__in": FOLLOWED, "change_request__applied_at": None}
    rows = DraftChange.objects.filter(**waiting).exclude(identifier="").annotate(since=PLANNED_AT)
    return rows.filter(Exists(seen) | Exists(gone))


def moved(revision: Revision) -> list[str]:
    """What the plan changes and is live otherwise than it takes it to be, as inventory saw: "Engine of orders"."""
    seen = resources(revision.change_request)
    newer = {ordinal: row for ordinal, row in seen.items() if row.observed_at > revision.created_at}
    changes = codec.parse(revision.canonical).changes if newer else ()
    updates = (change for change in changes if change.action is Action.UPDATE)
    return [
        f"{difference.property} of {change.name}"
        for change in updates
        if (row := newer.get(change.ordinal)) and row.identifier == change.identifier
        for difference in change.differences
        if not diff.same(row.document.get(difference.property), difference.before, _declared(change, difference))
    ]


def _declared(change: Change, difference: Difference) -> Property:
    native = registry.native(change.type)
    return native.properties[difference.property] if native else Property()


PLANNED_AT = Coalesce("change_request__followed_at", "change_request__revision__created_at")
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


def holding_up(request: ChangeRequest, at: datetime | None = None) -> list[Comment]:
    """The threads that must be resolved before the request is approved, those opened until `at`, by their first."""
    rows = Comment.objects.filter(change_request=request, required=True, answers=None).select_related("author")
    rows = rows.filter(at__lte=at) if at else rows
    newest = Resolution.objects.filter(thread=OuterRef("pk")).order_by("-pk").values("resolved")[:1]
    return [row for row in rows.annotate(settled=Subquery(newest)) if not row.settled]


def threads_of(requests: Collection[ChangeRequest]) -> dict[int, Comment]:
    """The first thread that holds each of the requests up, where one does, by the request's id."""
    rows = Comment.objects.filter(change_request__in=[each.pk for each in requests], required=True, answers=None)
    newest = Resolution.objects.filter(thread=OuterRef("pk")).order_by("-pk").values("resolved")[:1]
    found = rows.annotate(settled=Subquery(newest)).select_related("author").order_by("-pk")
    return {row.change_request_id: row for row in found if not row.settled}


def with_risk(rows: QuerySet[ChangeRequest]) -> QuerySet[ChangeRequest]:
    """The rows with the level of risk of their revision as `risk`; None where nobody knows it."""
    return rows.annotate(risk=KeyTextTransform("level", KeyTransform("risk", "revision__evaluation")))


def proposals(request: ChangeRequest) -> list[Proposal]:
    """What the draft asks for, in its order."""
    rows = request.draft_changes.order_by("ordinal").values("action", *PROPOSED)
    return [Proposal(action=Action(row.pop("action")), **row) for row in rows]

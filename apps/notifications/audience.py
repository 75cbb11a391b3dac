"""Whom an event of the log concerns, and in what words. Nobody is told of what they did themselves."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from apps.audit.models import Event
from apps.audit.verbs import sentence
from apps.changes.models import ChangeRequest, Comment
from apps.changes.states import State
from apps.notifications.models import Kind
from apps.people.access import holders
from apps.people.models import Role, User
from apps.reviews.models import FlowStep
from apps.runs.states import StepState

STREAM = re.compile(r"cr/([0-9]{1,18})")
HERE = "/change-requests/{}/"
RUNS = {"run.succeeded": "succeeded", "run.failed": "failed", "run.attention": "needs a person"}


@dataclass(frozen=True)
class Told:
    """One person (by id) who is told of an event, of which kind, in which words, and where it leads."""

    person: int
    kind: Kind
    text: str
    address: str
    request: int | None = None


def told(event: Event) -> list[Told]:
    """Everybody who is told of the event, each once."""
    found = STREAM.fullmatch(event.stream)
    people = _of_request(event, int(found[1])) if found else _of_installation(event)
    active = set(User.objects.filter(pk__in=[each.person for each in people], is_active=True).exclude(
        username=event.actor
    ).values_list("pk", flat=True))  # fmt: skip
    return list({each.person: each for each in reversed(people) if each.person in active}.values())


def _of_request(event: Event, number: int) -> list[Told]:
    tells = REQUESTS.get(event.verb)
    request = ChangeRequest.objects.select_related("environment", "revision").filter(pk=number).first()
    if tells is None or request is None:
        return []
    kind, whom = tells
    text, address = _said(event, request, kind)
    return [Told(pk, kind, text, address, number) for pk in whom(event, request)]


def _said(event: Event, request: ChangeRequest, kind: Kind) -> tuple[str, str]:
    """What they are told, and where it leads."""
    title, here = " ".join(request.title.split()), HERE.format(request.pk)
    if kind is Kind.REVIEW:
        return f"{request.reference} waits for your review: {title}", here
    run = request.runs.filter(number=event.data.get("run")).first()
    if run is None or event.verb not in RUNS:
        return f"{event.actor_name or 'Ringi'} {sentence(event).rstrip('.')}: {title}", here
    unclear = run.steps.filter(state=StepState.ATTENTION).order_by("ordinal")
    why = [run.failure, *(f"Step {step.key}, {step.purpose}: {step.outcome}" for step in unclear)]
    lines = [f"{run.reference} in {request.environment.name} {RUNS[event.verb]}: {title}", *filter(None, why)]
    return "\n".join(lines), f"/runs/{run.pk}/"


def _of_installation(event: Event) -> list[Told]:
    if event.verb != "administration.asked":
        return []
    text = f"{event.actor_name} {sentence(event)}"
    return [
        Told(person.pk, Kind.ADMINISTRATION, text, "/settings/rules/") for person in holders(Role.ADMINISTRATOR, "")
    ]


def _authors(event: Event, request: ChangeRequest) -> Iterable[int]:
    return request.authors.values_list("user", flat=True)


def _approved(event: Event, request: ChangeRequest) -> Iterable[int]:
    return _authors(event, request) if event.data.get("complete", True) else ()


def _reviewers(event: Event, request: ChangeRequest) -> Iterable[int]:
    """Those whom the flow of this revision asks, while it is in review."""
    revision = request.revision
    if request.state != State.IN_REVIEW or revision is None or revision.number != event.data.get("revision"):
        return ()
    asked = FlowStep.objects.filter(revision=revision, needed__gt=0).values_list("eligible", flat=True)
    return {pk for eligible in asked for pk in eligible} - set(_authors(event, request))


def _talking(event: Event, request: ChangeRequest) -> Iterator[int]:
    """The authors, those who are mentioned, and those who take part in the thread."""
    yield from _authors(event, request)
    said = Comment.objects.filter(pk=event.data.get("comment") or 0).first()
    if said is None:
        return
    first = said.answers_id or said.pk
    yield from User.objects.filter(username__in=said.mentions).values_list("pk", flat=True)
    thread = Comment.objects.filter(pk=first) | Comment.objects.filter(answers=first)
    yield from thread.values_list("author", flat=True)


def _suggesting(event: Event, request: ChangeRequest) -> Iterable[int]:
    return User.objects.filter(username=event.data.get("suggested_by", "")).values_list("pk", flat=True)


def _given_back(event: Event, request: ChangeRequest) -> Iterable[int]:
    """The authors, where nobody asked for the planning: they don't look at the page."""
    before = Event.objects.filter(stream=event.stream, seq=event.seq - 1).values_list("verb", flat=True).first()
    return _authors(event, request) if before == "change_request.followed" else ()


def _running(event: Event, request: ChangeRequest) -> Iterator[int]:
    yield from _authors(event, request)
    yield from request.runs.order_by("-number").values_list("started_by", flat=True)[:1]


def _troubled(event: Event, request: ChangeRequest) -> Iterable[int]:
    """As `_running`; where none of them can be reached by mail, who requests in the environment as well."""
    concerned = set(_running(event, request))
    if User.objects.filter(pk__in=concerned, is_active=True).exclude(email="").exists():
        return concerned
    return concerned | {person.pk for person in holders(Role.REQUESTER, request.environment.slug)}


def _responsible(event: Event, request: ChangeRequest) -> Iterator[int]:
    """Who reviews there, and who administers the installation."""
    for role in (Role.REVIEWER, Role.ADMINISTRATOR):
        yield from (person.pk for person in holders(role, request.environment.slug))


Whom = Callable[[Event, ChangeRequest], Iterable[int]]
REQUESTS: Mapping[str, tuple[Kind, Whom]] = {
    "change_request.planned": (Kind.REVIEW, _reviewers),
    "review.reminded": (Kind.REVIEW, _reviewers),
    "review.approved": (Kind.DECISION, _approved),
    "review.kept": (Kind.DECISION, _approved),
    "review.completed": (Kind.DECISION, _authors),
    "review.not_required": (Kind.DECISION, _authors),
    "review.changes_requested": (Kind.DECISION, _authors),
    "review.rejected": (Kind.DECISION, _authors),
    "change_request.not_planned": (Kind.DECISION, _given_back),
    "change_request.commented": (Kind.CONVERSATION, _talking),
    "change_request.suggestion_accepted": (Kind.CONVERSATION, _suggesting),
    "run.succeeded": (Kind.RUN, _running),
    "run.failed": (Kind.TROUBLE, _troubled),
    "run.attention": (Kind.TROUBLE, _troubled),
    "run.not_started": (Kind.TROUBLE, _troubled),
    "emergency.declared": (Kind.EMERGENCY, _responsible),
    "emergency.begun": (Kind.EMERGENCY, _responsible),
}
VERBS = (*REQUESTS, "administration.asked")

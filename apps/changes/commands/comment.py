"""Saying something about a request. Whoever may look at the environment may speak; it makes nobody an author."""

import re
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.changes.models import ChangeRequest, Comment, Resolution
from apps.changes.move import log
from apps.changes.policies import check_text
from apps.people.access import can
from apps.people.models import Role, User
from apps.people.queries import environments_of
from apps.planning import codec
from apps.planning.plan import Change
from apps.refusal import Refusal, Refused, check

MENTION = re.compile(r"(?<![\w@/.:])@([A-Za-z0-9][A-Za-z0-9_-]{0,149})\b(?![@.]\w)")
NO_THREAD = Refusal("thread", "This thread is not part of the request. Load the page again.")


@transaction.atomic
def comment(
    *,
    by: User,
    change_request: ChangeRequest,
    text: str,
    ordinal: int | None = None,
    property: str = "",
    answers: int | None = None,
    required: bool = False,
    now: datetime | None = None,
) -> Comment:
    """Add a comment to the request, to one of its changes (`ordinal`) or to one property of a change.

    With `answers`, the id of a comment, it joins the thread of that one and stands at its place. A `required` one opens
    a thread that holds the request up until it is resolved.
    """
    check(check_seen(by, change_request), check_text(text, "what you want to say"))
    first = thread_of(change_request, answers) if answers is not None else None
    if first is not None:
        ordinal, property, required = first.ordinal, first.property, False
    else:
        check(check_place(change_request, ordinal, property))
    check(_check_holds_up(by, change_request) if required else None)
    return say(by, change_request, text, ordinal, property, now, answers=first, required=required)


def say(
    by: User,
    change_request: ChangeRequest,
    text: str,
    ordinal: int | None,
    property: str,
    now: datetime | None,
    **more: Any,
) -> Comment:
    """Write a comment, with the people whom it mentions."""
    now = now or timezone.now()
    said = Comment.objects.create(
        change_request=change_request,
        revision=change_request.revision,
        ordinal=ordinal,
        property=property,
        author=by,
        text=text.strip(),
        mentions=mentioned(change_request, text)[0],
        at=now,
        **more,
    )
    about = {"comment": said.pk, "ordinal": ordinal, "property": property, "mentions": said.mentions}
    log(change_request, "change_request.commented", by, now, **about)
    return said


def mentioned(request: ChangeRequest, text: str) -> tuple[list[str], list[str]]:
    """The user names after an @: those of people who see the request, and those of nobody who does."""
    names = list(dict.fromkeys(found.lower() for found in MENTION.findall(text)))
    people = User.objects.filter(username__in=names, is_active=True).prefetch_related("bindings")
    slugs = ("", request.environment.slug)
    seeing = {person.username for person in people if any(each.environment in slugs for each in person.bindings.all())}
    return [name for name in names if name in seeing], [name for name in names if name not in seeing]


@transaction.atomic
def resolve(
    *, by: User, change_request: ChangeRequest, thread: int, resolved: bool, now: datetime | None = None
) -> Comment:
    """Say that a thread is settled, or open it again. `thread` is the id of one of its comments.

    One that holds the request up is settled by who opened it, or by another reviewer who is no author.
    """
    now = now or timezone.now()
    check(check_seen(by, change_request))
    first = thread_of(change_request, thread)
    if first.required and resolved and first.author_id != by.pk:
        check(_check_holds_up(by, change_request))
    newest = first.resolutions.last()
    if (newest is not None and newest.resolved) != resolved:
        Resolution.objects.create(thread=first, resolved=resolved, by=by, at=now)
        verb = "change_request.thread_resolved" if resolved else "change_request.thread_reopened"
        log(change_request, verb, by, now, comment=first.pk, ordinal=first.ordinal, property=first.property)
    return first


def _check_holds_up(by: User, request: ChangeRequest) -> Refusal | None:
    """Only those who could decide hold a request up, or let it go on."""
    author = request.authors.filter(user=by).exists()
    if can(by, Role.REVIEWER, request.environment.slug) and not author:
        return None
    sentence = "Only a reviewer who is no author can hold the request up with a thread, or resolve one that does."
    return Refusal("required", sentence)


def check_seen(by: User, request: ChangeRequest) -> Refusal | None:
    slugs = environments_of(by)
    seen = slugs is None or request.environment.slug in slugs
    return None if seen else Refusal("role", "You have no role in this environment. Ask an administrator for one.")


def thread_of(request: ChangeRequest, comment: int) -> Comment:
    """The first comment of the thread, locked. Raises `Refused`."""
    found = Comment.objects.filter(change_request=request, pk=comment).first()
    if found is None:
        raise Refused(NO_THREAD)
    return Comment.objects.select_for_update().get(pk=found.answers_id or found.pk)


def check_place(request: ChangeRequest, ordinal: int | None, name: str) -> Refusal | None:
    """A comment is on a change that is there, and on a property that it touches: anywhere else nobody would see it."""
    if ordinal is None:
        return Refusal("place", "Say which change the property belongs to.") if name else None
    touched = _touched(request, ordinal)
    if touched is None:
        return Refusal("place", f"There is no change {ordinal} in this request. Load the page again.")
    if name and name not in touched:
        return Refusal("place", f"Change {ordinal} doesn't touch {name}. Comment on the change instead.")
    return None


def _touched(request: ChangeRequest, ordinal: int) -> set[str] | None:
    """The properties of the change, as drafted and as planned; None where there is no such change."""
    drafted = request.draft_changes.filter(ordinal=ordinal).values_list("desired", flat=True).first()
    planned = next((c for c in _planned(request) if c.ordinal == ordinal), None)
    if drafted is None and planned is None:
        return None
    return set(drafted or {}) | {difference.property for difference in (planned.differences if planned else ())}


def _planned(request: ChangeRequest) -> tuple[Change, ...]:
    return codec.parse(request.revision.canonical).changes if request.revision else ()

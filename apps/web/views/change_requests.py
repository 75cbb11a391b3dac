"""One change request: its page, and what people do with it there.

Every verb answers with a redirect, or with the page again: the refusal in words and everything typed in its place.
"""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from apps.bell import Bell, ring
from apps.changes import commands as changes
from apps.changes import queries
from apps.changes.commands import DraftInput
from apps.changes.commands.comment import mentioned
from apps.changes.commands.draft import drafted, taken_out
from apps.changes.models import ChangeRequest
from apps.changes.states import State
from apps.notifications import queries as notifications
from apps.people.models import User
from apps.refusal import Refusal, Refused, check
from apps.reviews import afterwards
from apps.reviews import commands as reviews
from apps.reviews.queries import reviewed
from apps.runs import commands as runs
from apps.web.asking import PersonRequest, slugs
from apps.web.attempt import attempt
from apps.web.forms.change_request import (
    AfterForm,
    CommentForm,
    ConflictForm,
    DigestForm,
    DropForm,
    EditionForm,
    OverrideForm,
    PropertyForm,
    ReasonForm,
    ResolveForm,
    RevertForm,
    ReviewForm,
    SubmitForm,
    UsageForm,
    WordingForm,
    first_error,
)
from apps.web.loading import revisions
from apps.web.loading.change_request import Typed, page
from apps.web.loading.live import live
from apps.web.loading.promotions import strips_of

Values = dict[str, Any]
REFUSED = 409
UNDO = "dropped"
NO_UNDO = Refusal("undo", "The draft was changed since, so that can't be put back. Add the resource again.")


@require_GET
def change_request(request: PersonRequest, pk: int) -> HttpResponse:
    found = loaded(request, pk)
    notifications.read(request.user, request=found.pk)
    if found.state != State.PLANNING and (seen := live(found)) and seen.old:
        ring(Bell.LOOK, found.pk)
    return shown(request, found)


@require_GET
def revision(request: PersonRequest, pk: int, number: int) -> HttpResponse:
    """One revision as it was planned, for reading only."""
    found = loaded(request, pk)
    planned = get_object_or_404(found.revisions, number=number)
    return render(request, "change_request/revision.html", revisions.page(found, planned))


@require_GET
def planning(request: PersonRequest, pk: int) -> HttpResponse:
    """Asked for by HTMX while the planner works; puts the plan, or a refusal, in its place once it has arrived."""
    found = loaded(request, pk)
    if found.state == State.PLANNING:
        return render(request, "change_request/detail.html#planning", {"cr": found})
    answer = shown(request, found)
    answer["HX-Retarget"] = answer["HX-Reselect"] = "#main"
    answer["HX-Reswap"] = "outerHTML"
    return answer


@require_GET
def live_values(request: PersonRequest, pk: int) -> HttpResponse:
    """Asked for by HTMX until what the page shows as live was read again."""
    found, tries = loaded(request, pk), request.GET.get("tries", "")
    again = live(found, request.GET.get("shown", ""), int(tries) + 1 if tries.isdecimal() and len(tries) < 3 else 1)
    return render(request, "change_request/live.html", {"cr": found, "live": again})


@require_POST
def submit(request: PersonRequest, pk: int) -> HttpResponse:
    return acted(request, pk, SubmitForm(request.POST), hand_over, "emergency")


@require_POST
def review_afterwards(request: PersonRequest, pk: int) -> HttpResponse:
    """What a reviewer found who looked at an emergency after its run."""
    form = AfterForm(request.POST)
    return acted(
        request, pk, form, lambda cr, by, v: afterwards.review_afterwards(by=by, change_request=cr, **v), "after"
    )


@require_POST
def replan(request: PersonRequest, pk: int) -> HttpResponse:
    return acted(request, pk, forms.Form(request.POST), lambda cr, by, v: changes.replan(by=by, change_request=cr))


@require_POST
def withdraw(request: PersonRequest, pk: int) -> HttpResponse:
    form = ReasonForm(request.POST)
    return acted(request, pk, form, lambda cr, by, v: changes.withdraw(by=by, change_request=cr, **v), "withdraw")


@require_POST
def comment(request: PersonRequest, pk: int) -> HttpResponse:
    form = CommentForm(request.POST)
    return acted(request, pk, form, lambda cr, by, v: said(request, cr, by, v), "comment")


def said(request: PersonRequest, found: ChangeRequest, by: User, values: Values) -> None:
    """A comment; who is mentioned but sees nothing of it is named."""
    changes.comment(by=by, change_request=found, **values)
    if strangers := mentioned(found, values["text"])[1]:
        names = " and ".join(f"@{name}" for name in strangers)
        messages.warning(request, f"Said, but {names} is nobody who sees {found.environment.name}: nobody was told.")


@require_POST
def resolve(request: PersonRequest, pk: int, thread: int) -> HttpResponse:
    """A thread is settled, or opened again."""
    form = ResolveForm(request.POST)
    return acted(
        request, pk, form, lambda cr, by, v: reviews.resolve_thread(by=by, change_request=cr, thread=thread, **v)
    )


@require_POST
def enter_usage(request: PersonRequest, pk: int) -> HttpResponse:
    """What is used of a part in a month, on which its cost depends."""
    form = UsageForm(request.POST)
    return acted(request, pk, form, lambda cr, by, v: changes.enter_usage(by=by, change_request=cr, **v), "usage")


@require_POST
def edit_wording(request: PersonRequest, pk: int) -> HttpResponse:
    """Title and reason; the changes stay as they are."""
    return acted(request, pk, WordingForm(request.POST), reword, "wording")


@require_POST
def override_policies(request: PersonRequest, pk: int, ordinal: int) -> HttpResponse:
    """Why a change is right although it breaks policies that may be overridden."""
    form = OverrideForm(request.POST)
    return acted(
        request, pk, form, lambda cr, by, v: changes.override_policies(by=by, change_request=cr, ordinal=ordinal, **v)
    )


@require_POST
def settle_conflict(request: PersonRequest, pk: int, ordinal: int) -> HttpResponse:
    """Keep what was proposed for a property that moved outside, or take what is live."""

    def settle(found: ChangeRequest, by: User, values: Values) -> object:
        verb = changes.keep_mine if values.pop("keep") else changes.take_live
        return verb(by=by, change_request=found, ordinal=ordinal, **values)

    return acted(request, pk, ConflictForm(request.POST), settle)


@require_POST
def drop_property(request: PersonRequest, pk: int, ordinal: int) -> HttpResponse:
    """Take one property out of a change."""
    form = PropertyForm(request.POST)
    return acted(
        request, pk, form, lambda cr, by, v: changes.drop_property(by=by, change_request=cr, ordinal=ordinal, **v)
    )


@require_POST
def revert_property(request: PersonRequest, pk: int, ordinal: int) -> HttpResponse:
    """Propose the value that an earlier revision had."""
    form = RevertForm(request.POST)
    return acted(
        request, pk, form, lambda cr, by, v: changes.revert_property(by=by, change_request=cr, ordinal=ordinal, **v)
    )


@require_POST
def drop(request: PersonRequest, pk: int, ordinal: int) -> HttpResponse:
    form = DropForm(request.POST)

    def drop_it(found: ChangeRequest, by: User, values: Values) -> None:
        back = taken_out(drafted(found), ordinal, values["with_users"])
        changed = changes.drop_change(by=by, change_request=found, ordinal=ordinal, **values)
        request.session[UNDO] = {"request": pk, "edition": changed.edition, "changes": [asdict(each) for each in back]}

    return acted(request, pk, form, drop_it)


@require_POST
def undo_drop(request: PersonRequest, pk: int) -> HttpResponse:
    """Put back what this person dropped last, behind the others."""

    def put_back(found: ChangeRequest, by: User, values: Values) -> None:
        kept = dropped(request, found)
        check(None if kept else NO_UNDO)
        changes.put_changes(by=by, change_request=found, changes=kept, **values)
        del request.session[UNDO]

    return acted(request, pk, EditionForm(request.POST), put_back)


def dropped(request: PersonRequest, found: ChangeRequest) -> list[DraftInput]:
    """What this person dropped from the draft, as long as nothing else was changed in it."""
    kept = request.session.get(UNDO) or {}
    if (kept.get("request"), kept.get("edition")) != (found.pk, found.edition):
        return []
    return [DraftInput(**each) for each in kept["changes"]]


@require_POST
def remind(request: PersonRequest, pk: int) -> HttpResponse:
    """Ask the reviewers once more."""
    return acted(request, pk, forms.Form(request.POST), lambda cr, by, v: reviews.remind(by=by, change_request=cr))


@require_POST
def review(request: PersonRequest, pk: int) -> HttpResponse:
    form = ReviewForm(request.POST)
    return acted(request, pk, form, lambda cr, by, v: decide(request, cr, by, v), "review")


@require_POST
def apply(request: PersonRequest, pk: int) -> HttpResponse:
    """Start the run of the approved plan and go to its page."""
    answer = acted(request, pk, DigestForm(request.POST), start)
    newest = loaded(request, pk).runs.order_by("-number").first()
    return answer if answer.status_code == REFUSED or newest is None else redirect("web:run", newest.pk)


def reword(found: ChangeRequest, by: User, values: Values) -> object:
    return changes.edit(by=by, change_request=found, changes=drafted(found), **values)


def decide(request: PersonRequest, found: ChangeRequest, by: User, values: Values) -> None:
    """The reviewer's decision, or only what they say."""
    decision = values.pop("decision")
    if decision == "comment":
        said(request, found, by, {"text": values["text"], "required": values["required"]})
        return
    del values["required"]
    verbs = {"approve": reviews.approve, "request_changes": reviews.request_changes, "reject": reviews.reject}
    refusal = attempt(lambda: verbs[decision](by=by, change_request=found, **values))
    if refusal is not None and refusal.code == "moved":
        ring(Bell.FOLLOW, found.pk)
    unless(refusal, refusal is not None and reviewed(found.revision_id, by, decision, values["digest"]))


def hand_over(found: ChangeRequest, by: User, values: Values) -> None:
    refusal = attempt(lambda: changes.submit(by=by, change_request=found, **values))
    unless(refusal, found.state == State.PLANNING and found.edition == values["edition"])


def start(found: ChangeRequest, by: User, values: Values) -> None:
    refusal = attempt(lambda: runs.start(by=by, change_request=found, **values))
    unless(refusal, refusal is not None and refusal.code == "live")


def unless(refusal: Refusal | None, done: bool) -> None:
    """Let a refusal stand unless the same was `done` already: a button that was pressed twice."""
    if refusal is not None and not done:
        raise Refused(refusal)


def acted(
    request: PersonRequest,
    pk: int,
    form: forms.Form,
    act: Callable[[ChangeRequest, User, Values], object],
    name: str = "",
) -> HttpResponse:
    """Carry out a verb with what the form holds. `name` says where typed text goes back to when it is refused."""
    found = loaded(request, pk)
    if form.is_valid():
        refusal = attempt(lambda: act(found, request.user, dict(form.cleaned_data)))
    else:
        refusal = Refusal("form", first_error(form))
    if refusal is None:
        return redirect(reverse("web:change_request", args=[pk]) + anchor(request.POST.get("anchor", "")))
    return shown(
        request, loaded(request, pk), refusal, Typed(name, {key: str(value) for key, value in request.POST.items()})
    )


def shown(
    request: PersonRequest, found: ChangeRequest, refusal: Refusal | None = None, typed: Typed | None = None
) -> HttpResponse:
    context = page(found, request.user, typed or Typed(), refusal) | {"refusal": refusal}
    context |= {"strips": strips_of(found, slugs(request)), "dropped": [each.name for each in dropped(request, found)]}
    context |= {"refresh_after": 3} if found.state == State.PLANNING else {}
    return render(request, "change_request/detail.html", context, status=REFUSED if refusal else 200)


def loaded(request: PersonRequest, pk: int) -> ChangeRequest:
    rows = queries.visible(slugs(request)).select_related("environment__account", "after__environment")
    return get_object_or_404(rows, pk=pk)


def anchor(text: str) -> str:
    """The place on the page that a form asks to come back to."""
    return text if text.startswith("#") and text[1:].replace("-", "").isalnum() else ""

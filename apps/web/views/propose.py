"""Proposing: the form of one change, its preview while typing, and saving it in a draft."""

from typing import Any

import jmespath
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.catalog import registry
from apps.changes import commands
from apps.changes import queries as changes
from apps.changes.commands import DraftInput
from apps.changes.commands.draft import drafted
from apps.changes.models import ChangeRequest
from apps.changes.policies import check_role
from apps.changes.states import State
from apps.people.access import can
from apps.people.models import Role, User
from apps.planning.plan import Action
from apps.refusal import Refusal
from apps.web.asking import PersonRequest, slugs, visible_environments
from apps.web.attempt import outcome
from apps.web.forms.propose import ChangeForm, RequestForm
from apps.web.forms.widgets import row
from apps.web.presenters.panel import Panel, panel
from apps.web.presenters.subject import Subject, number, subject

INVALID, REFUSED = 422, 409
TAKEN_OUT = Refusal(
    "change", "Somebody took this change out of the request meanwhile. Save to put it in again, or cancel."
)


@require_http_methods(["GET", "POST"])
def propose(request: PersonRequest) -> HttpResponse:
    """The form; what is wrong or refused shows it again with everything that was typed."""
    about = asked_about(request)
    form, wording = forms_of(request, about)
    if request.method == "GET":
        return page(request, about, form, wording, panel(about, form), 200)
    ahead = checked(about, form)
    if about.request is None and request.GET.get("ordinal"):
        return page(request, about, form, wording, ahead, REFUSED, TAKEN_OUT)
    if not wording.is_valid() or form.errors:
        return page(request, about, form, wording, ahead, INVALID)
    saved = outcome(lambda: save(request.user, about, form, wording.cleaned_data, request.POST.get("edition", "")))
    if isinstance(saved, Refusal):
        return page(request, about, form, wording, ahead, REFUSED, saved)
    return redirect(reverse("web:change_request", args=[saved.pk]) + "#changes")


@require_GET
def new_resource(request: PersonRequest) -> HttpResponse:
    """What can be created, and where this person may propose it."""
    may = [each for each in visible_environments(request) if can(request.user, Role.REQUESTER, each.slug)]
    places = [(each, region) for each in may if each.enabled for region in each.regions]
    creatable = [declared for declared in registry.TYPES if declared.create]
    return render(request, "propose/new.html", {"places": places, "creatable": creatable})


@require_POST
def preview(request: PersonRequest) -> HttpResponse:
    """The plan of what is typed so far, from what was read last; nothing is asked of AWS."""
    about = asked_about(request)
    form, _ = forms_of(request, about)
    return render(request, "propose/page.html#panel", {"panel": panel(about, form), "subject": about})


@require_GET
def edit_change(request: PersonRequest, pk: int, ordinal: int) -> HttpResponse:
    """A change of a draft, in the same form."""
    return redirect(f"{reverse('web:propose')}?draft={pk}&ordinal={ordinal}")


@require_GET
def spare_row(request: PersonRequest) -> HttpResponse:
    """One more empty row of keys and values, asked for by HTMX."""
    return HttpResponse(row(request.GET.get("name", "")[:200]))


def asked_about(request: PersonRequest) -> Subject:
    typed = request.POST
    return subject(request.GET.dict(), slugs(request), typed.get("shown", ""), typed.get("of", "").replace("\x00", ""))


def forms_of(request: PersonRequest, about: Subject) -> tuple[ChangeForm, RequestForm]:
    data = request.POST if request.method == "POST" else None
    creating, empty = about.action is Action.CREATE, about.action is Action.DELETE
    form = ChangeForm(
        about.native,
        about.region,
        about.document,
        data,
        wanted=about.wanted,
        offer=about.offer,
        creating=creating,
        empty=empty,
    )
    return form, RequestForm(data, choices(request, about), {"draft": request.GET.get("draft", "")})


def checked(about: Subject, form: ChangeForm) -> Panel:
    """The panel, with what it found put at the fields."""
    found = panel(about, form)
    form.refuse(found.problems)
    return found


def choices(request: PersonRequest, about: Subject) -> list[tuple[str, str]]:
    """The drafts a change can be added to: the person's own of this environment, or the one that is being edited."""
    if about.request is not None:
        return [(str(about.request.pk), f"{about.request.reference} {about.request.title}")]
    rows = changes.written_by(request.user, slugs(request))
    drafts = rows.filter(environment=about.environment, state=State.DRAFT)[:20]
    return [(str(each.pk), f"{each.reference} {each.title}") for each in drafts]


def save(by: User, about: Subject, form: ChangeForm, wording: dict[str, Any], edition: str) -> ChangeRequest:
    """Replace the change that is edited, add to the chosen draft, or start a request."""
    change = draft_input(about, form)
    if about.request is not None:
        others = drafted(about.request)
        others[about.ordinal - 1] = change
        return commands.edit(
            by=by,
            change_request=about.request,
            edition=number(edition),
            title=about.request.title,
            reason=about.request.reason,
            changes=others,
        )
    if wording["draft"]:
        chosen = ChangeRequest.objects.get(pk=wording["draft"])
        return commands.put_change(by=by, change_request=chosen, edition=chosen.edition, change=change)
    title, reason = wording["title"], wording["reason"]
    return commands.propose(by=by, environment=about.environment, title=title, reason=reason, changes=[change])


def draft_input(about: Subject, form: ChangeForm) -> DraftInput:
    found, declared = about.resource, about.native
    desired = form.desired
    name = found.name if found else str(jmespath.search(declared.label, desired) or "")
    identifier = found.identifier if found else ""
    return DraftInput(str(about.action), declared.name, about.region, identifier, name, desired, form.base)


def page(
    request: PersonRequest,
    about: Subject,
    form: ChangeForm,
    wording: RequestForm,
    ahead: Panel,
    status: int,
    refusal: Refusal | None = None,
) -> HttpResponse:
    environment = about.environment
    context = {
        "subject": about,
        "form": form,
        "wording": wording,
        "panel": ahead,
        "refusal": refusal,
        "role": check_role(can(request.user, Role.REQUESTER, environment.slug), environment.name),
        "edition": edition(request, about, refusal),
    }
    return render(request, "propose/page.html", context, status=status)


def edition(request: PersonRequest, about: Subject, refusal: Refusal | None) -> str:
    """The edition that the form was opened with; once the person was told of a newer one, that one."""
    told = refusal is not None and refusal.code == "edition"
    newest = str(about.request.edition) if about.request else ""
    return newest if told else request.POST.get("edition") or newest

"""Proposing a change of one resource, in a new request or added to a draft of one's own."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.catalog.registry import native
from apps.changes import commands
from apps.changes import queries as requests
from apps.changes.commands import DraftInput
from apps.changes.models import ChangeRequest, DraftChange
from apps.changes.states import State
from apps.inventory import queries
from apps.inventory.models import Resource
from apps.planning.plan import Action, Proposal
from apps.refusal import Refused
from apps.web.asking import PersonRequest, slugs
from apps.web.forms.propose import ChangeForm
from apps.web.presenters import changes, effects
from apps.web.presenters import preview as planned


@require_http_methods(["GET", "POST"])
def propose(request: PersonRequest) -> HttpResponse:
    """The form of one resource; a refusal shows it again with everything that was typed."""
    found = resource(request)
    form = form_for(request, found)
    drafts = own_drafts(request, found)
    error = ""
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("web:change_request", saved(request, found, form, drafts).pk)
        except Refused as refused:
            error = refused.refusal.sentence
    context = {"resource": found, "form": form, "drafts": drafts, "error": error, "asked": request.POST}
    return render(request, "propose/page.html", context | preview_of(found, form))


@require_POST
def preview(request: PersonRequest) -> HttpResponse:
    """The plan of what is typed so far, from what was read last; nothing is asked of AWS."""
    found = resource(request)
    return render(request, "propose/page.html#preview", preview_of(found, form_for(request, found)))


@require_GET
def edit_change(request: PersonRequest, pk: int, ordinal: int) -> HttpResponse:
    """The form of a change that is in a draft already, with what was asked for."""
    change = get_object_or_404(
        DraftChange, change_request__in=requests.visible(slugs(request)), change_request=pk, ordinal=ordinal
    )
    names = ("type", "region", "identifier")
    rows = queries.visible(slugs(request)).filter(environment=change.change_request.environment_id)
    found = get_object_or_404(rows, **{name: getattr(change, name) for name in names})
    return redirect(f"{reverse('web:propose')}?resource={found.pk}&draft={pk}")


def resource(request: PersonRequest) -> Resource:
    pk = request.GET.get("resource", "")
    return get_object_or_404(queries.visible(slugs(request)), pk=int(pk) if pk.isdecimal() else 0)


def form_for(request: PersonRequest, found: Resource) -> ChangeForm:
    declared = native(found.type)
    if declared is None:
        raise Http404
    drafted = DraftChange.objects.filter(
        change_request__in=own_drafts(request, found),
        change_request=int(draft) if (draft := request.GET.get("draft", "")).isdecimal() else 0,
        **{name: getattr(found, name) for name in ("type", "region", "identifier")},
    ).first()
    return ChangeForm(declared, found.document, request.POST or None, drafted.desired if drafted else None)


def own_drafts(request: PersonRequest, found: Resource) -> list[ChangeRequest]:
    rows = requests.written_by(request.user, slugs(request))
    return list(rows.filter(environment=found.environment, state=State.DRAFT)[:20])


def saved(request: PersonRequest, found: Resource, form: ChangeForm, drafts: list[ChangeRequest]) -> ChangeRequest:
    change = DraftInput("update", found.type, found.region, found.identifier, found.name, form.changed(), form.base())
    chosen = next((draft for draft in drafts if str(draft.pk) == request.POST.get("draft")), None)
    if chosen is not None:
        return commands.put_change(by=request.user, change_request=chosen, edition=chosen.edition, change=change)
    return commands.propose(
        by=request.user,
        environment=found.environment,
        title=request.POST.get("title", ""),
        reason=request.POST.get("reason", ""),
        changes=[change],
    )


def preview_of(found: Resource, form: ChangeForm) -> dict[str, Any]:
    """The change that the form describes, or the sentences why there is none."""
    if not form.is_bound or not form.is_valid() or not form.changed():
        return {"nothing": True}
    proposal = Proposal(
        1, Action.UPDATE, found.type, found.region, found.identifier, found.name, form.changed(), form.base()
    )
    seen = planned.preview(found.environment, [proposal], {1: found})
    if seen.plan is None:
        return {"problems": [problem.sentence for problem in seen.problems]}
    change = seen.plan.changes[0]
    return {"chips": effects.of_change(change), "calls": changes.calls(change.calls)}

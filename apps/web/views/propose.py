"""Proposing: the form of one change, its preview while typing, and saving it in a draft."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
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
from apps.environments import queries as environments
from apps.environments.models import Environment
from apps.people.access import can
from apps.people.models import Role
from apps.people.models import User as Person
from apps.planning.plan import Action
from apps.refusal import Refusal
from apps.web.asking import PersonRequest, slugs, visible_environments
from apps.web.attempt import outcome
from apps.web.forms.arrange import Asked, arranged, asked
from apps.web.forms.consents import ConsentForm, consent_names
from apps.web.forms.part_field import PartField
from apps.web.forms.parts import Items
from apps.web.forms.propose import ChangeForm, RequestForm
from apps.web.loading.called import logical_names, name_of_new
from apps.web.loading.offers import Offering, existing
from apps.web.loading.panel import Panel, opened, panel
from apps.web.loading.picker import families
from apps.web.loading.subject import number, subject
from apps.web.loading.users import User, all_of, users
from apps.web.presenters import rivals
from apps.web.presenters.rivals import RivalView
from apps.web.presenters.subject import Subject

INVALID, REFUSED = 422, 409
SAVED = "Saved in {}. Add more resources below, or submit it when it is complete."
WHERE = ("environment", "region", "type", "attribute")
TAKEN_OUT = Refusal(
    "change", "Somebody took this change out of the request meanwhile. Save to put it in again, or cancel."
)


@dataclass(frozen=True)
class Place:
    """Where a new resource can be."""

    environment: Environment
    region: str

    @property
    def key(self) -> str:
        return f"{self.environment.slug}/{self.region}"


@require_http_methods(["GET", "POST"])
def propose(request: PersonRequest) -> HttpResponse:
    """The form; what is wrong or refused shows it again with everything that was typed."""
    about = asked_about(request)
    ask = asked(request.POST.get("do", ""))
    if ask is not None:
        return rearranged(request, about, ask)
    form, wording = forms_of(request, about)
    if request.method == "GET":
        return page(request, about, form, wording, opened(about, form), 200)
    consents = consents_of(request, about)
    ahead = checked(about, form, consents)
    if about.request is None and request.GET.get("ordinal"):
        return page(request, about, form, wording, ahead, REFUSED, TAKEN_OUT)
    if not wording.is_valid() or form.errors or consents.errors:
        return page(request, about, form, wording, ahead, INVALID)
    saved = outcome(
        lambda: save(
            request.user,
            about,
            draft_input(about, form, consents, wording.cleaned_data.get("logical", "")),
            wording.cleaned_data,
            request.POST.get("edition", ""),
        )
    )
    if isinstance(saved, Refusal):
        return page(request, about, form, wording, ahead, REFUSED, saved)
    messages.success(request, SAVED.format(saved.reference))
    return redirect("web:change_request", pk=saved.pk)


@require_GET
def new_resource(request: PersonRequest) -> HttpResponse:
    """What can be created, and where this person may propose it."""
    may = [each for each in visible_environments(request) if can(request.user, Role.REQUESTER, each.slug)]
    found = changes.editable(slugs(request), number(request.GET.get("draft", "")))
    places = [
        Place(each, region)
        for each in may
        if each.enabled and (found is None or found.environment_id == each.pk)
        for region in each.regions
    ]
    chosen = next((each for each in places if each.key == request.GET.get("place")), places[0] if places else None)
    groups = families(chosen.environment) if chosen else []
    context = {"places": places, "chosen": chosen, "families": groups, "draft": found}
    return render(request, "propose/new.html", context)


@require_POST
def preview(request: PersonRequest) -> HttpResponse:
    """The plan of what is typed so far, from what was read last; nothing is asked of AWS."""
    about = asked_about(request)
    form, _ = forms_of(request, about)
    consents = consents_of(request, about)
    given = consents.given if consents.is_valid() else about.consents
    return render(request, "propose/page.html#panel", {"panel": panel(about, form, given), "subject": about})


@require_GET
def edit_change(request: PersonRequest, pk: int, ordinal: int) -> HttpResponse:
    """A change of a draft, in the same form."""
    return redirect(f"{reverse('web:propose')}?draft={pk}&ordinal={ordinal}")


@require_GET
def choices(request: PersonRequest) -> JsonResponse:
    """Resources that a value may name, found by a text: at most fifty, of an environment that the person may see."""
    wanted = {name: request.GET.get(name, "").replace("\x00", "") for name in (*WHERE, "q")}
    environment = get_object_or_404(environments.visible(slugs(request)), slug=wanted["environment"])
    declared = registry.native(wanted["type"])
    known = declared and wanted["attribute"] in (declared.identifier, declared.arn, *declared.properties)
    if not known or wanted["region"] not in environment.regions:
        raise Http404("There is nothing to choose from.")
    rows = existing(environment, wanted["region"], wanted["type"], wanted["attribute"], wanted["q"][:200])
    return JsonResponse({"rows": rows})


def asked_about(request: PersonRequest) -> Subject:
    typed, address = request.POST, request.GET.dict()
    if "draft" in typed and "ordinal" not in address:
        address["draft"] = typed["draft"]
    return subject(address, slugs(request), typed.get("shown", ""), typed.get("of", "").replace("\x00", ""))


def forms_of(request: PersonRequest, about: Subject) -> tuple[ChangeForm, RequestForm]:
    data = request.POST if request.method == "POST" else None
    initial = {"draft": str(about.draft.pk) if about.draft else "", "logical": about.logical}
    return form_of(about, data), wording_of(request, about, data, initial)


def wording_of(request: PersonRequest, about: Subject, data: QueryDict | None, initial: dict[str, str]) -> RequestForm:
    others = logical_names(about) if about.action is Action.CREATE else None
    return RequestForm(data, drafts(request, about), initial, others)


def form_of(about: Subject, data: QueryDict | None, **more: Any) -> ChangeForm:
    creating, empty = about.action is Action.CREATE, about.action is Action.DELETE
    offering = Offering(about.native.name, about.environment, about.region, about.draft, about.ordinal)
    form = ChangeForm(
        about.native,
        about.region,
        about.document,
        data,
        wanted=about.wanted,
        offers=offering.at,
        creating=creating,
        empty=empty,
        beside=(*consent_names(about.native, about.action), *("text", "property")),
        **more,
    )
    form.lists = offering.lists
    return form


def rearranged(request: PersonRequest, about: Subject, ask: Asked) -> HttpResponse:
    """The form with a part added, moved or removed; nothing is judged and nothing saved."""
    data, focus = arranged(request.POST, ask, preset(about, ask))
    form = form_of(about, None, arranged=data, focus=focus)
    wording = wording_of(request, about, None, {name: data.get(name, "") for name in RequestForm.base_fields})
    answer = page(request, about, form, wording, Panel(idle=True), 200)
    answer["HX-Trigger"] = "arranged"
    return answer


def preset(about: Subject, ask: Asked) -> dict[str, str]:
    """What a new line of a table begins with."""
    field = form_of(about, None).fields.get(ask.property) if ask.preset is not None else None
    found = field.part if isinstance(field, PartField) else None
    return found.preset(ask.preset or 0) if isinstance(found, Items) else {}


def consents_of(request: PersonRequest, about: Subject) -> ConsentForm:
    data = request.POST if request.method == "POST" else None
    identifier = about.resource.identifier if about.resource else ""
    used = bool(users_of(request, about)) or "users" in about.consents
    form = ConsentForm(about.native, about.action, data, about.consents, identifier, used=used)
    return form.unjudged() if asked(request.POST.get("do", "")) else form


def users_of(request: PersonRequest, about: Subject) -> list[User]:
    """What uses the resource that is to be deleted."""
    return users([about.resource], slugs(request)) if about.resource and about.action is Action.DELETE else []


def checked(about: Subject, form: ChangeForm, consents: ConsentForm) -> Panel:
    """The panel, with what it found put at the fields."""
    found = panel(about, form, consents.given if consents.is_valid() else {})
    form.refuse(found.problems)
    return found


def drafts(request: PersonRequest, about: Subject) -> list[tuple[str, str]]:
    """The requests that a change can be added to, or the one that is being edited."""
    if about.request is not None:
        return [(str(about.request.pk), str(about.request))]
    return open_drafts(request, about.environment, about.adding)


def open_drafts(
    request: PersonRequest, environment: Environment, adding: ChangeRequest | None
) -> list[tuple[str, str]]:
    """The person's own drafts of an environment, and the request that was asked for."""
    found = changes.written_by(request.user, slugs(request)).filter(environment=environment, state=State.DRAFT)[:20]
    return [(str(each.pk), str(each)) for each in dict.fromkeys([*([adding] if adding else []), *found])]


def joins(request: PersonRequest, adding: ChangeRequest | None) -> ChangeRequest | None:
    """The request that the address names: there is nothing to choose then."""
    return adding if adding is not None and request.GET.get("draft") == str(adding.pk) else None


def save(by: Person, about: Subject, change: DraftInput, wording: dict[str, Any], edition: str) -> ChangeRequest:
    """Replace the change that is edited, add to the chosen draft, or start a request."""
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
        return commands.put_changes(by=by, change_request=chosen, edition=chosen.edition, changes=[change])
    title, reason = wording["title"], wording["reason"]
    return commands.propose(by=by, environment=about.environment, title=title, reason=reason, changes=[change])


def draft_input(about: Subject, form: ChangeForm, consents: ConsentForm, logical: str) -> DraftInput:
    found, declared = about.resource, about.native
    desired = form.desired
    name = found.name if found else name_of_new(about, desired)
    identifier = found.identifier if found else ""
    where = (about.region, identifier, name)
    return DraftInput(str(about.action), declared.name, *where, desired, form.base, consents.given, logical)


def page(
    request: PersonRequest,
    about: Subject,
    form: ChangeForm,
    wording: RequestForm,
    ahead: Panel,
    status: int,
    refusal: Refusal | None = None,
) -> HttpResponse:
    environment, found = about.environment, users_of(request, about)
    context = {
        "subject": about,
        "users": found,
        "along": all_of(about.resource, found) if about.resource and any(each.goes for each in found) else "",
        "form": form,
        "wording": wording,
        "consents": consents_of(request, about),
        "panel": ahead,
        "refusal": refusal,
        "role": check_role(can(request.user, Role.REQUESTER, environment.slug), environment.name),
        "rivals": rivals_of(about),
        "edition": edition(request, about, refusal),
        "joins": joins(request, about.adding),
        "alone": about.alone,
    }
    return render(request, "propose/page.html", context, status=status)


def rivals_of(about: Subject) -> list[RivalView]:
    """Other open requests about the resource."""
    if about.resource is None:
        return []
    key = (about.resource.type, about.resource.region, about.resource.identifier)
    found = changes.rivals(about.environment.pk, {key}, about.request.pk if about.request else None)
    return rivals.views(found, str(about.action), about.wanted)


def edition(request: PersonRequest, about: Subject, refusal: Refusal | None) -> str:
    """The edition that the form was opened with; once the person was told of a newer one, that one."""
    told = refusal is not None and refusal.code == "edition"
    newest = str(about.request.edition) if about.request else ""
    return newest if told else request.POST.get("edition") or newest

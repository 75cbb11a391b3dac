"""One edit of several resources, or their deletion, as one request with a change for each of them."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from apps.catalog import registry
from apps.changes import commands
from apps.changes.commands import DraftInput
from apps.changes.models import ChangeRequest
from apps.changes.policies import check_role
from apps.inventory.models import Resource
from apps.people.access import can
from apps.people.models import Role, User
from apps.planning.plan import Action
from apps.refusal import Refusal
from apps.web.asking import PersonRequest, slugs
from apps.web.attempt import outcome
from apps.web.forms.arrange import arranged, asked
from apps.web.forms.consents import ConsentForm
from apps.web.forms.propose import ChangeForm, RequestForm
from apps.web.loading import batch as chosen
from apps.web.loading.batch import Batch
from apps.web.loading.offers import Offering
from apps.web.views.propose import INVALID, REFUSED, SAVED, joins, open_drafts

DIFFERS = "They differ here: what you write becomes the value of all of them."
ALIKE = Refusal("nothing", "All of them are like that already. Change a value first.")


@dataclass
class Asked:
    """The forms of one page: `edit` for what changes, `consents` by resource for what is deleted."""

    about: Batch
    wording: RequestForm
    edit: ChangeForm | None
    consents: list[tuple[Resource, ConsentForm]]
    common: dict[str, Any]

    def inputs(self) -> list[DraftInput]:
        if self.edit is not None:
            return chosen.inputs(self.about, self.common, self.edit.desired)
        return chosen.deletions(self.about, {each.pk: form.given for each, form in self.consents})

    def is_valid(self) -> bool:
        forms = [self.wording, *([self.edit] if self.edit else []), *(form for _, form in self.consents)]
        return not [form for form in forms if not form.is_valid()]


@require_http_methods(["GET", "POST"])
def batch(request: PersonRequest) -> HttpResponse:
    """The form; what is wrong or refused shows it again with everything that was typed."""
    draft = request.POST.get("draft", request.GET.get("draft", ""))
    about = chosen.batch(request.GET, slugs(request), draft)
    if about.refusal is not None:
        return render(request, "propose/batch.html", {"batch": about, "refusal": about.refusal}, status=INVALID)
    ask = asked(request.POST.get("do", ""))
    if ask is not None:
        data, focus = arranged(request.POST, ask)
        return page(request, forms_of(request, about, arranged=data, focus=focus), 200)
    forms = forms_of(request, about)
    if request.method == "GET":
        return page(request, forms, 200)
    if not forms.is_valid():
        return page(request, forms, INVALID)
    found = forms.inputs()
    if not found:
        return page(request, forms, INVALID, ALIKE)
    saved = outcome(lambda: save(request.user, about, found, forms.wording.cleaned_data))
    if isinstance(saved, Refusal):
        return page(request, forms, REFUSED, saved)
    messages.success(request, SAVED.format(saved.reference))
    return redirect("web:change_request", pk=saved.pk)


def forms_of(request: PersonRequest, about: Batch, *, arranged: Any = None, focus: str = "") -> Asked:
    data = request.POST if request.method == "POST" and arranged is None else None
    choices = open_drafts(request, about.environment, about.adding)
    typed = {name: arranged.get(name, "") for name in RequestForm.base_fields} if arranged is not None else {}
    adding = str(about.adding.pk) if about.adding else ""
    wording = RequestForm(data, choices, {"draft": adding, **typed})
    if about.action is Action.DELETE:
        return Asked(about, wording, None, consents_of(about, data), {})
    documents = [each.document for each in about.resources]
    region = about.resources[0].region
    common = chosen.shared(about.native, region, documents)
    offering = Offering(about.native.name, about.environment, region, about.adding, 0)
    form = ChangeForm(about.native, region, common, data, offers=offering.at, arranged=arranged, focus=focus)
    form.lists = offering.lists
    for name in chosen.differing(about.native, documents, common) & set(form.fields):
        form.fields[name].help_text = f"{DIFFERS} {form.fields[name].help_text}".strip()
    return Asked(about, wording, form, [], common)


def consents_of(about: Batch, data: Any) -> list[tuple[Resource, ConsentForm]]:
    """The consents for those of the resources that need some."""
    found = []
    for each in about.resources:
        declared = registry.native(each.type)
        if declared is not None:
            used = each.pk in about.used
            form = ConsentForm(
                declared, about.action, data, {}, each.identifier, prefix=f"consent-{each.pk}", used=used
            )
            found += [(each, form)] if form.fields else []
    return found


def save(by: User, about: Batch, inputs: list[DraftInput], wording: dict[str, Any]) -> ChangeRequest:
    if about.adding is not None and wording["draft"]:
        return commands.put_changes(by=by, change_request=about.adding, edition=about.adding.edition, changes=inputs)
    title, reason = wording["title"], wording["reason"]
    return commands.propose(by=by, environment=about.environment, title=title, reason=reason, changes=inputs)


def page(request: PersonRequest, forms: Asked, status: int, refusal: Refusal | None = None) -> HttpResponse:
    environment = forms.about.environment
    context = {
        "batch": forms.about,
        "form": forms.edit,
        "wording": forms.wording,
        "consents": forms.consents,
        "refusal": refusal,
        "joins": joins(request, forms.about.adding),
        "role": check_role(can(request.user, Role.REQUESTER, environment.slug), environment.name),
    }
    return render(request, "propose/batch.html", context, status=status)

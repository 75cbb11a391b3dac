"""Suggesting another value for a property in review, and taking it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from apps.changes import commands as changes
from apps.changes.models import ChangeRequest
from apps.people.models import User
from apps.planning.plan import Action
from apps.refusal import Refusal
from apps.web.asking import PersonRequest, slugs
from apps.web.attempt import outcome
from apps.web.forms.arrange import arranged, asked
from apps.web.forms.change_request import EditionForm
from apps.web.forms.propose import ChangeForm
from apps.web.loading.subject import subject
from apps.web.presenters.subject import Subject
from apps.web.views.change_requests import Values, acted, loaded
from apps.web.views.propose import INVALID, REFUSED, form_of


@require_http_methods(["GET", "POST"])
def suggest(request: PersonRequest, pk: int, ordinal: int) -> HttpResponse:
    """The control of one property, filled with what is proposed."""
    found, name = loaded(request, pk), request.POST.get("property") or request.GET.get("property", "")
    about = subject({"draft": str(pk), "ordinal": str(ordinal)}, slugs(request))
    if about.request is None or about.action is Action.DELETE or name not in about.wanted:
        raise Http404("This change asks for no such value.")
    ask = asked(request.POST.get("do", ""))
    if ask is not None:
        data, focus = arranged(request.POST, ask)
        return page(request, found, about, one(about, name, None, arranged=data, focus=focus), 200)
    form = one(about, name, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return page(request, found, about, form, INVALID if form.is_bound else 200)
    said = outcome(
        lambda: changes.suggest(
            by=request.user, change_request=found, ordinal=ordinal, property=name, value=form.desired[name],
            text=request.POST.get("text", ""),
        )
    )  # fmt: skip
    if isinstance(said, Refusal):
        return page(request, found, about, form, REFUSED, said)
    messages.success(request, "Suggested. An author takes it with one press.")
    return redirect(f"{reverse('web:change_request', args=[pk])}#thread-{said.pk}")


@require_POST
def accept(request: PersonRequest, pk: int, thread: int) -> HttpResponse:
    """Take a suggested value."""

    def take(found: ChangeRequest, by: User, values: Values) -> object:
        return changes.accept_suggestion(by=by, change_request=found, thread=thread, **values)

    return acted(request, pk, EditionForm(request.POST), take)


def one(about: Subject, name: str, data: Any, **more: Any) -> ChangeForm:
    return form_of(about, data, only=name, **more)


def page(
    request: PersonRequest,
    found: ChangeRequest,
    about: Subject,
    form: ChangeForm,
    status: int,
    refusal: Refusal | None = None,
) -> HttpResponse:
    typed = request.POST.get("text", "")
    context = {"cr": found, "subject": about, "form": form, "refusal": refusal, "text": typed}
    return render(request, "change_request/suggest.html", context, status=status)

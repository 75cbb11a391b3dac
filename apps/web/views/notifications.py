"""What a person was told, and of what they want mail."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from apps.notifications import preferences, queries
from apps.notifications.models import Kind
from apps.web.asking import PersonRequest
from apps.web.forms.notifications import MailForm

SIZE = 50


@require_http_methods(["GET", "POST"])
def notifications(request: PersonRequest) -> HttpResponse:
    """The newest first; posting says of what mail is wanted."""
    wanted = [kind for kind, on in preferences.of(request.user).items() if on]
    form = MailForm(request.POST if request.method == "POST" else None, initial={"mailed": wanted})
    if request.method == "POST" and form.is_valid():
        preferences.save(by=request.user, mailed=form.cleaned_data["mailed"])
        messages.success(request, "Saved: mail is sent of what is chosen.")
        return redirect("web:notifications")
    page = Paginator(queries.of(request.user), SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "form": form,
        "unread": queries.unread(request.user),
        "unsent": queries.unsent(request.user),
    }
    return render(request, "notifications/list.html", context, status=422 if form.errors else 200)


@require_POST
def read_all(request: PersonRequest) -> HttpResponse:
    queries.read(request.user)
    return redirect("web:notifications")


@require_POST
def open_one(request: PersonRequest, pk: int) -> HttpResponse:
    """Go to what it is about; it is read then."""
    found = get_object_or_404(queries.of(request.user), pk=pk)
    queries.read(request.user, pk=found.pk)
    return redirect(found.address)


assert set(preferences.MAILED) == set(Kind.values)  # noqa: S101 -- every kind is told about

"""Policies of the organisation, for administrators."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from apps.evaluation.administer import save_policy
from apps.evaluation.models import Policy
from apps.web.asking import PersonRequest
from apps.web.attempt import into
from apps.web.forms.policies import PolicyForm
from apps.web.loading.policies import tried
from apps.web.views.settings import INVALID, for_administrators


@require_GET
@for_administrators
def policies(request: PersonRequest) -> HttpResponse:
    found = Policy.objects.select_related("changed_by")
    return render(request, "settings/policies.html", {"section": "policies", "policies": found})


@require_http_methods(["GET", "POST"])
@for_administrators
def edit_policy(request: PersonRequest, pk: int | None = None) -> HttpResponse:
    """Shows what would fall as often as somebody tries it, and saves it when asked to."""
    found = get_object_or_404(Policy, pk=pk) if pk else None
    form = PolicyForm(request.POST or None, found)
    context: dict[str, Any] = {"section": "policies", "policy": found, "form": form, "tried": None}
    if not form.is_valid():
        return render(request, "settings/policy.html", context, status=INVALID if form.is_bound else 200)
    if request.POST.get("do") == "try":
        context["tried"] = tried(form.wanted, form.cleaned_data["environments"])
        return render(request, "settings/policy.html", context)
    saved = into(form, lambda: save_policy(by=request.user, policy=found, **form.cleaned_data))
    if saved is None:
        return render(request, "settings/policy.html", context, status=INVALID)
    messages.success(request, f"{saved} is saved. It is held against plans from now on.")
    return redirect("web:settings_policies")

"""Rules that ask for more approvals, for administrators."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from apps.reviews.administer import save_rule
from apps.reviews.models import Rule
from apps.web.asking import PersonRequest
from apps.web.attempt import into
from apps.web.forms.rules import RuleForm
from apps.web.views.settings import INVALID, for_administrators


@require_GET
@for_administrators
def rules(request: PersonRequest) -> HttpResponse:
    found = Rule.objects.select_related("environment", "changed_by")
    return render(request, "settings/rules.html", {"section": "rules", "rules": found})


@require_http_methods(["GET", "POST"])
@for_administrators
def edit_rule(request: PersonRequest, pk: int | None = None) -> HttpResponse:
    found = get_object_or_404(Rule, pk=pk) if pk else None
    form = RuleForm(request.POST or None, found)
    if form.is_valid() and (saved := into(form, lambda: save_rule(by=request.user, rule=found, **form.cleaned_data))):
        messages.success(request, f"{saved} is saved. It asks from the next plan on.")
        return redirect("web:settings_rules")
    context = {"section": "rules", "rule": found, "form": form}
    return render(request, "settings/rule.html", context, status=INVALID if form.is_bound else 200)

"""Rules and teams, for administrators."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from apps.reviews.administer import save_rule, save_team
from apps.reviews.models import Rule, Team
from apps.web.asking import PersonRequest
from apps.web.attempt import into
from apps.web.forms.rules import RuleForm, TeamForm
from apps.web.loading.rules import history, rows, teams, trial, unsatisfiable, weakened
from apps.web.views.settings import INVALID, for_administrators

SECTION = {"section": "rules"}


@require_GET
@for_administrators
def rules(request: PersonRequest) -> HttpResponse:
    return render(request, "settings/rules.html", {**SECTION, "rules": rows(), "teams": teams()})


@require_http_methods(["GET", "POST"])
@for_administrators
def edit_rule(request: PersonRequest, pk: int | None = None) -> HttpResponse:
    """Shows what would have been asked as often as somebody tries it, and saves it when asked to."""
    found = get_object_or_404(Rule, pk=pk) if pk else None
    form = RuleForm(request.POST or None, found)
    context: dict[str, Any] = {**SECTION, "rule": found, "form": form, "versions": history(found) if found else []}
    if not form.is_valid():
        return render(request, "settings/rule.html", context, status=INVALID if form.is_bound else 200)
    if request.POST.get("do") == "try":
        context["tried"] = trial(form.cleaned_data["name"], form.condition, form.asks, found)
        context["unsatisfiable"] = unsatisfiable(form.condition, form.asks)
        return render(request, "settings/rule.html", context)
    about = {"name": form.cleaned_data["name"], "enabled": form.cleaned_data["enabled"]}
    saved = into(
        form, lambda: save_rule(by=request.user, rule=found, condition=form.condition, asks=form.asks, **about)
    )
    if saved is None:
        return render(request, "settings/rule.html", context, status=INVALID)
    messages.success(request, f"{saved.rule} is saved as version {saved.number}. It counts from the next plan on.")
    for sentence in unsatisfiable(form.condition, form.asks):
        messages.warning(request, sentence)
    return redirect("web:settings_rules")


@require_http_methods(["GET", "POST"])
@for_administrators
def edit_team(request: PersonRequest, pk: int | None = None) -> HttpResponse:
    found = get_object_or_404(Team, pk=pk) if pk else None
    form = TeamForm(request.POST or None, found)
    if form.is_valid() and (saved := into(form, lambda: save_team(by=request.user, team=found, **form.cleaned_data))):
        messages.success(request, f"{saved} is saved.")
        for sentence in weakened(saved):
            messages.warning(request, sentence)
        return redirect("web:settings_rules")
    context = {**SECTION, "team": found, "form": form}
    return render(request, "settings/team.html", context, status=INVALID if form.is_bound else 200)

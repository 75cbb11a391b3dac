"""Rules and teams, for administrators."""

from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from apps.reviews.models import Rule, Team
from apps.web.asking import PersonRequest
from apps.web.attempt import into
from apps.web.forms.rules import RuleForm, TeamForm
from apps.web.loading.rules import history, rows, teams, trial, unsatisfiable, weakened, worded
from apps.web.views.settings import INVALID, ask, for_administrators

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
    values, said = rule_values(form, found), rule_in_words(form)
    done = f"{values['name']} is saved as version {values['version'] + 1}. It counts from now on."
    if into(form, lambda: ask(request, "rule", values["name"], said, values, done)) is None:
        return render(request, "settings/rule.html", context, status=INVALID)
    for sentence in unsatisfiable(form.condition, form.asks):
        messages.warning(request, sentence)
    return redirect("web:settings_rules")


def rule_values(form: RuleForm, found: Rule | None) -> dict[str, Any]:
    newest = found.versions.first() if found else None
    return {
        "rule": found.pk if found else None,
        "version": newest.number if newest else 0,
        "name": form.cleaned_data["name"],
        "enabled": form.cleaned_data["enabled"],
        "condition": form.condition.stored,
        "asks": [asdict(each) for each in form.asks],
    }


def rule_in_words(form: RuleForm) -> str:
    when, asks = worded(form.condition, form.asks)
    off = "" if form.cleaned_data["enabled"] else ", switched off"
    return f"let the rule {form.cleaned_data['name']} say: {when}: {asks}{off}"


@require_http_methods(["GET", "POST"])
@for_administrators
def edit_team(request: PersonRequest, pk: int | None = None) -> HttpResponse:
    found = get_object_or_404(Team, pk=pk) if pk else None
    form = TeamForm(request.POST or None, found)
    if form.is_valid():
        values, said = team_values(form, found), team_in_words(form)
        done = f"{values['name']} is saved."
        if into(form, lambda: ask(request, "team", values["name"], said, values, done)) is not None:
            for sentence in weakened(Team.objects.get(pk=found.pk)) if found else ():
                messages.warning(request, sentence)
            return redirect("web:settings_rules")
    context = {**SECTION, "team": found, "form": form}
    return render(request, "settings/team.html", context, status=INVALID if form.is_bound else 200)


def team_values(form: TeamForm, found: Team | None) -> dict[str, Any]:
    before = sorted(found.memberships.values_list("person", flat=True)) if found else []
    members = [person.pk for person in form.cleaned_data["members"]]
    return {
        "team": found.pk if found else None, "before": before, "name": form.cleaned_data["name"], "members": members,
    }  # fmt: skip


def team_in_words(form: TeamForm) -> str:
    names = ", ".join(str(person) for person in form.cleaned_data["members"]) or "nobody"
    return f"let the team {form.cleaned_data['name']} be {names}"

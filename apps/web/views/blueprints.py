"""The library of blueprints, and importing one as an ordinary change request."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.blueprints import commands, queries, texts
from apps.blueprints.answers import answers, wrong
from apps.blueprints.starters import starter, starters
from apps.blueprints.wanted import wanted
from apps.changes.models import ChangeRequest
from apps.changes.policies import check_role
from apps.people.access import can
from apps.people.models import Role
from apps.refusal import Refusal
from apps.web.asking import PersonRequest, slugs
from apps.web.attempt import outcome
from apps.web.forms.blueprints import ImportForm, SaveForm, UploadForm
from apps.web.loading.blueprints import Importing, against_of, importing, library, places, version_of
from apps.web.loading.export import export
from apps.web.loading.promotions import of_blueprint
from apps.web.presenters.blueprints import differences, mapped, questions

INVALID, REFUSED = 422, 409


@require_GET
def blueprints(request: PersonRequest) -> HttpResponse:
    return render(request, "blueprints/list.html", {"versions": library(slugs(request)), "starters": starters()})


@require_GET
def blueprint(request: PersonRequest, pk: int) -> HttpResponse:
    seen = slugs(request)
    shown = version_of(pk, request.GET, seen)
    versions = list(queries.versions(seen).filter(blueprint=shown.blueprint_id))
    against = against_of(shown, versions, request.GET)
    context = {
        "version": shown,
        "versions": versions,
        "against": against,
        "differences": differences(against.template, shown.template) if against else [],
        "strips": of_blueprint(shown.blueprint_id, seen),
        "imports": queries.imports(shown.blueprint, seen)[:50],
        "places": places(seen),
        "questions": questions(shown.template),
        "mapped": mapped(shown.template),
        "yaml": texts.as_yaml(shown.template),
    }
    return render(request, "blueprints/detail.html", context)


@require_POST
def save_blueprint(request: PersonRequest) -> HttpResponse:
    """Keep the export that the address asks for in the library."""
    found, form = export(request.GET, slugs(request)), SaveForm(request.POST)
    if found.made is None or not form.is_valid():
        return render(request, "blueprints/export.html", {"export": found, "form": form}, status=INVALID)
    environment, made = found.resources[0].environment, found.made
    saved = outcome(
        lambda: commands.save_export(by=request.user, environment=environment, made=made, **form.cleaned_data)
    )
    if isinstance(saved, Refusal):
        context = {"export": found, "form": form, "refusal": saved}
        return render(request, "blueprints/export.html", context, status=REFUSED)
    return redirect("web:blueprint", pk=saved.blueprint_id)


@require_http_methods(["GET", "POST"])
def upload_blueprint(request: PersonRequest) -> HttpResponse:
    """A template of somebody else's; what is wrong with it is said with its line, and what was typed stays."""
    given = starter(request.GET.get("starter", ""))
    form = UploadForm(request.POST or None, initial={"name": given.name, "text": given.text} if given else None)
    if request.method == "GET" or not form.is_valid():
        return render(request, "blueprints/upload.html", {"form": form}, status=200 if not form.is_bound else INVALID)
    name, notes, template = form.cleaned_data["name"], form.cleaned_data["notes"], form.source.template
    saved = outcome(lambda: commands.save_upload(by=request.user, name=name, notes=notes, template=template))
    if isinstance(saved, Refusal):
        return render(request, "blueprints/upload.html", {"form": form, "refusal": saved}, status=REFUSED)
    return redirect("web:blueprint", pk=saved.blueprint_id)


@require_http_methods(["GET", "POST"])
def import_blueprint(request: PersonRequest, pk: int) -> HttpResponse:
    """The form of an import; what is wrong or refused shows it again with everything that was typed."""
    seen = slugs(request)
    about = importing(version_of(pk, request.GET, seen), request.GET, seen)
    data = request.POST if request.method == "POST" else None
    form = ImportForm(data, about.rows, about.offer, about.title, about.gone, about.version.carries)
    if data is None:
        return page(request, about, form, 200)
    if not form.is_valid():
        return page(request, about, form, INVALID)
    saved = imported(request, about, form)
    if isinstance(saved, ChangeRequest):
        return redirect(reverse("web:change_request", args=[saved.pk]) + "#changes")
    status = INVALID if saved is None else 200 if saved == commands.ALIKE else REFUSED
    return page(request, about, form, status, saved)


def imported(request: PersonRequest, about: Importing, form: ImportForm) -> ChangeRequest | Refusal | None:
    """The request, a refusal, or None where the form now says what is wrong with the template."""
    version, place, values = about.version, about.place, form.values()
    for key, said in wrong(version.template, about.rows, values):
        form.add_error(key, said)
    if form.errors:
        return None
    given = answers(version.template, about.rows, values, place.environment.slug)
    there = queries.there(version, place.environment)
    target = queries.target(place.environment, place.region, version.blueprint.name)
    _, problems = wanted(version.template, given, target, there)
    if problems:
        form.refuse(problems)
        return None
    hidden = {row.key for row in about.rows if row.hidden}
    return outcome(
        lambda: commands.import_version(
            by=request.user,
            version=version,
            environment=place.environment,
            region=place.region,
            answers=given,
            values={key: value for key, value in values.items() if key not in hidden},
            title=form.cleaned_data["title"],
            reason=form.cleaned_data["reason"],
            delete=form.cleaned_data.get("delete", ()),
            stage=about.stage,
        )
    )


def page(
    request: PersonRequest, about: Importing, form: ImportForm, status: int, refusal: Refusal | None = None
) -> HttpResponse:
    environment = about.place.environment
    context = {
        "about": about,
        "form": form,
        "refusal": refusal,
        "role": check_role(can(request.user, Role.REQUESTER, environment.slug), environment.name),
    }
    return render(request, "blueprints/import.html", context, status=status)

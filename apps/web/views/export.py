"""Exporting what exists: the page with its questions first, and the files."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.blueprints import texts
from apps.blueprints.commands import note_export
from apps.web.asking import PersonRequest, slugs
from apps.web.forms.blueprints import SaveForm
from apps.web.loading.export import Export, export

INVALID = 422
FILES = {"template.yaml": "application/yaml", "template.json": "application/json", "import.json": "application/json"}


@require_GET
def export_page(request: PersonRequest) -> HttpResponse:
    found = export(request.GET, slugs(request))
    return render(
        request,
        "blueprints/export.html",
        {"export": found, "form": SaveForm()},
        status=INVALID if found.refusal else 200,
    )


@require_GET
def export_file(request: PersonRequest, name: str) -> HttpResponse:
    """The template, or what CloudFormation needs to take the resources over; that it was taken is kept in the log."""
    if name not in FILES:
        raise Http404("An export has no such file.")
    found = export(request.GET, slugs(request))
    if found.made is None:
        return render(request, "blueprints/export.html", {"export": found}, status=INVALID)
    environment = found.resources[0].environment
    note_export(by=request.user, environment=environment, file=name, made=found.made)
    headers = {"Content-Disposition": f'attachment; filename="{environment.slug}-{name}"'}
    return HttpResponse(_text(found, name), content_type=f"{FILES[name]}; charset=utf-8", headers=headers)


def _text(found: Export, name: str) -> str:
    if name == "template.yaml":
        return found.yaml
    made = found.made
    return texts.as_json(found.template if name == "template.json" else list(made.identifiers) if made else [])

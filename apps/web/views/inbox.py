"""The inbox: the first page after signing in."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.web.asking import PersonRequest
from apps.web.loading.inbox import sections


@require_GET
def inbox(request: PersonRequest) -> HttpResponse:
    return render(request, "inbox/page.html", {"sections": sections(request.user)})

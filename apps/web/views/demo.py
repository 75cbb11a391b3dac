"""Signing in with one click, in the demo only."""

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from apps.people.models import User
from config import ready


@login_not_required
@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as a person of the demo. Anywhere else, and with any other database, this address does not exist."""
    if not settings.RINGI_DEMO or ready.demo():
        raise Http404
    person = get_object_or_404(User, username=request.POST.get("username", "").replace("\x00", ""), is_active=True)
    login(request, person, backend="django.contrib.auth.backends.ModelBackend")
    return redirect(local(request, request.POST.get("next", "")))


def local(request: HttpRequest, url: str) -> str:
    """The address if it is on this site, otherwise the inbox."""
    safe = url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return url if url and safe else reverse("web:inbox")

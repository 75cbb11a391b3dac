"""What every page has around it: signing in without losing what was typed, words where Django has none, no caches."""

from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from apps.people.adapter import LIMITED
from apps.web.views.errors import API, SIGNED_OUT, forms_only, interrupted

METHOD_NOT_ALLOWED, TOO_MANY_REQUESTS = 405, 429
COME_BACK_SECONDS = 60  # every limit counts by the minute
ZONE_COOKIE = "ringi_zone"


class SignInRequired(LoginRequiredMiddleware):
    """Strangers are led to the sign-in page; a form that they sent is kept on a page instead."""

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> Any:
        if request.method == "POST":
            return interrupted(request, SIGNED_OUT)
        return super().handle_no_permission(request, view_func)


class ReadersZone:
    """Times are shown, and days begin, in the zone of the reader's browser, which tells it in a cookie; else in UTC.

    What programs read is always in UTC.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        told = "" if request.path.startswith(API) else unquote(request.COOKIES.get(ZONE_COOKIE, ""))
        with timezone.override(zone_named(told)):
            return self.get_response(request)


def zone_named(name: str) -> ZoneInfo:
    """The zone of that name, UTC where there is none."""
    return ZoneInfo(name if name in zones() else "UTC")


@cache
def zones() -> frozenset[str]:
    return frozenset(available_timezones())


class TooMany:
    """Where a limit is hit, the answer has the status that says so, and when to come back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, LIMITED, False):
            response.status_code = TOO_MANY_REQUESTS
        if response.status_code == TOO_MANY_REQUESTS:
            response.headers.setdefault("Retry-After", str(COME_BACK_SECONDS))
        return response


class NoStore:
    """Marks every answer to a person with a session as not to be stored, unless the view said otherwise.

    A page that was asked for with the wrong method says so in words.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == METHOD_NOT_ALLOWED and not request.path.startswith(API):
            allowed = response.headers.get("Allow", "")
            response = forms_only(request)
            response["Allow"] = allowed
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            response.headers.setdefault("Cache-Control", "no-store")
        return response

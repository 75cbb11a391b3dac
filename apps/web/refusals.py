"""Refusals of commands become answers in one place: a message on the page, or a 409 partial for HTMX."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from apps.refusal import Refused

CONFLICT = 409


class RefusalMiddleware:
    """Turns a raised `Refused` into its sentence. Goes after the sessions', messages' and htmx middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused) or request.path.startswith("/api/"):
            return None
        messages.error(request, exception.refusal.sentence)
        if getattr(request, "htmx", False):
            return _partial(request)
        return redirect(came_from(request))


def _partial(request: HttpRequest) -> HttpResponse:
    """The messages, swapped into their place on the page whatever the request's own target was."""
    answer = render(request, "components/messages.html", {"out_of_band": False}, status=CONFLICT)
    answer["HX-Retarget"] = "#messages"
    answer["HX-Reswap"] = "outerHTML"
    return answer


def came_from(request: HttpRequest) -> str:
    """The page that sent the form, if it is one of ours, otherwise the inbox."""
    referer = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure())
    return referer if ours and referer else "/"

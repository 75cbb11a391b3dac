"""Refusals become answers in one place: a message on the page, or for HTMX a 409 partial or a fresh sign-in."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from apps.refusal import Refused

CONFLICT, FOUND = 409, 302
LOGIN = "account_login"


class RefusalMiddleware:
    """Turns a raised `Refused` into its sentence. Goes after the sessions', messages' and htmx middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return signed_out(request, self.get_response(request))

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused) or request.path.startswith("/api/"):
            return None
        messages.error(request, exception.refusal.sentence)
        if getattr(request, "htmx", False):
            return _partial(request)
        return redirect(came_from(request))


def signed_out(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Let HTMX load the whole page again when its answer is the way to the sign-in page, not swap that in."""
    to_sign_in = response.status_code == FOUND and response.headers["Location"].startswith(resolve_url(LOGIN))
    if not (to_sign_in and getattr(request, "htmx", False)):
        return response
    return HttpResponse(status=204, headers={"HX-Refresh": "true"})


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

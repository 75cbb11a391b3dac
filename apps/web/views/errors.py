"""Answers where something went wrong around a view: in words, as a page, or as JSON below /api/.

The pages for broken requests and outages need neither a session nor the database.
"""

import sys
from urllib.parse import urlsplit

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme

from apps.planning.codec import Unreadable

API = "/api/"
SECRET = "password"  # noqa: S105
TOKEN = "csrfmiddlewaretoken"  # noqa: S105
LARGE = (
    "What you sent is larger than is taken at once. Go back, what you typed is still in the form: "
    "shorten it, or split it in two."
)
MALFORMED = "Something in the address or the form is malformed. Go back, reload the page and try again."
HIDDEN = (
    "The address is wrong, what it pointed to does not exist, or it is in an environment where you have no role. "
    "Ask an administrator for a role if you need one."
)
NOT_YOURS = "Your roles do not cover this. Ask an administrator to give you a role in this environment."
BROKEN = (
    "The error was logged with the number of this request. Nothing was changed by halves: try again, "
    "and tell your administrator if it stays."
)
DATABASE = (
    "The database does not answer, so nothing can be shown or saved now. Runs go on when it is back. "
    "Go back, what you typed is still in the form, and try again in a minute."
)
STRANGE_PLAN = (
    "This version of Ringi can't read the plan that is stored here: another version wrote it, or it was changed in "
    "the database. It can't be run. Verify the audit log, and propose the changes again in a new request."
)
TOO_MANY = "You have tried this too often. Wait for a minute, then try again."
FORMS_ONLY = "This address only takes forms that are sent from a page. Go to that page and send it from there."
SIGNED_OUT = "You were signed out before this was sent, so nothing was done."
EXPIRED = "This form is older than your sign-in, so nothing was done."


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent):
        return said(request, 413, "This is too large", LARGE)
    return said(request, 400, "This request can't be read", MALFORMED)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return said(request, 403, "Not for your roles", NOT_YOURS)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return said(request, 404, "Nothing here", HIDDEN)


def too_many(request: HttpRequest) -> HttpResponse:
    return said(request, 429, "Too often", TOO_MANY)


def broken(request: HttpRequest) -> HttpResponse:
    error = sys.exc_info()[1]
    if isinstance(error, OperationalError | InterfaceError):
        return said(request, 503, "The database does not answer", DATABASE)
    if isinstance(error, Unreadable):
        return said(request, 500, "This plan can't be read", STRANGE_PLAN)
    return said(request, 500, "That went wrong on our side", BROKEN)


def forms_only(request: HttpRequest) -> HttpResponse:
    return said(request, 405, "Nothing to look at here", FORMS_ONLY)


def said(request: HttpRequest, status: int, heading: str, sentence: str) -> HttpResponse:
    """The sentence as a page, or as the API puts it."""
    if request.path.startswith(API):
        return JsonResponse({"code": str(status), "sentence": sentence}, status=status)
    context = {"status": status, "heading": heading, "sentence": sentence}
    return HttpResponse(render_to_string("errors/page.html", context), status=status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return interrupted(request, EXPIRED)


def interrupted(request: HttpRequest, sentence: str) -> HttpResponse:
    """A form that was not carried out, with everything that was typed and a button to send it again.

    Only what one of our own pages sent is offered again; another site could otherwise put words into a person's mouth.
    """
    if request.path.startswith(API):
        return JsonResponse({"code": "403", "sentence": f"{sentence} Sign in and send it again."}, status=403)
    typed = kept(request) if is_ours(request) else []
    context = {"sentence": sentence, "typed": typed, "again": request.get_full_path()}
    if getattr(request, "htmx", False):
        answer = render(request, "errors/interrupted.html#short", context, status=409)
        answer["HX-Retarget"], answer["HX-Reswap"] = "#messages", "outerHTML"
        return answer
    return render(request, "errors/interrupted.html", context, status=403)


def kept(request: HttpRequest) -> list[tuple[str, str]]:
    """What was typed, by name; nothing of a form with a password."""
    pairs = [(name, value) for name, values in request.POST.lists() for value in values if name != TOKEN]
    return [] if any(SECRET in name for name, _ in pairs) else [(name, str(value)) for name, value in pairs]


def is_ours(request: HttpRequest) -> bool:
    origin = request.headers.get("Origin") or request.headers.get("Referer", "")
    host = {request.get_host()}
    return bool(urlsplit(origin).netloc) and url_has_allowed_host_and_scheme(origin, host, request.is_secure())

"""A refusal of a command reaches the person as its sentence, with or without HTMX."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.test import RequestFactory
from django.urls import reverse

from apps.refusal import Refusal, Refused
from apps.web.refusals import RefusalMiddleware

REFUSED = Refused(Refusal("stale", "Someone <b>edited</b> it meanwhile. Reload and look again."))


def request(*, path: str = "/x/", htmx: bool = False, referer: str = "") -> HttpRequest:
    made = RequestFactory().post(path, headers={"Referer": referer} if referer else {})
    made.user, made.htmx = AnonymousUser(), htmx  # type: ignore[attr-defined]
    made._messages = CookieStorage(made)  # type: ignore[attr-defined]
    return made


def answer(asked: HttpRequest, error: Exception = REFUSED) -> HttpResponse | None:
    return RefusalMiddleware(lambda _: HttpResponse()).process_exception(asked, error)


def test_without_htmx_the_person_goes_back_with_the_sentence() -> None:
    asked = request(referer="http://testserver/change-requests/3/")
    found = answer(asked)
    assert found is not None
    assert (found.status_code, found.headers["Location"]) == (302, "http://testserver/change-requests/3/")
    assert [str(m) for m in asked._messages] == [REFUSED.refusal.sentence]  # type: ignore[attr-defined]


def test_htmx_gets_409_with_the_sentence_escaped_and_put_where_messages_go() -> None:
    found = answer(request(htmx=True))
    assert found is not None
    assert (found.status_code, found.headers["HX-Retarget"]) == (409, "#messages")
    assert "Someone &lt;b&gt;edited&lt;/b&gt; it meanwhile." in found.text


@pytest.mark.parametrize("referer", ["", "https://example.test/x", "javascript:alert(1)"])
def test_the_way_back_stays_on_this_site(referer: str) -> None:
    found = answer(request(referer=referer))
    assert found is not None
    assert found.headers["Location"] == "/"


def test_other_errors_and_the_api_are_left_alone() -> None:
    assert answer(request(), ValueError("a bug")) is None
    assert answer(request(path="/api/v1/change-requests/")) is None


def test_htmx_of_a_person_who_was_signed_out_loads_the_page_again() -> None:
    asked = RequestFactory().get("/")
    asked.htmx = True  # type: ignore[attr-defined]
    found = RefusalMiddleware(lambda _: redirect(reverse("account_login") + "?next=/"))(asked)
    assert (found.status_code, found.headers["HX-Refresh"]) == (204, "true")
    asked.htmx = False  # type: ignore[attr-defined]
    assert RefusalMiddleware(lambda _: redirect(reverse("account_login") + "?next=/"))(asked).status_code == 302

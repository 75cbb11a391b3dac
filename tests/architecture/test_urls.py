"""Every address asks who you are, and changes something only when it is posted to."""

from collections.abc import Callable, Iterator
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import IsAuthenticated

OPEN = {
    "account_login",
    "account_logout",  # sends to the sign-in page
    "account_signup",  # closed by the adapter
    "account_inactive",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "web:healthz",
    "web:readyz",
    "web:metrics",  # not found without a token of the deployment, refused without that token
    "web:demo_sign_in",  # not found outside the demo
}
FORMS = {
    "web:propose",
    "web:propose_batch",
    "web:suggest",
    "web:notifications",
    "web:settings_new_webhook",
    "web:settings_webhook",
    "web:import_blueprint",
    "web:upload_blueprint",
    "web:new_promotion",
    "web:settings_accounts",
    "web:settings_environment",
    "web:settings_new_environment",
    "web:settings_people",
    "web:settings_release_lock",
    "web:settings_new_policy",
    "web:settings_policy",
    "web:settings_new_rule",
    "web:settings_rule",
    "web:settings_new_team",
    "web:settings_new_window",
    "web:settings_window",
    "web:settings_team",
}
READING = {"list", "retrieve", "schema"}  # actions of the API


def walk(resolver: URLResolver, space: tuple[str, ...] = ()) -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from walk(entry, (*space, entry.namespace) if entry.namespace else space)
        else:
            yield ":".join((*space, entry.name or entry.pattern.describe())), entry


ADDRESSES = dict(walk(get_resolver()))
PAGES = {name: entry.callback for name, entry in ADDRESSES.items() if name.startswith("web:")}
ENDPOINTS = {name: entry.callback for name, entry in ADDRESSES.items() if hasattr(entry.callback, "cls")}


def address(name: str) -> str:
    return reverse(name, kwargs=dict.fromkeys(ADDRESSES[name].pattern.regex.groupindex, 1))


def methods(view: Callable[..., HttpResponse]) -> set[str]:
    """What Django's `require_...` decorators let through; everything without one."""
    while view is not None:
        held = dict(zip(view.__code__.co_freevars, view.__closure__ or (), strict=True))
        if "request_method_list" in held:
            return set(held["request_method_list"].cell_contents)
        view = getattr(view, "__wrapped__", None)
    return {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}


def test_the_walk_finds_pages_and_the_api() -> None:
    assert len(PAGES) > 30
    assert len(ENDPOINTS) > 8


def sent_away(name: str) -> bool:
    """Whether a stranger is asked to sign in there."""
    answer = Client().get(address(name))
    if name in ENDPOINTS:
        return answer.status_code in {401, 403}
    return answer.status_code == 302 and answer["Location"].startswith("/account/login/")


def test_an_address_asks_strangers_to_sign_in() -> None:
    assert [name for name in sorted(set(ADDRESSES) - OPEN) if not sent_away(name)] == []


def test_what_is_open_is_named_here() -> None:
    open_views = {name for name, view in PAGES.items() if not getattr(view, "login_required", True)}
    assert open_views == {name for name in OPEN if name.startswith("web:")}


def test_a_page_is_either_read_or_posted_to() -> None:
    taken = {name: methods(view) - {"HEAD"} for name, view in PAGES.items() if name not in FORMS}
    assert {name: found for name, found in taken.items() if found not in ({"GET"}, {"POST"})} == {}


def test_a_form_is_read_and_posted_to_at_one_address() -> None:
    assert {name: methods(PAGES[name]) for name in FORMS} == {name: {"GET", "POST"} for name in FORMS}


def test_no_page_is_exempt_from_the_check_against_forgery() -> None:
    assert [name for name, view in PAGES.items() if getattr(view, "csrf_exempt", False)] == []


def test_the_api_takes_sessions_only_and_with_the_check_against_forgery() -> None:
    views: dict[str, Any] = {name: view.cls(**view.initkwargs) for name, view in ENDPOINTS.items()}
    guards = {name: (view.authentication_classes, view.permission_classes) for name, view in views.items()}
    assert guards == dict.fromkeys(views, ([SessionAuthentication], [IsAuthenticated]))


def test_the_api_only_reads_when_it_is_read() -> None:
    wrong = []
    for name, view in ENDPOINTS.items():
        actions: dict[str, str] = getattr(view, "actions", None) or {"get": "schema"}
        wrong += [(name, m, act) for m, act in actions.items() if (m in {"get", "head"}) != (act in READING)]
    assert wrong == []

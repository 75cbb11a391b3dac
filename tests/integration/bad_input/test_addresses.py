"""Addresses and forms that nobody's page sends: each has an answer in words, as a page or as JSON."""

import base64
import json
import re
import warnings
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from apps.changes.models import ChangeRequest, Comment
from apps.environments.models import Environment
from apps.people.models import User
from tests.integration import flow
from tests.integration.bad_input.conftest import SignIn, words

ORIGIN = {"Origin": "http://testserver"}


def cursor(*values: Any, direction: str = "") -> str:
    plain = [direction, list(values)] if direction else list(values)
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode()


@pytest.fixture
def draft(people: dict[str, User], prod: Environment) -> ChangeRequest:
    return flow.draft(people["aiko"], prod)


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        ("/nothing/", 404, "Ask an administrator for a role if you need one."),
        ("/change-requests/999999/", 404, "in an environment where you have no role"),
        ("/change-requests/99999999999999999999/", 404, "does not exist"),
        ("/propose/", 404, "does not exist"),
        ("/propose/?type=AWS::S3::Bucket&environment=%00", 404, "does not exist"),
        ("/propose/?resource=1%00", 404, "does not exist"),
        ("/propose/?draft=1&ordinal=99999999999999999999", 404, "does not exist"),
        ("/change-requests/1/comment/", 405, "only takes forms that are sent from a page"),
        ("/settings/", 403, "Ask one of them for a change."),
    ],
)
def test_an_address_that_leads_nowhere_says_why(
    sign_in: SignIn, prod: Environment, path: str, status: int, sentence: str
) -> None:
    answer = sign_in("aiko").get(path)
    assert answer.status_code == status
    assert sentence in words(answer)


@pytest.mark.parametrize("path", ["/api/nothing/", "/api/v1/nothing/", "/api/v1/change-requests/0/"])
def test_below_the_api_a_wrong_address_is_answered_in_json(sign_in: SignIn, path: str) -> None:
    answer = sign_in("aiko").get(path)
    assert answer.status_code == 404
    assert "does not exist" in answer.json()["sentence"]


STRANGE = [
    "%00", "!!!", cursor(), cursor("x"), base64.urlsafe_b64encode(b"[" * 3000).decode(), cursor(1, [2], direction="f"),
    cursor("2026-01-01T00:00:00", 1, direction="f"), cursor("2026-01-01", 1, direction="b"),
    cursor("2026-13-41T00:00:00+00:00", 1, direction="f"), cursor(10**30, 10**30, direction="f"),
    cursor("9" * 3000, 1, direction="f"), cursor(True, None, direction="f"), cursor(10**30, direction="b"),
    cursor("0001-01-01T00:00:00+14:00", 1, direction="f"), cursor("9999-12-31T23:59:59-14:00", 1, direction="b"),
]  # fmt: skip


@pytest.mark.parametrize("at", STRANGE)
@pytest.mark.parametrize("path", ["/audit/", "/resources/", "/runs/", "/change-requests/"])
def test_a_cursor_that_can_not_be_read_gives_the_first_page(
    sign_in: SignIn, draft: ChangeRequest, path: str, at: str
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        assert sign_in("aiko").get(path, {"at": at}).status_code == 200


@pytest.mark.parametrize(
    "values",
    [
        ("2026-01-01T00:00:00", 1),
        ("2026-01-01", 1),
        (5, 1),
        ("x", "y"),
        (True, 1),
        ("9" * 3000, 1),
        ("0001-01-01T00:00:00+14:00", 1),
        ("9999-12-31T23:59:59-14:00", 1),
    ],
)
def test_a_cursor_of_the_api_that_can_not_be_read_is_refused_in_words(
    sign_in: SignIn, draft: ChangeRequest, values: tuple[Any, ...]
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        answer = sign_in("aiko").get("/api/v1/audit-events/", {"cursor": cursor(*values, direction="f")})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert answer.json()["faults"] == {"cursor": ["This cursor can't be read. Start again without one."]}


def test_a_cursor_that_was_given_out_goes_on_where_it_stood(sign_in: SignIn, draft: ChangeRequest) -> None:
    event = sign_in("aiko").get("/api/v1/audit-events/").json()["results"][0]
    at = cursor(event["at"], event["id"], direction="f")
    after = sign_in("aiko").get("/api/v1/audit-events/", {"cursor": at}).json()
    assert event["id"] not in [each["id"] for each in after["results"]]


@pytest.mark.parametrize(
    "query",
    [
        {"since": "9999-12-31", "until": "9999-12-31"}, {"since": "0001-01-01", "until": "0001-01-01"},
        {"since": "soon", "until": "\x00"}, {"person": "\x00", "verb": "nothing", "environment": "x"},
        {"subject": "\x00"}, {"subject": "x" * 5000},
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/audit/", "/audit/export.csv", "/audit/export.jsonl"])
def test_a_filter_of_the_log_never_breaks_it(
    sign_in: SignIn, prod: Environment, path: str, query: dict[str, str]
) -> None:
    assert sign_in("emi").get(path, query).status_code == 200


def test_a_form_that_is_too_large_says_so_and_that_going_back_keeps_it(sign_in: SignIn, draft: ChangeRequest) -> None:
    answer = sign_in("aiko").post(reverse("web:comment", args=[draft.pk]), {"text": "x" * 3_000_000})
    assert answer.status_code == 413
    assert "Go back, what you typed is still in the form" in words(answer)


def test_a_document_that_is_too_large_for_the_api_says_so_in_json(sign_in: SignIn, prod: Environment) -> None:
    body = json.dumps({"title": "x" * 3_000_000})
    answer = sign_in("aiko").post("/api/v1/change-requests/", body, content_type="application/json")
    assert answer.status_code in {400, 413}
    assert "larger than" in json.dumps(answer.json())


@pytest.mark.parametrize("ordinal", ["9" * 5000, "-1", "1.5", "\x00", "x", "٣" * 7])
def test_a_comment_with_a_strange_place_is_refused_with_its_text_kept(
    sign_in: SignIn, draft: ChangeRequest, ordinal: str
) -> None:
    answer = sign_in("aiko").post(
        reverse("web:comment", args=[draft.pk]), {"text": "Why so large?", "ordinal": ordinal}
    )
    assert answer.status_code == 409
    assert "Not done." in words(answer)
    assert not Comment.objects.exists()


def test_a_text_with_a_nul_is_refused_in_words(sign_in: SignIn, draft: ChangeRequest) -> None:
    answer = sign_in("aiko").post(
        reverse("web:review", args=[draft.pk]),
        {"text": "Why\x00?", "decision": "comment", "digest": "", "edition": draft.edition},
    )
    assert answer.status_code == 409
    assert "Null characters are not allowed" in words(answer)


def test_a_sign_in_of_the_demo_with_a_strange_name_is_not_found(db: None, settings: Settings) -> None:
    settings.RINGI_DEMO = True
    answer = Client(raise_request_exception=False).post("/demo/sign-in/", {"username": "aiko\x00"})
    assert answer.status_code == 404


def test_a_comment_sent_after_the_session_ended_is_kept_to_be_sent_again(sign_in: SignIn, draft: ChangeRequest) -> None:
    url, typed = reverse("web:comment", args=[draft.pk]), {"text": "Is 4 <nodes> enough?\nI doubt it.", "ordinal": "1"}
    answer = Client().post(url, typed, headers=ORIGIN)
    assert answer.status_code == 403
    shown = answer.content.decode()
    assert "You were signed out before this was sent" in shown
    assert 'value="Is 4 &lt;nodes&gt; enough?\nI doubt it."' in shown
    assert f'action="{url}"' in shown
    assert not Comment.objects.exists()


def test_another_site_can_not_have_its_words_sent_again(draft: ChangeRequest) -> None:
    url = reverse("web:comment", args=[draft.pk])
    for origin in ("https://evil.test", "null", "http://testserver.evil.test"):
        answer = Client().post(url, {"text": "I approve of evil"}, headers={"Origin": origin})
        assert (answer.status_code, "evil" in answer.content.decode()) == (403, False)


def test_a_form_with_an_old_token_is_kept_to_be_sent_again_with_a_new_one(
    people: dict[str, User], draft: ChangeRequest
) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(people["aiko"], backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("web:comment", args=[draft.pk])
    answer = browser.post(url, {"text": "Typed for an hour", "csrfmiddlewaretoken": "x" * 64}, headers=ORIGIN)
    assert answer.status_code == 403
    shown = answer.content.decode()
    assert "Typed for an hour" in shown
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', shown)
    assert token is not None
    again = browser.post(url, {"text": "Typed for an hour", "csrfmiddlewaretoken": token[1]}, headers=ORIGIN)
    assert again.status_code == 302
    assert Comment.objects.get().text == "Typed for an hour"


def test_a_password_is_never_shown_again(people: dict[str, User]) -> None:
    browser = Client(enforce_csrf_checks=True)
    answer = browser.post("/account/login/", {"login": "aiko", "password": "correct horse"}, headers=ORIGIN)
    assert (answer.status_code, b"correct horse" in answer.content) == (403, False)


def test_a_preview_after_the_session_ended_leaves_the_page_as_it_is(prod: Environment) -> None:
    url = f"{reverse('web:propose_preview')}?type=AWS::S3::Bucket&environment=prod"
    answer = Client().post(url, {"BucketName": "x"}, headers={"HX-Request": "true", **ORIGIN})
    assert (answer.status_code, answer["HX-Retarget"], "HX-Refresh" in answer) == (409, "#messages", False)
    assert "What you typed is still on this page." in words(answer)


@pytest.fixture
def no_database(transactional_db: None) -> Iterator[None]:
    """Nobody listens where the database should be."""
    connection.close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
        patch.setitem(connection.settings_dict, "PORT", "1")
        yield
        connection.close()


def test_without_a_database_the_pages_say_so(no_database: None) -> None:
    browser = Client(raise_request_exception=False)
    browser.cookies[settings.SESSION_COOKIE_NAME] = "some-session"
    for path in ("/", "/change-requests/1/", "/audit/"):
        answer = browser.get(path)
        assert answer.status_code == 503
        assert "The database does not answer" in words(answer)
    answer = browser.get("/api/v1/runs/")
    assert (answer.status_code, "does not answer" in answer.json()["sentence"]) == (503, True)


def test_without_a_database_a_process_lives_and_is_not_ready(no_database: None) -> None:
    browser = Client(raise_request_exception=False)
    assert browser.get("/healthz").status_code == 200
    answer = browser.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"database": "does not answer"})


def test_an_error_of_our_own_is_a_page_that_says_what_to_do(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Any:
        raise KeyError("secret detail")

    monkeypatch.setattr("apps.web.views.inbox.sections", broken)
    answer = sign_in("aiko").get("/")
    assert answer.status_code == 500
    assert "tell your administrator if it stays" in words(answer)
    assert b"secret detail" not in answer.content


def test_a_file_that_a_stranger_sends_is_never_kept(client: Client, db: None, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    kept: list[str] = []
    monkeypatch.setattr("tempfile.NamedTemporaryFile", lambda *a, **k: kept.append("file"))
    answer = client.post("/account/login/", {"file": BytesIO(b"x" * 3_000_000), "login": "aiko", "password": "no"})
    assert answer.status_code == 200
    assert (kept, list(tmp_path.iterdir())) == ([], [])

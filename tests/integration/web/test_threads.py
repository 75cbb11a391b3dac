"""Threads on the page of a request."""

import pytest
from django.urls import reverse

from apps.changes.commands import comment
from apps.changes.models import ChangeRequest, Comment
from apps.environments.models import Environment
from apps.people.models import User
from tests.integration import flow
from tests.integration.web.conftest import SignIn


@pytest.fixture
def draft(people: dict[str, User], prod: Environment) -> ChangeRequest:
    return flow.draft(people["aiko"], prod)


@pytest.fixture
def first(people: dict[str, User], draft: ChangeRequest) -> Comment:
    text = "Why **so** large? See CR-3."
    return comment(by=people["goro"], change_request=draft, text=text, ordinal=1, property="DBInstanceClass")


def page(sign_in: SignIn, draft: ChangeRequest) -> str:
    return sign_in("aiko").get(reverse("web:change_request", args=[draft.pk])).text


def test_a_thread_is_answered_resolved_and_opened_again(sign_in: SignIn, draft: ChangeRequest, first: Comment) -> None:
    aiko, place = sign_in("aiko"), f"#thread-{first.pk}"
    sent = {"text": "For the load test.", "answers": first.pk, "anchor": place}
    answer = aiko.post(reverse("web:comment", args=[draft.pk]), sent)
    assert answer["Location"].endswith(place)
    shown = page(sign_in, draft)
    thread = shown.partition(f'id="thread-{first.pk}"')[2]
    assert "Why <strong>so</strong> large?" in thread
    assert 'href="/change-requests/3/"' in thread
    assert thread.index("For the load test.") < thread.index("Resolve")
    assert shown.count("For the load test.") == 2, "in its thread and in the history"
    assert shown.count("Why <strong>so</strong> large?") == 2, "in both of them as Markdown"
    aiko.post(reverse("web:resolve_thread", args=[draft.pk, first.pk]), {"resolved": "yes"})
    assert "Resolved by Aiko Mori: Why so large?" in page(sign_in, draft)
    aiko.post(reverse("web:resolve_thread", args=[draft.pk, first.pk]), {"resolved": "no"})
    assert "Resolved by" not in page(sign_in, draft)


def test_a_refused_answer_stands_in_its_thread_again(sign_in: SignIn, draft: ChangeRequest, first: Comment) -> None:
    sent = {"text": "y" * 10_001, "answers": first.pk}
    answer = sign_in("aiko").post(reverse("web:comment", args=[draft.pk]), sent)
    assert answer.status_code == 409
    assert answer.text.count("y" * 10_001) == 1
    assert "y" * 10_001 in answer.text.partition(f'id="thread-{first.pk}"')[2]


@pytest.mark.parametrize("sent", [{}, {"resolved": "perhaps"}])
def test_what_can_not_be_read_is_refused(
    sign_in: SignIn, draft: ChangeRequest, first: Comment, sent: dict[str, str]
) -> None:
    answer = sign_in("aiko").post(reverse("web:resolve_thread", args=[draft.pk, first.pk]), sent)
    assert answer.status_code == 409
    assert not first.resolutions.exists()

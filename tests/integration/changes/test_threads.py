"""Threads: answers stand where the first comment stands, and a thread is settled or open."""

import pytest
from django.db import DatabaseError, transaction

from apps.audit.models import Event
from apps.changes.commands import comment, resolve
from apps.changes.models import ChangeRequest, Comment
from apps.environments.models import Environment
from apps.people.models import User
from apps.refusal import Refused
from tests.integration import flow

People = dict[str, User]


@pytest.fixture
def draft(people: People, prod: Environment) -> ChangeRequest:
    return flow.draft(people["aiko"], prod)


@pytest.fixture
def first(people: People, draft: ChangeRequest) -> Comment:
    return comment(by=people["ben"], change_request=draft, text="Why?", ordinal=1, property="DBInstanceClass")


def test_an_answer_stands_at_the_place_of_the_first(people: People, draft: ChangeRequest, first: Comment) -> None:
    answer = comment(by=people["aiko"], change_request=draft, text="Load.", answers=first.pk)
    later = comment(by=people["ben"], change_request=draft, text="I see.", answers=answer.pk, ordinal=99)
    for each in (answer, later):
        assert (each.answers, each.ordinal, each.property) == (first, 1, "DBInstanceClass")


def test_a_thread_is_resolved_and_opened_once_each(people: People, draft: ChangeRequest, first: Comment) -> None:
    answer = comment(by=people["aiko"], change_request=draft, text="Load.", answers=first.pk)
    for settled in (True, True, False, False, True):
        assert resolve(by=people["ben"], change_request=draft, thread=answer.pk, resolved=settled) == first
    assert [each.resolved for each in first.resolutions.all()] == [True, False, True]
    verbs = Event.objects.filter(verb__startswith="change_request.thread_").order_by("seq")
    assert [each.verb.rpartition("_")[2] for each in verbs] == ["resolved", "reopened", "resolved"]


def test_a_thread_that_was_never_settled_is_not_opened_again(
    people: People, draft: ChangeRequest, first: Comment
) -> None:
    resolve(by=people["ben"], change_request=draft, thread=first.pk, resolved=False)
    assert not first.resolutions.exists()


def test_threads_of_other_requests_are_refused(
    people: People, prod: Environment, draft: ChangeRequest, first: Comment
) -> None:
    other = flow.draft(people["aiko"], prod)
    with pytest.raises(Refused, match="not part of the request"):
        comment(by=people["ben"], change_request=other, text="Here?", answers=first.pk)
    with pytest.raises(Refused, match="not part of the request"):
        resolve(by=people["ben"], change_request=other, thread=first.pk, resolved=True)
    stranger = User.objects.create_user("fumi", "fumi@example.test", None)
    with pytest.raises(Refused, match="no role"):
        resolve(by=stranger, change_request=draft, thread=first.pk, resolved=True)


def test_what_was_settled_is_written_once(people: People, draft: ChangeRequest, first: Comment) -> None:
    resolve(by=people["ben"], change_request=draft, thread=first.pk, resolved=True)
    with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
        first.resolutions.update(resolved=False)

"""Threads that hold a request up, suggestions that are taken, mentions, and single properties that go or come back."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.audit.models import Event
from apps.changes.commands import accept_suggestion, comment, drop_property, revert_property, suggest
from apps.changes.models import ChangeRequest, Comment
from apps.environments.models import Environment
from apps.people.models import User
from apps.planner.request import plan_request
from apps.refusal import Refused
from apps.reviews.commands import approve, resolve_thread
from apps.reviews.standing import is_complete, standing
from apps.runs.commands import start
from tests.integration import flow
from tests.integration.estate import CLASS_AFTER, Account

People = dict[str, User]
LARGER = "db.r6g.2xlarge"


@pytest.fixture
def request_(people: People, prod: Environment, aws: Account) -> ChangeRequest:
    return flow.submitted(people["aiko"], flow.draft(people["aiko"], prod), aws)


def agree(request: ChangeRequest, person: User) -> str:
    approve(by=person, change_request=request, digest=flow.digest(request))
    request.refresh_from_db()
    return request.state


def resolve(request: ChangeRequest, person: User, thread: Comment) -> str:
    resolve_thread(by=person, change_request=request, thread=thread.pk, resolved=True)
    request.refresh_from_db()
    return request.state


def test_a_thread_that_is_required_holds_the_approval_up_until_it_is_resolved(
    people: People, request_: ChangeRequest, client: Client
) -> None:
    thread = comment(by=people["chie"], change_request=request_, text="Why so **large**?", required=True)
    assert agree(request_, people["ben"]) == "in_review"
    client.force_login(people["aiko"])
    page = client.get(reverse("web:change_request", args=[request_.pk])).content.decode()
    assert "Held up by a thread of Chie Abe" in page
    assert "Why so large?" in page
    with pytest.raises(Refused, match="no author"):
        resolve(request_, people["aiko"], thread)
    assert resolve(request_, people["chie"], thread) == "approved"
    verbs = list(Event.objects.filter(stream=f"cr/{request_.pk}").order_by("-seq").values_list("verb", flat=True)[:2])
    assert verbs == ["review.completed", "change_request.thread_resolved"]


def test_one_that_is_opened_after_the_approval_stops_the_start_and_no_run(
    people: People, request_: ChangeRequest
) -> None:
    agree(request_, people["ben"])
    run = start(by=people["aiko"], change_request=request_, digest=flow.digest(request_))
    comment(by=people["chie"], change_request=request_, text="Wait.", required=True)
    assert is_complete(run.revision, run.queued_at)
    assert not is_complete(run.revision)


def test_only_reviewers_who_are_no_authors_hold_a_request_up(people: People, request_: ChangeRequest) -> None:
    for name in ("aiko", "emi"):
        with pytest.raises(Refused, match="Only a reviewer"):
            comment(by=people[name], change_request=request_, text="Stop.", required=True)
    assert not Comment.objects.exists()


def suggested(people: People, request: ChangeRequest, value: Any = LARGER) -> Comment:
    return suggest(
        by=people["ben"], change_request=request, ordinal=1, property="DBInstanceClass", value=value, text="Rather so."
    )  # fmt: skip


def test_a_suggestion_is_taken_with_one_press_and_makes_its_author_an_author(
    people: People, request_: ChangeRequest, aws: Account, client: Client
) -> None:
    thread = suggested(people, request_)
    client.force_login(people["aiko"])
    page = client.get(reverse("web:change_request", args=[request_.pk])).content.decode()
    assert LARGER in page
    assert "Take it and submit again" in page
    client.post(reverse("web:accept_suggestion", args=[request_.pk, thread.pk]), {"edition": request_.edition})
    plan_request(request_.pk, open_reader=aws.reader)
    request_.refresh_from_db()
    assert request_.state == "in_review", request_.problems
    assert request_.draft_changes.get().desired == {"DBInstanceClass": LARGER}
    assert "ben" in request_.authors.values_list("user__username", flat=True)
    with pytest.raises(Refused, match="You wrote part of this"):
        agree(request_, people["ben"])
    assert agree(request_, people["chie"]) == "approved"
    with pytest.raises(Refused, match="taken or resolved already"):
        accept_suggestion(by=people["aiko"], change_request=request_, edition=request_.edition, thread=thread.pk)


def test_an_approval_of_one_whose_suggestion_is_taken_afterwards_does_not_count(
    people: People, request_: ChangeRequest, aws: Account
) -> None:
    thread = suggested(people, request_, CLASS_AFTER)
    agree(request_, people["ben"])
    accept_suggestion(by=people["aiko"], change_request=request_, edition=request_.edition, thread=thread.pk)
    plan_request(request_.pk, open_reader=aws.reader)
    request_.refresh_from_db()
    assert request_.revision
    assert [step.given for step in standing(request_.revision).steps] == [0]


def test_a_suggestion_is_written_with_the_control_of_the_property(
    people: People, request_: ChangeRequest, client: Client
) -> None:
    client.force_login(people["ben"])
    address = reverse("web:suggest", args=[request_.pk, 1])
    page = client.get(address, {"property": "DBInstanceClass"})
    assert f'value="{CLASS_AFTER}"' in page.content.decode()
    assert list(page.context["form"].fields) == ["DBInstanceClass"]
    wrong = client.post(address, {"property": "DBInstanceClass", "DBInstanceClass": "db.r6g.large", "text": "Smaller."})
    assert (wrong.status_code, "Smaller." in wrong.content.decode()) == (422, True)
    sent = {"property": "DBInstanceClass", "DBInstanceClass": LARGER, "text": ""}
    assert client.post(address, sent).status_code == 302
    assert Comment.objects.get().suggestion == {"value": LARGER}
    assert client.get(address, {"property": "Engine"}).status_code == 404


def test_authors_edit_and_do_not_suggest(people: People, request_: ChangeRequest) -> None:
    with pytest.raises(Refused, match="edit the change itself"):
        suggest(by=people["aiko"], change_request=request_, ordinal=1, property="DBInstanceClass", value=LARGER)


def test_mentions_are_of_people_who_see_it(people: People, request_: ChangeRequest, client: Client) -> None:
    client.force_login(people["aiko"])
    text = "@ben and @Chie, see @nobody; not mail@ben.example, arn:aws:x@chie or team@daichi."
    page = client.post(reverse("web:comment", args=[request_.pk]), {"text": text}, follow=True).content.decode()
    assert Comment.objects.get().mentions == ["ben", "chie"]
    assert "@nobody is nobody who sees prod: nobody was told." in page


def test_a_property_is_left_out_and_comes_back(people: People, prod: Environment, aws: Account) -> None:
    both = flow.resize(), flow.let_grow("users-prod")
    aws.database("users-prod")
    request = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod, *both), aws)
    about: dict[str, Any] = {"by": people["aiko"], "change_request": request}
    revert = about | {"ordinal": 1, "property": "DBInstanceClass", "number": 1}
    thread = suggested(people, request)
    request = accept_suggestion(**about, edition=request.edition, thread=thread.pk)
    plan_request(request.pk, open_reader=aws.reader)
    request.refresh_from_db()
    request = revert_property(**revert | {"change_request": request}, edition=request.edition)
    assert request.draft_changes.get(ordinal=1).desired == {"DBInstanceClass": CLASS_AFTER}
    request = drop_property(
        by=people["aiko"], change_request=request, edition=request.edition, ordinal=1, property="DBInstanceClass"
    )
    assert [change.name for change in request.draft_changes.all()] == ["users-prod"]
    with pytest.raises(Refused, match="no longer part"):
        revert_property(**revert | {"change_request": request}, edition=request.edition)

"""Two people, two tabs, two presses: nothing is overwritten, nothing happens twice, and no text is lost."""

from typing import Any

import pytest
from django.urls import reverse

from apps.changes.commands import drop_change, edit
from apps.changes.commands.draft import drafted
from apps.changes.models import ChangeRequest
from apps.changes.states import State
from apps.environments.models import Environment
from apps.inventory.commands import record_observation
from apps.inventory.models import Resource
from apps.people.models import User
from apps.reviews.models import Review
from apps.runs.models import Run
from tests.integration import flow
from tests.integration.bad_input.conftest import SignIn, typed, words
from tests.integration.estate import RDS, TOKYO, Account

People = dict[str, User]


@pytest.fixture
def draft(people: People, prod: Environment, aws: Account) -> ChangeRequest:
    """Two databases, known to inventory, in one draft."""
    for name in ("orders-prod", "users-prod"):
        seen = aws.read(RDS, TOKYO, name)
        assert seen is not None
        record_observation(environment=prod, observation=seen, cause="refresh")
    return flow.draft(people["aiko"], prod, flow.resize(), flow.resize("users-prod"))


def edit_elsewhere(people: People, draft: ChangeRequest) -> None:
    edit(
        by=people["daichi"], change_request=draft, edition=draft.edition, title="Their title", reason="Theirs",
        changes=drafted(draft),
    )  # fmt: skip
    draft.refresh_from_db()


def test_a_title_from_an_older_page_is_refused_with_both_texts_shown(
    sign_in: SignIn, people: People, draft: ChangeRequest
) -> None:
    opened = draft.edition
    edit_elsewhere(people, draft)
    url = reverse("web:edit_wording", args=[draft.pk])
    answer = sign_in("aiko").post(url, {"edition": opened, "title": "My title", "reason": "My long reason"})
    assert answer.status_code == 409
    assert "Somebody edited this request meanwhile. Look at what it says now" in words(answer)
    shown = answer.content.decode()
    assert 'value="My title"' in shown
    assert "My long reason</textarea>" in shown
    assert "<h1>Their title</h1>" in shown
    draft.refresh_from_db()
    assert draft.title == "Their title"

    again = {"edition": draft.edition, "title": "My title", "reason": "My long reason"}
    assert f'name="edition" value="{draft.edition}"' in shown
    assert sign_in("aiko").post(url, again).status_code == 302


def second(draft: ChangeRequest) -> str:
    """Where the change of users-prod is edited."""
    return f"{reverse('web:propose')}?draft={draft.pk}&ordinal=2"


def about(name: str) -> str:
    """Where a change of a resource is proposed."""
    return f"{reverse('web:propose')}?resource={Resource.objects.get(identifier=name).pk}"


def test_a_change_from_an_older_page_is_refused_with_its_values_shown(
    sign_in: SignIn, people: People, draft: ChangeRequest
) -> None:
    url = second(draft)
    sent = typed(sign_in("aiko").get(url), DBInstanceClass="db.r6g.4xlarge")
    edit_elsewhere(people, draft)
    answer = sign_in("aiko").post(url, sent)
    assert answer.status_code == 409
    assert "Somebody edited this request meanwhile" in words(answer)
    assert "db.r6g.4xlarge" in answer.content.decode()
    assert f'name="edition" value="{draft.edition}"' in answer.content.decode()

    assert sign_in("aiko").post(url, typed(answer)).status_code == 302
    assert draft.draft_changes.get(ordinal=2).desired["DBInstanceClass"] == "db.r6g.4xlarge"


def test_a_change_that_moved_up_is_still_the_one_that_is_edited(
    sign_in: SignIn, people: People, draft: ChangeRequest
) -> None:
    url = second(draft)
    sent = typed(sign_in("aiko").get(url), DBInstanceClass="db.r6g.4xlarge")
    drop_change(by=people["daichi"], change_request=draft, edition=draft.edition, ordinal=1)
    answer = sign_in("aiko").post(url, sent)
    assert answer.status_code == 409
    assert sign_in("aiko").post(url, typed(answer)).status_code == 302
    assert [change.name for change in draft.draft_changes.all()] == ["users-prod"]


def test_a_change_that_was_taken_out_meanwhile_is_not_put_in_again_unasked(
    sign_in: SignIn, people: People, draft: ChangeRequest
) -> None:
    url = second(draft)
    sent = typed(sign_in("aiko").get(url), DBInstanceClass="db.r6g.4xlarge")
    drop_change(by=people["daichi"], change_request=draft, edition=draft.edition, ordinal=2)
    answer = sign_in("aiko").post(url, sent)
    assert answer.status_code == 409
    assert "Somebody took this change out of the request meanwhile." in words(answer)
    assert "db.r6g.4xlarge" in answer.content.decode()
    assert [change.name for change in draft.draft_changes.all()] == ["orders-prod"]


def test_the_api_says_what_to_do_about_an_older_edition(sign_in: SignIn, people: People, draft: ChangeRequest) -> None:
    opened = draft.edition
    edit_elsewhere(people, draft)
    url = f"/api/v1/change-requests/{draft.pk}/submit/"
    answer = sign_in("aiko").post(url, {"edition": opened}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (409, "edition")
    assert "send yours again" in answer.json()["sentence"]


def review(
    sign_in: SignIn, request: ChangeRequest, digest: str, decision: str = "approve", text: str = "", edition: int = 0
) -> Any:
    url = reverse("web:review", args=[request.pk])
    read = edition or ChangeRequest.objects.get(pk=request.pk).edition
    return sign_in("ben").post(url, {"decision": decision, "digest": digest, "text": text, "edition": read})


def test_an_approval_of_a_request_that_was_renamed_meanwhile_is_refused(
    sign_in: SignIn, people: People, draft: ChangeRequest, aws: Account
) -> None:
    flow.submitted(people["aiko"], draft, aws)
    read, approved = draft.edition, flow.digest(draft)
    edit(
        by=people["aiko"], change_request=draft, edition=read, title="Delete everything", reason="",
        changes=drafted(draft),
    )  # fmt: skip
    draft.refresh_from_db()
    flow.submitted(people["aiko"], draft, aws)
    assert flow.digest(draft) == approved
    answer = review(sign_in, draft, approved, text="Looks fine", edition=read)
    assert answer.status_code == 409
    assert "Somebody edited this request meanwhile" in words(answer)
    assert "Looks fine" in answer.content.decode()
    assert not Review.objects.exists()
    assert review(sign_in, draft, approved).status_code == 302


def test_a_second_press_on_approve_is_not_an_error(
    sign_in: SignIn, people: People, draft: ChangeRequest, aws: Account
) -> None:
    flow.submitted(people["aiko"], draft, aws)
    for _ in range(2):
        assert review(sign_in, draft, flow.digest(draft)).status_code == 302
    assert Review.objects.count() == 1
    assert review(sign_in, draft, flow.digest(draft), "reject", "Too late").status_code == 409


def test_a_second_press_on_submit_is_not_an_error(sign_in: SignIn, draft: ChangeRequest) -> None:
    url, sent = reverse("web:submit", args=[draft.pk]), {"edition": draft.edition}
    assert [sign_in("aiko").post(url, sent).status_code for _ in range(2)] == [302, 302]


def test_a_second_press_on_apply_leads_to_the_one_run(
    sign_in: SignIn, people: People, draft: ChangeRequest, aws: Account
) -> None:
    flow.submitted(people["aiko"], draft, aws)
    review(sign_in, draft, flow.digest(draft))
    url, sent = reverse("web:apply", args=[draft.pk]), {"digest": flow.digest(draft)}
    answers = [sign_in("aiko").post(url, sent) for _ in range(2)]
    run = Run.objects.get()
    assert [answer["Location"] for answer in answers] == [reverse("web:run", args=[run.pk])] * 2


def test_an_approval_of_an_older_plan_is_refused_and_the_new_one_shown_with_the_text_kept(
    sign_in: SignIn, people: People, draft: ChangeRequest, aws: Account
) -> None:
    flow.submitted(people["aiko"], draft, aws)
    old = flow.digest(draft)
    edit(
        by=people["aiko"], change_request=draft, edition=draft.edition, title="Resize", reason="More",
        changes=[flow.resize(to="db.r6g.2xlarge")],
    )  # fmt: skip
    draft.refresh_from_db()
    flow.submitted(people["aiko"], draft, aws)
    answer = review(sign_in, draft, old, text="Looks right to me")
    assert answer.status_code == 409
    assert "The plan changed since you opened this page. Review what is new, then decide again." in words(answer)
    shown = answer.content.decode()
    assert "Looks right to me</textarea>" in shown
    assert "db.r6g.2xlarge" in shown
    assert f'name="digest" value="{flow.digest(draft)}"' in shown
    draft.refresh_from_db()
    assert draft.state == State.IN_REVIEW


@pytest.mark.parametrize("decision", ["request_changes", "reject"])
def test_a_refused_decision_keeps_its_text(
    sign_in: SignIn, people: People, draft: ChangeRequest, aws: Account, decision: str
) -> None:
    flow.submitted(people["aiko"], draft, aws)
    sent = {"decision": decision, "digest": flow.digest(draft), "text": "A long explanation", "edition": draft.edition}
    answer = sign_in("daichi").post(reverse("web:review", args=[draft.pk]), sent)
    assert answer.status_code == 409
    assert "You are not a reviewer in prod. Ask an administrator for that role." in words(answer)
    assert "A long explanation</textarea>" in answer.content.decode()


def test_who_may_not_propose_reads_so_before_typing(sign_in: SignIn, draft: ChangeRequest) -> None:
    resource = Resource.objects.get(identifier="orders-prod")
    page = sign_in("ben").get(reverse("web:resource", args=[resource.pk]))
    assert "You are not a requester in prod. Ask an administrator for that role." in words(page)
    assert f"?resource={resource.pk}" not in page.content.decode()
    page = sign_in("aiko").get(reverse("web:resource", args=[resource.pk]))
    assert f"?resource={resource.pk}" in page.content.decode()


def test_a_proposal_without_the_role_is_refused_with_everything_typed(sign_in: SignIn, draft: ChangeRequest) -> None:
    url = about("orders-prod")
    sent = typed(sign_in("ben").get(url), title="My title", reason="My reason", DBInstanceClass="db.r6g.4xlarge")
    answer = sign_in("ben").post(url, sent)
    assert answer.status_code == 409
    shown = answer.content.decode()
    assert 'value="My title"' in shown
    assert "db.r6g.4xlarge" in shown


@pytest.mark.parametrize("name", ["Endpoint", "Nonsense", "__proto__", "x" * 300])
def test_a_name_that_the_form_does_not_have_is_refused(sign_in: SignIn, draft: ChangeRequest, name: str) -> None:
    url = about("orders-prod")
    sent = typed(sign_in("aiko").get(url), title="My title", DBInstanceClass="db.r6g.4xlarge", **{name: "mysql"})
    answer = sign_in("aiko").post(url, sent)
    assert answer.status_code == 422
    assert f"“{name[:100]}” can't be set here." in words(answer)


def test_a_resource_that_is_gone_says_so_where_a_change_of_it_is_proposed(
    sign_in: SignIn, draft: ChangeRequest
) -> None:
    resource = Resource.objects.get(identifier="orders-prod")
    Resource.objects.update(gone_at=resource.observed_at)
    page = sign_in("aiko").get(f"{reverse('web:propose')}?resource={resource.pk}")
    assert "AWS no longer lists this resource" in words(page)


def test_the_direction_of_writing_can_not_hide_what_a_value_is(
    sign_in: SignIn, people: People, prod: Environment, draft: ChangeRequest, aws: Account
) -> None:
    tricky = flow.resize(to="db.r6g.\u202eegralx\u202c")
    request = flow.draft(people["aiko"], prod, tricky)
    shown = sign_in("ben").get(reverse("web:change_request", args=[request.pk])).content.decode()
    assert "\u202e" not in shown
    assert "‹U+202E›" in shown


@pytest.mark.parametrize("title", ["Delete\u202egnihton", "Two\nlines", "No\u200bthing", "\x1b[31mred"])
def test_a_title_with_unseen_characters_is_refused_with_everything_typed(
    sign_in: SignIn, draft: ChangeRequest, title: str
) -> None:
    url = about("orders-prod")
    sent = typed(sign_in("aiko").get(url), title=title, reason="My reason", DBInstanceClass="db.r6g.4xlarge")
    answer = sign_in("aiko").post(url, sent)
    assert answer.status_code == 409
    assert "a character that can't be seen" in words(answer)
    assert "My reason</textarea>" in answer.content.decode()


def test_the_log_reads_as_sentences(sign_in: SignIn, people: People, draft: ChangeRequest) -> None:
    page = words(sign_in("emi").get("/audit/"))
    assert f"proposed CR-{draft.pk}" in page

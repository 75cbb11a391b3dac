"""Who may decide on what, and what a decision is worth later."""

import pytest

from apps.changes.commands import edit, put_changes, replan, submit
from apps.changes.models import ChangeRequest
from apps.environments.models import Environment
from apps.people.models import RoleBinding, User
from apps.planner.request import plan_request
from apps.refusal import Refused
from apps.reviews.commands import approve, reject, request_changes
from apps.reviews.models import Review
from apps.reviews.queries import awaiting
from apps.reviews.standing import is_complete, standing
from apps.runs.commands import start
from tests.integration import flow
from tests.integration.estate import Account

People = dict[str, User]


def refused(code: str):
    return pytest.raises(Refused, check=lambda error: error.refusal.code == code)


@pytest.fixture
def request_(people: People, prod: Environment, aws: Account):
    return flow.submitted(people["aiko"], flow.draft(people["aiko"], prod), aws)


def test_an_approval_completes_the_flow_and_starts_nothing(people: People, request_):
    approve(by=people["ben"], change_request=request_, digest=flow.digest(request_))
    request_.refresh_from_db()
    assert request_.state == "approved"
    assert request_.runs.count() == 0


def test_an_author_cannot_approve_their_own_request_even_as_reviewer(people: People, request_):
    RoleBinding.objects.create(user=people["aiko"], role="reviewer", environment="prod")
    with refused("author"):
        approve(by=people["aiko"], change_request=request_, digest=flow.digest(request_))


def test_a_reviewer_who_edited_the_draft_cannot_approve_it(people: People, prod: Environment, aws: Account):
    RoleBinding.objects.create(user=people["ben"], role="requester", environment="prod")
    request = flow.draft(people["aiko"], prod)
    put_changes(by=people["ben"], change_request=request, edition=1, changes=[flow.resize("users-prod")])
    request.refresh_from_db()
    flow.submitted(people["aiko"], request, aws)
    with refused("author"):
        approve(by=people["ben"], change_request=request, digest=flow.digest(request))
    approve(by=people["chie"], change_request=request, digest=flow.digest(request))


@pytest.mark.parametrize("person", ["daichi", "emi"])
def test_only_reviewers_decide(people: People, request_, person: str):
    for verb in (approve, reject, request_changes):
        with refused("role"):
            verb(by=people[person], change_request=request_, digest=flow.digest(request_), text="No")


def test_who_became_reviewer_after_submission_does_not_decide(people: People, request_):
    RoleBinding.objects.create(user=people["daichi"], role="reviewer", environment="prod")
    with refused("eligible"):
        approve(by=people["daichi"], change_request=request_, digest=flow.digest(request_))


@pytest.mark.parametrize("change", [str.upper, lambda d: d + " ", lambda d: d[:-1], lambda d: ""])
def test_a_digest_that_is_not_the_current_one_to_the_letter_is_refused(people: People, request_, change):
    given = change(flow.digest(request_))
    if given == flow.digest(request_):
        pytest.skip("this digest has no letters")
    with refused("stale"):
        approve(by=people["ben"], change_request=request_, digest=given)
    assert not Review.objects.exists()


def test_an_approval_goes_stale_with_a_new_revision(people: People, request_, aws: Account):
    old = flow.digest(request_)
    approve(by=people["ben"], change_request=request_, digest=old)
    edit(
        by=people["aiko"],
        change_request=request_,
        edition=1,
        title="Resize",
        reason="",
        changes=[flow.resize(to="db.r6g.2xlarge")],
    )
    request_.refresh_from_db()
    submit(by=people["aiko"], change_request=request_, edition=2)
    plan_request(request_.pk, open_reader=aws.reader)
    request_.refresh_from_db()

    stands = standing(request_.revision)
    assert not stands.complete
    assert [review.plan_digest for review in stands.stale] == [old]
    with refused("stale"):
        approve(by=people["chie"], change_request=request_, digest=old)
    with refused("not_approved"):
        start(by=people["aiko"], change_request=request_, digest=flow.digest(request_))
    approve(by=people["ben"], change_request=request_, digest=flow.digest(request_))


@pytest.mark.parametrize("loss", ["role", "switched off", "author"])
def test_an_approval_counts_only_while_its_giver_may_still_give_it(people: People, request_, loss: str):
    approve(by=people["ben"], change_request=request_, digest=flow.digest(request_))
    assert standing(request_.revision).complete
    assert is_complete(request_.revision)
    match loss:
        case "role":
            people["ben"].bindings.all().delete()
        case "switched off":
            User.objects.filter(username="ben").update(is_active=False)
        case "author":
            request_.authors.create(user=people["ben"])
    assert not standing(request_.revision).complete
    assert not is_complete(request_.revision)
    with refused("incomplete"):
        start(by=people["aiko"], change_request=request_, digest=flow.digest(request_))


def test_requesting_changes_and_rejecting_need_words(people: People, request_):
    for verb in (request_changes, reject):
        with refused("text"):
            verb(by=people["ben"], change_request=request_, digest=flow.digest(request_), text="  ")
    request_changes(by=people["ben"], change_request=request_, digest=flow.digest(request_), text="Too small")
    request_.refresh_from_db()
    assert request_.state == "changes_requested"
    with refused("state"):
        approve(by=people["chie"], change_request=request_, digest=flow.digest(request_))


def test_a_rejected_request_is_closed(people: People, request_):
    reject(by=people["chie"], change_request=request_, digest=flow.digest(request_), text="Never")
    request_.refresh_from_db()
    assert request_.state == "rejected"
    with refused("state"):
        replan(by=people["aiko"], change_request=request_)


def test_an_author_may_start_what_somebody_else_approved_and_a_stranger_may_not(people: People, request_):
    approve(by=people["ben"], change_request=request_, digest=flow.digest(request_))
    with refused("role"):
        start(by=people["emi"], change_request=request_, digest=flow.digest(request_))
    with refused("stale"):
        start(by=people["aiko"], change_request=request_, digest="0" * 64)
    run = start(by=people["aiko"], change_request=request_, digest=flow.digest(request_))
    assert run.steps.count() == 1
    with refused("live"):
        start(by=people["daichi"], change_request=request_, digest=flow.digest(request_))


def test_what_a_standing_says_for_the_page(people: People, request_):
    before = standing(request_.revision).steps[0]
    assert (before.given, before.needed) == (0, 1)
    assert [person.username for person in before.could] == ["ben", "chie"]
    approve(by=people["chie"], change_request=request_, digest=flow.digest(request_))
    after = standing(request_.revision).steps[0]
    assert [person.username for person in after.approvers] == ["chie"]
    assert after.complete


def test_a_revision_that_is_another_one_waits_for_the_reviewer_again(people: People, request_, aws: Account):
    waiting = awaiting(people["ben"], ChangeRequest.objects.all())
    assert list(waiting) == [request_]
    approve(by=people["ben"], change_request=request_, digest=flow.digest(request_))
    assert not waiting.all()
    request_.refresh_from_db()
    put_changes(
        by=people["aiko"], change_request=request_, edition=request_.edition, changes=[flow.resize("users-prod")]
    )
    request_.refresh_from_db()
    flow.submitted(people["aiko"], request_, aws)
    assert list(waiting.all()) == [request_]
    assert not awaiting(people["aiko"], ChangeRequest.objects.all())


def test_a_hundred_who_could_decide_cost_no_more_questions_than_one(
    people: People, prod: Environment, aws: Account, django_assert_max_num_queries
):
    for number in range(100):
        person = User.objects.create_user(f"r{number}", f"r{number}@example.test", None)
        person.bindings.create(role="reviewer", environment="prod")
    revision = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod), aws).revision
    with django_assert_max_num_queries(9):
        assert len(standing(revision).steps[0].could) == 102

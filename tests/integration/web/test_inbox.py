"""The inbox puts each thing in the list of the person who must act."""

import pytest
from django.utils import timezone

from apps.changes.models import Author, ChangeRequest, Comment, Revision
from apps.changes.states import State
from apps.environments.models import Environment
from apps.people.models import RoleBinding, User
from apps.reviews.models import FlowStep, Review
from apps.runs.models import Run
from apps.web.loading import inbox
from tests.integration.web.conftest import SignIn


def request(environment: Environment, author: User, state: State, eligible: list[User]) -> ChangeRequest:
    """A change request with a revision and a flow of one step."""
    now = timezone.now()
    made = ChangeRequest.objects.create(
        environment=environment,
        title=f"Resize {environment}",
        state=state,
        asked=[p.pk for p in eligible],
        created_by=author,
        created_at=now,
        updated_at=now,
    )
    Author.objects.create(change_request=made, user=author)
    made.revision = Revision.objects.create(
        change_request=made,
        number=1,
        canonical="{}",
        digest="c" * 64,
        proposals=[],
        bases={},
        desired={},
        created_by=author,
        created_at=now,
    )
    made.save()
    FlowStep.objects.create(
        revision=made.revision,
        ordinal=1,
        name="Reviewers",
        rule="one reviewer",
        needed=1,
        scope_digest="c" * 64,
        eligible=[p.pk for p in eligible],
    )
    return made


def run_of(made: ChangeRequest, state: str) -> Run:
    assert made.revision is not None
    return Run.objects.create(
        change_request=made,
        revision=made.revision,
        number=1,
        digest="c" * 64,
        state=state,
        started_by=made.created_by,
        queued_at=timezone.now(),
    )


def place(sign_in: SignIn, person: str) -> dict[str, list[object]]:
    sections = sign_in(person).get("/").context["sections"]
    return {s.key: [*(r.pk for r in s.requests), *(r.pk for r in s.runs)] for s in sections if s.count}


def test_a_review_waits_for_the_reviewer_and_for_others_everywhere_else(
    sign_in: SignIn, environments: dict[str, Environment], people: dict[str, User]
) -> None:
    made = request(environments["dev"], people["aiko"], State.IN_REVIEW, [people["ben"]])
    assert place(sign_in, "ben") == {"you": [made.pk]}
    assert place(sign_in, "aiko") == {"others": [made.pk]}


def test_requests_of_other_environments_stay_out(
    sign_in: SignIn, environments: dict[str, Environment], people: dict[str, User]
) -> None:
    request(environments["prod"], people["aiko"], State.IN_REVIEW, [people["ben"]])
    assert place(sign_in, "ben") == {}


@pytest.mark.parametrize("state", [State.DRAFT, State.CHANGES_REQUESTED, State.PLANNING])
def test_unfinished_requests_wait_for_their_author(
    sign_in: SignIn, environments: dict[str, Environment], people: dict[str, User], state: State
) -> None:
    made = request(environments["dev"], people["aiko"], state, [people["ben"]])
    assert place(sign_in, "aiko") == {"you": [made.pk]}
    assert place(sign_in, "ben") == {}


@pytest.mark.parametrize(
    ("state", "section"), [("queued", "running"), ("running", "running"), ("failed", "failed"), ("attention", "failed")]
)
def test_a_run_is_listed_by_its_state(
    sign_in: SignIn, environments: dict[str, Environment], people: dict[str, User], state: str, section: str
) -> None:
    made = request(environments["dev"], people["aiko"], State.APPROVED, [people["ben"]])
    assert place(sign_in, "aiko") == {"ready": [made.pk]}
    run = run_of(made, state)
    assert place(sign_in, "aiko") == {section: [run.pk]}


def test_after_a_cancelled_run_the_request_is_ready_again(
    sign_in: SignIn, environments: dict[str, Environment], people: dict[str, User]
) -> None:
    made = request(environments["dev"], people["aiko"], State.APPROVED, [people["ben"]])
    run_of(made, "cancelled")
    assert place(sign_in, "aiko") == {"ready": [made.pk]}


def test_a_failed_run_of_an_older_revision_no_longer_asks_for_a_person(
    sign_in: SignIn, environments: dict[str, Environment], people: dict[str, User]
) -> None:
    made = request(environments["dev"], people["aiko"], State.APPROVED, [people["ben"]])
    assert made.revision is not None
    run_of(made, "failed")
    made.revision.pk, made.revision.number = None, 2
    made.revision.save(force_insert=True)
    ChangeRequest.objects.filter(pk=made.pk).update(revision=made.revision)
    assert place(sign_in, "aiko") == {"ready": [made.pk]}


def test_a_person_without_any_role_sees_an_empty_inbox(
    sign_in: SignIn, environments: dict[str, Environment], people: dict[str, User]
) -> None:
    request(environments["dev"], people["aiko"], State.IN_REVIEW, [people["ben"]])
    RoleBinding.objects.filter(user=people["ben"]).delete()
    assert place(sign_in, "ben") == {}


def rows(sign_in: SignIn, person: str, key: str) -> list[tuple[str, str]]:
    sections = sign_in(person).get("/").context["sections"]
    return [
        (row.request.reference, row.waits) for section in sections if section.key == key for row in section.requests
    ]


def test_a_row_says_whom_or_what_it_waits_for(
    sign_in: SignIn, environments: dict[str, Environment], people: dict[str, User]
) -> None:
    dev, aiko, ben = environments["dev"], people["aiko"], people["ben"]
    chie = User.objects.create_user("chie", "chie@example.test", None, full_name="Chie Abe")
    RoleBinding.objects.create(user=chie, role="reviewer", environment="dev")
    review = request(dev, aiko, State.IN_REVIEW, [ben, chie])
    held = request(dev, aiko, State.IN_REVIEW, [ben])
    assert held.revision
    step = held.revision.flow.get()
    Review.objects.create(
        revision=held.revision, step=step, plan_digest="c" * 64, scope_digest="c" * 64, person=ben,
        decision="approve", at=timezone.now(),
    )  # fmt: skip
    ChangeRequest.objects.filter(pk=held.pk).update(asked=[])
    Comment.objects.create(change_request=held, author=chie, text="Why?", required=True, at=timezone.now())
    first = request(dev, aiko, State.APPROVED, [])
    later = request(dev, aiko, State.APPROVED, [])
    ChangeRequest.objects.filter(pk=later.pk).update(after=first)
    draft = request(dev, aiko, State.DRAFT, [])
    assert rows(sign_in, "ben", "you") == [(review.reference, "You or Chie Abe")]
    assert sorted(rows(sign_in, "aiko", "others")) == sorted(
        [
            (review.reference, "Ben Sato or Chie Abe"),
            (held.reference, "A thread of Chie Abe"),
            (later.reference, f"{first.reference} first"),
        ]
    )
    assert rows(sign_in, "aiko", "you") == [(draft.reference, "You, to submit it")]
    assert rows(sign_in, "aiko", "ready") == [(first.reference, "Somebody to apply it")]


def test_the_newest_come_first_and_counting_ends_somewhere(
    sign_in: SignIn, environments: dict[str, Environment], people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "LIMIT", 2)
    monkeypatch.setattr(inbox, "COUNTED", 3)
    made = [request(environments["dev"], people["aiko"], State.IN_REVIEW, [people["ben"]]) for _ in range(5)]
    assert place(sign_in, "ben") == {"you": [made[4].pk, made[3].pk]}
    page = sign_in("ben").get("/")
    assert "3+" in page.text
    assert "All of them" in page.text


def test_the_risk_of_its_plan_stands_beside_a_request(
    sign_in: SignIn, environments: dict[str, Environment], people: dict[str, User]
) -> None:
    made = request(environments["dev"], people["aiko"], State.IN_REVIEW, [people["ben"]])
    dear = Revision.objects.create(
        change_request=made, number=2, canonical="{}", digest="d" * 64, proposals=[], bases={}, desired={},
        created_by=people["aiko"], created_at=timezone.now(), evaluation={"risk": {"level": "high"}},
    )  # fmt: skip
    ChangeRequest.objects.filter(pk=made.pk).update(revision=dear)
    FlowStep.objects.create(
        revision=dear, ordinal=1, name="Reviewers", rule="one", needed=1, scope_digest="d" * 64,
        eligible=[people["ben"].pk],
    )  # fmt: skip
    [section, *_] = sign_in("ben").get("/").context["sections"]
    assert [row.risk for row in section.requests] == ["high"]

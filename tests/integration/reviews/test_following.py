"""Live values move while a request waits for people: it keeps up, keeps what it can, and asks where it must."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.audit.models import Event
from apps.aws.gateway import AwsError, ErrorKind
from apps.bell import Bell
from apps.changes.commands import keep_mine, take_live
from apps.changes.models import ChangeRequest
from apps.changes.shown import shown_as
from apps.environments.models import Environment
from apps.inventory.commands import record_gone, record_observation
from apps.people.models import Role, RoleBinding, User
from apps.planner.follow import due, follow, is_due
from apps.refusal import Refused
from apps.reviews.administer import save_rule
from apps.reviews.commands import approve
from apps.reviews.conditions import Condition
from apps.reviews.drawing import Ask
from apps.reviews.standing import is_complete, standing
from apps.runs.commands import start
from apps.web.views import change_requests
from tests.integration import flow
from tests.integration.estate import CLASS_AFTER, CLASS_BEFORE, RDS, TOKYO, Account

People = dict[str, User]
ELSEWHERE = "db.m6g.large"


@pytest.fixture
def request_(people: People, prod: Environment, aws: Account) -> ChangeRequest:
    aws.database("users-prod")
    see(prod, aws, "orders-prod", "users-prod")
    changes = flow.resize(), flow.let_grow("users-prod")
    return flow.submitted(people["aiko"], flow.draft(people["aiko"], prod, *changes), aws)


def see(prod: Environment, aws: Account, *names: str) -> None:
    """Inventory reads them."""
    for name in names:
        seen = aws.read(RDS, TOKYO, name)
        now = timezone.now()
        if seen is None:
            record_gone(environment=prod, region=TOKYO, type_name=RDS, identifier=name, now=now)
        else:
            record_observation(environment=prod, observation=seen, cause="refresh", now=now)


def outside(prod: Environment, aws: Account, name: str = "orders-prod", **values: Any) -> None:
    """Somebody changes it in the console, and inventory reads it."""
    aws.documents[name] |= values
    see(prod, aws, name)


def agree(request: ChangeRequest, person: User) -> ChangeRequest:
    approve(by=person, change_request=request, digest=flow.digest(request))
    request.refresh_from_db()
    return request


def followed(request: ChangeRequest, aws: Account) -> ChangeRequest:
    for pk in due():
        follow(pk, open_reader=aws.reader)
    request.refresh_from_db()
    return request


def number(request: ChangeRequest) -> int:
    return request.revision.number if request.revision else 0


def test_nothing_that_moved_asks_for_nothing(request_: ChangeRequest, prod: Environment, aws: Account) -> None:
    assert (followed(request_, aws).state, number(request_)) == ("in_review", 1)
    see(prod, aws, "orders-prod", "users-prod")
    assert due() == []


def test_what_moves_elsewhere_leaves_the_revision_and_its_approvals_alone(
    people: People, request_: ChangeRequest, prod: Environment, aws: Account
) -> None:
    agree(request_, people["ben"])
    outside(prod, aws, CopyTagsToSnapshot=not aws.documents["orders-prod"].get("CopyTagsToSnapshot"))
    assert due() == [request_.pk]
    assert is_due(request_.pk)
    assert (followed(request_, aws).state, number(request_)) == ("approved", 1)
    assert due() == [], "it was compared"
    assert not is_due(request_.pk)


def test_another_base_of_one_part_keeps_the_approvals_of_the_others(
    people: People, request_: ChangeRequest, prod: Environment, aws: Account
) -> None:
    goro = User.objects.create_user("goro", "goro@example.test", None, full_name="Goro Hayashi")
    RoleBinding.objects.create(user=goro, role=Role.ADMINISTRATOR)
    classes = Condition(touches="DBInstanceClass")
    save_rule(by=goro, name="Classes", condition=classes, asks=[Ask(1, f"person:{people['chie'].pk}")])
    followed(request_, aws)
    assert number(request_) == 2, "the rule asks for more"
    assert agree(request_, people["chie"]).state == "approved", "her word counts for both steps"
    outside(prod, aws, "users-prod", MaxAllocatedStorage=200)
    followed(request_, aws)
    assert (request_.state, number(request_)) == ("in_review", 3)
    assert request_.revision
    everybody, chie = standing(request_.revision).steps
    assert (everybody.given, chie.given) == (0, 1)
    assert [review.revision.number for review in chie.kept] == [2]


def test_a_conflict_goes_back_to_its_author_with_three_values(
    people: People, request_: ChangeRequest, prod: Environment, aws: Account, client: Client
) -> None:
    agree(request_, people["ben"])
    outside(prod, aws, DBInstanceClass=ELSEWHERE)
    followed(request_, aws)
    assert request_.state == "draft"
    [problem] = request_.problems
    assert (problem["property"], problem["code"]) == ("DBInstanceClass", "conflict")
    verbs = list(Event.objects.filter(stream=f"cr/{request_.pk}").order_by("-seq").values_list("verb", flat=True)[:2])
    assert verbs == ["change_request.not_planned", "change_request.followed"]
    client.force_login(people["aiko"])
    page = client.get(reverse("web:change_request", args=[request_.pk])).content.decode()
    assert all(value in page for value in (CLASS_BEFORE, ELSEWHERE, CLASS_AFTER, "Keep mine", "Take live"))
    assert "Changed outside since the proposal" not in page, "what the planner gave back says so already"


def test_keeping_mine_proposes_it_on_what_is_live(
    people: People, request_: ChangeRequest, prod: Environment, aws: Account, client: Client
) -> None:
    outside(prod, aws, DBInstanceClass=ELSEWHERE)
    followed(request_, aws)
    client.force_login(people["aiko"])
    sent = {"edition": request_.edition, "property": "DBInstanceClass", "live": shown_as(ELSEWHERE), "keep": "mine"}
    client.post(reverse("web:settle_conflict", args=[request_.pk, 1]), sent)
    assert request_.draft_changes.get(ordinal=1).base == {"DBInstanceClass": ELSEWHERE}
    request_.refresh_from_db()
    flow.submitted(people["aiko"], request_, aws)
    assert request_.state == "in_review", request_.problems


def test_taking_live_leaves_the_property_out(
    people: People, request_: ChangeRequest, prod: Environment, aws: Account
) -> None:
    outside(prod, aws, DBInstanceClass=ELSEWHERE)
    followed(request_, aws)
    about: dict[str, Any] = {"by": people["aiko"], "ordinal": 1, "property": "DBInstanceClass"}
    with pytest.raises(Refused, match="changed again"):
        take_live(**about, change_request=request_, edition=request_.edition, live=shown_as(CLASS_BEFORE))
    take_live(**about, change_request=request_, edition=request_.edition, live=shown_as(ELSEWHERE))
    assert [change.name for change in request_.draft_changes.all()] == ["users-prod"]
    request_.refresh_from_db()
    with pytest.raises(Refused, match="no longer part"):
        keep_mine(**about, change_request=request_, edition=request_.edition, live=shown_as(ELSEWHERE))


def test_what_moved_before_it_was_submitted_is_asked_too(people: People, prod: Environment, aws: Account) -> None:
    draft = flow.draft(people["aiko"], prod)
    aws.documents["orders-prod"]["DBInstanceClass"] = ELSEWHERE
    request = flow.submitted(people["aiko"], draft, aws)
    assert (request.state, request.problems[0]["code"]) == ("draft", "conflict")


def test_nobody_approves_what_has_moved(
    people: People,
    request_: ChangeRequest,
    prod: Environment,
    aws: Account,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rung: list[Any] = []
    monkeypatch.setattr(change_requests, "ring", lambda bell, pk: rung.append((bell, pk)))
    outside(prod, aws, "users-prod", MaxAllocatedStorage=200)
    client.force_login(people["ben"])
    sent = {"decision": "approve", "digest": flow.digest(request_), "edition": request_.edition, "text": "Fine."}
    answer = client.post(reverse("web:review", args=[request_.pk]), sent)
    assert "MaxAllocatedStorage of users-prod changed outside since this was planned" in answer.content.decode()
    assert "Fine." in answer.content.decode()
    assert (Bell.FOLLOW, request_.pk) in rung


@pytest.mark.parametrize(("gone", "code"), [(True, "gone"), (False, "nothing")])
def test_what_is_gone_or_done_already_goes_back(
    request_: ChangeRequest, prod: Environment, aws: Account, gone: bool, code: str
) -> None:
    if gone:
        del aws.documents["orders-prod"]
        see(prod, aws, "orders-prod")
    else:
        outside(prod, aws, DBInstanceClass=CLASS_AFTER)
    followed(request_, aws)
    assert (request_.state, request_.problems[0]["code"]) == ("draft", code)


def test_what_aws_does_not_say_changes_nothing(
    request_: ChangeRequest, prod: Environment, aws: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside(prod, aws, DBInstanceClass=ELSEWHERE)

    def refused(*_: object) -> None:
        raise AwsError(ErrorKind.DENIED, "no")

    with monkeypatch.context() as patched:
        patched.setattr(type(aws.reader(prod, "")), "read_many", refused)
        assert followed(request_, aws).state == "in_review"
    assert due() == [request_.pk], "it is compared later"


def test_a_request_with_a_run_of_its_revision_is_the_runs_affair(
    people: People, request_: ChangeRequest, prod: Environment, aws: Account
) -> None:
    run = start(by=people["aiko"], change_request=agree(request_, people["ben"]), digest=flow.digest(request_))
    outside(prod, aws, DBInstanceClass=ELSEWHERE)
    assert followed(request_, aws).state == "approved"
    assert is_complete(run.revision, run.queued_at)
    flow.pump(run, aws)
    assert run.state == "failed"


def test_of_two_requests_about_one_property_the_second_conflicts(
    people: People, prod: Environment, aws: Account
) -> None:
    see(prod, aws, "orders-prod")
    first = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod), aws)
    second = flow.submitted(people["daichi"], flow.draft(people["daichi"], prod, flow.resize(to="db.r6g.4xlarge")), aws)
    run = start(by=people["aiko"], change_request=agree(first, people["ben"]), digest=flow.digest(first))
    flow.pump(run, aws)
    assert run.state == "succeeded"
    assert second.pk in due()
    followed(second, aws)
    assert (second.state, second.problems[0]["code"]) == ("draft", "conflict")

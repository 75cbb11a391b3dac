"""Drafting, submitting, planning and taking back."""

import pytest
from django.db import IntegrityError, connection, transaction

from apps.changes.commands import DraftInput, comment, drop_change, edit, propose, put_changes, replan, submit, withdraw
from apps.changes.models import ChangeRequest, Comment, Revision
from apps.environments.models import Environment
from apps.people.models import RoleBinding, User
from apps.planner import request as planner
from apps.refusal import Refused
from tests.integration import flow
from tests.integration.estate import GROUP, RDS, TOKYO, VPC, Account, denied

People = dict[str, User]


def refused(code: str):
    return pytest.raises(Refused, check=lambda error: error.refusal.code == code)


def test_only_requesters_of_the_environment_propose(people: People, prod: Environment):
    other = flow.make_environment("dev")
    for person, environment in (("ben", prod), ("emi", prod), ("aiko", other)):
        with refused("role"):
            flow.draft(people[person], environment)
    assert not ChangeRequest.objects.exists()


def test_everyone_who_edits_becomes_an_author(people: People, prod: Environment):
    request = flow.draft(people["aiko"], prod)
    put_changes(by=people["daichi"], change_request=request, edition=1, changes=[flow.resize("users-prod")])
    assert {author.user for author in request.authors.all()} == {people["aiko"], people["daichi"]}


def test_an_edit_of_an_older_edition_loses_nothing_of_the_newer(people: People, prod: Environment):
    request = flow.draft(people["aiko"], prod)
    put_changes(by=people["daichi"], change_request=request, edition=1, changes=[flow.resize("users-prod")])
    with refused("edition"):
        edit(by=people["aiko"], change_request=request, edition=1, title="Mine", reason="", changes=[])
    assert request.draft_changes.count() == 2


def test_a_change_of_the_same_resource_is_replaced_and_others_move_up(people: People, prod: Environment):
    request = flow.draft(people["aiko"], prod, flow.resize(), flow.resize("users-prod"))
    put_changes(by=people["aiko"], change_request=request, edition=1, changes=[flow.resize(to="db.r6g.4xlarge")])
    assert request.draft_changes.get(ordinal=1).desired == {"DBInstanceClass": "db.r6g.4xlarge"}
    drop_change(by=people["aiko"], change_request=request, edition=2, ordinal=1)
    assert [(c.ordinal, c.name) for c in request.draft_changes.all()] == [(1, "users-prod")]
    with refused("change"):
        drop_change(by=people["aiko"], change_request=request, edition=3, ordinal=2)


def test_an_empty_draft_is_not_submitted(people: People, prod: Environment):
    request = propose(by=people["aiko"], environment=prod, title="Later", reason="", changes=[])
    with refused("empty"):
        submit(by=people["aiko"], change_request=request, edition=1)


def test_a_submitted_draft_becomes_a_revision_with_its_documents(people: People, prod: Environment, aws: Account):
    request = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod), aws)

    revision = request.revision
    assert request.state == "in_review"
    assert revision is not None
    assert revision.bases["1"]["DBInstanceClass"] == "db.r6g.large"
    assert revision.desired["1"] == revision.bases["1"] | {"DBInstanceClass": "db.r6g.xlarge"}
    assert revision.proposals[0]["desired"] == {"DBInstanceClass": "db.r6g.xlarge"}
    assert {check["outcome"] for check in revision.checks} == {"pass"}


def test_a_plan_that_is_refused_gives_the_draft_back_with_its_problems(people: People, prod: Environment, aws: Account):
    asked = DraftInput("update", RDS, TOKYO, "gone-prod", "gone-prod", {"DBInstanceClass": "db.r6g.xlarge"})
    shrunk = DraftInput("update", RDS, TOKYO, "orders-prod", "orders-prod", {"AllocatedStorage": "50"})
    request = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod, asked, shrunk), aws)

    assert request.state == "draft"
    assert [(p["ordinal"], p["property"]) for p in request.problems] == [(1, ""), (2, "AllocatedStorage")]
    assert request.draft_changes.count() == 2


def test_an_account_that_can_not_be_read_gives_the_draft_back_with_the_sentence(
    people: People, prod: Environment, aws: Account
):
    aws.reading = denied()
    request = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod), aws)
    assert request.state == "draft"
    assert request.problems[0]["sentence"] == "The role may not do this. Ask an administrator."
    assert request.draft_changes.count() == 1


def test_an_environment_whose_only_reviewers_are_authors_gives_the_draft_back(
    people: People, prod: Environment, aws: Account
):
    RoleBinding.objects.filter(role="reviewer").delete()
    request = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod), aws)
    assert [problem["code"] for problem in request.problems] == ["no_reviewer"]


def test_a_resource_of_another_environment_in_the_same_account_is_refused(people: People, db: None, aws: Account):
    staging = flow.make_environment("prod", tag="env=prod")
    aws.documents["orders-prod"]["Tags"] = [{"Key": "env", "Value": "dev"}]
    desired = {"GroupName": "api", "GroupDescription": "API", "VpcId": VPC}
    made = DraftInput("create", GROUP, TOKYO, "", "api", desired)
    request = flow.submitted(people["aiko"], flow.draft(people["aiko"], staging, flow.resize(), made), aws)
    found = [(p["ordinal"], p["property"], p["code"]) for p in request.problems]
    assert found == [(1, "", "environment"), (2, "Tags", "environment")]


def test_what_moved_under_a_request_is_taken_as_the_base_when_its_author_plans_again(
    people: People, prod: Environment, aws: Account
):
    request = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod), aws)
    aws.documents["orders-prod"]["DBInstanceClass"] = "db.r6g.2xlarge"
    replan(by=people["aiko"], change_request=request)
    planner.plan_request(request.pk, open_reader=aws.reader)

    request.refresh_from_db()
    assert request.revision is not None
    assert request.revision.number == 2
    assert {check["outcome"] for check in request.revision.checks} == {"pass"}
    assert request.revision.proposals[0]["base"] == {"DBInstanceClass": "db.r6g.2xlarge"}
    assert request.draft_changes.get().base == {"DBInstanceClass": "db.r6g.2xlarge"}


def test_a_second_message_plans_nothing_and_a_lost_one_is_found(
    people: People, prod: Environment, aws: Account, monkeypatch: pytest.MonkeyPatch
):
    request = flow.draft(people["aiko"], prod)
    submit(by=people["aiko"], change_request=request, edition=1)
    assert planner.due() == [request.pk]

    planner.plan_request(request.pk, open_reader=aws.reader)
    planner.plan_request(request.pk, open_reader=aws.reader)

    assert Revision.objects.count() == 1
    assert planner.due() == []


def test_a_request_withdrawn_while_it_was_planned_stays_withdrawn(people: People, prod: Environment, aws: Account):
    request = flow.draft(people["aiko"], prod)
    submit(by=people["aiko"], change_request=request, edition=1)

    def slow(environment: Environment, session: str) -> Account:
        withdraw(by=people["aiko"], change_request=request, reason="Not needed")
        return aws

    planner.plan_request(request.pk, open_reader=slow)

    request.refresh_from_db()
    assert request.state == "withdrawn"
    assert not Revision.objects.exists()


def test_withdrawing_needs_a_reason_and_is_final(people: People, prod: Environment):
    request = flow.draft(people["aiko"], prod)
    with refused("text"):
        withdraw(by=people["aiko"], change_request=request, reason=" ")
    withdraw(by=people["aiko"], change_request=request, reason="Not needed")
    with refused("state"):
        submit(by=people["aiko"], change_request=request, edition=1)


def test_an_applied_request_is_closed(people: People, prod: Environment, aws: Account):
    run = flow.pump(flow.started(people, prod, aws), aws)
    for verb in (
        lambda: edit(by=people["aiko"], change_request=run.change_request, edition=1, title="x", reason="", changes=[]),
        lambda: replan(by=people["aiko"], change_request=run.change_request),
        lambda: withdraw(by=people["aiko"], change_request=run.change_request, reason="x"),
    ):
        with refused("applied"):
            verb()


def test_whoever_sees_the_environment_may_comment_without_becoming_an_author(people: People, prod: Environment):
    request = flow.draft(people["aiko"], prod)
    comment(by=people["emi"], change_request=request, text="Why?", ordinal=1, property="DBInstanceClass")
    assert Comment.objects.get().author == people["emi"]
    assert request.authors.count() == 1
    stranger = User.objects.create_user("mallory")
    with refused("role"):
        comment(by=stranger, change_request=request, text="Hello")
    with refused("text"):
        comment(by=people["emi"], change_request=request, text=" ")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE changes_revision SET canonical = ''",
        "DELETE FROM changes_revision",
        "DELETE FROM changes_author",
        "DELETE FROM reviews_review",
        "UPDATE reviews_review SET decision = 'reject'",
        "UPDATE reviews_flowstep SET eligible = '[]'",
    ],
)
def test_the_database_refuses_to_rewrite_history(people: People, prod: Environment, aws: Account, statement: str):
    flow.approved(people, prod, aws)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_database_knows_the_legal_states(people: People, prod: Environment):
    request = flow.draft(people["aiko"], prod)
    with pytest.raises(IntegrityError), transaction.atomic():
        ChangeRequest.objects.filter(pk=request.pk).update(state="done")


def test_a_command_whose_event_can_not_be_written_does_nothing(
    people: People, prod: Environment, monkeypatch: pytest.MonkeyPatch
):
    def broken(**fields: object) -> None:
        raise RuntimeError("log is full")

    monkeypatch.setattr("apps.changes.move.record", broken)
    with pytest.raises(RuntimeError):
        flow.draft(people["aiko"], prod)
    assert not ChangeRequest.objects.exists()

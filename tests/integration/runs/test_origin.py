"""What a run takes for its own: only what it made itself, however much anything else looks like it."""

import random

import pytest
from django.db import connection

from apps.aws.gateway import AwsError, ErrorKind
from apps.changes.commands import edit
from apps.changes.commands.draft import drafted
from apps.changes.models import ChangeRequest
from apps.environments.models import Environment
from apps.people.models import User
from apps.planning import codec
from apps.reviews.commands import approve
from apps.runs.commands import start
from apps.runs.models import Attempt, Run
from apps.runs.states import AttemptState, RunState, StepState
from tests.integration import flow
from tests.integration.estate import BUCKET, GROUP, TOKYO, VPC, Account, denied, throttled, unclear

People = dict[str, User]
OPEN = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "10.0.0.0/8"}
VERSIONED = {"Status": "Enabled"}
KMS = {"ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]}


def group(name: str = "api-prod", *rules: dict[str, object]) -> flow.DraftInput:
    desired = {"GroupName": name, "GroupDescription": "API", "VpcId": VPC}
    return flow.DraftInput(
        "create", GROUP, TOKYO, "", name, desired | ({"SecurityGroupIngress": [*rules]} if rules else {})
    )


def bucket(**more: object) -> flow.DraftInput:
    return flow.DraftInput("create", BUCKET, TOKYO, "", "models-1", {"BucketName": "models-1", **more})


def foreign(aws: Account, identifier: str, name: str, mark: str, vpc: str = VPC) -> None:
    aws.documents[identifier] = {"GroupId": identifier, "GroupName": name, "GroupDescription": "API", "VpcId": vpc}
    aws.marks[identifier] = mark


def again(people: People, request: ChangeRequest) -> Run:
    return start(by=people["aiko"], change_request=request, digest=flow.digest(request))


def planned_again(people: People, request: ChangeRequest, aws: Account, *changes: flow.DraftInput) -> ChangeRequest:
    """Edited, submitted and approved."""
    request.refresh_from_db()
    edit(
        by=people["aiko"], change_request=request, edition=request.edition, title="Again", reason="",
        changes=changes or drafted(request),
    )  # fmt: skip
    request.refresh_from_db()
    flow.submitted(people["aiko"], request, aws)
    approve(by=people["ben"], change_request=request, digest=flow.digest(request))
    request.refresh_from_db()
    return request


def forget_nonces(other: str) -> None:
    """As after a restore, or in a second installation with the same numbers. The application can't do that."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE runs_run DISABLE TRIGGER runs_run_fixed")
        cursor.execute("UPDATE runs_run SET nonce = %s", [other])
        cursor.execute("ALTER TABLE runs_run ENABLE TRIGGER runs_run_fixed")


def touched(aws: Account) -> set[str]:
    return {str(parameters["GroupId"]) for _, parameters in aws.calls if "GroupId" in parameters}


@pytest.mark.parametrize("mark", ["CR-{pk}/1", "CR-{pk}/1/" + "0" * 32])
def test_a_tag_that_anybody_can_write_makes_nothing_ours(
    people: People, prod: Environment, aws: Account, mark: str
) -> None:
    run = flow.started(people, prod, aws, group("ssh-prod", OPEN))
    foreign(aws, "sg-foreign", "ssh-prod", mark.format(pk=run.change_request_id), vpc="vpc-0other")
    aws.documents["sg-foreign"]["GroupName"] = "something-else"
    flow.pump(run, aws)
    assert run.state == RunState.SUCCEEDED, run.failure
    assert "sg-foreign" not in touched(aws)
    assert "SecurityGroupIngress" not in aws.documents["sg-foreign"]


def failed_after_creation(people: People, prod: Environment, aws: Account) -> Run:
    """A run that made the group and could not open it."""
    aws.faults = [("", None), ("before", denied())]
    run = flow.pump(flow.started(people, prod, aws, group("ssh-prod", OPEN)), aws)
    assert run.state == RunState.FAILED
    return run


@pytest.mark.parametrize(("name", "vpc"), [("other", VPC), ("ssh-prod", "vpc-0other")])
def test_a_copied_mark_on_another_name_or_in_another_vpc_is_not_believed(
    people: People, prod: Environment, aws: Account, name: str, vpc: str
) -> None:
    run = failed_after_creation(people, prod, aws)
    [(own, mark)] = aws.marks.items()
    foreign(aws, "sg-foreign", name, mark, vpc)
    second = flow.pump(again(people, run.change_request), aws)
    assert second.state == RunState.SUCCEEDED, second.failure
    assert touched(aws) == {own}
    assert [operation for operation, _ in aws.calls].count("create_security_group") == 1


def test_two_that_can_not_be_told_apart_go_to_a_person(people: People, prod: Environment, aws: Account) -> None:
    run = failed_after_creation(people, prod, aws)
    [(own, mark)] = aws.marks.items()
    foreign(aws, "sg-foreign", "ssh-prod", mark)
    before = len(aws.calls)
    second = again(people, run.change_request)
    step = flow.once(second, aws)
    assert step.state == StepState.ATTENTION
    assert own in step.outcome
    assert "sg-foreign" in step.outcome
    assert len(aws.calls) == before


def test_an_edit_that_renumbers_does_not_adopt_what_another_change_made(
    people: People, prod: Environment, aws: Account
) -> None:
    aws.faults = [("", None), ("before", denied())]
    run = flow.pump(flow.started(people, prod, aws, group("first"), group("second", OPEN)), aws)
    assert run.state == RunState.FAILED
    [first] = aws.marks
    request = planned_again(people, run.change_request, aws, group("second", OPEN))
    second = flow.pump(again(people, request), aws)
    assert second.state == RunState.SUCCEEDED, second.failure
    assert aws.documents[first]["GroupName"] == "first"
    assert "SecurityGroupIngress" not in aws.documents[first]
    assert len(aws.marks) == 2


def test_another_installation_with_the_same_numbers_has_other_marks_and_tokens(
    people: People, prod: Environment, aws: Account
) -> None:
    run = failed_after_creation(people, prod, aws)
    forget_nonces("f" * 64)
    second = flow.pump(again(people, run.change_request), aws)
    assert second.state == RunState.FAILED, "the name is taken, by something that is not known to be ours"
    assert len(aws.marks) == 1
    assert len(set(Attempt.objects.values_list("client_token", flat=True))) == Attempt.objects.count()


@pytest.mark.parametrize("key", ["ringi:request", "RINGI:Request", "ringi:x", "aws:cloudformation:stack-name"])
def test_no_proposal_sets_the_mark(people: People, prod: Environment, aws: Account, key: str) -> None:
    wanted = group()
    wanted.desired["Tags"] = [{"Key": key, "Value": "CR-1/1"}]
    request = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod, wanted), aws)
    assert request.revision is None
    assert [(each["property"], each["code"]) for each in request.problems] == [("Tags", "reserved")]


def test_a_bucket_that_failed_half_way_is_finished_by_the_next_run(
    people: People, prod: Environment, aws: Account
) -> None:
    aws.faults = [("", None), ("before", denied())]
    wanted = bucket(VersioningConfiguration=VERSIONED, BucketEncryption=KMS)
    run = flow.pump(flow.started(people, prod, aws, wanted), aws)
    assert run.state == RunState.FAILED
    second = flow.pump(again(people, run.change_request), aws)
    assert second.state == RunState.SUCCEEDED, second.failure
    assert [operation for operation, _ in aws.calls].count("create_bucket") == 1
    assert aws.documents["models-1"]["BucketEncryption"] == KMS
    assert aws.documents["models-1"]["VersioningConfiguration"] == VERSIONED


def test_what_a_run_has_made_is_planned_again_as_what_is_left_of_it(
    people: People, prod: Environment, aws: Account
) -> None:
    aws.faults = [("", None), ("before", denied())]
    run = flow.pump(flow.started(people, prod, aws, bucket(VersioningConfiguration=VERSIONED)), aws)
    assert run.state == RunState.FAILED
    request = planned_again(people, run.change_request, aws)
    assert request.revision is not None
    [change] = codec.parse(request.revision.canonical).changes
    assert (change.action, change.identifier) == ("update", "models-1")
    assert [d.property for d in change.differences] == ["VersioningConfiguration"]
    assert any("made by an earlier run" in check["sentence"] for check in request.revision.checks)
    assert flow.pump(again(people, request), aws).state == RunState.SUCCEEDED


def test_nothing_left_to_do_is_said(people: People, prod: Environment, aws: Account) -> None:
    aws.faults = [("", None), ("before", denied())]
    run = flow.pump(flow.started(people, prod, aws, group("only"), flow.resize()), aws)
    request = run.change_request
    edit(
        by=people["aiko"], change_request=request, edition=request.edition, title="Less", reason="",
        changes=[group("only")],
    )  # fmt: skip
    request.refresh_from_db()
    flow.submitted(people["aiko"], request, aws)
    assert [problem["code"] for problem in request.problems] == ["made"]


def test_an_old_run_does_not_close_a_new_revision(people: People, prod: Environment, aws: Account) -> None:
    run = flow.started(people, prod, aws)
    flow.once(run, aws)
    request = run.change_request
    other = flow.resize("users-prod")
    edit(by=people["aiko"], change_request=request, edition=request.edition, title="Other", reason="", changes=[other])
    request.refresh_from_db()
    flow.submitted(people["aiko"], request, aws)
    approve(by=people["ben"], change_request=request, digest=flow.digest(request))
    flow.pump(run, aws)
    request.refresh_from_db()
    assert run.state == RunState.SUCCEEDED
    assert request.applied_at is None


def test_a_call_that_was_never_sent_leaves_no_question(people: People, prod: Environment, aws: Account) -> None:
    run = flow.started(people, prod, aws)
    aws.unassumable = AwsError(ErrorKind.UNKNOWN, "The role could not be assumed just now.", code="Timeout")
    step = flow.once(run, aws)
    assert (step.state, Attempt.objects.count()) == (StepState.READY, 0)
    aws.unassumable = None
    assert flow.pump(run, aws).state == RunState.SUCCEEDED
    assert len(aws.calls) == 1


def test_throttles_are_no_unclear_answers(people: People, prod: Environment, aws: Account) -> None:
    run = flow.started(people, prod, aws)
    aws.faults = [*[("before", throttled())] * 4, ("before", unclear())]
    flow.pump(run, aws, rounds=40)
    assert run.state == RunState.SUCCEEDED, run.steps.get().outcome
    assert Attempt.objects.filter(unclear=True).count() == 1


def test_a_resource_that_left_the_environment_is_not_touched(people: People, aws: Account) -> None:
    prod = flow.make_environment(tag="stage=prod")
    aws.documents["orders-prod"]["Tags"] = [{"Key": "stage", "Value": "prod"}]
    run = flow.started(people, prod, aws)
    aws.documents["orders-prod"]["Tags"] = [{"Key": "stage", "Value": "dev"}]
    flow.pump(run, aws)
    assert run.state == RunState.FAILED
    assert "no longer belongs to prod" in run.failure
    assert aws.calls == []


@pytest.mark.parametrize("seed", range(8))
def test_no_call_touches_what_the_plan_does_not_name(
    people: People, prod: Environment, aws: Account, seed: int
) -> None:
    """Edits, restores, failures, hostile tags in any order: every rule goes into a group that its change made."""
    chance = random.Random(seed)
    names = ["one", "two", "three"]
    request = flow.approved(people, prod, aws, *(group(name, OPEN) for name in chance.sample(names, 2)))
    for turn in range(4):
        run = again(people, request)
        if chance.random() < 0.5:
            aws.faults = [("", None)] * chance.randrange(4) + [("before", denied())]
        flow.pump(run, aws)
        aws.faults = []
        check_rules(aws, request)
        if Run.objects.get(pk=run.pk).state == RunState.SUCCEEDED:
            break
        tags = [*aws.marks.values(), f"CR-{request.pk}/1", f"CR-{request.pk}/2/{'a' * 32}"]
        foreign(
            aws, f"sg-foreign-{turn}", chance.choice([*names, "web"]), chance.choice(tags), chance.choice([VPC, "v"])
        )
        if chance.random() < 0.3:
            forget_nonces(f"{seed:064}")
        made = {doc["GroupName"] for doc in aws.documents.values() if "GroupName" in doc}
        left = [name for name in names if name not in made] or ["four"]
        request = planned_again(people, request, aws, *(group(name, OPEN) for name in chance.sample(left, 1)))


def check_rules(aws: Account, request: ChangeRequest) -> None:
    assert not any("SecurityGroupIngress" in doc for key, doc in aws.documents.items() if key.startswith("sg-foreign"))
    wanted = {change.name for revision in request.revisions.all() for change in codec.parse(revision.canonical).changes}
    assert {aws.documents[each]["GroupName"] for each in touched(aws)} <= wanted
    assert not Attempt.objects.filter(state=AttemptState.INTENDED, step__state=StepState.DONE).exists()

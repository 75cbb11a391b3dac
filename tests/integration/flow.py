"""The way of a request through the product's own commands, as tests walk it."""

from datetime import timedelta
from typing import Any

from django.db.models import F
from django.utils import timezone

from apps.changes.commands import DraftInput, claim_planning, edit, propose, replan, submit
from apps.changes.commands.draft import drafted
from apps.changes.models import ChangeRequest
from apps.environments.models import Account as AccountRow
from apps.environments.models import Environment
from apps.people.models import RoleBinding, User
from apps.planner.request import plan_request
from apps.reviews.commands import approve
from apps.runs.commands import start
from apps.runs.conduct import attend
from apps.runs.models import Attempt, Run, Step
from apps.runs.states import RUN_TERMINAL, StepState
from apps.runs.work import Doors
from tests.integration.estate import CLASS_AFTER, CLASS_BEFORE, RDS, TOKYO, Account

PEOPLE = (
    ("aiko", "Aiko Mori", "requester"),
    ("daichi", "Daichi Ueda", "requester"),
    ("ben", "Ben Sato", "reviewer"),
    ("chie", "Chie Abe", "reviewer"),
    ("emi", "Emi Kato", "auditor"),
)


def make_people() -> dict[str, User]:
    people = {}
    for username, full_name, role in PEOPLE:
        people[username] = User.objects.create_user(username, f"{username}@example.test", None, full_name=full_name)
        RoleBinding.objects.create(user=people[username], role=role, environment="prod")
    return people


def make_environment(slug: str = "prod", tag: str = "") -> Environment:
    account, _ = AccountRow.objects.get_or_create(number="111111111111", name="models")
    return Environment.objects.create(
        slug=slug,
        name=slug,
        account=account,
        regions=[TOKYO],
        resource_tag=tag,
        read_role_arn="arn:aws:iam::111111111111:role/read",
        write_role_arn="arn:aws:iam::111111111111:role/write",
        external_id="an-external-id",
    )


def resize(name: str = "orders-prod", to: str = CLASS_AFTER, base: str = CLASS_BEFORE) -> DraftInput:
    return DraftInput("update", RDS, TOKYO, name, name, {"DBInstanceClass": to}, {"DBInstanceClass": base})


def let_grow(name: str = "orders-prod", most: int = 900) -> DraftInput:
    return DraftInput("update", RDS, TOKYO, name, name, {"MaxAllocatedStorage": most})


def draft(by: User, environment: Environment, *changes: DraftInput) -> ChangeRequest:
    return propose(by=by, environment=environment, title="Resize", reason="Load", changes=changes or (resize(),))


def submitted(by: User, request: ChangeRequest, aws: Account) -> ChangeRequest:
    submit(by=by, change_request=request, edition=request.edition)
    plan_request(request.pk, open_reader=aws.reader)
    request.refresh_from_db()
    return request


def edited(by: User, request: ChangeRequest) -> ChangeRequest:
    edit(
        by=by, change_request=request, edition=request.edition, title="Otherwise", reason="",
        changes=drafted(request),
    )  # fmt: skip
    request.refresh_from_db()
    return request


def replanned(by: User, request: ChangeRequest, aws: Account) -> ChangeRequest:
    replan(by=by, change_request=request)
    plan_request(request.pk, open_reader=aws.reader)
    request.refresh_from_db()
    return request


def let_planning_lapse(request: ChangeRequest) -> None:
    """Let the planner's lease run out."""
    ChangeRequest.objects.filter(pk=request.pk).update(planning_due_at=timezone.now() - timedelta(hours=1))


def claimed(request: ChangeRequest) -> bool:
    """A planner takes the request, and is never heard of again."""
    let_planning_lapse(request)
    return claim_planning(change_request_id=request.pk) is not None


def digest(request: ChangeRequest) -> str:
    assert request.revision is not None, request.problems
    return request.revision.digest


def approved(people: dict[str, User], environment: Environment, aws: Account, *changes: DraftInput) -> ChangeRequest:
    request = submitted(people["aiko"], draft(people["aiko"], environment, *changes), aws)
    approve(by=people["ben"], change_request=request, digest=digest(request))
    request.refresh_from_db()
    return request


def started(people: dict[str, User], environment: Environment, aws: Account, *changes: DraftInput) -> Run:
    request = approved(people, environment, aws, *changes)
    return start(by=people["aiko"], change_request=request, digest=digest(request))


def doors(aws: Account) -> Doors:
    return Doors(reader=aws.reader, writer=aws.writer)


def make_due(run: Run) -> None:
    """Let time pass: leases run out, waits are over, and what was sent has landed."""
    Step.objects.filter(run=run, due__isnull=False).update(due=timezone.now() - timedelta(hours=1))
    late = timedelta(hours=1)
    Attempt.objects.filter(step__run=run, state="intended").update(intended_at=F("intended_at") - late)


def pump(run: Run, aws: Account, rounds: int = 30) -> Run:
    """Work like the sweep and its workers until nothing is due any more."""
    for _ in range(rounds):
        make_due(run)
        due = Step.objects.filter(run=run, state__in=(StepState.READY, StepState.RUNNING, StepState.WAITING))
        for step in due.order_by("ordinal"):
            attend(step.pk, doors(aws))
        run.refresh_from_db()
        if run.state in RUN_TERMINAL or not due.exists():
            break
    return run


def once(run: Run, aws: Account, key: str = "1.1") -> Step:
    """Attend to one step once."""
    make_due(run)
    step = Step.objects.get(run=run, key=key)
    attend(step.pk, doors(aws))
    step.refresh_from_db()
    return step


def once_now(run: Run, aws: Account, key: str) -> Step:
    """Attend to one step once without letting time pass for the others."""
    step = Step.objects.get(run=run, key=key)
    attend(step.pk, doors(aws))
    step.refresh_from_db()
    return step


def facts(request: ChangeRequest) -> list[Any]:
    from apps.audit.models import Event

    return list(Event.objects.filter(stream=f"cr/{request.pk}").order_by("seq").values_list("verb", flat=True))

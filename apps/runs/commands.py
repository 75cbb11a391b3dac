"""The verbs of a run. Each is one short transaction that ends with its event; all raise `Refused`.

An approval never starts a run: `start` is what a person does with an approved request. Workers are only rung for; the
sweep finds what nobody heard.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from apps.bell import ring, ring_on_commit
from apps.changes.models import ChangeRequest, Revision
from apps.changes.states import State
from apps.people.access import can
from apps.people.models import Role, User
from apps.planning import codec
from apps.planning.plan import Call, Change, Plan
from apps.refusal import Refusal, Refused, check
from apps.reviews.standing import standing
from apps.runs import finish, policies
from apps.runs.claim import due_in
from apps.runs.models import Run, Step
from apps.runs.states import RUN_LIVE, RunState, StepState

LIVE = [state.value for state in RUN_LIVE]
DUE = (StepState.READY, StepState.RUNNING, StepState.WAITING)
NO_PLAN = Refusal("stale", "This request has no plan now. Load the page again.")


@transaction.atomic
def start(*, by: User, change_request: ChangeRequest, digest: str, now: datetime | None = None) -> Run:
    """Queue the approved revision to be executed once: one step for each approved call."""
    now = now or timezone.now()
    rows = ChangeRequest.objects.select_for_update(of=("self",)).select_related("environment", "revision")
    request = rows.get(pk=change_request.pk)
    if request.revision is None:
        raise Refused(NO_PLAN)
    check(policies.check_start(facts(by, request, request.revision, digest)))
    run = Run.objects.create(
        change_request=request,
        revision=request.revision,
        number=request.runs.count() + 1,
        digest=digest,
        started_by=by,
        queued_at=now,
    )
    steps = Step.objects.bulk_create(_steps(run, codec.parse(request.revision.canonical)))
    for step in steps:
        if step.state == StepState.READY:
            ring_on_commit(finish.STEP, "run", step.pk)
    finish.log(run, "run.queued", now, by=by, digest=digest, steps=len(steps))
    return run


@transaction.atomic
def cancel(*, by: User, run: Run, now: datetime | None = None) -> Run:
    """Make no further call. What AWS has accepted is followed to its end."""
    now = now or timezone.now()
    current = _actionable(by, run)
    check(policies.check_live(RunState(current.state)))
    current.cancel_requested = True
    current.save(update_fields=["cancel_requested"])
    finish.conclude(current, "run.cancel_requested", now, by=by)
    return current


@transaction.atomic
def look_again(*, by: User, step: Step, now: datetime | None = None) -> Step:
    """Have a step that needs a person looked at once more, with a new deadline."""
    now = now or timezone.now()
    run = _actionable(by, step.run)
    current = Step.objects.select_for_update().get(pk=step.pk)
    check(policies.check_attention(StepState(current.state)))
    Step.objects.filter(pk=step.pk).update(
        state=StepState.WAITING,
        due=due_in(0),
        deadline=due_in(600),
        agreed=0,
        polls=0,
        stumbles=0,
        outcome="",
        cause="Looking again.",
    )
    ring_on_commit(finish.STEP, "run", step.pk)
    finish.conclude(run, "step.looked_again", now, by=by, step=current.key)
    current.refresh_from_db()
    return current


@transaction.atomic
def give_up(*, by: User, run: Run, reason: str, now: datetime | None = None) -> Run:
    """End a run that needs a person: its unclear steps count as failed, with the reason, and its locks are freed."""
    now = now or timezone.now()
    current = _actionable(by, run)
    check(policies.check_attention(RunState(current.state)), policies.check_reason(reason))
    outcome = f"Given up by {by.full_name}: {reason.strip()}"
    unclear = current.steps.filter(state=StepState.ATTENTION)
    unclear.update(state=StepState.FAILED, outcome=outcome, finished_at=now)
    current.failure = current.failure or outcome
    current.save(update_fields=["failure"])
    finish.conclude(current, "run.given_up", now, by=by, reason=reason)
    return current


def sweep(limit: int = 500) -> None:
    """Ring for every due step: the way back from a lost message and from a dead worker."""
    rows = Step.objects.filter(state__in=DUE, due__lte=due_in(0)).order_by("due")
    for step_id in rows.values_list("pk", flat=True)[:limit]:
        ring(finish.STEP, "run", step_id)


def _actionable(by: User, run: Run) -> Run:
    current = finish.locked(run.pk)
    environment = current.change_request.environment
    check(policies.check_role(_may(by, environment.slug), environment.name))
    return current


def _may(by: User, slug: str) -> bool:
    return can(by, Role.REQUESTER, slug) or can(by, Role.REVIEWER, slug)


def facts(by: User, request: ChangeRequest, revision: Revision, digest: str) -> policies.Start:
    """What `start` asks about; pages use it to say beforehand what stands in the way."""
    return policies.Start(
        may=_may(by, request.environment.slug),
        environment=request.environment.name,
        enabled=request.environment.enabled,
        approved=request.state == State.APPROVED,
        digest_is_current=digest == revision.digest,
        complete=standing(revision).complete,
        live=request.runs.filter(state__in=LIVE).exists(),
        applied=request.applied_at is not None,
    )


def _steps(run: Run, plan: Plan) -> Iterable[Step]:
    calls = [(change, call) for change in plan.changes for call in change.calls]
    for ordinal, (change, call) in enumerate(calls, 1):
        yield Step(run=run, ordinal=ordinal, resource_key=_resource(plan, change), **_shown(call))


def _resource(plan: Plan, change: Change) -> str:
    return f"{plan.target.account}/{change.region}/{change.type}/{change.identifier or change.name}"


def _shown(call: Call) -> dict[str, object]:
    first = not call.after
    return {
        "key": call.key,
        "service": call.service,
        "operation": call.operation,
        "parameters": codec.encoded(call.parameters),
        "purpose": call.purpose,
        "expected_minutes": call.wait.minutes if call.wait else 0,
        "state": StepState.READY if first else StepState.PENDING,
        "due": due_in(0) if first else None,
    }

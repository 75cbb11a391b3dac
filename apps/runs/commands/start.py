"""Starting a run. An approval never does: it is what a person does with an approved request."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from apps.bell import Bell, ring_on_commit
from apps.changes.models import ChangeRequest, Revision
from apps.changes.states import State
from apps.environments.calendar import Closed
from apps.people.models import User
from apps.planning import codec
from apps.planning.plan import Call, Change, Plan
from apps.refusal import Refusal, Refused, check
from apps.reviews.freeze import closed
from apps.reviews.standing import is_complete
from apps.runs import finish, policies
from apps.runs.acting import may
from apps.runs.claim import due_in
from apps.runs.models import Run, Step
from apps.runs.states import RUN_LIVE, StepState

LIVE = [state.value for state in RUN_LIVE]
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
    steps = Step.objects.bulk_create(_steps(run, codec.parse(request.revision.canonical), expected(request.revision)))
    ring_on_commit(Bell.STEP, steps[0].pk)  # which rings for the others once it has started the run
    finish.log(run, "run.queued", now, by=by, digest=digest, steps=len(steps))
    if request.emergency:
        finish.log(run, "emergency.begun", now, by=by, reason=request.emergency)
    return run


def facts(by: User, request: ChangeRequest, revision: Revision, digest: str) -> policies.Start:
    """What `start` asks about; pages use it to say beforehand what stands in the way."""
    return policies.Start(
        may=may(by, request.environment.slug),
        environment=request.environment.name,
        enabled=request.environment.enabled,
        approved=request.state == State.APPROVED,
        digest_is_current=digest == revision.digest,
        complete=is_complete(revision),
        live=request.runs.filter(state__in=LIVE).exists(),
        applied=request.applied_at is not None,
        waits_for=_waits_for(request.after),
        closed=until(closed(revision)),
    )


def until(found: Closed | None) -> str:
    """Why nothing starts, and until when, in words; "" where nothing stands in the way."""
    if found is None:
        return ""
    return f"{found.sentence}, until {found.until:%Y-%m-%d %H:%M} UTC" if found.until else found.sentence


def _waits_for(earlier: ChangeRequest | None) -> str:
    if earlier is None or earlier.applied_at is not None:
        return ""
    return f"{earlier.reference} in {earlier.environment.name}"


def expected(revision: Revision) -> dict[str, float]:
    """The minutes of each call by its key, as they were worked out for the plan; empty where they were not."""
    return {each["key"]: each["minutes"] for each in (revision.evaluation.get("speed") or {}).get("calls", ())}


def _steps(run: Run, plan: Plan, minutes: Mapping[str, float]) -> Iterable[Step]:
    for ordinal, call in enumerate(plan.calls, 1):
        change = plan.change_of(call.key)
        where = {"resource_key": _resource(plan, change), "place": place(plan, change)}
        thumb = call.wait.minutes if call.wait else 0
        yield Step(run=run, ordinal=ordinal, expected_minutes=minutes.get(call.key, thumb), **where, **_shown(call))


def _resource(plan: Plan, change: Change) -> str:
    return f"{plan.target.account}/{change.region}/{change.type}/{change.identifier or change.name}"


def place(plan: Plan, change: Change) -> str:
    """Where one list shows the resource: environment/region/type."""
    return f"{plan.target.environment}/{change.region}/{change.type}"


def _shown(call: Call) -> dict[str, object]:
    first = not call.after
    return {
        "key": call.key,
        "service": call.service,
        "operation": call.operation,
        "parameters": codec.encoded(call.parameters),
        "purpose": call.purpose,
        "state": StepState.READY if first else StepState.PENDING,
        "due": due_in(0) if first else None,
    }

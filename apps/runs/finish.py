"""How a step ends, and what that makes of its run: one transaction each, under the fence.

The request's row is locked first, then the run's, in every transaction that changes a run, so that none waits for
another in a circle.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from apps.audit.log import record
from apps.bell import Bell, ring_on_commit
from apps.changes.commands import mark_applied, record_made
from apps.changes.models import ChangeRequest
from apps.inventory.commands import record_gone, record_observation
from apps.people.models import User
from apps.planning import codec
from apps.planning.plan import Observation, Plan
from apps.runs import actuals, closing, locks, outcomes
from apps.runs.claim import Claim, due_in
from apps.runs.faultpoint import faultpoint
from apps.runs.models import Run, Step
from apps.runs.policies import run_state, stops
from apps.runs.states import RUN_TERMINAL, STEP_PASSED, RunState, StepState
from apps.runs.work import Stop, Work

Json = Any
UNSTARTED = (StepState.PENDING, StepState.READY)


def locked(run_id: int) -> Run:
    """The run with its request, both locked."""
    ChangeRequest.objects.select_for_update(no_key=True).get(runs=run_id)
    rows = Run.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("change_request__environment", "revision").get(pk=run_id)


def done(work: Work, seen: Observation | None, words: str, verb: str = "step.done") -> None:
    """The step has its effect: the next ones may start, and the run may have succeeded."""
    faultpoint("converged")
    now = timezone.now()
    with transaction.atomic():
        run = locked(work.run.pk)
        work.claim.write(
            state=StepState.DONE, due=None, cause="", outcome=words, finished_at=now, outputs=_outputs(work)
        )
        _remember(work, seen, now)
        if verb == "step.done":
            outcomes.took(run, work.plan, work.step.pk, now)
        if work.creates and seen is not None:
            known = {"change_request_id": run.change_request_id, "revision_id": run.revision_id}
            record_made(**known, ordinal=work.change.ordinal, identifier=seen.identifier)
        free(run, work.plan)
        conclude(run, verb, now, step=work.call.key, operation=work.call.operation, outcome=words)
    faultpoint("finished")


def stop(claim: Claim, why: Stop) -> None:
    """The step failed, is not started any more, or needs a person; nothing new of the run starts after that."""
    now = timezone.now()
    with transaction.atomic():
        run = locked(claim.step.run_id)
        ended = None if why.state == StepState.ATTENTION else now
        claim.write(state=why.state, due=None, cause="", outcome=why.sentence, finished_at=ended)
        if why.state == StepState.FAILED:
            run.failure = run.failure or why.sentence
            run.drift = [*run.drift, *why.drift]
        elif why.state == StepState.CANCELLED and not (run.failure or run.cancel_requested):
            run.failure = why.sentence
        failed = run.steps.filter(state=StepState.FAILED).count()
        most = run.change_request.environment.failures_most
        run.stopped = run.stopped or stops(failed=failed, most=most, whole=why.whole)
        run.save(update_fields=["failure", "drift", "stopped"])
        step = claim.step
        if why.state == StepState.FAILED:
            outcomes.failed(run, step, now)
        conclude(run, _verb(why), now, step=step.key, operation=step.operation, outcome=why.sentence)


def conclude(run: Run, verb: str, now: datetime, by: User | None = None, **data: Json) -> None:
    """Make the run what its steps say, then write the event of what happened and, if it came to that, of its end."""
    ended = _settle(run, now)
    if verb:
        log(run, verb, now, by=by, **data)
    if ended:
        log(run, ended, now, failure=run.failure, drift=list(run.drift))


def _settle(run: Run, now: datetime) -> str:
    """The verb of the state that the run got, when people are told of it. The locks of an ended run are free."""
    states = [StepState(state) for state in run.steps.values_list("state", flat=True)]
    if StepState.ATTENTION not in states and (given_up := _not_started(run)):
        plan = codec.parse(run.revision.canonical)
        ended = given_up.exclude(key__in=closing.owed(plan, closing.states(run)))
        ended.update(state=StepState.CANCELLED, due=None, cause="", finished_at=now)
        closing.release(run, plan)
        states = [StepState(state) for state in run.steps.values_list("state", flat=True)]
    started = run.started_at is not None
    state = run_state(states, failed=bool(run.failure), cancelled=run.cancel_requested, started=started)
    if state == run.state:
        return ""
    run.state, run.finished_at = state, now if state in RUN_TERMINAL else None
    if state == RunState.SUCCEEDED:
        run.actual = actuals.measured(run, codec.parse(run.revision.canonical), now)
    run.save(update_fields=["state", "finished_at", "actual"])
    if state in RUN_TERMINAL:
        locks.release(run)
        ring_for_waiting(run)
    if state == RunState.SUCCEEDED:
        mark_applied(change_request_id=run.change_request_id, revision_id=run.revision_id, now=now)
    return f"run.{state.value}" if state in RUN_TERMINAL or state == RunState.ATTENTION else ""


def ring_for_waiting(run: Run) -> None:
    """Ring once for each run that has not begun: it may wait for a resource or for a place that is free now."""
    account = run.change_request.environment.account_id
    queued = Step.objects.filter(run__state=RunState.QUEUED, run__change_request__environment__account=account)
    first = queued.filter(state=StepState.READY).order_by("run_id", "ordinal").distinct("run_id")
    ids = list(first.values_list("pk", flat=True))
    Step.objects.filter(pk__in=ids, state=StepState.READY).update(due=due_in(0))
    for step_id in ids:
        ring_on_commit(Bell.STEP, step_id)


def ring_again(run: Run) -> None:
    """Have what is ready, and was put off, tried at once."""
    ready = run.steps.filter(state=StepState.READY)
    ready.update(due=due_in(0))
    for step_id in ready.values_list("pk", flat=True):
        ring_on_commit(Bell.STEP, step_id)


def _not_started(run: Run) -> QuerySet[Step] | None:
    """What will never start: everything once the run has stopped, else what waits for a step that failed."""
    unstarted = run.steps.filter(state__in=UNSTARTED)
    if run.stopped or run.cancel_requested:
        return unstarted
    lost = {StepState.FAILED, StepState.CANCELLED}
    dead = set(run.steps.filter(state__in=lost).values_list("key", flat=True))
    if not dead:
        return None
    for call in codec.parse(run.revision.canonical).calls:
        if dead & set(call.after):
            dead.add(call.key)
    return unstarted.filter(key__in=dead)


def log(run: Run, verb: str, now: datetime, by: User | None = None, **data: Json) -> None:
    """The event, in the stream of the request."""
    request = run.change_request
    slug = request.environment.slug
    facts: Mapping[str, Json] = {"run": run.number, **_about(run, data.get("step")), **data}
    record(
        stream=f"cr/{request.pk}", verb=verb, by=by, subject=request.reference, environment=slug, data=facts, now=now
    )


def _about(run: Run, key: Json) -> dict[str, Json]:
    """Which call a step is, and of what resource."""
    if not isinstance(key, str):
        return {}
    change = codec.parse(run.revision.canonical).change_of(key)
    call = next(each for each in change.calls if each.key == key)
    return {"operation": call.operation, "resource": change.name}


def _remember(work: Work, seen: Observation | None, now: datetime) -> None:
    """Let the inventory know what was seen, so that pages show it before the next refresh."""
    change = work.change
    if seen is not None:
        record_observation(environment=work.environment, observation=seen, cause=work.run.reference, now=now)
    elif change.identifier:
        record_gone(
            environment=work.environment,
            region=change.region,
            type_name=change.type,
            identifier=change.identifier,
            now=now,
        )


def _outputs(work: Work) -> dict[str, Json]:
    known = work.outputs.get(work.change.ordinal, {})
    return {name: known[name] for name in work.call.outputs if name in known}


def free(run: Run, plan: Plan) -> None:
    """Make due the steps whose earlier steps are all passed, and ring for them."""
    passed = set(run.steps.filter(state__in=STEP_PASSED).values_list("key", flat=True))
    keys = [call.key for call in plan.calls if set(call.after) <= passed]
    waiting = Step.objects.filter(run=run, state=StepState.PENDING, key__in=keys)
    ids = list(waiting.values_list("pk", flat=True))
    Step.objects.filter(pk__in=ids).update(state=StepState.READY, due=due_in(0))
    for step_id in ids:
        ring_on_commit(Bell.STEP, step_id)


def _verb(why: Stop) -> str:
    if why.drift:
        return "step.drifted"
    return {StepState.FAILED: "step.failed", StepState.ATTENTION: "step.attention"}.get(why.state, "")

"""What must hold before a call, by what is true now: where a step begins, and all of it where the intent is written.

Nothing is executed but what the approved text says: it is rehashed, and the call is decoded from it.
"""

from apps.catalog.registry import native
from apps.changes.states import State
from apps.planning import codec
from apps.planning.plan import Plan
from apps.reviews.freeze import closed
from apps.reviews.standing import is_complete
from apps.runs import closing
from apps.runs.claim import Claim
from apps.runs.models import Run, Step
from apps.runs.states import RunState, StepState
from apps.runs.work import Postpone, Stop, Work

HELD_SECONDS = 30


def admit(claim: Claim) -> Work:
    """The claimed step with its call from the approved text. Raises `Stop` when the text isn't what was approved."""
    step = claim.step
    plan = _approved(step.run)
    try:
        call, change = plan.call(step.key), plan.change_of(step.key)
    except KeyError as error:
        raise Stop(
            StepState.FAILED, f"The approved plan has no call {step.key}. Nothing was called.", whole=True
        ) from error
    declared = native(change.type)
    if declared is None:
        raise Stop(StepState.FAILED, f"This version of Ringi doesn't know {change.type}. Nothing was called.")
    done = Step.objects.filter(run=step.run_id).exclude(outputs={}).values_list("key", "outputs")
    outputs: dict[int, dict[str, object]] = {}
    for key, given in done:
        outputs.setdefault(int(key.split(".")[0]), {}).update(given)
    return Work(claim, plan, call, change, declared, outputs)


def _approved(run: Run) -> Plan:
    text = run.revision.canonical
    if codec.digest(text) != run.digest:
        raise Stop(
            StepState.FAILED, "The stored plan is not the one that was approved. Nothing was called.", whole=True
        )
    try:
        return codec.parse(text)
    except codec.Unreadable as error:
        sentence = "This version of Ringi can't read the approved plan. Plan the request again."
        raise Stop(StepState.FAILED, sentence, whole=True) from error


def check(work: Work) -> None:
    """Raise `Stop` or `Postpone` unless the next call of this run may be made now. Reads the rows anew."""
    run = Run.objects.select_related("change_request__environment", "revision", "held_by").get(pk=work.run.pk)
    check_beginning(run, work)
    run.revision.change_request = run.change_request
    if not is_complete(run.revision, run.queued_at):
        raise Stop(
            StepState.CANCELLED, "An approval no longer counts. No call was made; ask for a new review.", whole=True
        )
    found = closed(run.revision)
    if found and found.window and found.window.holds and not closing.early(run, work.plan, work.call.key):
        raise Postpone(HELD_SECONDS, f"Waits for the end of {found.window.name}: it holds runs that go on, too.")


def check_beginning(run: Run, work: Work) -> None:
    """What `check` asks, by the row as it was read with the claim and without the approvals: nothing is called yet.

    What brings a resource back is called even after the run was cancelled or has stopped.
    """
    _check_run(run, closes=closing.early(run, work.plan, work.call.key))
    request = run.change_request
    if request.state != State.APPROVED or request.revision_id != run.revision_id:
        raise Stop(
            StepState.CANCELLED, f"{request.reference} is no longer approved as it was. No call was made.", whole=True
        )
    if not request.environment.enabled:
        raise Stop(StepState.CANCELLED, f"{request.environment.name} is switched off. No call was made.", whole=True)


def _check_run(run: Run, *, closes: bool) -> None:
    if run.cancel_requested and not closes:
        raise Stop(StepState.CANCELLED, "Cancelled before the call was made.")
    if run.stopped and not closes:
        raise Stop(StepState.CANCELLED, "Not started, because the run stopped before.")
    if run.held_by is not None:
        raise Postpone(HELD_SECONDS, f"Held by {run.held_by}: {run.held_reason}")
    if run.state == RunState.ATTENTION:
        raise Postpone(10, "Waits until somebody has looked at the step that needs a person.")

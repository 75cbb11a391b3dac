"""What a worker does with the id of a step. The same path serves the first message, a late one, and the sweep.

claim -> gate -> locks -> look -> intent -> call -> answer -> wait -> finish; an open question goes to `reconcile`.
"""

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from django.db import transaction
from django.utils import timezone
from structlog.contextvars import bound_contextvars

from apps.aws.gateway import AwsError, ErrorKind, Gateway
from apps.aws.together import Together
from apps.runs import claim, drift, finish, gate, intent, limits, locks, origin, reconcile, sight, wait
from apps.runs.claim import Claim, Lost, due_in
from apps.runs.faultpoint import faultpoint
from apps.runs.models import Attempt, Run, Step
from apps.runs.states import AttemptState, RunState, StepState
from apps.runs.work import Doors, Postpone, Stop, Work

log = logging.getLogger(__name__)
WAITS = {ErrorKind.THROTTLED, ErrorKind.UNKNOWN}
STUMBLES_MOST = 5
AGAIN_SECONDS = 10
LOOKS = "ringi-looks"  # one session for all of them: who calls has its own
UNSEEN_MOST = 60  # looks in a row that AWS didn't answer: ten minutes


def attend(step_id: int, doors: Doors) -> None:
    """Bring a due step as far as it gets now. A step that isn't due, has ended or doesn't exist is left alone.

    What waits for AWS in the same place is looked at with it.
    """
    taken = claim.take(step_id)
    if taken is None:
        return
    faultpoint("claimed")
    others = claim.along(taken) if taken.only_looks else []
    if others:
        together = _together([taken, *others], doors)
        doors = replace(doors, reader=lambda *_: together)
    for each in (taken, *others):
        _guarded(each, doors)


def _together(claims: Sequence[Claim], doors: Doors) -> Gateway:
    """One reading for all of them. A step that can't be admitted says so when its turn comes."""
    wanted: dict[tuple[str, str], set[str]] = {}
    for each in claims:
        with suppress(Stop):
            work = gate.admit(each)
            wanted.setdefault((work.change.type, work.change.region), set()).add(sight.identifier_of(work))
    return Together(doors.reader(claims[0].step.run.change_request.environment, LOOKS), wanted)


def _guarded(taken: Claim, doors: Doors) -> None:
    try:
        if taken.stumbles > STUMBLES_MOST:
            finish.stop(taken, _tumbled("the worker died"))
        else:
            _attend(taken, doors)
    except Lost:
        log.info("step taken by another worker", extra={"step": taken.step.pk})
    except Exception as error:
        log.exception("step met an unexpected error", extra={"step": taken.step.pk, "stumbles": taken.stumbles})
        _stumbled(taken, type(error).__name__)


def _attend(taken: Claim, doors: Doors) -> None:
    try:
        work = gate.admit(taken)
        with bound_contextvars(change_request=work.run.change_request.reference, run=work.run.pk, step=work.step.pk):
            _advance(work, doors)
    except Postpone as later:
        _postpone(taken, later)
    except Stop as why:
        finish.stop(taken, why)
    except AwsError as error:
        _unseen(taken, error)


def _advance(work: Work, doors: Doors) -> None:
    aws = doors.reader(work.environment, LOOKS)
    attempt = Attempt.objects.filter(step=work.step, state=AttemptState.INTENDED).first()
    if attempt is not None:
        wait.poll(reconcile.answer(work, attempt, aws), aws)
    elif work.step.acked_at is not None:
        wait.poll(work, aws)
    else:
        _begin(work, doors, aws)


def _begin(work: Work, doors: Doors, aws: Gateway) -> None:
    gate.check_beginning(work.run, work)
    locks.take(work.run)
    faultpoint("locked")
    first = aws
    if work.run.state == RunState.QUEUED:
        first = _survey(work, aws)
        _started(work)
    seen = origin.look(work, first)
    if work.creates and seen is not None and origin.is_ours(work, seen):
        finish.done(sight.created(work, seen), seen, "An earlier run made it; no call was needed.", "step.skipped")
    elif not work.creates and sight.already(work, seen):
        finish.done(work, seen, "Already as wanted; no call was needed.", "step.skipped")
    else:
        drift.check(work, seen)
        faultpoint("looked")
        wait.poll(intent.call(work, doors), aws)


def _survey(work: Work, aws: Gateway) -> Gateway:
    """See whether anything moved; gives the gateway that still knows what was seen.

    Once another step has started the run, what is seen may be the work of its call.
    """
    try:
        return drift.survey(work, aws)
    except Stop:
        if Run.objects.filter(pk=work.run.pk, state=RunState.QUEUED).exists():
            raise
        return aws


def _started(work: Work) -> None:
    """The first step that gets here starts the run, and rings for the others that are ready."""
    now = timezone.now()
    with transaction.atomic():
        run = finish.locked(work.run.pk)
        limits.check_run(run)
        if Run.objects.filter(pk=run.pk, state=RunState.QUEUED).update(state=RunState.RUNNING, started_at=now):
            finish.log(run, "run.started", now)
            finish.ring_again(run)


def _stumbled(taken: Claim, error: str) -> None:
    """Nobody foresaw this error. A few more tries, in case it passes; then a person is asked, never for ever."""
    if taken.stumbles >= STUMBLES_MOST:
        finish.stop(taken, _tumbled(error))
    else:
        words = f"Ringi met an unexpected error ({error}), {taken.stumbles} of {STUMBLES_MOST} times. Trying again."
        _postpone(taken, Postpone(AGAIN_SECONDS, words), stumbles=taken.stumbles)


def _tumbled(what: str) -> Stop:
    sentence = (
        f"Ringi failed at this step {STUMBLES_MOST} times ({what}) and stopped trying. "
        "Ask an administrator to look at the executor's log; then look again or give up."
    )
    return Stop(StepState.ATTENTION, sentence)


def _postpone(taken: Claim, later: Postpone, stumbles: int = 0) -> None:
    """Give the step back until it is due again; what AWS has accepted stays WAITING."""
    step = Step.objects.get(pk=taken.step.pk)
    open_question = Attempt.objects.filter(step=step, state=AttemptState.INTENDED).exists()
    state = StepState.WAITING if step.acked_at or open_question else StepState.READY
    taken.write(state=state, due=due_in(later.seconds), owner="", cause=later.cause[:300], stumbles=stumbles)


def _unseen(taken: Claim, error: AwsError) -> None:
    """AWS couldn't be looked at. Before any call, a clear refusal fails the step; else it is looked at again.

    After `UNSEEN_MOST` looks without an answer a person is asked.
    """
    step = Step.objects.get(pk=taken.step.pk)
    if not step.attempts.exists() and error.kind not in WAITS:
        finish.stop(taken, Stop(StepState.FAILED, error.sentence))
    elif step.polls >= UNSEEN_MOST:
        sentence = f"{error.sentence} It has been like that for a while. When it is settled, look again, or give up."
        finish.stop(taken, Stop(StepState.ATTENTION, sentence))
    else:
        taken.write(polls=step.polls + 1)
        _postpone(taken, Postpone(AGAIN_SECONDS, error.sentence))

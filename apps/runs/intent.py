"""One call, made once: the intent is committed before it, the answer after it.

Between the two nobody knows whether AWS acted. An answer that says neither yes nor no leaves the intent open; it is
reconciled by looking, never repeated blindly.
"""

import random
from dataclasses import replace
from typing import Any, NoReturn

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from apps.aws import resolve, secrets
from apps.aws.gateway import Answer, AwsError, ErrorKind, Gateway
from apps.changes.models import ChangeRequest
from apps.planning.parameters import nodes
from apps.planning.plan import Repeat, SecretRef
from apps.runs import finish, gate, limits
from apps.runs.claim import Lost, due_in
from apps.runs.faultpoint import faultpoint
from apps.runs.models import Attempt
from apps.runs.states import AttemptState, StepState
from apps.runs.work import Doors, Postpone, Stop, Work

SETTLE_SECONDS = 30  # read time limit of a call and a margin: what a dead worker sent may still land
THROTTLED_MOST = 8


def call(work: Work, doors: Doors) -> Work:
    """Make the call. Returns the work with its outputs once AWS said yes; raises `Stop` or `Postpone` otherwise.

    Raises `AwsError` where the role can't be assumed: then nothing was intended, let alone sent.
    """
    quiet = any(isinstance(node, SecretRef) for node in nodes(dict(work.call.parameters)))
    parameters = _with_secrets(work, doors) if quiet else resolve.parameters(work.call, work.known)
    work = replace(work, claim=work.claim.renewed())
    number = (work.step.attempts.aggregate(newest=Max("number"))["newest"] or 0) + 1
    session = f"ringi-{work.run.change_request.reference}-{work.call.key}-{number}"
    writer = doors.writer(work.environment, session)
    writer.ready(work.call.service, work.call.region)
    attempt = intend(work, number, session)
    faultpoint("intended")
    if not work.claim.may_still_call:
        raise Lost
    try:
        answer = _execute(writer, work, parameters, quiet)
    except AwsError as error:
        return _without(work, attempt, error)
    faultpoint("called")
    return acknowledge(work, attempt, answer)


def _with_secrets(work: Work, doors: Doors) -> dict[str, object]:
    """The parameters with the secrets that they refer to, which are kept nowhere."""
    aws = doors.writer(work.environment, f"ringi-{work.run.change_request.reference}-{work.call.key}-secrets")
    known = replace(work.known, secret=lambda node: secrets.fetched(aws, work.call.region, node.reference))
    return resolve.parameters(work.call, known)


def _execute(writer: Gateway, work: Work, parameters: dict[str, object], quiet: bool) -> Answer:
    how = work.call
    return writer.execute(how.service, how.operation, how.region, parameters, how.outputs, quiet=quiet)


def intend(work: Work, number: int, session: str) -> Attempt:
    """Write the intent while the request is locked, so that no edit or withdrawal passes between gate and intent."""
    now = timezone.now()
    with transaction.atomic():
        ChangeRequest.objects.select_for_update(no_key=True).get(pk=work.run.change_request_id)
        gate.check(work)
        limits.check_call(work)
        work.claim.write(started_at=work.step.started_at or now, cause="", outcome="")
        attempt = Attempt.objects.create(
            step=work.step,
            number=number,
            fence=work.claim.fence,
            client_token=work.token,
            session_name=session,
            mark=work.mark if work.creates else "",
            intended_at=now,
        )
        approved = work.call
        facts: dict[str, Any] = {"step": approved.key, "service": approved.service, "operation": approved.operation}
        finish.log(work.run, "step.intended", now, **facts, attempt=number, session=attempt.session_name)
    return attempt


def acknowledge(work: Work, attempt: Attempt, answer: Answer) -> Work:
    """AWS said yes: keep its answer, and wait until it shows."""
    now = timezone.now()
    known = work.with_outputs(answer.outputs)
    with transaction.atomic():
        _wait(known, answer.outputs)
        _close(attempt, AttemptState.ACKED, request_id=answer.request_id, http_status=answer.http_status)
        facts: dict[str, Any] = {"request_id": answer.request_id, "http_status": answer.http_status}
        finish.log(work.run, "step.answered", now, step=work.call.key, attempt=attempt.number, **facts)
    faultpoint("acked")
    return known


def reconciled(work: Work, attempt: Attempt, words: str) -> None:
    """Looking showed that the call had its effect."""
    with transaction.atomic():
        _wait(work, work.outputs.get(work.change.ordinal, {}))
        _close(attempt, AttemptState.RECONCILED, error=words, unclear=True)
        finish.log(work.run, "step.reconciled", timezone.now(), step=work.call.key, attempt=attempt.number, found=words)


def had_no_effect(work: Work, attempt: Attempt, words: str) -> None:
    """Looking showed that the call had none: the step is ready to make it again."""
    with transaction.atomic():
        work.claim.write(state=StepState.READY, due=due_in(0), cause=words)
        _close(attempt, AttemptState.REFUSED, error=words, unclear=True)
        finish.log(work.run, "step.reconciled", timezone.now(), step=work.call.key, attempt=attempt.number, found=words)


def _wait(work: Work, outputs: object) -> None:
    """From now on the step only looks. The lease is kept, so that this worker may look first."""
    minutes = work.call.wait.timeout_minutes if work.call.wait else 2
    work.claim.write(
        state=StepState.WAITING,
        outputs=outputs,
        acked_at=timezone.now(),
        deadline=due_in(minutes * 60),
        polls=0,
        agreed=0,
        otherwise=0,
        cause="AWS accepted the call.",
    )


def _without(work: Work, attempt: Attempt, error: AwsError) -> Work:
    if error.kind is ErrorKind.UNKNOWN:
        _unknown(work, attempt, error)
    if _says_done(work, attempt, error):
        return acknowledge(work, attempt, Answer(error.request_id, error.http_status))
    with transaction.atomic():
        work.claim.write(cause=error.sentence[:300])
        _close(attempt, AttemptState.REFUSED, **_facts(error))
        finish.log(work.run, "step.refused", timezone.now(), step=work.call.key, **_facts(error))
    if error.retryable and work.step.attempts.filter(unclear=False).count() < THROTTLED_MOST:
        seconds = min(60.0, 2.0**attempt.number) * random.uniform(0.5, 1)  # noqa: S311
        raise Postpone(seconds, f"AWS asks to slow down; attempt {attempt.number} of {THROTTLED_MOST}.")
    raise Stop(StepState.FAILED, error.sentence)


def _says_done(work: Work, attempt: Attempt, error: AwsError) -> bool:
    """A repetition that AWS refuses because the first one had its effect."""
    if attempt.number == 1 or work.creates:
        return False
    if work.deletes:
        return error.kind is ErrorKind.MISSING
    return work.call.repeat is Repeat.ADDITIVE and error.kind in (ErrorKind.EXISTS, ErrorKind.MISSING)


def _unknown(work: Work, attempt: Attempt, error: AwsError) -> NoReturn:
    """Leave the question open until what was sent must have landed, then look."""
    with transaction.atomic():
        Attempt.objects.filter(pk=attempt.pk).update(**_facts(error))
        finish.log(work.run, "step.unknown", timezone.now(), step=work.call.key, **_facts(error))
    raise Postpone(SETTLE_SECONDS, "AWS gave no clear answer. Looking whether the call had an effect.")


def _facts(error: AwsError) -> dict[str, Any]:
    return {
        "error_code": error.code,
        "error": error.sentence,
        "request_id": error.request_id,
        "http_status": error.http_status or None,
    }


def _close(attempt: Attempt, state: AttemptState, **answer: object) -> None:
    """Answer the open question. Raises `Lost` when it has an answer already."""
    answered = Attempt.objects.filter(pk=attempt.pk, state=AttemptState.INTENDED)
    if not answered.update(state=state, answered_at=timezone.now(), **answer):
        raise Lost

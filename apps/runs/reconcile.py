"""An open question: was the call made? Answered by looking, by the kind of call, and never by guessing.

Absolute and additive calls and deletions show their effect; a creation is ours when it carries our mark; a call with an
idempotency token is safe to repeat. What can't be told goes to a person.
"""

from datetime import timedelta
from typing import assert_never

from django.utils import timezone

from apps.aws.gateway import Gateway
from apps.planning.plan import Observation, Repeat
from apps.runs import intent, origin, sight
from apps.runs.models import Attempt
from apps.runs.states import StepState
from apps.runs.work import Postpone, Stop, Work

REPEATS_MOST = 3
LOOK_MINUTES = 10
NOTHING = "Looked: the call had no effect."


def answer(work: Work, attempt: Attempt, aws: Gateway) -> Work:
    """Close the question. Returns the work when the call had its effect; raises `Postpone` or `Stop` otherwise."""
    since = timezone.now() - attempt.intended_at
    if since < timedelta(seconds=intent.SETTLE_SECONDS):
        left = intent.SETTLE_SECONDS - since.total_seconds()
        raise Postpone(left, "AWS gave no clear answer. Looking whether the call had an effect.")
    seen = origin.look(work, aws)
    if work.creates:
        return _created(work, attempt, seen)
    if sight.happened(work, seen):
        return _happened(work, attempt)
    if seen is None:
        raise Stop(StepState.ATTENTION, f"{work.change.name} no longer exists. Say whether that is as it should be.")
    return _unchanged(work, attempt, seen)


def _happened(work: Work, attempt: Attempt) -> Work:
    intent.reconciled(work, attempt, "Looked: the call had its effect.")
    return work


def _created(work: Work, attempt: Attempt, seen: Observation | None) -> Work:
    if seen is not None and origin.is_ours(work, seen):
        return _happened(sight.created(work, seen), attempt)
    if seen is not None:
        sentence = f"{work.change.name} exists, but nothing shows that this run made it. Look at it and decide."
        raise Stop(StepState.ATTENTION, sentence)
    _repeat(work, attempt)
    return work


def _unchanged(work: Work, attempt: Attempt, seen: Observation) -> Work:
    """Neither effect nor absence: still as before means that it didn't happen, under way means look again."""
    wait = work.call.wait
    if wait and wait.until and seen.status and seen.status not in (*wait.until, work.call.expects_status):
        if timezone.now() - attempt.intended_at < timedelta(minutes=max(LOOK_MINUTES, wait.timeout_minutes)):
            raise Postpone(10, f"{work.change.name} is {seen.status}. Looking whether that is this call's effect.")
        raise Stop(StepState.ATTENTION, f"{work.change.name} is still {seen.status}. Nobody knows what the call did.")
    if sight.moved(work, seen):
        sentence = f"{work.change.name} is neither as before the call nor as wanted. Look at it and decide."
        raise Stop(StepState.ATTENTION, sentence)
    _repeat(work, attempt)
    return work


def _repeat(work: Work, attempt: Attempt) -> None:
    """Have the call made again where its kind allows that. Always raises."""
    match work.call.repeat:
        case Repeat.ONCE:
            sentence = "AWS gave no clear answer, and this call must not be repeated blindly. Look and decide."
            raise Stop(StepState.ATTENTION, sentence)
        case Repeat.ABSOLUTE | Repeat.NAMED | Repeat.TOKENED | Repeat.ADDITIVE:
            unclear = 1 + work.step.attempts.filter(unclear=True).exclude(pk=attempt.pk).count()
            if unclear >= REPEATS_MOST:
                raise Stop(StepState.ATTENTION, f"{unclear} attempts had no clear answer and no effect.")
            intent.had_no_effect(work, attempt, NOTHING)
            raise Postpone(0, NOTHING)
        case _:
            assert_never(work.call.repeat)

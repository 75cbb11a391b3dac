"""Waiting for AWS without holding a worker: each look is one claim of milliseconds, the wait itself is a due time.

A step is done when its values are observed and its status is one of those wanted. Where the status is known to stay
as it was for a while after a call (`NativeType.lags`), it takes two looks in a row.
"""

import json
from enum import Enum, auto
from typing import Any, NoReturn, assert_never

from django.utils import timezone

from apps.aws.gateway import AwsError, Gateway
from apps.planning import codec
from apps.planning.plan import Observation
from apps.runs import closing, finish, origin, sight
from apps.runs.models import Step
from apps.runs.states import StepState
from apps.runs.work import Postpone, Stop, Work

LADDER = (2, 5, 10, 30, 60)
CONFIRM_SECONDS = 5
QUICK_MINUTES = 2
OTHERWISE_MOST = 3
LONGEST = 300
Json = Any


class Verdict(Enum):
    SETTLED = auto()
    FAILED = auto()
    NOT_YET = auto()


def poll(work: Work, aws: Gateway) -> None:
    """Look once. The step is done, or due again later, or needs a person after its deadline. Raises `Stop`."""
    try:
        seen = origin.look(work, aws)
    except AwsError as error:
        _again(work, error.sentence)
        return
    match judge(work, seen):
        case Verdict.SETTLED:
            _agree(work, seen)
        case Verdict.FAILED:
            status = seen.status if seen else ""
            raise Stop(StepState.FAILED, f"AWS left {work.change.name} as “{status}”. Look at it in the console.")
        case Verdict.NOT_YET:
            work.claim.write(agreed=0)
            _settled_on(work, seen)
            _again(work, _words(work, seen))
        case unknown:
            assert_never(unknown)


def judge(work: Work, seen: Observation | None) -> Verdict:
    """What one look says about the call."""
    wait = work.call.wait
    if work.deletes or seen is None:
        return Verdict.SETTLED if work.deletes and seen is None else Verdict.NOT_YET
    if wait and seen.status in wait.failed:
        return Verdict.FAILED
    if wait and wait.until and seen.status not in wait.until:
        return Verdict.NOT_YET
    return Verdict.SETTLED if sight.shows(work, seen, work.call.sets) else Verdict.NOT_YET


def _agree(work: Work, seen: Observation | None) -> None:
    """One look is enough, unless the call has a wait and the status lags: then a second one has to agree."""
    lags = bool(work.call.wait and work.native.lags)
    agreed = Step.objects.values_list("agreed", flat=True).get(pk=work.step.pk) + 1 if lags else 1
    if agreed >= (2 if lags else 1):
        finish.done(work, seen, _outcome(work))
        return
    work.claim.write(agreed=agreed)
    raise Postpone(CONFIRM_SECONDS, f"{work.change.name} is as wanted. Looking once more.")


def _settled_on(work: Work, seen: Observation | None) -> None:
    """Ask a person when AWS keeps showing a value that is neither the old one nor the wanted one.

    It may pass through others while its status says that it is at work, never while that says that it is done.
    """
    wait, other = work.call.wait, sight.otherwise(work, seen) if seen and not work.deletes else {}
    if not other or (seen and wait and wait.until and seen.status not in wait.until):
        work.claim.write(otherwise=0)
        return
    looks = Step.objects.values_list("otherwise", flat=True).get(pk=work.step.pk) + 1
    work.claim.write(otherwise=looks)
    if looks >= OTHERWISE_MOST:
        said = "; ".join(f"{name} = {_short(live)}, wanted {_short(wanted)}" for name, (live, wanted) in other.items())
        sentence = f"AWS settled on {said}. Skip this step to accept that, or look again, or give up."
        raise Stop(StepState.ATTENTION, sentence)


def _short(value: Json) -> str:
    text = value if isinstance(value, str) else json.dumps(codec.encoded(value), ensure_ascii=False, sort_keys=True)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _again(work: Work, cause: str) -> NoReturn:
    """Look again later, or ask a person when the deadline has passed."""
    step = Step.objects.get(pk=work.step.pk)
    if step.deadline and step.deadline < timezone.now():
        sentence = f"{cause} That takes longer than it should; AWS may still be working. Look again or give up."
        raise Stop(StepState.ATTENTION, sentence)
    work.claim.write(polls=step.polls + 1)
    seconds = LADDER[min(step.polls, len(LADDER) - 1)]
    raise Postpone(min(seconds, 5) if _quick(work) else seconds, cause)


def _quick(work: Work) -> bool:
    return work.call.wait is None or work.call.wait.minutes <= QUICK_MINUTES


def _words(work: Work, seen: Observation | None) -> str:
    if seen is None:
        return f"{work.change.name} can't be seen yet."
    status = f" is “{seen.status}”" if seen.status else " doesn't show the new values yet"
    return f"{work.change.name}{status}. Waiting for AWS."


def _outcome(work: Work) -> str:
    if work.deletes:
        return f"{work.change.name} is gone."
    if closing.early(work.run, work.plan, work.call.key):
        return f"{work.change.name} is {work.call.leaves_status} again, although its change came to nothing."
    pends = [work.native.properties[name].pends for name in work.call.sets if name in work.native.properties]
    return " ".join([f"{work.change.name} is as wanted.", *filter(None, dict.fromkeys(pends))])

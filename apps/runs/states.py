"""What happened to an approved revision: the states of a run and of its steps."""

from enum import StrEnum


class RunState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    ATTENTION = "attention"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


RUN_TERMINAL = frozenset({RunState.SUCCEEDED, RunState.FAILED, RunState.CANCELLED})
RUN_LIVE = frozenset(RunState) - RUN_TERMINAL


class StepState(StrEnum):
    """PENDING waits for earlier steps; READY is due; RUNNING is claimed; WAITING polls until AWS has settled.

    SKIPPED was left out by a person, who said why: what comes after it goes on as if it were DONE.
    """

    PENDING = "pending"
    READY = "ready"
    RUNNING = "running"
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    ATTENTION = "attention"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"


STEP_TERMINAL = frozenset({StepState.DONE, StepState.FAILED, StepState.CANCELLED, StepState.SKIPPED})
STEP_PASSED = frozenset({StepState.DONE, StepState.SKIPPED})


class AttemptState(StrEnum):
    """INTENDED is an open question: nobody knows yet whether AWS acted."""

    INTENDED = "intended"
    ACKED = "acked"
    REFUSED = "refused"
    RECONCILED = "reconciled"

"""What may be done with a run, and what its steps make of it, from frozen facts. Asks nobody."""

from collections.abc import Collection
from dataclasses import dataclass

from apps.refusal import Refusal
from apps.runs.states import RUN_TERMINAL, STEP_PASSED, RunState, StepState

SKIPPABLE = frozenset({StepState.PENDING, StepState.READY, StepState.ATTENTION})
UNSTARTED = frozenset({StepState.PENDING, StepState.READY})
IN_FLIGHT = frozenset({StepState.RUNNING, StepState.WAITING})


@dataclass(frozen=True)
class Start:
    """The facts about starting a run. `may`: the person is requester or reviewer in the environment.

    `waits_for` says which request has to be applied first, "" where none has; `closed` why the calendar lets nothing
    start now.
    """

    may: bool
    environment: str
    enabled: bool
    approved: bool
    digest_is_current: bool
    complete: bool
    live: bool
    applied: bool
    waits_for: str = ""
    closed: str = ""


def check_start(facts: Start) -> Refusal | None:
    place = facts.environment
    checks = (
        (facts.may, "role", f"You are neither requester nor reviewer in {place}. Ask an administrator for a role."),
        (not facts.applied, "applied", "This request was applied already. Propose a new one for what comes next."),
        (facts.digest_is_current, "stale", "The plan changed since you opened this page. Load it again."),
        (facts.approved, "not_approved", "This request isn't approved. Ask a reviewer to decide first."),
        (facts.complete, "incomplete", "An approval no longer counts, so the flow isn't complete. Ask for a new one."),
        (not facts.waits_for, "earlier", f"{facts.waits_for} comes first and isn't applied yet. Wait for its success."),
        (not facts.closed, "closed", f"Nothing starts in {place} now: {facts.closed}."),
        (facts.enabled, "disabled", f"{place} is switched off. Ask an administrator to switch it on."),
        (not facts.live, "live", "A run of this request is still going on. Wait for its end or cancel it."),
    )
    return next((Refusal(code, sentence) for holds, code, sentence in checks if not holds), None)


def check_may_act(may: bool, environment: str) -> Refusal | None:
    sentence = f"You are neither requester nor reviewer in {environment}. Ask an administrator for a role."
    return None if may else Refusal("role", sentence)


def check_live(state: RunState) -> Refusal | None:
    if state in (RunState.QUEUED, RunState.RUNNING, RunState.ATTENTION):
        return None
    return Refusal("ended", f"This run has {state.value}: there is nothing left to do with it.")


def check_attention(state: RunState | StepState) -> Refusal | None:
    if state.value == RunState.ATTENTION.value:
        return None
    return Refusal("attention", f"Nobody is asked here: it is {state.value}. Reload the page.")


def check_hold(*, held: bool, stopped: bool) -> Refusal | None:
    if held:
        return Refusal("held", "Somebody holds this run already. Reload the page.")
    return Refusal("stopped", "This run starts nothing new any more, so there is nothing to hold.") if stopped else None


def check_resume(*, held: bool) -> Refusal | None:
    return None if held else Refusal("held", "Nobody holds this run. Reload the page.")


def check_skip(state: StepState, needed_by: Collection[str]) -> Refusal | None:
    """`needed_by` are the resources whose calls use what this one would give."""
    if state not in SKIPPABLE:
        return Refusal("state", f"A step that is {state.value} can't be skipped. Reload the page.")
    if needed_by:
        names = ", ".join(sorted(needed_by))
        return Refusal("needed", f"{names} needs what this call gives. Cancel the run and propose again without it.")
    return None


def check_ended(state: RunState) -> Refusal | None:
    if state in RUN_TERMINAL:
        return None
    return Refusal("live", "This run is still going on. Cancel it or wait for its end, then roll it back.")


def check_way_back(proposals: int, lost: Collection[str]) -> Refusal | None:
    if proposals:
        return None
    if lost:
        return Refusal("lost", " ".join(["Nothing of it can be taken back.", *lost]))
    return Refusal("nothing", "No call of this request had an effect, so there is nothing to take back.")


def check_reason(reason: str) -> Refusal | None:
    return None if reason.strip() else Refusal("text", "Write why, so that others can follow it later.")


FREE = Refusal("free", "Nobody holds this resource any more. Reload the page.")


@dataclass(frozen=True)
class Holding:
    """What a run does with the resources it holds. `claimed_by` is the worker that has one of its steps now, "" = none.

    `unanswered`: a call was accepted and hasn't settled, or nobody knows yet whether it was made. `goes_on`: the run
    has a step that starts by itself.
    """

    holder: str
    claimed_by: str
    unanswered: bool
    goes_on: bool


def check_release(facts: Holding) -> Refusal | None:
    """Nothing is released while its run works on it, AWS does, or the run would take it again at once."""
    holder, owner = facts.holder, facts.claimed_by
    checks = (
        (bool(owner), "claimed", f"{owner} is working on {holder} now. Its lease ends by itself within a minute."),
        (
            facts.unanswered,
            "unanswered",
            f"AWS may still be carrying out a call of {holder}. Wait until it has settled, or the run needs a person.",
        ),
        (facts.goes_on, "goes_on", f"{holder} goes on and would lock it again. Hold or cancel the run first."),
    )
    return next((Refusal(code, sentence) for holds, code, sentence in checks if holds), None)


def check_drain(*, found: bool, draining: bool) -> Refusal | None:
    if found:
        return None
    state = "is drained" if draining else "takes work"
    return Refusal("worker", f"This worker {state} already, or is gone. Reload the page.")


def run_state(steps: Collection[StepState], *, failed: bool, cancelled: bool, started: bool) -> RunState:
    """What a run is, from its steps. A run that fails or is cancelled ends only when nothing is under way any more."""
    if StepState.ATTENTION in steps:
        return RunState.ATTENTION
    if all(step in STEP_PASSED for step in steps):
        return RunState.SUCCEEDED
    going_on = any(step in IN_FLIGHT for step in steps)
    if going_on or any(step in UNSTARTED for step in steps):
        return RunState.RUNNING if started or going_on else RunState.QUEUED
    return RunState.FAILED if failed or not cancelled else RunState.CANCELLED


def stops(*, failed: int, most: int, whole: bool) -> bool:
    """Whether a run starts nothing new: too many of its steps failed, or what failed is about the whole of it."""
    return whole or failed >= most
